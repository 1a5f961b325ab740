"""What a media player shows of what is in play: its name, its picture, and how far it is."""

from datetime import datetime
from functools import cached_property
from typing import Final, override

from homeassistant.components.media_player import MediaType, async_fetch_image

from .catalogue.media_ids import CardPlace
from .const import LOGGER
from .live.display import PlayerDisplay
from .opening.artwork import async_picture, is_here, picture_address
from .opening.references import as_media_id
from .pictures.enlarging import enlarge
from .pictures.errors import PictureError
from .playback.messages import CardInsertion
from .playback.position import has_jumped
from .playback.provenance import provenance
from .playback.snapshot import Snapshot
from .program.whereabouts import Whereabouts
from .queue_entity import YotoQueueEntity

_DISPLAY: Final = "display:"


class YotoNowPlayingEntity(YotoQueueEntity):
    """A media player that shows what is in play: of a card, or of the queue."""

    _positioned: Snapshot | None = None
    """The snapshot whose position is shown."""
    _whereabouts: Whereabouts | None = None
    """The place in an item of the queue that is shown."""

    @cached_property
    def _display(self) -> PlayerDisplay:
        """Return what the player fetches for its display."""
        return PlayerDisplay(self.coordinator, self.player_id)

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
        """Return what plays the item or the track in play again."""
        if (playing := self._queue.playing) is not None:
            return as_media_id(playing.item.media)
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
        """Return where the picture of the item is, of the card, or of the icon on the display."""
        found = self._item_cover() or self._cover_url()
        if found is None and (live := self._display.shown) is not None:
            # Where it is does not matter: that it is another picture has to be seen by it.
            return f"{_DISPLAY}{live}"
        return found or self._icon_url()

    @property
    @override
    def media_image_remotely_accessible(self) -> bool:
        """Return whether browsers fetch the picture themselves: covers are public files."""
        return self._item_cover() is None and self._cover_url() is not None

    @override
    async def async_get_media_image(self) -> tuple[bytes | None, str | None]:
        """Return the picture that Home Assistant serves: icons are made large, dot by dot."""
        if (cover := self._item_cover()) is not None:
            return await self._async_item_picture(cover)
        small = self._cover_url() is None
        if small and (live := self._display.shown) is not None:
            return await self._display.async_large(live), "image/png"
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
        if (here := self._in_item()) is not None:
            return int(here.seconds)
        return self._with_position().position

    @property
    @override
    def media_position_updated_at(self) -> datetime | None:
        """Return when the position was true."""
        if (here := self._in_item()) is not None:
            return here.at
        return self._with_position().position_at

    @property
    @override
    def extra_state_attributes(self) -> dict[str, str | int | list[str] | None]:
        """Return what automations need to name the place on the card."""
        return self._attributes()

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

    def _item_cover(self) -> str | None:
        """Return what names the picture of the item of the queue that plays."""
        playing = self._queue.playing
        return None if playing is None else playing.item.cover

    async def _async_item_picture(self, cover: str) -> tuple[bytes | None, str | None]:
        """Return the picture of an item, from this machine or from where it is."""
        if is_here(cover):
            return await async_picture(self.hass, cover) or (None, None)
        address = picture_address(self.hass, cover)
        if address is None:
            return None, None
        return await async_fetch_image(LOGGER, self.hass, address)

    def _cover_url(self) -> str | None:
        """Return where the cover of the card in play is."""
        card = self.state_of_player.card
        return card.cover_url if card else None

    def _icon_url(self) -> str | None:
        """Return where the icon on the display is."""
        card = self.state_of_player.card
        snapshot = self.snapshot
        return card.icon_url(snapshot.chapter_key, snapshot.track_key) if card else None

    def _in_item(self) -> Whereabouts | None:
        """Return the place in an item of the queue that is to be shown, as `_with_position`."""
        now = self._queue.whereabouts
        if now is None or self._whereabouts is None or not now.is_as_expected(self._whereabouts):
            self._whereabouts = now
        return self._whereabouts

    def _with_position(self) -> Snapshot:
        """Return the snapshot whose position is to be shown.

        Everybody counts on from a position by themselves. So it stays until the player is
        elsewhere than they think.
        """
        if self._positioned is None or has_jumped(self._positioned, self.snapshot):
            self._positioned = self.snapshot
        return self._positioned
