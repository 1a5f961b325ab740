"""Writing canonical files: frames of anywhere, padded so that bytes are time (blocking)."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Final

from .frame_walk import FrameWalk
from .layer3 import Flaw, NotCanonicalError, is_padded, padded, silent_frame, unpadded
from .profile import Profile
from .stoppable import Watch

_BLOCK: Final = 256 * 1024
# A frame that uses its padding is let pass if the next one can make up for it.
_MAX_DRIFT: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Describe a canonical file. `sha256` is in hexadecimal digits."""

    profile: Profile
    frames: int
    size_bytes: int
    sha256: str

    @property
    def seconds(self) -> float:
        """Return how long it plays."""
        return self.frames * self.profile.frame_seconds


class FrameWriter:
    """Write frames one after the other to an open file.

    Padding is moved where frames come from several files or from the middle of one, so that the
    bytes never differ by more than one from `Profile.bytes_of`. Audio is never changed.
    """

    def __init__(self, file: BinaryIO, profile: Profile) -> None:
        """Start an empty file."""
        self._file = file
        self._profile = profile
        self._silence = silent_frame(profile)
        self._digest = sha256()
        self._buffer = bytearray()
        self._frames = 0
        self._size = 0

    def write(self, frame: bytes) -> None:
        """Add one frame of the profile.

        Raises:
            NotCanonicalError: The padding does not fit the bit rate and cannot be moved.
        """
        self._frames += 1
        wanted = self._profile.bytes_of(self._frames) - self._size
        if wanted > len(frame) and not is_padded(frame):
            frame = padded(frame)
        elif wanted < len(frame) and is_padded(frame):
            frame = unpadded(frame, self._profile) or frame
        self._size += len(frame)
        if abs(len(frame) - wanted) > _MAX_DRIFT:
            raise NotCanonicalError(Flaw.PADDING)
        self._buffer += frame
        if len(self._buffer) >= _BLOCK:
            self._flush()

    def write_silence(self, frames: int) -> None:
        """Add frames of silence."""
        for _ in range(frames):
            self.write(self._silence)

    def finish(self) -> Written:
        """Write what is left and describe the file; the caller closes it."""
        self._flush()
        return Written(
            profile=self._profile,
            frames=self._frames,
            size_bytes=self._size,
            sha256=self._digest.hexdigest(),
        )

    def _flush(self) -> None:
        """Write what has been gathered."""
        self._digest.update(self._buffer)
        self._file.write(self._buffer)
        self._buffer.clear()


def copy_frames(
    source: Path,
    target: BinaryIO,
    profile: Profile,
    *,
    lead_in: int = 0,
    watch: Watch = lambda: None,
) -> Written:
    """Copy the frames of a file behind `lead_in` frames of silence (blocking).

    `watch` is called for every frame; an exception of it ends the work.

    Raises:
        NotCanonicalError: The source is not made of frames of the profile.
        OSError: The disk failed.
    """
    writer = FrameWriter(target, profile)
    writer.write_silence(lead_in)
    with source.open("rb") as file:
        write_frames(writer, FrameWalk(file=file, profile=profile), watch)
    return writer.finish()


def write_frames(writer: FrameWriter, frames: Iterable[bytes], watch: Watch = lambda: None) -> None:
    """Write frames until there are none, calling `watch` for each (blocking)."""
    for frame in frames:
        watch()
        writer.write(frame)
