"""Obtaining: having what was located as a file, for as long as a context lasts."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from secrets import token_hex
from typing import Final

from homeassistant.exceptions import HomeAssistantError

from ..audio.chime import chime
from ..sources.errors import SourceError, SourceFault
from ..sources.fetching import Fetching, fetch
from ..sources.receiving import TooMuchError, receiving, removed_after
from .locating import Address, Chimed, LocalFile, Located, Spoken

MOST_BYTES: Final = 1024**3
MOST_TIME: Final = timedelta(minutes=15)
_MIB: Final = 1024**2


@asynccontextmanager
async def obtained(located: Located, folder: Path) -> AsyncIterator[Path]:
    """Have a file; what was made for that in the folder is gone afterwards.

    Raises:
        SourceError: It cannot be had.
        OSError: The disk failed or is full.
    """
    if isinstance(located, LocalFile):
        yield located.path
        return
    with removed_after(folder / f"arriving-{token_hex(8)}") as path:
        match located:
            case Address(url=url, is_own=is_own):
                wanted = Fetching(
                    url=url,
                    most_bytes=MOST_BYTES,
                    time=MOST_TIME,
                    is_own=is_own,
                    may_be_at_home=True,
                )
                await fetch(wanted, path, lambda _: None)
            case Spoken():
                await _speak(located, path)
            case Chimed():
                await asyncio.to_thread(_write_chime, path)
        yield path


def _write_chime(path: Path) -> None:
    """Make the chime (blocking)."""
    path.write_bytes(chime())


async def _speak(spoken: Spoken, path: Path) -> None:
    """Let an engine speak into a file."""
    try:
        async with receiving(path, MOST_BYTES) as receiver:
            async for chunk in spoken.stream.async_stream_result():
                await receiver.add(chunk)
    except TooMuchError as err:
        raise SourceError(SourceFault.DOWNLOAD_TOO_BIG, limit=MOST_BYTES // _MIB) from err
    except HomeAssistantError as err:
        raise SourceError(
            SourceFault.SPEECH_FAILED, engine=spoken.stream.engine, reason=str(err)
        ) from err
