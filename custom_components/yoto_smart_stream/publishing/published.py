"""What has become of a card that somebody wanted."""

from dataclasses import dataclass

from ..cards.differences import Difference
from ..cards.limits import Fault
from ..cards.reading import read
from ..json import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What has become of a card, or would: `card_id` is None of one that is not there yet.

    `not_kept` are the paths of what Yoto has kept otherwise than it was sent, `unmeasured` the
    titles of tracks of which it knows neither length nor size. `overwritten` tells that somebody
    else's changes are gone.
    """

    card_id: str | None
    payload: JsonObject
    changes: tuple[Difference, ...] = ()
    faults: tuple[Fault, ...] = ()
    """What is wrong with a card that was not sent."""
    is_verified: bool = True
    """False where the card could not be read again."""
    not_kept: tuple[str, ...] = ()
    unmeasured: tuple[str, ...] = ()
    overwritten: bool = False

    @property
    def urls(self) -> list[str]:
        """Return the addresses of all tracks."""
        return [track.url for track in read(self.payload).tracks if track.url]
