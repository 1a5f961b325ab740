"""Splitting: where to cut long audio, by its silences or by its chapters."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from .container import Mark
from .errors import AudioError, AudioErrorCode
from .ffmpeg import INPUT_GUARDS, Ffmpeg, StalledError
from .loudness import Pause, PauseLog


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A run of audio that becomes a piece of its own: seconds [start, stop)."""

    start: float
    stop: float
    title: str | None = None


async def find_pauses(
    ffmpeg: Ffmpeg,
    path: Path,
    *,
    below_db: float = -40.0,
    at_least: float = 1.0,
    on_seconds: Callable[[float], None] = lambda _: None,
) -> tuple[Pause, ...]:
    """Find the silences of a canonical file: nothing above `below_db` for `at_least` seconds.

    Raises:
        AudioError: The file is broken.
        ToolError: ffmpeg cannot be started.
    """
    log = PauseLog()
    reached = 0.0

    def reach(seconds: float) -> None:
        """Note how far it has come."""
        nonlocal reached
        reached = seconds
        on_seconds(seconds)

    detect = f"silencedetect=noise={below_db:.2f}dB:duration={at_least:.3f}"
    arguments = [
        *(*INPUT_GUARDS, "-f", "mp3", "-i", f"file:{path}"),
        *("-map", "0:a:0", "-af", detect, "-f", "null", "-"),
    ]
    try:
        ended = await ffmpeg.transform(arguments, on_seconds=reach, on_log=log.add)
    except StalledError as err:
        raise AudioError(AudioErrorCode.BROKEN, path) from err
    if ended.code:
        raise AudioError(AudioErrorCode.BROKEN, path)
    return log.finish(reached)


def cuts_at_pauses(
    pauses: Sequence[Pause], seconds: float, *, shortest: float = 5.0
) -> tuple[Cut, ...]:
    """Cut in the middle of pauses, so that no piece is shorter than `shortest` seconds.

    Everything is in one of the pieces, each of which begins where the one before it stops. Audio
    without a pause in it, or too short for two pieces, is one piece.
    """
    borders = [0.0]
    for pause in sorted(pauses, key=lambda pause: pause.start):
        middle = (pause.start + pause.stop) / 2
        if middle - borders[-1] >= shortest and seconds - middle >= shortest:
            borders.append(middle)
    borders.append(seconds)
    return tuple(Cut(start=start, stop=stop) for start, stop in pairwise(borders))


def cuts_at_chapters(
    chapters: Sequence[Mark], seconds: float, *, shortest: float = 0.5
) -> tuple[Cut, ...]:
    """Cut where chapters begin; what is before the first one belongs to it.

    Chapters that overlap, lie behind the end, or are shorter than `shortest` are joined with the
    one before, so that everything is in one of the pieces.
    """
    cuts: list[Cut] = []
    for chapter in sorted(chapters, key=lambda chapter: chapter.start):
        start = chapter.start if cuts else 0.0
        if seconds - start < shortest or (cuts and start - cuts[-1].start < shortest):
            continue
        if cuts:
            cuts[-1] = Cut(start=cuts[-1].start, stop=start, title=cuts[-1].title)
        cuts.append(Cut(start=start, stop=seconds, title=chapter.title))
    return tuple(cuts) or (Cut(start=0.0, stop=seconds),)
