"""Looking: what is behind an address, told from its header fields and its first bytes.

What ends and what does not is told in this order:

1. Header fields of a radio station (`icy-*`): endless.
2. A length: finite.
3. It ends within `PATIENCE_SECONDS` and `MOST_READ` bytes: finite.
4. Everything else: endless. A file without a length that is taken for a station is heard all the
   same, only without seeking.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from aiohttp import (
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    TCPConnector,
    ThreadedResolver,
    hdrs,
)
from yarl import URL

from ..library.item import one_line
from ..sources.errors import SourceError, SourceFault
from ..sources.fetching import unreachable
from .playlist import LONGEST_TEXT, is_playlist

PATIENCE_SECONDS: Final = 3.0
MOST_READ: Final = 4 * 1024 * 1024
_CONNECT_SECONDS: Final = 10.0
_LOOK_SECONDS: Final = 20.0
_HEAD: Final = 4096
_LIST_TYPES: Final = frozenset(
    {
        "application/mpegurl",
        "application/pls+xml",
        "application/vnd.apple.mpegurl",
        "application/x-mpegurl",
        "audio/mpegurl",
        "audio/x-mpegurl",
        "audio/x-scpls",
    }
)
LIST_SUFFIXES: Final = (".m3u", ".m3u8", ".pls")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was seen. `text` is that of a playlist, None for anything else.

    `identity` changes when the content does, as far as the server tells; None if it tells nothing.
    """

    url: URL
    is_endless: bool
    title: str | None
    identity: tuple[str, ...] | None
    text: str | None = None


async def look(url: URL, *, is_own: bool) -> Seen:
    """Look at what is behind an address, without taking all of it.

    Raises:
        SourceError: It cannot be reached.
    """
    try:
        async with asyncio.timeout(_LOOK_SECONDS), _asked(url, follows=not is_own) as answer:
            if not answer.ok:
                raise SourceError(SourceFault.ADDRESS_REFUSED, status=answer.status)
            return await _seen(answer)
    except ClientError as err:
        raise unreachable(err) from err
    except TimeoutError as err:
        raise SourceError(SourceFault.ADDRESS_UNREACHABLE, reason="no answer in time") from err


@asynccontextmanager
async def _asked(url: URL, *, follows: bool) -> AsyncIterator[ClientResponse]:
    """Ask for the content of an address."""
    session = ClientSession(
        connector=TCPConnector(resolver=ThreadedResolver()),
        cookie_jar=DummyCookieJar(),
        auto_decompress=False,
        timeout=ClientTimeout(total=None, connect=_CONNECT_SECONDS, sock_read=_LOOK_SECONDS),
    )
    headers = {hdrs.ACCEPT_ENCODING: "identity"}
    async with (
        session,
        session.get(url, headers=headers, allow_redirects=follows, max_redirects=5) as answer,
    ):
        yield answer


async def _seen(answer: ClientResponse) -> Seen:
    """Read as much as is needed."""
    fields = answer.headers
    is_station = any(name.lower().startswith("icy-") for name in fields)
    name = one_line(fields.get("icy-name", "")) or None
    is_list = answer.content_type in _LIST_TYPES or answer.url.path.lower().endswith(LIST_SUFFIXES)
    head = b""
    if not is_station:
        head, _ = await _read(answer, _HEAD)
        is_list = is_list or is_playlist(head.decode(errors="replace"))
        if is_list:
            more, _ = await _read(answer, LONGEST_TEXT)
            text = (head + more).decode(errors="replace")
            return Seen(url=answer.url, is_endless=False, title=name, identity=None, text=text)
    is_endless = is_station
    if not is_station and answer.content_length is None:
        is_endless = not await _ends(answer)
    return Seen(
        url=answer.url,
        is_endless=is_endless,
        title=name,
        identity=_identity(answer),
    )


def _identity(answer: ClientResponse) -> tuple[str, ...] | None:
    """Return what changes with the content."""
    validator = answer.headers.get(hdrs.ETAG) or answer.headers.get(hdrs.LAST_MODIFIED)
    if validator is None:
        return None
    return (str(answer.url), validator, str(answer.content_length))


async def _read(answer: ClientResponse, most: int) -> tuple[bytes, bool]:
    """Read some bytes; tell whether that was all."""
    content = b""
    while len(content) < most:
        chunk = await answer.content.read(most - len(content))
        if not chunk:
            return content, True
        content += chunk
    return content, False


async def _ends(answer: ClientResponse) -> bool:
    """Tell whether an answer ends soon."""
    size = 0
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            async for chunk in answer.content.iter_chunked(64 * 1024):
                size += len(chunk)
                if size > MOST_READ:
                    return False
    except TimeoutError:
        return False
    return True
