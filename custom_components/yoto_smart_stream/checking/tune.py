"""What the check card sounds like: a soft chime every few seconds, for a minute."""

from array import array
from math import exp, pi, sin
from pathlib import Path
import secrets
import sys
from typing import Final
import wave

from homeassistant.components.ffmpeg import get_ffmpeg_manager
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError

from ..audio.errors import AudioError, ToolError
from ..audio.ffmpeg import Ffmpeg
from ..audio.plan import Plan, plan_of_files
from ..audio.profile import CONTENT_TYPE, Profile
from ..audio.transcode import make_canonical
from ..const import DOMAIN
from ..delivery.check import LAST_LENGTH, TRACK_LENGTH

_FOLDER: Final = (DOMAIN, "live")
_NAME: Final = "check.mp3"
_RATE: Final = 8_000
_EVERY: Final = 4.0
"""Seconds from one chime to the next."""
_NOTES: Final = (659.3, 523.3)
"""Hertz, half a second apart."""
_LOUDNESS: Final = 6_000
_FADING: Final = 3.0


async def async_tunes(hass: HomeAssistant) -> tuple[Plan, Plan]:
    """Return what is served until the second press, and what is served after it.

    Raises:
        HomeAssistantError: it could not be made.
    """
    target = Path(hass.config.path(*_FOLDER, _NAME))
    try:
        if not await hass.async_add_executor_job(target.is_file):
            await _async_make(hass, target)
        return await hass.async_add_executor_job(_plans, target)
    except (AudioError, ToolError, OSError) as err:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="check_no_sound",
            translation_placeholders={"reason": str(err)},
        ) from err


async def _async_make(hass: HomeAssistant, target: Path) -> None:
    source = target.with_name(f"{secrets.token_hex(8)}.wav")
    await hass.async_add_executor_job(_write, source)
    ffmpeg = Ffmpeg(binary=get_ffmpeg_manager(hass).binary)
    try:
        await make_canonical(source, target, ffmpeg=ffmpeg, profile=Profile())
    finally:
        # Short enough for the loop, and it must happen even while being cancelled.
        source.unlink(missing_ok=True)


def _plans(path: Path) -> tuple[Plan, Plan]:
    """Return both plans of the file (blocking)."""
    whole = plan_of_files([path], CONTENT_TYPE)
    profile = Profile()
    end = min(profile.bytes_of(profile.frames_in(LAST_LENGTH)), whole.total)
    return whole, Plan(parts=tuple(whole.slices(0, end)), content_type=CONTENT_TYPE)


def _write(path: Path) -> None:
    """Write the chimes as a WAV (blocking)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    one = [_sample(number / _RATE) for number in range(int(_EVERY * _RATE))]
    samples = array("h", one * int(TRACK_LENGTH / _EVERY))
    if sys.byteorder == "big":
        samples.byteswap()
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(samples.itemsize)
        file.setframerate(_RATE)
        file.writeframes(samples.tobytes())


def _sample(second: float) -> int:
    """Return the sound at a second of a chime."""
    level = 0.0
    for number, pitch in enumerate(_NOTES):
        since = second - number / 2
        if since >= 0:
            level += sin(2 * pi * pitch * since) * exp(-_FADING * since)
    return int(_LOUDNESS * level)
