"""The pictures of what a player plays: the cover of the card, and the icon on the display."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, override

from homeassistant.components.image import ImageEntity, ImageEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .const import DOMAIN
from .coordinator import YotoConfigEntry, YotoCoordinator
from .data import PlayerState
from .entity import YotoEntity, YotoEntityDescription, async_add_for_each_player
from .pictures.enlarging import enlarge
from .pictures.errors import PictureError
from .pictures.fetching import Picture, fetch_picture

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class YotoImageDescription(YotoEntityDescription, ImageEntityDescription):
    """Where a picture is."""

    url_fn: Callable[[PlayerState], str | None]
    enlarged: bool = False
    """Whether it is a picture of few dots, to be shown large."""


def _cover(state: PlayerState) -> str | None:
    """Return where the cover of the card in play is."""
    return state.card.cover_url if state.card else None


def _icon(state: PlayerState) -> str | None:
    """Return where the icon of what plays is."""
    snapshot = state.snapshot
    return state.card.icon_url(snapshot.chapter_key, snapshot.track_key) if state.card else None


IMAGES: Final = (
    YotoImageDescription(key="cover", translation_key="cover", url_fn=_cover),
    YotoImageDescription(
        key="display_icon", translation_key="display_icon", url_fn=_icon, enlarged=True
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: YotoConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the pictures of every player."""
    async_add_for_each_player(entry, async_add_entities, YotoImage, IMAGES)


class YotoImage(YotoEntity, ImageEntity):
    """A picture of what a player plays. It is fetched when somebody looks at it."""

    entity_description: YotoImageDescription

    def __init__(
        self, coordinator: YotoCoordinator, player_id: str, description: YotoImageDescription
    ) -> None:
        """Show nothing yet."""
        YotoEntity.__init__(self, coordinator, player_id, description)
        ImageEntity.__init__(self, coordinator.hass, verify_ssl=True)
        self._url: str | None = None
        self._fetched: tuple[str, Picture] | None = None
        self._look()

    @property
    @override
    def entity_picture(self) -> str | None:
        """Return where Home Assistant serves the picture; None while there is none."""
        return super().entity_picture if self._url else None

    @override
    def shown(self) -> object:
        """Return where the picture is."""
        return self._url

    @override
    async def async_image(self) -> bytes | None:
        """Return the picture, fetched once.

        Raises:
            HomeAssistantError: it cannot be had.
        """
        url = self._url
        if url is None:
            return None
        if self._fetched is None or self._fetched[0] != url:
            self._fetched = (url, await self._async_fetch(url))
        picture = self._fetched[1]
        self._attr_content_type = picture.content_type
        return picture.content

    @callback
    @override
    def _async_changed(self) -> None:
        """Look whether there is another picture now."""
        self._look()
        super()._async_changed()

    def _look(self) -> None:
        """Take note of where the picture is, and of when that changed."""
        url = self.entity_description.url_fn(self.state_of_player)
        if url != self._url:
            self._url = url
            self._fetched = None
            self._attr_image_last_updated = dt_util.utcnow() if url else None

    async def _async_fetch(self, url: str) -> Picture:
        """Fetch a picture, and enlarge it where that is wanted."""
        try:
            picture = await fetch_picture(async_get_clientsession(self.hass), url)
            if not self.entity_description.enlarged:
                return picture
            large = await self.hass.async_add_executor_job(enlarge, picture.content)
        except PictureError as err:
            raise HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key="picture_unavailable",
                translation_placeholders={
                    "player": self.state_of_player.player.name,
                    "reason": str(err),
                },
            ) from err
        return Picture(content=large, content_type="image/png")
