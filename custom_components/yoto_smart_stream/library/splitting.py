"""Splitting: one item becomes several, cut at its silences or where its chapters begin.

All pieces are made before the first one is taken in, so that there are all of them or none.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from ..audio.cutting import cut_frames
from ..audio.ffmpeg import Ffmpeg
from ..audio.split import Cut, cuts_at_chapters, cuts_at_pauses, find_pauses
from .collection import Arrival, AudioCollection
from .errors import NothingToSplitError, TooManyPiecesError
from .item import AudioItem, Source, SourceKind, one_line
from .reading import reading
from .taking import Outcome, take_in

MOST_PIECES: Final = 500
# Looking for silences decodes everything; cutting copies.
_LOOKING_SHARE: Final = 0.7


class Method(StrEnum):
    """Say where to cut."""

    CHAPTERS = "chapters"
    SILENCE = "silence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Splitting:
    """Say what to split, and how.

    `audio` is an id, slug or title. `silence` is how long a silence is where a cut is made, and
    `shortest` how long a piece is at least, both in seconds; `below_db` is what counts as silent,
    in dB of full scale. `tags` are put on the pieces beside those of the item.
    """

    audio: str
    method: Method
    silence: float = 1.5
    below_db: float = -40.0
    shortest: float = 5.0
    tags: tuple[str, ...] = ()


async def split_item(
    collection: AudioCollection,
    wanted: Splitting,
    *,
    ffmpeg: Ffmpeg,
    now: Callable[[], datetime],
    on_progress: Callable[[float], None] = lambda _: None,
) -> tuple[tuple[AudioItem, Outcome], ...]:
    """Make new items out of the pieces of one, which stays as it is.

    Raises:
        UnknownAudioError, AmbiguousTitleError: There is no such item, or there are several.
        NothingToSplitError: It has no chapters, or no silence that is long enough.
        TooManyPiecesError: There would be more pieces than anybody wants.
        DamagedAudioError: The audio is missing or broken.
        ToolError: ffmpeg cannot be started.
        OSError: The disk failed or is full.
    """
    item = collection.index.get(wanted.audio)
    with reading(item):
        cuts = await _cuts(collection, item, wanted, ffmpeg, on_progress)
    if len(cuts) < 2:  # noqa: PLR2004 - one piece is no split
        raise NothingToSplitError(item, wanted.method)
    if len(cuts) > MOST_PIECES:
        raise TooManyPiecesError(item, len(cuts), MOST_PIECES)
    begin = _LOOKING_SHARE if wanted.method is Method.SILENCE else 0.0
    targets = [collection.storage.arriving("mp3") for _ in cuts]
    try:
        with reading(item):
            written = await cut_frames(
                collection.path(item),
                list(zip(cuts, targets, strict=True)),
                item.file.profile,
                on_progress=lambda share: on_progress(begin + share * (1 - begin)),
            )
        arrivals = [
            Arrival(audio=target, file=file) for target, file in zip(targets, written, strict=True)
        ]
        # No await from here on: it is one step, which nothing can cancel in the middle.
        return _taken(collection, item, wanted, cuts, arrivals, now())
    finally:
        # Short enough for the loop, and it must happen even while being cancelled.
        for target in targets:
            target.unlink(missing_ok=True)


async def _cuts(
    collection: AudioCollection,
    item: AudioItem,
    wanted: Splitting,
    ffmpeg: Ffmpeg,
    on_progress: Callable[[float], None],
) -> tuple[Cut, ...]:
    """Find where to cut."""
    if wanted.method is Method.CHAPTERS:
        return cuts_at_chapters(item.chapters, item.duration)
    pauses = await find_pauses(
        ffmpeg,
        collection.path(item),
        below_db=wanted.below_db,
        at_least=wanted.silence,
        on_seconds=lambda seconds: on_progress(_LOOKING_SHARE * seconds / item.duration),
    )
    return cuts_at_pauses(pauses, item.duration, shortest=wanted.shortest)


def _taken(
    collection: AudioCollection,
    item: AudioItem,
    wanted: Splitting,
    cuts: tuple[Cut, ...],
    arrivals: list[Arrival],
    now: datetime,
) -> tuple[tuple[AudioItem, Outcome], ...]:
    """Take in all pieces, or none."""
    source = Source(kind=SourceKind.SPLIT, reference=item.slug)
    common = replace(
        item.details,
        description=None,
        transcript=None,
        tags=_together(item.details.tags, wanted.tags),
    )
    taken: list[tuple[AudioItem, Outcome]] = []
    try:
        for number, (cut, arrival) in enumerate(zip(cuts, arrivals, strict=True), start=1):
            title = one_line(cut.title or "") or one_line(f"{item.title[:180]} {number}")
            details = replace(common, title=title)
            taken.append(take_in(collection, arrival, details=details, source=source, now=now))
    except OSError:
        for piece, outcome in taken:
            if outcome is Outcome.ADDED:
                collection.index.delete(piece.audio_id, now=now)
                collection.index.purge(piece.audio_id)
        raise
    return tuple(taken)


def _together(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    """Return tags of both, none of them twice."""
    known = {tag.casefold(): tag for tag in second if tag}
    known.update({tag.casefold(): tag for tag in first})
    return tuple(known.values())
