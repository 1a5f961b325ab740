"""The canonical profile: the one shape that all audio of a library has, and its arithmetic.

A canonical file is MPEG 1 Layer III of a constant bit rate and nothing else: no tags, no Xing or
Info frame, and no bit reservoir, so that every frame stands for itself. Such files are joined at
frame borders without decoding, and time is bytes divided by bytes per second.
"""

from dataclasses import dataclass
from typing import Final

BIT_RATES: Final = (96, 112, 128, 160, 192, 224, 256)
SAMPLE_RATES: Final = (32_000, 44_100, 48_000)
CHANNELS: Final = (1, 2)
SAMPLES_PER_FRAME: Final = 1152
CONTENT_TYPE: Final = "audio/mpeg"

_BITS_PER_BYTE: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Describe canonical audio: `bit_rate` in kbit/s, `sample_rate` in Hz, `channels` 1 or 2."""

    bit_rate: int = 128
    sample_rate: int = 44_100
    channels: int = 1

    def __post_init__(self) -> None:
        """Refuse what MPEG 1 Layer III or the library does not have."""
        if self.bit_rate not in BIT_RATES:
            raise ValueError(f"The bit rate must be one of {BIT_RATES} kbit/s")
        if self.sample_rate not in SAMPLE_RATES:
            raise ValueError(f"The sample rate must be one of {SAMPLE_RATES} Hz")
        if self.channels not in CHANNELS:
            raise ValueError("Audio has one or two channels")

    @property
    def bytes_per_second(self) -> int:
        """Return how many bytes one second takes."""
        return self.bit_rate * 1000 // _BITS_PER_BYTE

    @property
    def frame_seconds(self) -> float:
        """Return how long one frame lasts."""
        return SAMPLES_PER_FRAME / self.sample_rate

    @property
    def frame_length(self) -> int:
        """Return the bytes of a frame without padding; one with padding has one more."""
        return SAMPLES_PER_FRAME * self.bytes_per_second // self.sample_rate

    def bytes_of(self, frames: int) -> int:
        """Return the bytes of so many frames, which is also where the next one starts.

        At 44.1 kHz a frame is no whole number of bytes long. Padding makes up for it: so many
        frames have the whole number of bytes that is nearest to their time.
        """
        exact = SAMPLES_PER_FRAME * self.bytes_per_second * frames
        return (2 * exact + self.sample_rate) // (2 * self.sample_rate)

    def length_of(self, frame: int) -> int:
        """Return the bytes of one frame, counted from 0: `frame_length`, or one more."""
        return self.bytes_of(frame + 1) - self.bytes_of(frame)

    def frame_at(self, position: int) -> int:
        """Return the number of the frame that the byte at a position belongs to."""
        frame = position * self.sample_rate // (SAMPLES_PER_FRAME * self.bytes_per_second)
        while self.bytes_of(frame) > position:
            frame -= 1
        while self.bytes_of(frame + 1) <= position:
            frame += 1
        return frame

    def frames_in(self, seconds: float) -> int:
        """Return the number of whole frames that come nearest to a time."""
        return round(seconds * self.sample_rate / SAMPLES_PER_FRAME)

    def seconds_of(self, size: int) -> float:
        """Return how long so many bytes play."""
        return size / self.bytes_per_second
