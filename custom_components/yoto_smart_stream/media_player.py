"""The player itself."""

from contextlib import suppress
from datetime import datetime
from typing import Any, Final, override

from homeassistant.components.media_player import (
    ATTR_MEDIA_ANNOUNCE,
    ATTR_MEDIA_ENQUEUE,
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
from .catalogue.media_ids import CardPlace
from .cloud.commands import PAUSE, RESUME, STOP, set_volume, start_card
from .cloud.errors import NotConnectedError
from .cloud.settings import REPEAT_ALL
from .const import DOMAIN
from .coordinator import YotoConfigEntry
from .entity import async_add_for_each_player
from .pictures.enlarging import enlarge
from .pictures.errors import PictureError
from .playback.messages import CardInsertion, PlaybackStatus
from .playback.position import has_jumped
from .playback.provenance import provenance
from .playback.snapshot import Snapshot
from .playback.volume import STEPS, level_of, step_of
from .playing.browser import async_browse
from .playing.in_play import async_skip, card_in_play
from .playing.lookup import async_look_up
from .playing.search import async_search
from .playing.start import async_start
from .program.editing import with_repeat
from .program.queue import Repeat
from .queue_entity import YotoQueueEntity, is_for_queue

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


class YotoMediaPlayer(YotoQueueEntity):
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
        | MediaPlayerEntityFeature.MEDIA_ENQUEUE
        | MediaPlayerEntityFeature.CLEAR_PLAYLIST
        | MediaPlayerEntityFeature.SHUFFLE_SET
    )

    _positioned: Snapshot | None = None
    """The snapshot whose position is shown."""

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

    @property
    @override
    def source(self) -> str | None:
        """Return where the content in play comes from. Nobody can choose that from afar."""
        origin = provenance(self.snapshot)
        if self.snapshot.card_id is None or origin is None or origin is CardInsertion.NONE:
            return None
        return origin.name.lower()

    @property
    @override
    def media_content_id(self) -> str | None:
        """Return what plays the track in play again."""
        snapshot = self.snapshot
        if snapshot.card_id is None:
            return None
        chapter_key = snapshot.chapter_key
        return str(
            CardPlace(
                card_id=snapshot.card_id,
                chapter_key=chapter_key,
                track_key=snapshot.track_key if chapter_key is not None else None,
            )
        )

    @property
    @override
    def media_content_type(self) -> MediaType | None:
        """Return as what to show it: as music the dashboard names the author too."""
        return MediaType.MUSIC if self.snapshot.card_id is not None else None

    @property
    @override
    def media_title(self) -> str | None:
        """Return the title of the track, or of the chapter where the track has none."""
        if (playing := self._queue.playing) is not None:
            return playing.item.title
        return self.snapshot.track_title or self.snapshot.chapter_title

    @property
    @override
    def media_album_name(self) -> str | None:
        """Return the title of the card."""
        card = self.state_of_player.card
        return card.title if card else None

    @property
    @override
    def media_artist(self) -> str | None:
        """Return who made the item, or the author of the card."""
        if (playing := self._queue.playing) is not None:
            return playing.item.artist
        card = self.state_of_player.card
        return card.author if card else None

    @property
    @override
    def media_series_title(self) -> str | None:
        """Return the series that the card belongs to."""
        card = self.state_of_player.card
        return card.series if card else None

    @property
    @override
    def media_image_url(self) -> str | None:
        """Return the address of the card's cover, or else of the icon on the display."""
        return self._cover_url() or self._icon_url()

    @property
    @override
    def media_image_remotely_accessible(self) -> bool:
        """Return whether browsers fetch the picture themselves: covers are public files."""
        return self._cover_url() is not None

    @override
    async def async_get_media_image(self) -> tuple[bytes | None, str | None]:
        """Return the picture that Home Assistant serves: icons are made large, dot by dot."""
        small = self._cover_url() is None
        content, content_type = await super().async_get_media_image()
        if content is None or not small:
            return content, content_type
        try:
            return await self.hass.async_add_executor_job(enlarge, content), "image/png"
        except PictureError:
            return None, None

    @property
    @override
    def media_duration(self) -> int | None:
        """Return the seconds that the track lasts."""
        if (playing := self._queue.playing) is not None:
            return None if playing.item.length is None else round(playing.item.length)
        return self.snapshot.track_length

    @property
    @override
    def media_position(self) -> int | None:
        """Return the second that was playing at the time of `media_position_updated_at`."""
        position, playing = self._with_position().position, self._queue.playing
        if playing is None or position is None:
            return position
        return position + int(playing.begin_at)

    @property
    @override
    def media_position_updated_at(self) -> datetime | None:
        """Return when the position was true."""
        return self._with_position().position_at

    @property
    @override
    def extra_state_attributes(self) -> dict[str, str | int | list[str] | None]:
        """Return what automations need to name the place on the card."""
        return self._attributes()

    @override
    async def async_media_play(self) -> None:
        """Go on where playback was paused, or play the card in the player again."""
        if self.snapshot.status is PlaybackStatus.PAUSED:
            await self.async_command(RESUME)
        else:
            await self.async_command(start_card(card_in_play(self.state_of_player)))

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
        if self._queue.is_in_play:
            await self._queue.async_step(Way.RIGHT)
            return
        await async_skip(self.coordinator, self.player_id, 1)

    @override
    async def async_media_previous_track(self) -> None:
        """Play the item or track before this one."""
        if self._queue.is_in_play:
            await self._queue.async_step(Way.LEFT)
            return
        await async_skip(self.coordinator, self.player_id, -1)

    @override
    async def async_media_seek(self, position: float) -> None:
        """Play the track from a second on. Players know no other way (protocol §3.4)."""
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
        """Return the cards of the account, or what is in one of them."""
        return await async_browse(self.coordinator, media_content_id)

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
            raise ServiceValidationError(
                translation_domain=DOMAIN, translation_key="announce_unsupported"
            )
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

    def _attributes(self) -> dict[str, str | int | list[str] | None]:
        """Return what names the place on the card."""
        snapshot = self.snapshot
        return {
            "card_id": snapshot.card_id,
            "chapter": snapshot.chapter_title,
            "chapter_key": snapshot.chapter_key,
            "queue": self._queue.titles,
            "queue_position": self._queue.place,
            "track_key": snapshot.track_key,
        }

    def _cover_url(self) -> str | None:
        """Return where the cover of the card in play is."""
        card = self.state_of_player.card
        return card.cover_url if card else None

    def _icon_url(self) -> str | None:
        """Return where the icon on the display is."""
        card = self.state_of_player.card
        snapshot = self.snapshot
        return card.icon_url(snapshot.chapter_key, snapshot.track_key) if card else None

    def _with_position(self) -> Snapshot:
        """Return the snapshot whose position is to be shown.

        Everybody counts on from a position by themselves. So it stays until the player is
        elsewhere than they think.
        """
        if self._positioned is None or has_jumped(self._positioned, self.snapshot):
            self._positioned = self.snapshot
        return self._positioned
