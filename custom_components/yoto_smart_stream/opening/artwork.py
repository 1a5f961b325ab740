"""Artwork: pictures of items that lie on this machine. Others are fetched as Home Assistant does.

An item names its picture by an address, by a path of Home Assistant's, or as that of an audio in
the cache.
"""

from pathlib import Path
from typing import Final

from homeassistant.components.media_player import async_process_play_media_url
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError

from ..audio.cover import picture_type
from ..library.catalog import async_find_catalog
from ..library.errors import LibraryError
from ..library.item import Details
from ..media.views import covered_audio
from .describing import read_library
from .opener import OPENER
from .references import cached_cover_key

_LARGEST: Final = 10 * 1024 * 1024
"""Bytes."""


async def async_picture(hass: HomeAssistant, cover: str) -> tuple[bytes, str] | None:
    """Return a picture of this machine and its content type, None where there is none any more."""
    content: bytes | None = None
    if (key := cached_cover_key(cover)) is not None:
        opener = hass.data.get(OPENER)
        content = await opener.async_cover(key) if opener else None
    elif (audio_id := covered_audio(cover)) is not None:
        content = await _of_library(hass, audio_id)
    content_type = picture_type(content) if content else None
    return None if content is None or content_type is None else (content, content_type)


def is_here(cover: str) -> bool:
    """Tell whether `async_picture` knows a picture."""
    return cached_cover_key(cover) is not None or covered_audio(cover) is not None


def library_details(hass: HomeAssistant, media: str) -> Details | None:
    """Return what is known of the audio of the library that a media id names, None of others."""
    audio_id, catalog = read_library(media), async_find_catalog(hass)
    if audio_id is None or catalog is None:
        return None
    try:
        return catalog.collection.index.get(audio_id).details
    except LibraryError:
        return None


def picture_address(hass: HomeAssistant, cover: str) -> str | None:
    """Return the address of another picture, signed where this Home Assistant serves it."""
    try:
        return async_process_play_media_url(hass, cover)
    except HomeAssistantError:
        return None


async def _of_library(hass: HomeAssistant, audio_id: str) -> bytes | None:
    """Return the cover of an audio of the library."""
    catalog = async_find_catalog(hass)
    if catalog is None:
        return None
    collection = catalog.collection
    try:
        cover = collection.index.get(audio_id).details.cover
    except LibraryError:
        return None
    if cover is None:
        return None
    return await hass.async_add_executor_job(_content, collection.storage.path(cover))


def _content(path: Path) -> bytes | None:
    """Read a picture (blocking)."""
    try:
        with path.open("rb") as file:
            return file.read(_LARGEST)
    except OSError:
        return None
