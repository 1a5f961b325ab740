"""Walking a file frame by frame (blocking): is it canonical, and if not, why not.

A file is read once, in blocks, with memory that does not depend on its length. What taggers and
encoders put around the frames (ID3v2, Xing or Info, ID3v1, APE, Lyrics3) is skipped and told.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

from .frames import read_frame
from .layer3 import (
    NEEDED,
    Flaw,
    NotCanonicalError,
    length_at,
)
from .profile import Profile
from .sniff import after_id3
from .stoppable import Watch

_BLOCK: Final = 256 * 1024
_LONGEST_FRAME: Final = 2048
_TAG_MARKS: Final = (b"TAG", b"APETAGEX", b"LYRICSBEGIN", b"3DI")
_XING: Final = (b"Xing", b"Info")
# Behind the side information: of mono and stereo in MPEG 1, and of mono in the later versions.
_XING_OFFSETS: Final = (21, 36, 13)
_VBRI_OFFSET: Final = 36
# Encoders do not agree on whether the Xing frame counts itself.
_COUNT_TOLERANCE: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """Describe the frames of a file.

    They are the bytes [start, stop) of it; `is_bare` tells that there is nothing else and that
    they are padded as the profile asks for: such a file is canonical as it is.
    """

    profile: Profile
    frames: int
    start: int
    stop: int
    is_bare: bool

    @property
    def seconds(self) -> float:
        """Return how long the frames play."""
        return self.frames * self.profile.frame_seconds


@dataclass(slots=True, kw_only=True)
class FrameWalk:
    """Yield the frames of an open file. What it has met so far can be asked at any time."""

    file: BinaryIO
    profile: Profile
    start: int = field(init=False, default=0)
    frames: int = field(init=False, default=0)
    _position: int = field(init=False, default=0)

    @property
    def stop(self) -> int:
        """Return where the last frame ended."""
        return self._position

    def __iter__(self) -> Iterator[bytes]:
        """Yield the bytes of each frame, without the Xing frame (blocking).

        Raises:
            NotCanonicalError: Something is met that is neither a frame of the profile nor a tag.
        """
        counted = self._find_start()
        self._position = self.start
        self.file.seek(self.start)
        buffer = bytearray()
        offset = 0
        is_end = False
        while True:
            if len(buffer) - offset < _LONGEST_FRAME and not is_end:
                del buffer[:offset]
                offset = 0
                block = self.file.read(_BLOCK)
                is_end = not block
                buffer += block
                continue
            if offset == len(buffer) or buffer.startswith(_TAG_MARKS, offset):
                break
            if len(buffer) - offset < NEEDED:
                raise NotCanonicalError(Flaw.CUT_OFF if self.frames else Flaw.SCRAPS)
            stop = offset + length_at(buffer, offset, self.profile)
            if stop > len(buffer):
                raise NotCanonicalError(Flaw.CUT_OFF)
            frame = bytes(buffer[offset:stop])
            self._position += stop - offset
            self.frames += 1
            offset = stop
            yield frame
        if not self.frames:
            raise NotCanonicalError(Flaw.NO_FRAMES)
        if counted is not None and self.frames + _COUNT_TOLERANCE < counted:
            raise NotCanonicalError(Flaw.CUT_OFF)

    def _find_start(self) -> int | None:
        """Find the first frame that is heard; returns how many the Xing frame counts."""
        self.start = after_id3(self.file)
        index = read_index(self.file, self.start)
        if index is None:
            return None
        self.start += index.length
        return index.frames


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """What a Xing, Info or VBRI frame of `length` bytes says.

    `frames` is how many frames follow, `seconds` how long they play, None if it does not say.
    """

    length: int
    frames: int | None
    seconds: float | None


def read_index(file: BinaryIO, start: int) -> Index | None:
    """Read a first frame that carries no audio but facts, None if there is none (blocking)."""
    file.seek(start)
    head = file.read(_LONGEST_FRAME)
    frame = read_frame(head, 0)
    if frame is None:
        return None
    head = head[: frame.length]
    if not (mark := next((mark for mark in _XING_OFFSETS if head[mark:].startswith(_XING)), 0)):
        if head[_VBRI_OFFSET : _VBRI_OFFSET + 4] != b"VBRI":
            return None
        count = int.from_bytes(head[_VBRI_OFFSET + 14 : _VBRI_OFFSET + 18])
    elif len(head) >= mark + 12 and head[mark + 7] & 1:
        count = int.from_bytes(head[mark + 8 : mark + 12])
    else:
        count = 0
    return Index(
        length=frame.length,
        frames=count or None,
        seconds=count * frame.seconds if count else None,
    )


def declared_seconds(path: Path) -> float | None:
    """Return how long an MP3 file says it plays, None if it does not say (blocking).

    Raises:
        OSError: The file cannot be read.
    """
    with path.open("rb") as file:
        index = read_index(file, after_id3(file))
    return None if index is None else index.seconds


def walk(path: Path, profile: Profile, watch: Watch = lambda: None) -> Walked:
    """Walk a whole file (blocking). `watch` is called for every frame and may end the work.

    Raises:
        NotCanonicalError: Its frames are not those of the profile; the error says why.
        OSError: The file cannot be read.
    """
    with path.open("rb") as file:
        steps = FrameWalk(file=file, profile=profile)
        is_even = True
        size = 0
        for count, frame in enumerate(steps, start=1):
            watch()
            size += len(frame)
            is_even &= abs(size - profile.bytes_of(count)) <= 1
        end = file.seek(0, 2)
    return Walked(
        profile=profile,
        frames=steps.frames,
        start=steps.start,
        stop=steps.stop,
        is_bare=is_even and steps.start == 0 and steps.stop == end,
    )
