"""The icons and covers of all accounts: lists that last, pictures made and sent to Yoto once."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
import importlib.util
from pathlib import Path
from time import time
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from ..artwork.cover import CoverFile, CoverShape
from ..artwork.icon import IconFile
from ..artwork.lettering import Lettering
from ..cloud.errors import CloudError
from ..cloud.icons import Icon
from ..cloud.studio import Cover
from ..const import DOMAIN, LOGGER
from ..coordinator import YotoConfigEntry
from ..loaded_once import async_loaded_once
from ..pictures.enlarging import enlarge
from ..pictures.fetching import fetch_picture
from .cache import GalleryCache, Known
from .refusals import list_refusal, upload_refusal

DAY: Final = 86_400.0
"""Seconds for which a list of icons is good."""
LATELY: Final = 600.0
"""Seconds after which a list is fetched again where something is missing from it."""
_FONT: Final = ("static", "fonts", "roboto", "Roboto-Bold.woff2")
"""The font of Home Assistant's own pages, which its package brings."""
_GALLERY: Final[HassKey[Gallery]] = HassKey(f"{DOMAIN}_gallery")


@dataclass(frozen=True, slots=True, kw_only=True)
class IconList:
    """The icons of an account, its own ones first."""

    icons: tuple[Icon, ...]
    fetched: datetime
    trouble: str | None = None
    """Why the list is older than it should be: what kept it from being fetched."""


class Gallery:
    """Artwork as far as it is known, and what makes more."""

    def __init__(self, hass: HomeAssistant, cache: GalleryCache, lettering: Lettering) -> None:
        """Use what is on disk."""
        self._hass = hass
        self._cache = cache
        self.lettering: Final = lettering
        self._known: dict[str, Known] = {}
        self._turns: dict[str, asyncio.Lock] = {}
        # Pictures need memory while they are worked on, so they take turns.
        self._work = asyncio.Lock()

    async def async_work[T](self, work: Callable[[], T]) -> T:
        """Do something with pictures in the executor, one thing at a time."""
        async with self._work:
            return await self._hass.async_add_executor_job(work)

    async def async_icons(self, entry: YotoConfigEntry, within: float = DAY) -> IconList:
        """Return the icons of an account; where Yoto is away, as they were.

        Args:
            entry: the account.
            within: how many seconds old the list may be.

        Raises:
            HomeAssistantError: Yoto is away, and they were never fetched.
        """
        async with self._turn(entry):
            known = await self._async_known(entry)
            trouble = None
            if not 0 <= time() - known.fetched <= within:
                try:
                    icons = await entry.runtime_data.account.studio.icons()
                except CloudError as err:
                    if not known.fetched:
                        raise list_refusal(err) from err
                    trouble = str(err)
                else:
                    known = replace(known, icons=icons, fetched=time())
                    await self._async_keep(entry, known)
            return IconList(
                icons=known.icons,
                fetched=dt_util.utc_from_timestamp(known.fetched),
                trouble=trouble,
            )

    async def async_upload_icon(
        self, entry: YotoConfigEntry, icon: IconFile, title: str
    ) -> tuple[str, bool]:
        """Send an icon to Yoto and return its media id, and whether it was sent just now.

        Raises:
            HomeAssistantError: Yoto did not take it.
        """
        async with self._turn(entry):
            known = await self._async_known(entry)
            sent = known.uploads.get(icon.sha256)
            # What was deleted in Yoto's app is not in the list any more.
            if sent is not None and any(one.media_id == sent for one in known.icons):
                return sent, False
            studio = entry.runtime_data.account.studio
            try:
                media_id = await studio.upload_icon(icon.content, icon.content_type, title)
                icons = await studio.icons()
            except CloudError as err:
                raise upload_refusal(entry, err) from err
            uploads = {**known.uploads, icon.sha256: media_id}
            await self._async_keep(
                entry, replace(known, icons=icons, fetched=time(), uploads=uploads)
            )
            return media_id, True

    async def async_upload_cover(
        self, entry: YotoConfigEntry, cover: CoverFile, shape: CoverShape, title: str
    ) -> tuple[Cover, bool]:
        """Send a cover to Yoto, and say whether it was sent just now.

        Raises:
            HomeAssistantError: Yoto did not take it.
        """
        key = f"{shape} {cover.sha256}"
        async with self._turn(entry):
            known = await self._async_known(entry)
            if (sent := known.covers.get(key)) is not None:
                return sent, False
            try:
                taken = await entry.runtime_data.account.studio.upload_cover(
                    cover.content, cover.content_type, shape.value, f"{title}.{cover.suffix}"
                )
            except CloudError as err:
                raise upload_refusal(entry, err) from err
            await self._async_keep(entry, replace(known, covers={**known.covers, key: taken}))
            return taken, True

    async def async_picture(self, media_id: str) -> bytes | None:
        """Return the large picture of an icon that some account knows, None where none does.

        Raises:
            PictureError: it cannot be had.
        """
        url = next(
            (
                icon.url
                for known in self._known.values()
                for icon in known.icons
                if icon.media_id == media_id
            ),
            None,
        )
        if url is None:
            return None
        executor = self._hass.async_add_executor_job
        if (kept := await executor(self._cache.picture, media_id)) is not None:
            return kept
        picture = await fetch_picture(async_get_clientsession(self._hass), url)
        large = await self.async_work(partial(enlarge, picture.content))
        await executor(self._cache.keep_picture, media_id, large)
        return large

    async def async_forget(self, entry_id: str) -> None:
        """Forget an account."""
        self._known.pop(entry_id, None)
        await self._hass.async_add_executor_job(self._cache.remove, entry_id)

    def _turn(self, entry: YotoConfigEntry) -> asyncio.Lock:
        """Return what lets one at a time look at an account and change it."""
        return self._turns.setdefault(entry.entry_id, asyncio.Lock())

    async def _async_known(self, entry: YotoConfigEntry) -> Known:
        """Return what is known of an account."""
        known = self._known.get(entry.entry_id)
        if known is None:
            known = await self._hass.async_add_executor_job(self._cache.read, entry.entry_id)
            self._known[entry.entry_id] = known
        return known

    async def _async_keep(self, entry: YotoConfigEntry, known: Known) -> None:
        """Keep what is known of an account."""
        self._known[entry.entry_id] = known
        try:
            await self._hass.async_add_executor_job(self._cache.write, entry.entry_id, known)
        except OSError as err:
            # It is known all the same, and can be had again after the next start.
            LOGGER.warning("The list of icons could not be kept: %s", err)


async def async_get_gallery(hass: HomeAssistant) -> Gallery:
    """Return the gallery.

    Raises:
        OSError: Its folder cannot be used.
    """
    return await async_loaded_once(hass, _GALLERY, _async_load)


async def _async_load(hass: HomeAssistant) -> Gallery:
    """Make the gallery."""
    cache = GalleryCache(Path(hass.config.path(DOMAIN, "artwork")))
    await hass.async_add_executor_job(cache.open)
    font = await hass.async_add_executor_job(_font_file)
    return Gallery(hass, cache, Lettering(font))


def _font_file() -> Path | None:
    """Return the font that Home Assistant brings for its pages, None where it has no pages."""
    package = importlib.util.find_spec("hass_frontend")
    if package is None or package.origin is None:
        return None
    path = Path(package.origin).parent.joinpath(*_FONT)
    return path if path.is_file() else None
