"""Fades: the ends of a piece are decoded, faded with pydub and encoded again; the rest is kept.

Encoded frames are put exactly where the old ones were. LAME and the decoder together delay audio by
1105 samples; the encoder is started that much later, and two frames early, so that its first frames
can be dropped and the frame grid of the piece goes on.
"""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Final

from pydub import AudioSegment  # type: ignore[import-untyped]

from .encoding import encoding
from .errors import AudioError, AudioErrorCode
from .ffmpeg import INPUT_GUARDS, Ffmpeg, OutputTooLongError, StalledError
from .frame_walk import FrameWalk
from .partial import partial_path
from .profile import SAMPLES_PER_FRAME, Profile
from .stoppable import in_thread

LONGEST_SECONDS: Final = 10.0

_DELAY: Final = 1105
_WARM_UP: Final = 2
# Frames beside the fade that the encoder and the decoder need to go on smoothly.
CONTEXT: Final = 3
_BYTES_PER_SAMPLE: Final = 2
# pydub counts milliseconds; ten of them are whole samples at every sample rate.
_STEP_MILLISECONDS: Final = 10
_MOST_BYTES: Final = 8 * 1024 * 1024


def fade_frames(profile: Profile, seconds: float, frames: int) -> int:
    """Return how many frames of a piece a fade changes; a fade is no longer than half of it."""
    if seconds <= 0:
        return 0
    return min(profile.frames_in(min(seconds, LONGEST_SECONDS)) + 1, frames // 2)


async def fade(
    ffmpeg: Ffmpeg,
    frames: Sequence[bytes],
    changed: int,
    profile: Profile,
    folder: Path,
    *,
    is_in: bool,
) -> list[bytes]:
    """Fade in the first `changed` frames, or fade out the last; returns these.

    The other frames, up to `CONTEXT` of them, are those beside the fade, so that it goes on
    smoothly. `folder` takes what is written meanwhile.

    Raises:
        AudioError: The frames cannot be decoded.
        ToolError: ffmpeg cannot be started.
    """
    before = 0 if is_in else len(frames) - changed
    sound = await _through(ffmpeg, b"".join(frames), ["-f", "mp3"], _samples(profile), folder)
    width = profile.channels * _BYTES_PER_SAMPLE
    border = SAMPLES_PER_FRAME * width * (before or changed)
    sound = await in_thread(lambda _: _faded(sound, border, profile, is_in=is_in))
    start = (SAMPLES_PER_FRAME * (before - _WARM_UP) + _DELAY) * width
    fed = sound[start:] if start >= 0 else bytes(-start) + sound
    fed += bytes(CONTEXT * SAMPLES_PER_FRAME * width)
    encoded = await _through(ffmpeg, fed, _samples(profile), encoding(profile), folder)
    walked = list(FrameWalk(file=BytesIO(encoded), profile=profile))
    return walked[_WARM_UP : _WARM_UP + changed]


def _faded(sound: bytes, border: int, profile: Profile, *, is_in: bool) -> bytes:
    """Fade samples up to the border, or from it on (blocking)."""
    width = profile.channels * _BYTES_PER_SAMPLE
    size = border if is_in else len(sound) - border
    steps = size // width * 1000 // profile.sample_rate // _STEP_MILLISECONDS
    milliseconds = steps * _STEP_MILLISECONDS
    size = profile.sample_rate * milliseconds // 1000 * width
    if not size:
        return sound
    segment = AudioSegment(
        data=sound[:size] if is_in else sound[-size:],
        sample_width=_BYTES_PER_SAMPLE,
        frame_rate=profile.sample_rate,
        channels=profile.channels,
    )
    if is_in:
        return bytes(segment.fade_in(milliseconds).raw_data) + sound[size:]
    return sound[:-size] + bytes(segment.fade_out(milliseconds).raw_data)


def _samples(profile: Profile) -> list[str]:
    """Return the options for plain samples of 16 bits."""
    return ["-f", "s16le", "-ar", str(profile.sample_rate), "-ac", str(profile.channels)]


async def _through(
    ffmpeg: Ffmpeg, content: bytes, reading: list[str], writing: list[str], folder: Path
) -> bytes:
    """Send something short through ffmpeg."""
    path = partial_path(folder / "fade")
    try:
        await in_thread(lambda _: path.write_bytes(content))
        arguments = [*INPUT_GUARDS, *reading, "-i", f"file:{path}", *writing, "pipe:1"]
        ended, output = await ffmpeg.extract(arguments, most=_MOST_BYTES)
    except (StalledError, OutputTooLongError) as err:
        raise AudioError(AudioErrorCode.BROKEN, path) from err
    finally:
        path.unlink(missing_ok=True)
    if ended.code:
        raise AudioError(AudioErrorCode.BROKEN, path)
    return output
