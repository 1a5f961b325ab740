"""Canonical: files that are as the library keeps them already, and are served where they lie."""

from functools import partial
from pathlib import Path

from ..audio.errors import AudioError
from ..audio.formats import AudioFormat
from ..audio.frame_walk import walk
from ..audio.layer3 import NotCanonicalError
from ..audio.profile import Profile
from ..audio.recognition import recognise
from ..audio.stoppable import in_thread


async def is_canonical(path: Path, profile: Profile) -> bool:
    """Tell whether a file is frames of the profile and nothing else: all of it is looked at.

    Raises:
        OSError: It cannot be read.
    """
    if not await in_thread(lambda _: _may_be(path)):
        return False
    try:
        return (await in_thread(partial(walk, path, profile))).is_bare
    except NotCanonicalError:
        return False


def _may_be(path: Path) -> bool:
    """Tell whether it is worth looking at all of a file (blocking)."""
    try:
        return recognise(path).format is AudioFormat.MP3
    except AudioError:
        # Whoever makes a file of it says what is wrong.
        return False
