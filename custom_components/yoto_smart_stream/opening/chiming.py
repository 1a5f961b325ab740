"""Chiming: the chime before an announcement, in one piece with it."""

from dataclasses import replace
from typing import Final

from ..audio.sections import Joined
from ..program.item import Item
from .opened import OpenedFile

CHIME: Final = Item(media="chime:", title="Chime")
"""Only the opener knows it: nobody can ask for it by this name."""
CHIME_IDENTITY: Final[tuple[str, ...]] = ("chime", "1")
"""To be counted on when the chime sounds differently."""


def with_chime(chime: OpenedFile, opened: OpenedFile) -> OpenedFile:
    """Return what was opened with the chime before it (blocking)."""
    length = opened.item.length
    if length is not None:
        length += chime.item.length or 0.0
    item = replace(opened.item, length=length, chime=True)
    return OpenedFile(item=item, source=Joined(chime.source, opened.source))
