"""What a format cannot hold of a story."""

from dataclasses import dataclass
from enum import StrEnum


class Loss(StrEnum):
    """What gets lost. The words are keys of texts."""

    NODE_TITLE = "node_title"
    ICON = "icon"
    AUDIO = "audio"
    """Audio of the library and streams; they are noted in a comment."""
    VOICE = "voice"
    """The voice of one text."""
    HOME = "home"
    """What depends on a condition of Home Assistant; it is left out."""
    ACTIONS = "actions"
    WAIT = "wait"
    """It goes on at once."""
    REPEAT = "repeat"
    """It goes to itself, which enters it again."""
    CHANCE = "chance"
    """It does the first of what chance may bring."""
    SET_AT_STOP = "set_at_stop"
    """What is set where nothing leads on."""
    SHADOWED = "shadowed"
    """What stands behind something that always applies."""
    TAG = "tag"
    """A tag with a space, or with a meaning of Twine's own."""
    NAME = "name"
    """A node or a variable has got another name, as Twine gives this one a meaning."""
    BACKTICK = "backtick"
    """It became an apostrophe."""


@dataclass(frozen=True, slots=True)
class Lost:
    """Something that got lost."""

    loss: Loss
    node: str | None = None
    """Where; None for what belongs to the story as a whole."""


@dataclass(frozen=True, slots=True)
class Written:
    """A story as text, and what the text does not hold."""

    text: str
    lost: tuple[Lost, ...] = ()
