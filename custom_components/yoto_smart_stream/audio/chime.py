"""The chime before an announcement: two notes of a bell, one after the other, by arithmetic."""

from array import array
from io import BytesIO
from math import exp, pi, sin
import sys
from typing import Final
import wave

_RATE: Final = 44_100
_SECONDS: Final = 1.0
_LOUDEST: Final = 0.35
_DECAY: Final = 5.0
"""How fast a note fades: by a factor of e this often in a second."""
_ATTACK: Final = 0.008
"""Seconds until a note is there, since a sudden beginning clicks."""
_NOTES: Final = ((0.0, 659.26), (0.22, 523.25))
"""When the notes begin, in seconds, and how high they are: E and C in the middle of a piano."""
_OVERTONES: Final = ((1.0, 1.0), (2.0, 0.35), (3.01, 0.12))
"""What a bell's note is made of: multiples of its height, and how loud each of them is."""


def chime() -> bytes:
    """Return the chime as a WAV file of one channel."""
    samples = array("h", map(_sample, range(int(_SECONDS * _RATE))))
    if sys.byteorder == "big":
        samples.byteswap()
    content = BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_RATE)
        file.writeframes(samples.tobytes())
    return content.getvalue()


def _sample(number: int) -> int:
    """Return one sample."""
    now = number / _RATE
    sound = sum(_note(now - begin, height) for begin, height in _NOTES)
    # It is quite silent at the end.
    ending = min((_SECONDS - now) / 0.1, 1.0)
    return round(32_767 * _LOUDEST * sound * ending)


def _note(age: float, height: float) -> float:
    """Return a note so many seconds after its beginning, from -1 to 1."""
    if age < 0:
        return 0.0
    loud = min(age / _ATTACK, 1.0) * exp(-_DECAY * age)
    total = sum(share for _, share in _OVERTONES)
    waves = sum(share * sin(2 * pi * height * times * age) for times, share in _OVERTONES)
    return loud * waves / total
