"""The picture that is embedded in an audio file, as it is (never decoded)."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .container import Container
from .ffmpeg import INPUT_GUARDS, Ffmpeg, OutputTooLongError, StalledError
from .recognition import Recognised

LARGEST_BYTES: Final = 10 * 1024 * 1024
_PATIENCE_SECONDS: Final = 30.0
COVER_SUFFIXES: Final = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
}
_TYPES: Final = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF8", "image/gif"),
    (8, b"WEBP", "image/webp"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """A picture and its content type, which is told from its first bytes."""

    content: bytes
    content_type: str


async def read_cover(
    ffmpeg: Ffmpeg, path: Path, recognised: Recognised, container: Container
) -> Cover | None:
    """Return the embedded picture, None if there is none that can be shown.

    Raises:
        ToolError: ffmpeg cannot be started.
    """
    if container.cover is None:
        return None
    arguments = [
        *(*INPUT_GUARDS, "-f", recognised.reader, "-i", f"file:{path}"),
        *("-map", f"0:{container.cover}", "-c", "copy", "-frames:v", "1"),
        *("-f", "image2pipe", "pipe:1"),
    ]
    try:
        _, content = await ffmpeg.extract(arguments, most=LARGEST_BYTES, patience=_PATIENCE_SECONDS)
    except OutputTooLongError, StalledError:
        # A picture that is too big is no reason to refuse the audio.
        return None
    content_type = picture_type(content)
    return None if content_type is None else Cover(content=content, content_type=content_type)


def picture_type(content: bytes) -> str | None:
    """Return the content type of a picture by its first bytes, None if it cannot be shown."""
    for offset, signature, content_type in _TYPES:
        if content[offset:].startswith(signature):
            return content_type
    return None
