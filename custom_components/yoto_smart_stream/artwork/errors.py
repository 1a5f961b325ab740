"""Why no artwork could be made of something."""

from enum import StrEnum
from typing import Final


class ArtworkFault(StrEnum):
    """Say in one word what is wrong with a picture."""

    BROKEN = "picture_broken"
    """It begins like a picture and cannot be read to its end; `reason` is what Pillow said."""
    EMPTY = "picture_empty"
    """Nothing of it can be seen: every dot is transparent."""
    NO_SUCH_EMOJI = "emoji_unknown"
    """The font does not have it, or it is joined of several and cannot be here."""
    NOT_A_PICTURE = "picture_unknown"
    SEVERAL_EMOJI = "emoji_several"
    TOO_LARGE = "picture_too_large"
    """Too many dots; `limit` is in millions."""
    TOO_MANY_BYTES = "picture_too_big"
    """`limit` is in MiB."""
    VECTOR = "picture_vector"
    """A drawing of lines (SVG), which nothing here can draw."""


class ArtworkError(Exception):
    """Report that a picture is of no use."""

    def __init__(self, fault: ArtworkFault, **facts: str | int) -> None:
        """Keep the facts."""
        super().__init__(f"{fault}: {facts}" if facts else str(fault))
        self.fault: Final = fault
        self.facts: Final = facts
