"""Which player has fetched a chapter of a card that several may have: concluded, never guessed.

A fetch says no more than an address (protocol §6.2). What is concluded from is what the players
say: which card they have, and in which of its chapters they are. Where several say so, the address
decides, as far as it is known of them from fetches that were clear.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ..cards.live import LiveChapter


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A player that has the card by its own word."""

    player_id: str
    chapter: LiveChapter | None
    """Where it says that it is; None where it does not say that."""
    is_playing: bool
    address: str | None
    """Where it has fetched from before; None where that is not known."""
    is_said: bool = True
    """Whether it has said so lately; it is only remembered otherwise."""

    def may_fetch(self, chapter: LiveChapter) -> bool:
        """Return whether it plays a chapter, or one that leads there."""
        here = self.chapter
        return self.is_playing and (here is None or here is chapter or here.leads_to(chapter))


class Addresses:
    """Where players fetch from. Behind one router, several can have the same address."""

    def __init__(self) -> None:
        """Know none yet."""
        self._of: dict[str, str] = {}

    def note(self, player_id: str, address: str) -> None:
        """Take note of a fetch of which it is clear whose it was."""
        self._of[player_id] = address

    def of(self, player_id: str) -> str | None:
        """Return where a player has fetched from last."""
        return self._of.get(player_id)


def clear_holder(holders: Collection[Holder], chapter: LiveChapter, address: str) -> str | None:
    """Return the only player that can be fetching a chapter; None where more is to be waited for.

    A player tells where it is a moment before or after it fetches that. So one that has not told
    yet, or whose address is not known yet, may still be the one.
    """
    possible = [one for one in holders if one.may_fetch(chapter) and one.address in {None, address}]
    return possible[0].player_id if len(possible) == 1 else None


def last_holders(holders: Sequence[Holder], address: str) -> Sequence[Holder]:
    """Return the players that can have fetched something, after all has been waited for.

    One alone is the one, even if it should have said more. Several cannot be told apart.
    """
    here = [one for one in holders if one.address in {None, address}]
    # If all are known to be elsewhere, one of them has another address than before.
    return here or [one for one in holders if one.is_said]
