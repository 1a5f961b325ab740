"""Fetching pictures from Yoto's servers, where they are public files (protocol §4.2)."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import aiohttp

from .errors import PictureBrokenError, PictureUnreachableError

_LARGEST: Final = 10 * 1024 * 1024
"""Bytes. Covers have some hundred thousand, icons some hundred."""
_BEGINNINGS: Final = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}
"""What files of each kind begin with."""
_PATIENCE: Final = aiohttp.ClientTimeout(total=8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture as browsers take it."""

    content: bytes
    content_type: str


async def fetch_picture(session: aiohttp.ClientSession, url: str) -> Picture:
    """Return the picture at an address.

    Raises:
        PictureUnreachableError: no proper answer.
        PictureBrokenError: the answer is no picture, or an enormous one.
    """
    try:
        async with session.get(url, timeout=_PATIENCE) as response:
            if response.status != HTTPStatus.OK:
                raise PictureUnreachableError(f"HTTP status {response.status}")
            content = await response.content.read(_LARGEST + 1)
            while len(content) <= _LARGEST and (more := await response.content.read(_LARGEST)):
                content += more
    except (aiohttp.ClientError, TimeoutError, ValueError) as err:
        raise PictureUnreachableError(str(err) or type(err).__name__) from err
    if len(content) > _LARGEST:
        raise PictureBrokenError("it is too large")
    return Picture(content=content, content_type=_content_type(content))


def _content_type(content: bytes) -> str:
    """Return what kind of picture it is, by its first bytes: servers of files often do not know."""
    for beginning, content_type in _BEGINNINGS.items():
        if content.startswith(beginning):
            return content_type
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    raise PictureBrokenError("it is none of PNG, JPEG, GIF and WebP")
