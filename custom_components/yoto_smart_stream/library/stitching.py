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
        AudioError: The audio of an item is missing or broken.
        ToolError: ffmpeg cannot be started, and is needed.
        OSError: The disk failed or is full.
    """
    items = [collection.index.get(part.audio) for part in wanted.parts]
    profiles = {item.file.profile for item in items}
    if len(profiles) == 1:
        (profile,) = profiles
    target = collection.storage.arriving("mp3")
    made: list[Path] = []
    try:
        sources = []
        begin = 0.0
        strange = [item for item in items if item.file.profile != profile]
        for item in items:
            path = collection.path(item)
            if item in strange:
                made.append(collection.storage.arriving("mp3"))
                step = _CONVERTING_SHARE / len(strange)
                await make_canonical(
                    path,
                    made[-1],
                    ffmpeg=ffmpeg,
                    profile=profile,
                    on_progress=_part_of(on_progress, begin, step),
                )
                path = made[-1]
                begin += step
            sources.append(path)
        pieces = [
            Piece(path=path, gap=part.gap, fade_in=part.fade_in, fade_out=part.fade_out)
            for path, part in zip(sources, wanted.parts, strict=True)
        ]
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
        for path in (target, *made):
            path.unlink(missing_ok=True)


def _part_of(on_progress: Progress, begin: float, length: float) -> Progress:
    """Return how a part of the work tells its progress."""
    return lambda share: on_progress(begin + share * length)
