"""Borders of frames in canonical files, found by reading the headers near to where they must be."""

from itertools import product
from pathlib import Path

from .errors import AudioError, AudioErrorCode
from .layer3 import NEEDED, NotCanonicalError, length_at
from .plan import Part
from .profile import BIT_RATES, CHANNELS, SAMPLE_RATES, Profile


def border_before(part: Part, profile: Profile) -> int:
    """Return where the frame begins in its file that the first byte of a part lies in (blocking).

    The borders of a canonical file are within a byte of `Profile.bytes_of`. At most one of three
    places in a row can be a frame's header.

    Raises:
        AudioError: The file is missing or not canonical.
    """
    try:
        with part.path.open("rb") as file:
            frame = profile.frame_at(part.offset)
            for number in range(frame + 1, max(frame - 2, -1), -1):
                near = profile.bytes_of(number)
                for border in range(max(near - 1, 0), min(near + 1, part.offset) + 1):
                    file.seek(border)
                    if _is_header(file.read(NEEDED), profile):
                        return border
    except OSError as err:
        raise AudioError(AudioErrorCode.MISSING, part.path) from err
    raise AudioError(AudioErrorCode.BROKEN, part.path)


def profile_of(path: Path) -> Profile:
    """Return the profile of a canonical file by its first frame (blocking).

    Raises:
        AudioError: The file is missing or not canonical.
    """
    try:
        with path.open("rb") as file:
            data = file.read(NEEDED)
    except OSError as err:
        raise AudioError(AudioErrorCode.MISSING, path) from err
    for bit_rate, sample_rate, channels in product(BIT_RATES, SAMPLE_RATES, CHANNELS):
        profile = Profile(bit_rate=bit_rate, sample_rate=sample_rate, channels=channels)
        if _is_header(data, profile):
            return profile
    raise AudioError(AudioErrorCode.BROKEN, path)


def _is_header(data: bytes, profile: Profile) -> bool:
    """Tell whether a frame of a profile begins with these bytes."""
    try:
        return len(data) == NEEDED and length_at(data, 0, profile) > 0
    except NotCanonicalError:
        return False
