"""Pictures for audio: had in the same ways as audio itself."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Final

from homeassistant.core import HomeAssistant

from ..audio.cover import COVER_SUFFIXES, LARGEST_BYTES, picture_type
from ..audio.stoppable import Watch, in_thread
from ..library.catalog import Catalog
from ..library.collection import Arrived
from ..library.item import Place, StoredFile
from .errors import SourceError, SourceFault
from .media import Folder, async_find
from .origin import Means
from .receiving import removed_after

_LARGEST_MIB: Final = LARGEST_BYTES // (1024 * 1024)


@asynccontextmanager
async def async_obtain_cover(
    hass: HomeAssistant, catalog: Catalog, named: str
) -> AsyncIterator[Arrived]:
    """Have a picture that a person names, waiting in the storage to be taken in.

    Raises:
        SourceError: It cannot be had, is too big, or is no picture.
        OSError: The disk failed or is full.
    """
    content = await async_read_picture(hass, catalog, named)
    with removed_after(catalog.collection.storage.arriving("picture")) as path:
        yield await in_thread(partial(_kept, content, path))


async def async_read_picture(hass: HomeAssistant, catalog: Catalog, named: str) -> bytes:
    """Return the content of a file that a person names, which nobody has looked at yet.

    Raises:
        SourceError: It cannot be had, or is too big for a picture.
        OSError: The disk failed or is full.
    """
    origin = await async_find(hass, named)
    if isinstance(origin, Folder):
        raise SourceError(SourceFault.NO_PICTURE)
    means = Means(
        storage=catalog.collection.storage,
        settings=replace(catalog.settings, url_mib=_LARGEST_MIB),
    )
    async with origin.obtained(means, lambda _: None) as got:
        return await in_thread(partial(_read, got.path))


def _read(source: Path, _: Watch) -> bytes:
    """Read a file that may be a picture (blocking)."""
    try:
        with source.open("rb") as file:
            content = file.read(LARGEST_BYTES + 1)
    except OSError as err:
        raise SourceError(SourceFault.NO_PICTURE) from err
    if len(content) > LARGEST_BYTES:
        raise SourceError(SourceFault.PICTURE_TOO_BIG, limit=_LARGEST_MIB)
    return content


def _kept(content: bytes, path: Path, _: Watch) -> Arrived:
    """Write a picture to where it arrives (blocking)."""
    content_type = picture_type(content)
    if content_type is None:
        raise SourceError(SourceFault.NO_PICTURE)
    path.write_bytes(content)
    stored = StoredFile(
        place=Place.COVERS,
        sha256=sha256(content).hexdigest(),
        suffix=COVER_SUFFIXES[content_type],
    )
    return Arrived(path=path, stored=stored, size_bytes=len(content))
