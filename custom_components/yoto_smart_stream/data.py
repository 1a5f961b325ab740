"""What is known about a player at one moment."""

from dataclasses import dataclass

from .cloud.account import Player
from .cloud.cards import Card
from .playback.snapshot import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayerState:
    """A player with everything known about it at one moment."""

    player: Player
    snapshot: Snapshot
    card: Card | None = None
    """The card in play, with chapters once they have been fetched."""

    @property
    def online(self) -> bool:
        """Return whether the player is there: by its own word, or by the cloud's before that."""
        if self.snapshot.online is None:
            return self.player.believed_online
        return self.snapshot.online
