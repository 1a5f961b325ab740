"""Cutting: one canonical file becomes several, in one pass and without decoding."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from itertools import islice
import os
from pathlib import Path
from typing import Final

from .errors import AudioError, AudioErrorCode
from .frame_walk import FrameWalk
from .frame_writer import FrameWriter, Written
from .layer3 import NotCanonicalError
from .profile import Profile
from .split import Cut
from .stoppable import Watch, in_thread

_TOLD_FRAMES: Final = 4096


async def cut_frames(
    path: Path,
    cuts: Sequence[tuple[Cut, Path]],
    profile: Profile,
    *,
    on_progress: Callable[[float], None] = lambda _: None,
) -> tuple[Written, ...]:
    """Write each cut of a file to a new file of its own.

    Cuts follow each other without a gap, and begin at 0; the last one gets all that is left.
    `on_progress` is told the share that is done. When this is cancelled, or anything fails, none
    of the new files is left.

    Raises:
        AudioError: The file is missing or not canonical (any more), or a cut has no frame in it.
        OSError: The disk failed or is full.
    """
    loop = asyncio.get_running_loop()

    def tell(share: float) -> None:
        """Tell the progress out of the thread."""
        loop.call_soon_threadsafe(on_progress, share)

    try:
        return await in_thread(partial(_cut, path, cuts, profile, tell))
    except BaseException as err:
        for _, target in cuts:
            target.unlink(missing_ok=True)
        if isinstance(err, NotCanonicalError):
            raise AudioError(AudioErrorCode.BROKEN, path) from err
        raise


def _cut(
    path: Path,
    cuts: Sequence[tuple[Cut, Path]],
    profile: Profile,
    tell: Callable[[float], None],
    watch: Watch,
) -> tuple[Written, ...]:
    """Walk the file once and write the pieces (blocking)."""
    try:
        file = path.open("rb")
    except (FileNotFoundError, IsADirectoryError) as err:
        raise AudioError(AudioErrorCode.MISSING, path) from err
    written = []
    with file:
        frames = iter(FrameWalk(file=file, profile=profile))
        total = profile.frames_in(cuts[-1][0].stop)
        done = 0
        for number, (cut, target) in enumerate(cuts, start=1):
            stop = None if number == len(cuts) else profile.frames_in(cut.stop) - done
            with target.open("xb") as piece:
                writer = FrameWriter(piece, profile)
                for frame in islice(frames, stop):
                    watch()
                    writer.write(frame)
                    done += 1
                    if done % _TOLD_FRAMES == 0:
                        tell(min(done / total, 1.0))
                made = writer.finish()
                piece.flush()
                os.fsync(piece.fileno())
            if not made.frames:
                raise AudioError(AudioErrorCode.EMPTY, path)
            written.append(made)
    return tuple(written)
