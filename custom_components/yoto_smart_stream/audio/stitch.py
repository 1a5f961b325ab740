"""Stitching: pieces of canonical files become one new canonical file.

Frames are copied and silent ones put between; only what fades is encoded again. A piece may be any
run of a file, so that splitting and previews are stitches of one piece.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final

from .errors import AudioError, AudioErrorCode
from .fades import CONTEXT, fade, fade_frames
from .ffmpeg import Ffmpeg
from .frame_walk import FrameWalk, walk
from .frame_writer import FrameWriter, Written, write_frames
from .layer3 import NotCanonicalError
from .partial import write_file
from .profile import Profile
from .stoppable import Watch, in_thread

# How often the progress of copying is told: frames, which are about 26 milliseconds long.
_TOLD_FRAMES: Final = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Name a run of a canonical file, in seconds; `stop` None is its end.

    `gap` is the silence after it. A fade is 10 seconds at most, and half of the piece.
    """

    path: Path
    start: float = 0.0
    stop: float | None = None
    fade_in: float = 0.0
    fade_out: float = 0.0
    gap: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """A piece in frames [first, last), and the frames that replace its ends."""

    piece: Piece
    first: int
    last: int
    head: Sequence[bytes]
    tail: Sequence[bytes]


async def stitch(
    pieces: Sequence[Piece],
    target: Path,
    *,
    ffmpeg: Ffmpeg,
    profile: Profile,
    on_progress: Callable[[float], None] = lambda _: None,
) -> Written:
    """Write the pieces one after the other into one file.

    `on_progress` is told the share that is done, from 0.0 to 1.0.

    Raises:
        AudioError: A file is missing or not canonical (any more), or a piece is empty.
        ToolError: ffmpeg cannot be started; it is needed for fades only.
        OSError: The disk failed or is full.
    """
    runs = []
    for count, piece in enumerate(pieces, start=1):
        runs.append(await _run_of(piece, ffmpeg, profile, target.parent))
        # Looking at the frames takes about as long as copying them.
        on_progress(count / len(pieces) / 2)
    loop = asyncio.get_running_loop()

    def tell(share: float) -> None:
        """Tell the progress out of the thread."""
        loop.call_soon_threadsafe(on_progress, 0.5 + share / 2)

    return await write_file(target, partial(_write, runs, profile, tell))


async def _run_of(piece: Piece, ffmpeg: Ffmpeg, profile: Profile, folder: Path) -> _Run:
    """Find the frames of a piece, and fade its ends."""
    try:
        total = (await in_thread(partial(walk, piece.path, profile))).frames
    except (FileNotFoundError, IsADirectoryError) as err:
        raise AudioError(AudioErrorCode.MISSING, piece.path) from err
    except NotCanonicalError as err:
        raise AudioError(AudioErrorCode.BROKEN, piece.path) from err
    first = min(max(profile.frames_in(piece.start), 0), total)
    last = total if piece.stop is None else min(profile.frames_in(piece.stop), total)
    if last <= first:
        raise AudioError(AudioErrorCode.EMPTY, piece.path)
    rising = fade_frames(profile, piece.fade_in, last - first)
    falling = fade_frames(profile, piece.fade_out, last - first)
    head: Sequence[bytes] = ()
    tail: Sequence[bytes] = ()
    if rising:
        stop = min(first + rising + CONTEXT, last)
        frames = await in_thread(partial(_frames, piece.path, profile, first, stop))
        head = await fade(ffmpeg, frames, rising, profile, folder, is_in=True)
    if falling:
        start = max(last - falling - CONTEXT, first)
        frames = await in_thread(partial(_frames, piece.path, profile, start, last))
        tail = await fade(ffmpeg, frames, falling, profile, folder, is_in=False)
    return _Run(piece=piece, first=first, last=last, head=head, tail=tail)


def _frames(path: Path, profile: Profile, first: int, last: int, watch: Watch) -> list[bytes]:
    """Read a short run of frames (blocking)."""
    watch()
    with path.open("rb") as file:
        return list(islice(FrameWalk(file=file, profile=profile), first, last))


def _write(
    runs: Sequence[_Run],
    profile: Profile,
    tell: Callable[[float], None],
    target: BinaryIO,
    watch: Watch,
) -> Written:
    """Write all runs (blocking)."""
    writer = FrameWriter(target, profile)
    total = sum(run.last - run.first for run in runs)
    done = 0

    def step() -> None:
        """Go on with the next frame, if that is still wanted."""
        nonlocal done
        watch()
        done += 1
        if done % _TOLD_FRAMES == 0:
            tell(done / total)

    for run in runs:
        write_frames(writer, run.head)
        with run.piece.path.open("rb") as file:
            kept = islice(
                FrameWalk(file=file, profile=profile),
                run.first + len(run.head),
                run.last - len(run.tail),
            )
            write_frames(writer, kept, step)
        write_frames(writer, run.tail)
        writer.write_silence(profile.frames_in(run.piece.gap))
    return writer.finish()
