"""What the reducer remembers of the past of a player, so that it can judge the next message.

It is part of the snapshot, frozen like the rest of it, and bounded.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from .causes import Given
from .messages import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A message about playback, and when it came."""

    message: Events
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """The past, as far as it matters."""

    trusted: bool = False
    """Whether a full message has told how things are since the player came within reach."""
    asked_at: datetime | None = None
    """When everything was asked for, until the answer has come."""
    card_said: bool = False
    """Whether the player has ever said which card it plays. Before that, no card is unknown."""
    commands: tuple[Given, ...] = ()
    """What players were told to do of late, oldest first."""
    newest: tuple[Said, ...] = ()
    """The messages that came last and carry the same time, oldest first."""
    echoed: int = 0
    """How many of them have come a second time."""
    moment: Events | None = None
    """What they say together, as far as they can be parts of one payload."""
    fetched: str | None = None
    """The card whose audio was fetched from Home Assistant before the player said that it plays."""
    fetched_at: datetime | None = None
    farewell: str | None = None
    """Why the player said that it is switching off."""
    farewell_at: datetime | None = None
    back_at: datetime | None = None
    """When the player came back after it had been away."""
    slot_at: datetime | None = None
    """When the card in the slot was last seen to change."""
    asked_since: datetime | None = None
    """Since when the player has been asked how it is in vain."""
    ticked_at: datetime | None = None


NOTHING: Final = Memory()
"""Of a player that has not been heard of."""
