"""Silence: canonical frames without sound, made by arithmetic."""

from contextlib import suppress
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Final

from .frame_writer import FrameWriter
from .partial import replace_file
from .plan import Part, Plan, plan_of_files
from .profile import CONTENT_TYPE, Profile

# One file of this length serves every gap: shorter ones are its beginning, longer ones repeat it.
_FILE_SECONDS: Final = 60


@lru_cache(maxsize=4)
def _silence(profile: Profile, frames: int) -> bytes:
    """Return so many frames of silence, kept for the next time."""
    content = BytesIO()
    writer = FrameWriter(content, profile)
    writer.write_silence(frames)
    writer.finish()
    return content.getvalue()


def silence(profile: Profile, seconds: float) -> bytes:
    """Return the whole number of silent frames that comes nearest to a time."""
    longest = profile.frames_in(_FILE_SECONDS)
    frames = profile.frames_in(seconds)
    if frames <= longest:
        return _silence(profile, longest)[: profile.bytes_of(frames)]
    return _silence.__wrapped__(profile, frames)


class Silence:
    """The file of silence in a folder, of which the gaps of all plans are slices."""

    def __init__(self, folder: Path, profile: Profile) -> None:
        """Remember where the file is; `prepare` makes it."""
        name = f"silence-{profile.bit_rate}-{profile.sample_rate}-{profile.channels}.mp3"
        self._path = folder / name
        self._profile = profile
        self._frames = profile.frames_in(_FILE_SECONDS)

    def prepare(self) -> None:
        """Make the file, unless it is there already (blocking)."""
        wanted = _silence(self._profile, self._frames)
        with suppress(OSError):
            if self._path.read_bytes() == wanted:
                return
        with replace_file(self._path) as file:
            file.write(wanted)

    def parts(self, seconds: float) -> list[Part]:
        """Return the parts of a plan that are silent for a time, rounded to frames (blocking).

        Raises:
            AudioError: The file is gone: `prepare` makes it again.
        """
        left = self._profile.frames_in(seconds)
        if not left:
            return []
        whole = Plan(parts=plan_of_files([self._path], CONTENT_TYPE).parts, content_type="")
        parts: list[Part] = []
        while left:
            frames = min(left, self._frames)
            parts.extend(whole.slices(0, self._profile.bytes_of(frames)))
            left -= frames
        return parts
