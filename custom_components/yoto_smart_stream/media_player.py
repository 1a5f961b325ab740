"""The player itself."""

from contextlib import suppress
from typing import Any, Final, override

from homeassistant.components.media_player import (
    ATTR_MEDIA_ANNOUNCE,
    ATTR_MEDIA_ENQUEUE,
    ATTR_MEDIA_EXTRA,
    BrowseMedia,
    MediaPlayerDeviceClass,
    MediaPlayerEnqueue,
    MediaPlayerEntityFeature,
    MediaPlayerState,
    MediaType,
    RepeatMode,
    SearchMedia,
    SearchMediaQuery,
)
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .cards.live import Way
from .cloud.commands import PAUSE, RESUME, STOP, set_volume, start_card
from .cloud.errors import NotConnectedError
from .cloud.settings import REPEAT_ALL
from .const import DOMAIN
from .coordinator import YotoConfigEntry
from .entity import async_add_for_each_player
from .live.announcing import async_announcer
from .live.browsing import async_browse_all
from .live.manner import Manner
from .media.identifiers import on_shelf_of
from .now_playing_entity import YotoNowPlayingEntity
from .playback.messages import PlaybackStatus
from .playback.volume import STEPS, level_of, step_of
from .playing.in_play import async_skip, card_in_play
from .playing.lookup import async_look_up
from .playing.search import async_search
from .playing.start import async_start
from .program.editing import with_repeat
from .program.queue import Repeat
from .queue_entity import is_for_queue

PARALLEL_UPDATES = 0

_STATES: Final = {
    PlaybackStatus.PLAYING: MediaPlayerState.PLAYING,
    PlaybackStatus.PAUSED: MediaPlayerState.PAUSED,
    PlaybackStatus.STOPPED: MediaPlayerState.IDLE,
}
_REPEAT: Final = {True: RepeatMode.ALL, False: RepeatMode.OFF, None: None}
_PLAYED_AT_ONCE: Final = {None, MediaPlayerEnqueue.PLAY, MediaPlayerEnqueue.REPLACE}
"""A card is played at once or not at all: the queue holds Home Assistant's media only."""


async def async_setup_entry(
    hass: HomeAssistant,
    entry: YotoConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add a media player for every player."""
    async_add_for_each_player(entry, async_add_entities, YotoMediaPlayer, (None,))


class YotoMediaPlayer(YotoNowPlayingEntity):
    """A Yoto player."""

    _attr_name = None
    _attr_device_class = MediaPlayerDeviceClass.SPEAKER
    _attr_translation_key = "player"
    _attr_volume_step = 1 / STEPS
    _attr_supported_features = (
        MediaPlayerEntityFeature.PLAY
        | MediaPlayerEntityFeature.PAUSE
        | MediaPlayerEntityFeature.STOP
        | MediaPlayerEntityFeature.NEXT_TRACK
        | MediaPlayerEntityFeature.PREVIOUS_TRACK
        | MediaPlayerEntityFeature.SEEK
        | MediaPlayerEntityFeature.VOLUME_SET
        | MediaPlayerEntityFeature.VOLUME_STEP
        | MediaPlayerEntityFeature.PLAY_MEDIA
        | MediaPlayerEntityFeature.BROWSE_MEDIA
        | MediaPlayerEntityFeature.SEARCH_MEDIA
        | MediaPlayerEntityFeature.MEDIA_ANNOUNCE
        | MediaPlayerEntityFeature.MEDIA_ENQUEUE
        | MediaPlayerEntityFeature.CLEAR_PLAYLIST
        | MediaPlayerEntityFeature.SHUFFLE_SET
    )

    @override
    def shown(self) -> object:
        """Return the state and all attributes."""
        return self.state, self.supported_features, self.state_attributes, self._attributes()

    @property
    @override
    def supported_features(self) -> MediaPlayerEntityFeature:
        """Return what the player can do; whether it can repeat shows in its settings."""
        if self.repeat is None:
            return self._attr_supported_features
        return self._attr_supported_features | MediaPlayerEntityFeature.REPEAT_SET

    @property
    @override
    def state(self) -> MediaPlayerState:
        """Return what the player does."""
        status = self.snapshot.status
        if status is PlaybackStatus.PLAYING and self.snapshot.waiting:
            return MediaPlayerState.BUFFERING
        return _STATES[status] if status else MediaPlayerState.IDLE

    @property
    @override
    def volume_level(self) -> float | None:
        """Return the volume from 0 to 1."""
        volume = self.snapshot.volume
        return None if volume is None else level_of(volume)

    @property
    @override
    def repeat(self) -> RepeatMode | None:
        """Return whether the player begins again after the end of a card."""
        if (queue := self._queue.queue) is not None:
            return RepeatMode(queue.repeat)
        repeats = self.snapshot.repeat_all
        settings = self.state_of_player.player.settings
        if repeats is None and settings is not None:
            repeats = settings.value(REPEAT_ALL)
        return _REPEAT[repeats]

    @override
    async def async_media_play(self) -> None:
        """Go on where playback was paused, or with what was played last: the queue, or a card."""
        status = self.snapshot.status
        if status is PlaybackStatus.PAUSED:
            await self.async_command(RESUME)
        elif self._queue.is_next:
            if status is not PlaybackStatus.PLAYING:
                await self._queue.async_go_on()
        else:
            card_id = self._queue.card_before or card_in_play(self.state_of_player)
            await self.async_command(start_card(card_id))

    @override
    async def async_media_pause(self) -> None:
        """Pause."""
        await self.async_command(PAUSE)

    @override
    async def async_media_stop(self) -> None:
        """Stop."""
        await self.async_command(STOP)

    @override
    async def async_media_next_track(self) -> None:
        """Play the next item of the queue, or the next track of the card."""
        if self._queue.is_next:
            await self._queue.async_step(Way.RIGHT)
            return
        await async_skip(self.coordinator, self.player_id, 1)

    @override
    async def async_media_previous_track(self) -> None:
        """Play the item or track before this one."""
        if self._queue.is_next:
            await self._queue.async_step(Way.LEFT)
            return
        await async_skip(self.coordinator, self.player_id, -1)

    @override
    async def async_media_seek(self, position: float) -> None:
        """Play the item or the track from a second on.

        Players know no other way than to start there (protocol §3.4).
        """
        if self._queue.is_in_play:
            await self._queue.async_seek(position)
            return
        await self.async_command(
            start_card(
                card_in_play(self.state_of_player),
                chapter_key=self.snapshot.chapter_key,
                track_key=self.snapshot.track_key,
                seconds=position,
            )
        )

    @override
    async def async_set_volume_level(self, volume: float) -> None:
        """Set the volume, up to what the player allows at the moment."""
        await self.async_command(set_volume(min(step_of(volume), self.snapshot.volume_max)))

    @override
    async def async_volume_up(self) -> None:
        """Turn the volume up by a step."""
        await self._async_turn_volume(1)

    @override
    async def async_volume_down(self) -> None:
        """Turn the volume down by a step."""
        await self._async_turn_volume(-1)

    @override
    async def async_set_repeat(self, repeat: RepeatMode) -> None:
        """Have the player begin again after the end of a card, or not."""
        if self._queue.is_in_play:
            await self._queue.async_edit(lambda queue: with_repeat(queue, Repeat(repeat)))
            return
        if repeat is RepeatMode.ONE:
            raise ServiceValidationError(
                translation_domain=DOMAIN, translation_key="repeat_one_unsupported"
            )
        await self.async_change_settings(
            lambda _settings: REPEAT_ALL.change(repeat is RepeatMode.ALL)
        )
        # It would be shown as soon as the player speaks of it by itself, which may take minutes.
        with suppress(NotConnectedError):
            await self.coordinator.account.connection.arm(self.player_id)

    @override
    async def async_browse_media(
        self,
        media_content_type: MediaType | str | None = None,
        media_content_id: str | None = None,
    ) -> BrowseMedia:
        """Return the cards of the account, the media of Home Assistant, or what is in either."""
        return await async_browse_all(self.coordinator, media_content_id)

    @override
    async def async_search_media(self, query: SearchMediaQuery) -> SearchMedia:
        """Search titles, authors, series, groups and chapters."""
        return await async_search(self.coordinator, query)

    @override
    async def async_play_media(
        self, media_type: MediaType | str, media_id: str, **kwargs: Any
    ) -> None:
        """Play a card or a place on it by media id or title, or any media of Home Assistant."""
        if kwargs.get(ATTR_MEDIA_ANNOUNCE):
            options, extra = self.coordinator.config_entry.options, kwargs.get(ATTR_MEDIA_EXTRA)
            manner = Manner.usual(options).but_for(extra or {})
            announcer = async_announcer(self.coordinator, self.player_id)
            await announcer.async_play(media_id, manner)
            return
        # A card of the account is played as a card, with all that is on it, wherever it was chosen.
        media_id = on_shelf_of(self.coordinator.config_entry.entry_id, media_id) or media_id
        if is_for_queue(media_id):
            how = kwargs.get(ATTR_MEDIA_ENQUEUE) or MediaPlayerEnqueue.REPLACE
            await self._queue.async_play(media_id, how)
            return
        if kwargs.get(ATTR_MEDIA_ENQUEUE) not in _PLAYED_AT_ONCE:
            raise ServiceValidationError(
                translation_domain=DOMAIN, translation_key="enqueue_unsupported"
            )
        place = await async_look_up(self.coordinator, media_id)
        await async_start(self.coordinator, self.player_id, place)

    async def _async_turn_volume(self, steps: int) -> None:
        """Change the volume by a number of steps."""
        volume = (self.snapshot.volume or 0) + steps
        await self.async_command(set_volume(min(volume, self.snapshot.volume_max)))
