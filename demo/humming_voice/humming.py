"""Humming: a text as notes, one for each word, always the same for the same word. Pure."""

from array import array
from hashlib import sha256
import io
import math
from typing import Final
import wave

SAMPLE_RATE: Final = 22_050
WORD_SECONDS: Final = 0.4
"""About what a speaker needs for a word, with the pause after it."""
_SOUNDING: Final = 0.8
_LOUDEST: Final = 12_000
_LOWEST_HERTZ: Final = 220.0
# A pentatonic scale: whatever is said, it does not hurt.
_SEMITONES: Final = (0, 2, 4, 7, 9, 12, 14, 16, 19, 21)


def hummed(text: str) -> bytes:
    """Return a text as a WAV file."""
    samples = array("h")
    for word in text.split():
        note = sha256(word.casefold().encode()).digest()[0] % len(_SEMITONES)
        samples.extend(_note(_LOWEST_HERTZ * 2 ** (_SEMITONES[note] / 12)))
    with io.BytesIO() as content:
        with wave.open(content, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(samples.itemsize)
            file.setframerate(SAMPLE_RATE)
            file.writeframes(samples.tobytes())
        return content.getvalue()


def _note(hertz: float) -> array[int]:
    """Return the samples of a note that swells and fades, and of the pause after it."""
    count = round(WORD_SECONDS * SAMPLE_RATE)
    sounding = round(count * _SOUNDING)
    samples = array("h", bytes(2 * count))
    for at in range(sounding):
        loudness = _LOUDEST * math.sin(math.pi * at / sounding)
        samples[at] = round(loudness * math.sin(2 * math.pi * hertz * at / SAMPLE_RATE))
    return samples
