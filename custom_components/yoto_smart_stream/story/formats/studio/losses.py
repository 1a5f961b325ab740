"""What a story cannot keep of a pack."""

from dataclasses import dataclass
from enum import StrEnum


class PackLoss(StrEnum):
    """What gets lost. The words are keys of texts."""

    HOME = "home"
    """The button with the house, where the left knob turns the wheel."""
    PICTURES = "pictures"
    SILENCE = "silence"
    """Audio in which nothing is heard."""


@dataclass(frozen=True, slots=True)
class PackLost:
    """Something that got lost, and how many of it."""

    loss: PackLoss
    count: int
