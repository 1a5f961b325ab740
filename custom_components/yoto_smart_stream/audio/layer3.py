"""One frame of MPEG 1 Layer III: what it says of itself, and its padding (ISO/IEC 11172-3)."""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from .profile import Profile

_HEADER_LENGTH: Final = 4
# The first header bytes, the side information's first bytes: enough to judge a frame.
NEEDED: Final = 6

_SYNC, _SYNC_V1_L3, _SYNC_V1_L3_CRC = 0xFF, 0xFB, 0xFA
_SYNC_BITS: Final = 0xE0
_PADDING: Final = 0x02
_RATES_MASK: Final = 0xFC
_EMPHASIS_MASK: Final = 0x03
_ORIGINAL: Final = 0x04
_STEREO, _JOINT_STEREO, _SINGLE_CHANNEL = 0, 1, 3

_RATE_BITS: Final = {96: 7, 112: 8, 128: 9, 160: 10, 192: 11, 224: 12, 256: 13}
_SAMPLE_RATE_BITS: Final = {44_100: 0, 48_000: 1, 32_000: 2}

# Side information: its length in bytes, and the bits before the granules, by channels.
_SIDE_LENGTHS: Final = {1: 17, 2: 32}
_BITS_BEFORE_GRANULES: Final = {1: 9 + 5 + 4, 2: 9 + 3 + 8}
_BITS_PER_GRANULE: Final = 59
_PART_LENGTH_BITS: Final = 12


class Flaw(StrEnum):
    """Say why a file is not canonical."""

    NO_FRAMES = "no_frames"
    OTHER_PROFILE = "other_profile"
    """A frame of another rate, channel mode, layer or version."""
    CHECKSUM = "checksum"
    RESERVOIR = "reservoir"
    """A frame that needs bytes of the frames before it."""
    PADDING = "padding"
    """Frames that are padded otherwise than their bit rate asks for, and use the padding."""
    SCRAPS = "scraps"
    """Bytes between or after frames that belong to none."""
    CUT_OFF = "cut_off"
    """The last frame is not complete, or frames are missing that the Xing frame counts."""


class NotCanonicalError(Exception):
    """Report that frames are not those of a profile; `flaw` says why."""

    def __init__(self, flaw: Flaw) -> None:
        """Remember why."""
        super().__init__(flaw)
        self.flaw = flaw


@dataclass(frozen=True, slots=True, kw_only=True)
class _Expected:
    """The bytes that all frames of a profile share."""

    rates: int
    modes: frozenset[int]
    length: int


@lru_cache
def _expected_of(profile: Profile) -> _Expected:
    """Work out what the frames of a profile have in common."""
    modes = {_SINGLE_CHANNEL} if profile.channels == 1 else {_STEREO, _JOINT_STEREO}
    return _Expected(
        rates=_rates_of(profile),
        modes=frozenset(modes),
        length=profile.frame_length,
    )


def _rates_of(profile: Profile) -> int:
    """Return the third header byte, without padding."""
    return _RATE_BITS[profile.bit_rate] << 4 | _SAMPLE_RATE_BITS[profile.sample_rate] << 2


def length_at(data: bytes | bytearray, start: int, profile: Profile) -> int:
    """Return the length of the frame at a place; `NEEDED` bytes must be there.

    Raises:
        NotCanonicalError: There is no frame of this profile, or it does not stand for itself.
    """
    expected = _expected_of(profile)
    if data[start] != _SYNC or data[start + 1] & _SYNC_BITS != _SYNC_BITS:
        raise NotCanonicalError(Flaw.SCRAPS)
    if data[start + 1] == _SYNC_V1_L3_CRC:
        raise NotCanonicalError(Flaw.CHECKSUM)
    if data[start + 1] != _SYNC_V1_L3:
        raise NotCanonicalError(Flaw.OTHER_PROFILE)
    rates, mode = data[start + 2], data[start + 3]
    if (
        rates & _RATES_MASK != expected.rates
        or mode >> 6 not in expected.modes
        or mode & _EMPHASIS_MASK
    ):
        raise NotCanonicalError(Flaw.OTHER_PROFILE)
    if data[start + 4] or data[start + 5] & 0x80:
        raise NotCanonicalError(Flaw.RESERVOIR)
    return expected.length + (rates >> 1 & 1)


def is_padded(frame: bytes) -> bool:
    """Tell whether a frame has a byte of padding."""
    return bool(frame[2] & _PADDING)


def padded(frame: bytes) -> bytes:
    """Return a frame with a byte of padding, which no decoder reads."""
    return b"%b%c%b\x00" % (frame[:2], frame[2] | _PADDING, frame[3:])


def unpadded(frame: bytes, profile: Profile) -> bytes | None:
    """Return a padded frame without its last byte, None if that byte is in use."""
    if _used(frame, profile) == len(frame):
        return None
    return b"%b%c%b" % (frame[:2], frame[2] & ~_PADDING, frame[3:-1])


def _used(frame: bytes, profile: Profile) -> int:
    """Return how many bytes of a frame a decoder reads."""
    side = _SIDE_LENGTHS[profile.channels]
    bits = side * 8
    info = int.from_bytes(frame[_HEADER_LENGTH : _HEADER_LENGTH + side])
    used = 0
    for granule in range(2 * profile.channels):
        end = _BITS_BEFORE_GRANULES[profile.channels] + granule * _BITS_PER_GRANULE
        used += info >> (bits - end - _PART_LENGTH_BITS) & (1 << _PART_LENGTH_BITS) - 1
    return _HEADER_LENGTH + side + -(-used // 8)


def silent_frame(profile: Profile) -> bytes:
    """Return a frame of digital silence without padding.

    Its side information is all zero: no granule has any bits, which decodes to zeros.
    """
    mode = _SINGLE_CHANNEL if profile.channels == 1 else _JOINT_STEREO
    header = bytes((_SYNC, _SYNC_V1_L3, _rates_of(profile), mode << 6 | _ORIGINAL))
    return header.ljust(profile.frame_length, b"\x00")
