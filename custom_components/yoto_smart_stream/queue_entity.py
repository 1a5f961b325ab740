"""What the media player of a player has of a queue of Home Assistant's media."""

from functools import cached_property
import secrets
from typing import Final, override

from homeassistant.components.media_player import MediaPlayerEntity

from .catalogue.media_ids import read_media_id
from .entity import YotoEntity
from .live.queue import PlayerQueue
from .live.runner import LIVE_CARDS
from .program.editing import clear, with_shuffle
from .web import is_web_address

_MEDIA: Final = ("media-source://", "tts://", "/")
"""How ids of Home Assistant's media begin that are no addresses."""
_SEED_BITS: Final = 32


def is_for_queue(media_id: str) -> bool:
    """Return whether a media id names media of Home Assistant's, and nothing on a card."""
    is_media = media_id.startswith(_MEDIA) or is_web_address(media_id)
    return is_media and read_media_id(media_id) is None


class YotoQueueEntity(YotoEntity, MediaPlayerEntity):
    """A media player whose player can play its live card."""

    _unrecorded_attributes = frozenset({"queue"})

    @cached_property
    def _queue(self) -> PlayerQueue:
        """Return what is played on the live card."""
        return PlayerQueue(self.coordinator, self.player_id)

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the queue too."""
        await super().async_added_to_hass()
        if (live := self.hass.data.get(LIVE_CARDS)) is not None:
            self.async_on_remove(live.async_watch(self.player_id, self._async_changed))

    @property
    @override
    def shuffle(self) -> bool | None:
        """Return whether the queue is shuffled, while it plays."""
        queue = self._queue.queue
        return None if queue is None else queue.seed is not None

    @override
    async def async_set_shuffle(self, shuffle: bool) -> None:
        """Shuffle the queue, or put it in order again."""
        seed = secrets.randbits(_SEED_BITS) if shuffle else None
        await self._queue.async_edit(lambda queue: with_shuffle(queue, seed))

    @override
    async def async_clear_playlist(self) -> None:
        """Empty the queue; what plays is heard to its end."""
        await self._queue.async_edit(clear)
