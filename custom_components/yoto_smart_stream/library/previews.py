"""Previews: short clips of items, which are gone after some minutes.

They lie where audio arrives, so that whatever a power cut leaves of them is removed at the start.
"""

import asyncio
from dataclasses import dataclass
from pathlib import Path
import secrets
from typing import Final

from ..audio.ffmpeg import Ffmpeg
from ..audio.stitch import Piece, stitch
from .collection import AudioCollection
from .errors import BeyondEndError
from .item import AudioItem
from .reading import reading

LIFETIME_SECONDS: Final = 600.0
LONGEST_SECONDS: Final = 60.0
_KEPT: Final = 20
_FADE_SECONDS: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A clip that can be fetched for a while; `seconds` is how long it plays."""

    preview_id: str
    item: AudioItem
    path: Path
    seconds: float


class Previews:
    """The owner of all clips, and of what removes them."""

    def __init__(self, collection: AudioCollection, ffmpeg: Ffmpeg) -> None:
        """Start with none."""
        self._collection = collection
        self._ffmpeg = ffmpeg
        self._previews: dict[str, tuple[Preview, asyncio.TimerHandle]] = {}
        self._making: set[asyncio.Task[object]] = set()
        self._is_closed = False

    async def make(self, key: str, *, start: float, seconds: float) -> Preview:
        """Make a clip of an item. What begins or ends in the middle of it is faded.

        Raises:
            UnknownAudioError, AmbiguousTitleError: There is no such item, or there are several.
            BeyondEndError: The item is over before the clip begins.
            DamagedAudioError: Its audio is missing or broken.
            ToolError: ffmpeg cannot be started.
            OSError: The disk failed or is full.
        """
        item = self._collection.index.get(key)
        # Less than a frame could not be cut out.
        if start > item.duration - item.file.profile.frame_seconds:
            raise BeyondEndError(item)
        stop = start + min(seconds, LONGEST_SECONDS)
        piece = Piece(
            path=self._collection.path(item),
            start=start,
            stop=stop,
            fade_in=_FADE_SECONDS if start > 0 else 0.0,
            fade_out=_FADE_SECONDS if stop < item.duration else 0.0,
        )
        path = self._collection.storage.arriving("mp3")
        making = asyncio.create_task(
            stitch([piece], path, ffmpeg=self._ffmpeg, profile=item.file.profile)
        )
        self._making.add(making)
        making.add_done_callback(self._making.discard)
        try:
            with reading(item):
                written = await making
        except BaseException:
            making.cancel()
            raise
        preview = Preview(
            preview_id=secrets.token_hex(16), item=item, path=path, seconds=written.seconds
        )
        self._keep(preview)
        return preview

    def find(self, preview_id: str) -> Preview | None:
        """Return a clip, None if it is gone."""
        found = self._previews.get(preview_id)
        return None if found is None else found[0]

    async def close(self) -> None:
        """Remove all clips, and make no more."""
        self._is_closed = True
        making = list(self._making)
        for task in making:
            task.cancel()
        if making:
            await asyncio.wait(making)
        for preview_id in list(self._previews):
            self._remove(preview_id)

    def _keep(self, preview: Preview) -> None:
        """Keep a clip for its time; where there are too many, the oldest goes."""
        if self._is_closed:
            preview.path.unlink(missing_ok=True)
            raise asyncio.CancelledError
        timer = asyncio.get_running_loop().call_later(
            LIFETIME_SECONDS, self._remove, preview.preview_id
        )
        self._previews[preview.preview_id] = preview, timer
        if len(self._previews) > _KEPT:
            self._remove(next(iter(self._previews)))

    def _remove(self, preview_id: str) -> None:
        """Remove a clip; short enough for the loop."""
        preview, timer = self._previews.pop(preview_id)
        timer.cancel()
        preview.path.unlink(missing_ok=True)
