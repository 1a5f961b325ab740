"""Fetching a file from the web: only from public addresses, and no more than is allowed."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
import os
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    InvalidURL,
    NonHttpUrlClientError,
    TCPConnector,
    ThreadedResolver,
    TooManyRedirects,
    hdrs,
)
from yarl import URL

from .errors import SourceError, SourceFault
from .public import PublicSockets
from .receiving import TooMuchError, receiving

_CHUNK: Final = 64 * 1024
_MIB: Final = 1024 * 1024
_MOST_REDIRECTS: Final = 5
_CONNECT_SECONDS: Final = 30.0
_SILENT_SECONDS: Final = 60.0
_SCHEMES: Final = frozenset({"http", "https"})
_LONGEST_ADDRESS: Final = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetching:
    """Say what to fetch, and what is too much.

    `is_own` tells that the address is one of this Home Assistant, which is not public and leads to
    nothing else. `may_be_at_home` lets it lead to the home network.
    """

    url: URL
    most_bytes: int
    time: timedelta
    is_own: bool = False
    may_be_at_home: bool = False


def parse_address(text: str) -> URL:
    """Read an address of the web.

    Raises:
        SourceError: It is none.
    """
    try:
        url = URL(text)
    except ValueError as err:
        raise SourceError(SourceFault.ADDRESS_INVALID) from err
    if url.scheme not in _SCHEMES or not url.host or len(text) > _LONGEST_ADDRESS:
        raise SourceError(SourceFault.ADDRESS_INVALID)
    return url


def shown(url: URL) -> str:
    """Return an address without what may be a secret: user, password, query and fragment."""
    return str(url.with_user(None).with_query(None).with_fragment(None))


async def fetch(wanted: Fetching, path: Path, on_progress: Callable[[float], None]) -> str:
    """Fetch a file to a new path, and return the name that its address gives it.

    What was written when this fails is for the caller to remove.

    Raises:
        SourceError: It could not be fetched, and why.
        OSError: The disk failed or is full.
    """
    sockets = PublicSockets()
    is_free = wanted.is_own or wanted.may_be_at_home
    connector = TCPConnector(
        resolver=ThreadedResolver(), socket_factory=None if is_free else sockets.make
    )
    session = ClientSession(
        connector=connector,
        cookie_jar=DummyCookieJar(),
        auto_decompress=False,
        timeout=ClientTimeout(total=None, connect=_CONNECT_SECONDS, sock_read=_SILENT_SECONDS),
    )
    try:
        async with (
            session,
            asyncio.timeout(wanted.time.total_seconds()),
            session.get(
                wanted.url,
                # A file is counted as it is; what was packed for the way could become anything.
                headers={hdrs.ACCEPT_ENCODING: "identity"},
                allow_redirects=not wanted.is_own,
                max_redirects=_MOST_REDIRECTS,
            ) as response,
        ):
            await _receive(response, path, wanted, on_progress)
            return unquote(response.url.name)
    except TooMuchError as err:
        limit = wanted.most_bytes // _MIB
        raise SourceError(SourceFault.DOWNLOAD_TOO_BIG, limit=limit) from err
    except ClientError as err:
        if sockets.has_refused:
            raise SourceError(SourceFault.ADDRESS_NOT_PUBLIC) from err
        raise unreachable(err) from err
    except TimeoutError as err:
        minutes = round(wanted.time.total_seconds() / 60)
        raise SourceError(SourceFault.DOWNLOAD_TOO_SLOW, limit=minutes) from err


async def _receive(
    response: ClientResponse, path: Path, wanted: Fetching, on_progress: Callable[[float], None]
) -> None:
    """Receive the body of an answer."""
    if not response.ok:
        raise SourceError(SourceFault.ADDRESS_REFUSED, status=response.status)
    expected = response.content_length
    if expected is not None and expected > wanted.most_bytes:
        raise TooMuchError
    async with receiving(path, wanted.most_bytes) as receiver:
        async for chunk in response.content.iter_chunked(_CHUNK):
            await receiver.add(chunk)
            if expected:
                on_progress(receiver.size / expected)


def unreachable(err: ClientError) -> SourceError:
    """Say why nothing was fetched."""
    if isinstance(err, InvalidURL | NonHttpUrlClientError):
        return SourceError(SourceFault.ADDRESS_INVALID)
    if isinstance(err, TooManyRedirects):
        reason = "too many redirects"
    elif isinstance(err, ClientConnectorError):
        reason = _said(err.os_error)
    else:
        reason = str(err) or type(err).__name__
    return SourceError(SourceFault.ADDRESS_UNREACHABLE, reason=reason)


def _said(err: OSError) -> str:
    """Return what the system says of an error, without addresses."""
    # Errors of looking up a name have numbers below zero, and texts of their own.
    if err.errno is not None and err.errno > 0:
        return os.strerror(err.errno)
    return err.strerror or str(err)
