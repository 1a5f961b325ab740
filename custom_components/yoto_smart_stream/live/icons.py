"""Icons of what plays: pictures that were made small are kept, and signs stand where there is none.

A picture that takes long is shown the next time; until then its sign is. One that cannot be had, or
is of no use, is not asked for again for a while.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.util.hass_dict import HassKey

from ..artwork.errors import ArtworkError
from ..artwork.icon import make_icon
from ..artwork.signs import Sign, draw_signs
from ..const import DOMAIN, LOGGER
from ..coordinator import YotoConfigEntry
from ..gallery.collection import async_get_gallery
from ..gallery.dressing import async_icon_content
from ..library.item import Details
from ..opening.artwork import async_picture, is_here, library_details, picture_address
from ..pictures.errors import PictureError
from ..pictures.fetching import fetch_picture
from ..program.item import Item
from .showing import Shown, sign_of

PATIENCE: Final = 1.0
"""Seconds that somebody who asks for an icon waits for its picture."""
_KEPT: Final = 128
_AT_ONCE: Final = 8
_FRESH: Final = 3600.0
"""Seconds for which a picture is good: what is behind an address may change."""
_FRESH_FAULT: Final = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Picture:
    """A picture that may be shown."""

    key: str
    obtain: Callable[[], Awaitable[bytes | None]]
    crop: bool
    """Whether it fills the display: a cover is not square, and an icon is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """What has become of a picture, and until when that counts."""

    icon: bytes | None
    until: float


class LiveIcons:
    """The icons of this Home Assistant's live cards."""

    def __init__(self, hass: HomeAssistant, signs: dict[Sign, bytes]) -> None:
        """Know the signs, and no picture yet."""
        self._hass = hass
        self._signs = signs
        self._made: OrderedDict[str, _Made] = OrderedDict()
        self._making: dict[str, asyncio.Task[None]] = {}

    def sign(self, sign: Sign) -> bytes:
        """Return a sign as a PNG."""
        return self._signs[sign]

    async def async_icon(self, shown: Shown, entry: YotoConfigEntry | None) -> bytes:
        """Return what is shown as a PNG of 16 by 16 dots; there always is something.

        Args:
            shown: what is to be shown.
            entry: the account whose icons have names; None while it is not loaded.
        """
        until = monotonic() + PATIENCE
        for picture in self._pictures(shown, entry):
            if (making := self._async_begin(picture)) is not None:
                await asyncio.wait([making], timeout=max(until - monotonic(), 0.0))
            made = self._made.get(picture.key)
            if made is not None and made.icon is not None:
                return made.icon
        return self._signs[shown.sign]

    @callback
    def async_prepare(self, item: Item, entry: YotoConfigEntry) -> None:
        """Have the pictures of an item made before anybody asks for them."""
        for picture in self._pictures(Shown(sign=sign_of(item), item=item), entry):
            self._async_begin(picture)

    @callback
    def _async_begin(self, picture: _Picture) -> asyncio.Task[None] | None:
        """Return what makes a picture small; None where that has been done, or has to wait."""
        made = self._made.get(picture.key)
        if made is not None and monotonic() < made.until:
            self._made.move_to_end(picture.key)
            return None
        if (making := self._making.get(picture.key)) is not None:
            return making
        if len(self._making) >= _AT_ONCE:
            return None
        making = self._hass.async_create_background_task(
            self._async_make(picture), name="Yoto icon of what plays", eager_start=False
        )
        self._making[picture.key] = making
        making.add_done_callback(lambda _: self._making.pop(picture.key, None))
        return making

    async def _async_make(self, picture: _Picture) -> None:
        """Make a picture small, and keep what has become of it."""
        icon: bytes | None = None
        try:
            if (content := await picture.obtain()) is not None:
                gallery = await async_get_gallery(self._hass)
                make = partial(make_icon, content, crop=picture.crop, still=True)
                icon = (await gallery.async_work(make)).content
        except (ArtworkError, HomeAssistantError, PictureError, OSError) as err:
            LOGGER.debug("A picture of what plays is of no use: %s", err)
        fresh = _FRESH_FAULT if icon is None else _FRESH
        self._made[picture.key] = _Made(icon=icon, until=monotonic() + fresh)
        self._made.move_to_end(picture.key)
        if len(self._made) > _KEPT:
            self._made.popitem(last=False)

    def _pictures(self, shown: Shown, entry: YotoConfigEntry | None) -> Iterator[_Picture]:
        """Yield the pictures that may be shown, the best first."""
        if shown.icon is not None and entry is not None:
            yield self._named(shown.icon, entry)
        if (item := shown.item) is None:
            return
        details = library_details(self._hass, item.media)
        if details is not None and details.icon is not None and entry is not None:
            yield self._named(details.icon, entry)
        if item.cover is not None:
            yield self._cover(item.cover, details)

    def _named(self, named: str, entry: YotoConfigEntry) -> _Picture:
        """Return an icon that somebody has named."""
        return _Picture(
            key=f"icon {entry.entry_id} {named}",
            obtain=partial(async_icon_content, self._hass, entry, named),
            crop=False,
        )

    def _cover(self, cover: str, details: Details | None) -> _Picture:
        """Return the cover of an item; that of an audio of the library may become another one."""
        stored = None if details is None else details.cover
        version = "" if stored is None else stored.sha256
        return _Picture(
            key=f"cover {cover} {version}",
            obtain=partial(self._async_cover, cover),
            crop=True,
        )

    async def _async_cover(self, cover: str) -> bytes | None:
        """Return the picture of an item, from this machine or from where it is.

        Raises:
            PictureError: It cannot be fetched.
        """
        if is_here(cover):
            found = await async_picture(self._hass, cover)
            return None if found is None else found[0]
        address = picture_address(self._hass, cover)
        if address is None:
            return None
        return (await fetch_picture(async_get_clientsession(self._hass), address)).content


async def async_live_icons(hass: HomeAssistant) -> LiveIcons:
    """Return what makes the icons of live cards."""
    return LiveIcons(hass, await hass.async_add_executor_job(draw_signs))


LIVE_ICONS: HassKey[LiveIcons] = HassKey(f"{DOMAIN}_live_icons")
