"""The player itself."""

from datetime import datetime
from typing import Final, override

from homeassistant.components.media_player import (
    MediaPlayerDeviceClass,
    MediaPlayerEntity,
    MediaPlayerEntityFeature,
    MediaPlayerState,
    MediaType,
)
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .cloud.cards import Card
from .cloud.commands import PAUSE, RESUME, STOP, set_volume, start_card
from .cloud.errors import CloudError, NotFoundError
from .const import DOMAIN
from .coordinator import YotoConfigEntry
from .entity import YotoEntity, async_add_for_each_player
from .playback.messages import PlaybackStatus
from .playback.volume import STEPS, level_of, step_of

PARALLEL_UPDATES = 0

_STATES: Final = {
    PlaybackStatus.PLAYING: MediaPlayerState.PLAYING,
    PlaybackStatus.PAUSED: MediaPlayerState.PAUSED,
    PlaybackStatus.STOPPED: MediaPlayerState.IDLE,
}


async def async_setup_entry(
    hass: HomeAssistant,
    entry: YotoConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add a media player for every player."""
    async_add_for_each_player(entry, async_add_entities, YotoMediaPlayer, (None,))


class YotoMediaPlayer(YotoEntity, MediaPlayerEntity):
    """A Yoto player."""

    _attr_name = None
    _attr_device_class = MediaPlayerDeviceClass.SPEAKER
    _attr_media_content_type = MediaType.MUSIC
    # Covers are public files on Yoto's servers.
    _attr_media_image_remotely_accessible = True
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
    )

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
    def media_title(self) -> str | None:
        """Return the title of the track, or of the chapter where the track has none."""
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
        """Return the author of the card."""
        card = self.state_of_player.card
        return card.author if card else None

    @property
    @override
    def media_image_url(self) -> str | None:
        """Return the address of the card's cover."""
        card = self.state_of_player.card
        return card.cover_url if card else None

    @property
    @override
    def media_duration(self) -> int | None:
        """Return the seconds that the track lasts."""
        return self.snapshot.track_length

    @property
    @override
    def media_position(self) -> int | None:
        """Return the second that was playing at the time of `media_position_updated_at`."""
        return self.snapshot.position

    @property
    @override
    def media_position_updated_at(self) -> datetime | None:
        """Return when the position was true."""
        return self.snapshot.position_at

    @property
    @override
    def extra_state_attributes(self) -> dict[str, str | None]:
        """Return what automations need to name the place on the card."""
        snapshot = self.snapshot
        return {
            "card_id": snapshot.card_id,
            "chapter": snapshot.chapter_title,
            "chapter_key": snapshot.chapter_key,
            "track_key": snapshot.track_key,
        }

    @override
    async def async_media_play(self) -> None:
        """Go on where playback was paused, or play the card in the player again."""
        if self.snapshot.status is PlaybackStatus.PAUSED:
            await self.async_command(RESUME)
        else:
            await self.async_command(start_card(self._card_id()))

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
        """Play the next track of the card."""
        await self._async_skip(1, "last_track")

    @override
    async def async_media_previous_track(self) -> None:
        """Play the previous track of the card."""
        await self._async_skip(-1, "first_track")

    @override
    async def async_media_seek(self, position: float) -> None:
        """Play the track from a second on. Players know no other way (protocol §3.4)."""
        await self.async_command(
            start_card(
                self._card_id(),
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

    async def async_play_card(
        self,
        card_id: str,
        chapter_key: str | None = None,
        track_key: str | None = None,
        seconds: float | None = None,
    ) -> None:
        """Play a card, from where it was left or from a place on it."""
        if track_key is not None and chapter_key is None:
            raise ServiceValidationError(
                translation_domain=DOMAIN, translation_key="track_without_chapter"
            )
        card = await self._async_card(card_id)
        if chapter_key is not None:
            track_key = _track_of(card, chapter_key, track_key)
            # Without it the player would go on at the second where it left the card.
            seconds = seconds or 0
        await self.async_command(
            start_card(card_id, chapter_key=chapter_key, track_key=track_key, seconds=seconds)
        )

    async def _async_skip(self, offset: int, at_the_end: str) -> None:
        """Play the track `offset` places away."""
        card = await self._async_card(self._card_id())
        keys = card.neighbour(
            self.snapshot.chapter_key or "", self.snapshot.track_key or "", offset
        )
        if keys is None:
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key=at_the_end,
                translation_placeholders={"card": card.title},
            )
        await self.async_command(
            start_card(card.card_id, chapter_key=keys[0], track_key=keys[1], seconds=0)
        )

    async def _async_turn_volume(self, steps: int) -> None:
        """Change the volume by a number of steps."""
        volume = (self.snapshot.volume or 0) + steps
        await self.async_command(set_volume(min(volume, self.snapshot.volume_max)))

    def _card_id(self) -> str:
        """Return the card in play."""
        card_id = self.snapshot.card_id
        if card_id is None:
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="no_card",
                translation_placeholders={"player": self.state_of_player.player.name},
            )
        return card_id

    async def _async_card(self, card_id: str) -> Card:
        """Return a card with its chapters."""
        try:
            return await self.coordinator.async_card(card_id)
        except NotFoundError as err:
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="unknown_card",
                translation_placeholders={"card_id": card_id},
            ) from err
        except CloudError as err:
            raise HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key="card_unavailable",
                translation_placeholders={"card_id": card_id, "reason": str(err)},
            ) from err


def _track_of(card: Card, chapter_key: str, track_key: str | None) -> str:
    """Return the key of a chapter's track, the first one unless another is named.

    Keys must match to the letter; a player refuses all others without a reason (protocol §3.4).
    """
    keys = [track for chapter, track in card.track_keys() if chapter == chapter_key]
    if not keys:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="unknown_chapter",
            translation_placeholders={
                "chapter_key": chapter_key,
                "card": card.title,
                "known": ", ".join(chapter.key for chapter in card.chapters),
            },
        )
    if track_key is None:
        return keys[0]
    if track_key not in keys:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="unknown_track",
            translation_placeholders={
                "track_key": track_key,
                "chapter_key": chapter_key,
                "known": ", ".join(keys),
            },
        )
    return track_key
