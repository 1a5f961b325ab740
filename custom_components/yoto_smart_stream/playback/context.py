"""What the reducer is told about a message besides the message itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

type Place = tuple[str, str]
"""The keys of a chapter and of a track in it: opaque text (protocol §4.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exits:
    """Where a track of an interactive card leads (protocol §4.4). None: nowhere."""

    left: Place | None = None
    right: Place | None = None
    end: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CardMap:
    """The tracks of a card in their order, and the authored ways between them."""

    places: tuple[Place, ...]
    interactive: bool = False
    exits: Mapping[Place, Exits] = field(default_factory=dict)
    """Empty where nobody can read how the card was authored."""
    lengths: Mapping[Place, float] = field(default_factory=dict)
    """Seconds of tracks where somebody knows them; what the player says counts for more."""


NO_CARDS: Final[Mapping[str, CardMap]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """When a message came, from which player, and what is known about cards."""

    player_id: str
    received_at: datetime
    """Aware."""
    cards: Mapping[str, CardMap] = field(default_factory=lambda: NO_CARDS)
    """By card id; a card that is not in it is simply not known yet."""
    shortcuts: frozenset[str] = frozenset()
    """Ids of cards that a press on the right knob starts while no card is in (protocol §2.5)."""
    pauses_at_zero: bool = False
    """Whether the player pauses when its volume is turned down to 0 (protocol §2.2)."""
