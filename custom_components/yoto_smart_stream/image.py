"""The pictures of what a player plays: the cover of the card, and the icon on the display."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
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
from .live.display import PlayerDisplay
from .live.runner import LIVE_CARDS
from .live.showing import Shown
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


COVER: Final = YotoImageDescription(key="cover", translation_key="cover", url_fn=_cover)
DISPLAY_ICON: Final = YotoImageDescription(
    key="display_icon", translation_key="display_icon", url_fn=_icon, enlarged=True
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: YotoConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the pictures of every player."""
    async_add_for_each_player(entry, async_add_entities, YotoImage, (COVER,))
    async_add_for_each_player(entry, async_add_entities, YotoDisplayImage, (DISPLAY_ICON,))


class YotoImage(YotoEntity, ImageEntity):
    """A picture of what a player plays. It is fetched when somebody looks at it."""

    entity_description: YotoImageDescription

    def __init__(
        self, coordinator: YotoCoordinator, player_id: str, description: YotoImageDescription
    ) -> None:
        """Show nothing yet."""
        YotoEntity.__init__(self, coordinator, player_id, description)
        ImageEntity.__init__(self, coordinator.hass, verify_ssl=True)
        self._what: str | Shown | None = None
        """The address of the picture, or what a live card shows."""
        self._fetched: tuple[str, Picture] | None = None
        self._look()

    @property
    @override
    def entity_picture(self) -> str | None:
        """Return where Home Assistant serves the picture; None while there is none."""
        return super().entity_picture if self._what else None

    @override
    def shown(self) -> object:
        """Return where the picture is."""
        return self._what

    @override
    async def async_image(self) -> bytes | None:
        """Return the picture, fetched once.

        Raises:
            HomeAssistantError: it cannot be had.
        """
        url = self._what
        if not isinstance(url, str):
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
        what = self._find()
        if what != self._what:
            self._what = what
            self._fetched = None
            self._attr_image_last_updated = dt_util.utcnow() if what else None

    def _find(self) -> str | Shown | None:
        """Return where the picture is now."""
        return self.entity_description.url_fn(self.state_of_player)

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


class YotoDisplayImage(YotoImage):
    """The icon on the display: that of a card, or of what Home Assistant plays."""

    @cached_property
    def _display(self) -> PlayerDisplay:
        """Return what the player fetches for its display."""
        return PlayerDisplay(self.coordinator, self.player_id)

    @override
    async def async_added_to_hass(self) -> None:
        """Follow what is played, too."""
        await super().async_added_to_hass()
        if (live := self.hass.data.get(LIVE_CARDS)) is not None:
            self.async_on_remove(live.async_watch(self.player_id, self._async_changed))

    @override
    async def async_image(self) -> bytes | None:
        """Return the picture.

        Raises:
            HomeAssistantError: as that of a card.
        """
        if not isinstance(what := self._what, Shown):
            return await super().async_image()
        self._attr_content_type = "image/png"
        return await self._display.async_large(what)

    @override
    def _find(self) -> str | Shown | None:
        """Return what is on the display now."""
        return self._display.shown or super()._find()
