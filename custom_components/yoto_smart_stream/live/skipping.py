"""What could not be played on a player's live card: told at once, and asked to be mended.

Something that a family can mend stays under Repairs until it plays, or is in the queue no more,
whatever is restarted meanwhile.
What a child passed over by a press is only told.
"""

from homeassistant.core import callback

from ..const import LOGGER
from ..coordinator import YotoCoordinator
from ..issues.sessions import async_report_skipped, async_reported_skipped
from ..opening.opener import OPENER
from ..opening.refusals import refusal_of_opening
from ..program.item import Skipped, SkipReason
from ..program.session import Session, queue_in
from .queue import PlayerQueue
from .reports import ITEM_SKIPPED, async_tell


class SkippedItems:
    """The items of one player's queue that could not be played, and why."""

    def __init__(self, coordinator: YotoCoordinator, player_id: str) -> None:
        """Begin with what was said before."""
        self._coordinator = coordinator
        self._player_id = player_id
        self._queue = PlayerQueue(coordinator, player_id)
        self._why = async_reported_skipped(coordinator.hass, coordinator.config_entry, player_id)
        """What people read, by the media of the item."""

    @callback
    def async_note(self, skipped: Skipped) -> None:
        """Tell that an item was not played."""
        item, error = skipped.item, None
        LOGGER.warning("%s was not played: %s", item.title, skipped.reason)
        if skipped.reason is SkipReason.MISSING:
            error = self._reason(item.media, item.title)
            if _is_queued(self._queue.session, item.media):
                self._why[item.media] = error
                self._async_report()
        async_tell(
            self._coordinator,
            self._player_id,
            ITEM_SKIPPED,
            title=item.title,
            reason=skipped.reason.value,
            error=error,
        )

    @callback
    def async_look(self) -> None:
        """Withdraw what plays again, or is not in the queue any more."""
        session = self._queue.session
        playing = session.playing if session else None
        heard = None if playing is None else playing.item.media
        left = {
            media: why
            for media, why in self._why.items()
            if media != heard and _is_queued(session, media)
        }
        if left != self._why:
            self._why = left
            self._async_report()

    @callback
    def async_stop(self) -> None:
        """Withdraw everything if nobody looks any more, since the account is disabled."""
        if self._coordinator.config_entry.disabled_by is not None:
            self._why = {}
            self._async_report()

    def _reason(self, media: str, title: str) -> str:
        """Say why something cannot be opened."""
        opener = self._coordinator.hass.data.get(OPENER)
        fault = opener.fault(media) if opener else None
        # A restart came in between, and nobody has tried again.
        return title if fault is None else str(refusal_of_opening(fault, title))

    @callback
    def _async_report(self) -> None:
        coordinator = self._coordinator
        state = coordinator.data.get(self._player_id)
        name = state.player.name if state else ""
        async_report_skipped(
            coordinator.hass,
            coordinator.config_entry,
            self._player_id,
            name,
            self._why,
        )


def _is_queued(session: Session | None, media: str) -> bool:
    """Return whether an item is in the queue."""
    queue = queue_in(session.current.program) if session else None
    return queue is not None and any(entry.item.media == media for entry in queue.entries)
