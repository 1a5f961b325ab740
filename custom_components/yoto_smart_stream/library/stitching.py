"""Stitching: items of the library, one after the other, become a new one.

Canonical audio is joined by copying its frames. Only what fades is encoded again, and audio of
another profile, from before that of the library was changed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from ..audio.ffmpeg import Ffmpeg
from ..audio.profile import Profile
from ..audio.stitch import Piece, stitch
from ..audio.transcode import make_canonical
from .collection import Arrival, AudioCollection
from .item import AudioItem, Details, Source, SourceKind
from .reading import reading
from .taking import Outcome, take_in

LONGEST_GAP: Final = 10.0
_CONVERTING_SHARE: Final = 0.8

type Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Name an item by id, slug or title, and say how it is put in; all times are in seconds.

    `gap` is the silence after it.
    """

    audio: str
    gap: float = 0.0
    fade_in: float = 0.0
    fade_out: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stitching:
    """Say what to stitch, in which order, and what is said of the result."""

    parts: tuple[Part, ...]
    details: Details


async def stitch_items(
    collection: AudioCollection,
    wanted: Stitching,
    *,
    ffmpeg: Ffmpeg,
    profile: Profile,
    now: Callable[[], datetime],
    on_progress: Progress = lambda _: None,
) -> tuple[AudioItem, Outcome]:
    """Make a new item out of others. Where all have one profile, the result has it too.

    Raises:
        UnknownAudioError, AmbiguousTitleError: A part names no item, or several.
        DamagedAudioError: The audio of an item is missing or broken.
        ToolError: ffmpeg cannot be started, and is needed.
        OSError: The disk failed or is full.
    """
    items = [collection.index.get(part.audio) for part in wanted.parts]
    profiles = {item.file.profile for item in items}
    if len(profiles) == 1:
        (profile,) = profiles
    target = collection.storage.arriving("mp3")
    converting = _Converting(collection, ffmpeg, profile)
    strange = [item for item in items if item.file.profile != profile]
    begin = _CONVERTING_SHARE if strange else 0.0
    try:
        for count, item in enumerate(strange):
            length = begin / len(strange)
            await converting.convert(item, _part_of(on_progress, count * length, length))
        paths = [converting.path(item) for item in items]
        pieces = [
            Piece(path=path, gap=part.gap, fade_in=part.fade_in, fade_out=part.fade_out)
            for path, part in zip(paths, wanted.parts, strict=True)
        ]
        with reading(items[0], zip(paths, items, strict=True)):
            file = await stitch(
                pieces,
                target,
                ffmpeg=ffmpeg,
                profile=profile,
                on_progress=_part_of(on_progress, begin, 1 - begin),
            )
        # No await from here on: it is one step, which nothing can cancel in the middle.
        return take_in(
            collection,
            Arrival(audio=target, file=file),
            details=wanted.details,
            source=Source(kind=SourceKind.STITCHED, reference=", ".join(i.slug for i in items)),
            now=now(),
        )
    finally:
        # Short enough for the loop, and it must happen even while being cancelled.
        target.unlink(missing_ok=True)
        converting.clean()


class _Converting:
    """Items of another profile, in that of the result, while it is made."""

    def __init__(self, collection: AudioCollection, ffmpeg: Ffmpeg, profile: Profile) -> None:
        """Start with none."""
        self._collection = collection
        self._ffmpeg = ffmpeg
        self._profile = profile
        self._paths: dict[str, Path] = {}

    def path(self, item: AudioItem) -> Path:
        """Return where the audio of an item lies, converted or as it is."""
        return self._paths.get(item.audio_id) or self._collection.path(item)

    async def convert(self, item: AudioItem, on_progress: Progress) -> None:
        """Convert an item, unless that was done already."""
        if item.audio_id in self._paths:
            return
        target = self._paths[item.audio_id] = self._collection.storage.arriving("mp3")
        with reading(item):
            await make_canonical(
                self._collection.path(item),
                target,
                ffmpeg=self._ffmpeg,
                profile=self._profile,
                on_progress=on_progress,
            )

    def clean(self) -> None:
        """Remove what was made."""
        for path in self._paths.values():
            path.unlink(missing_ok=True)


def _part_of(on_progress: Progress, begin: float, length: float) -> Progress:
    """Return how a part of the work tells its progress."""
    return lambda share: on_progress(begin + share * length)
