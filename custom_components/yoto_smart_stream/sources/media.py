"""What a person names, as an origin: a media-source id, an address, a path or a folder."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
import re
from typing import Final

from homeassistant.components.media_player import async_process_play_media_url
from homeassistant.components.media_source import (
    Unresolvable,
    async_resolve_media,
    is_media_source_id,
)
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from yarl import URL

from ..audio.stoppable import in_thread
from ..library.item import Source, SourceKind
from .errors import SourceError, SourceFault
from .fetching import parse_address
from .folders import files_in
from .origin import FileOrigin, Origin, WebOrigin, web_origin

_WITH_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A folder to import from, with all folders below it."""

    path: Path

    @property
    def label(self) -> str:
        """Return the name of the folder."""
        return self.path.name or str(self.path)

    async def listed(self, hass: HomeAssistant) -> Sequence[Origin]:
        """Return its files.

        Raises:
            SourceError: There are none, or too many.
            OSError: It cannot be read.
        """
        paths = await in_thread(partial(files_in, self.path, hass.config.is_allowed_path))
        return [file_origin(path, label=str(path.relative_to(self.path))) for path in paths]


def file_origin(path: Path, *, label: str | None = None) -> FileOrigin:
    """Return the origin of a file that a person named, or of one in a folder."""
    return FileOrigin(
        path=path, source=Source(kind=SourceKind.FILE, reference=str(path)), given_label=label
    )


async def async_find(hass: HomeAssistant, named: str) -> Origin | Folder:
    """Return what a person names.

    Raises:
        SourceError: There is no such thing, or it may not be used.
    """
    if is_media_source_id(named):
        return await _async_resolve(hass, named)
    if _WITH_SCHEME.match(named):
        return web_origin(parse_address(named))
    path = await hass.async_add_executor_job(_resolved, named)
    if not await hass.async_add_executor_job(hass.config.is_allowed_path, str(path)):
        raise SourceError(SourceFault.PATH_NOT_ALLOWED)
    if await hass.async_add_executor_job(path.is_dir):
        return Folder(path=path)
    return file_origin(path)


async def _async_resolve(hass: HomeAssistant, media_id: str) -> Origin | Folder:
    """Return the file or the address behind a media-source id."""
    try:
        media = await async_resolve_media(hass, media_id, None)
    # Home Assistant's own folders assert that the name of what is asked for tells its type.
    except (Unresolvable, AssertionError) as err:
        raise SourceError(SourceFault.MEDIA_NOT_FOUND) from err
    source = Source(kind=SourceKind.MEDIA, reference=media_id)
    if media.path is not None:
        return FileOrigin(path=media.path, source=source)
    if not media.url.startswith("/"):
        return WebOrigin(url=parse_address(media.url), source=source)
    try:
        url = async_process_play_media_url(hass, media.url)
    except HomeAssistantError as err:
        raise SourceError(SourceFault.MEDIA_NOT_FOUND) from err
    return WebOrigin(url=URL(url, encoded=True), source=source, is_own=True)


def _resolved(named: str) -> Path:
    """Return the file that a path leads to, whatever links there are on the way (blocking)."""
    return Path(named).resolve()
