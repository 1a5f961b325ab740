"""The archive: what is kept of each card, in a store of its own for each.

It is in Home Assistant's storage, and so in its backups. A card that is deleted stays in it, as the
way back.
"""

import asyncio
from collections import defaultdict
from dataclasses import replace
import re
from typing import Any, Final, override

from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.storage import UnsupportedStorageVersionError
from homeassistant.util.hass_dict import HassKey

from ..const import DEFAULT_CARD_VERSIONS, DOMAIN, LOGGER
from ..issues.cards import async_report_versions
from ..json import Json, JsonObject
from ..sure_store import NotWrittenError, SureStore
from .records import MAJOR, MINOR, Kept, read_kept, write_kept

_CARD_ID: Final = re.compile(r"[A-Za-z0-9]{1,32}")


class _CardStore(SureStore[JsonObject]):
    """The store of one card."""

    @override
    async def _async_migrate_func(
        self, old_major_version: int, old_minor_version: int, old_data: dict[str, Any]
    ) -> dict[str, Any]:
        """Take the data of another minor version as they are."""
        return old_data


class CardArchive:
    """Read and write what is kept of cards."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Read nothing yet: a card is read when somebody asks for it."""
        self._hass = hass
        self._kept: dict[str, Kept] = {}
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def lock(self, card_id: str) -> asyncio.Lock:
        """Return what makes changes of one card take turns."""
        return self._locks[card_id]

    async def async_of(self, card_id: str) -> Kept:
        """Return what is kept of a card.

        Raises:
            HomeAssistantError: A later version has written it.
        """
        if (kept := self._kept.get(card_id)) is not None:
            return kept
        if not _CARD_ID.fullmatch(card_id):
            return Kept()
        try:
            stored: Json = await self._store(card_id).async_load()
        except UnsupportedStorageVersionError as err:
            raise HomeAssistantError(
                translation_domain=DOMAIN, translation_key="card_versions_newer"
            ) from err
        kept = self._kept[card_id] = read_kept(stored)
        if kept.set_aside:
            LOGGER.warning(
                "%d records of the versions of card %s cannot be read and were set aside",
                len(kept.set_aside),
                card_id,
            )
            self._async_report()
        return kept

    async def async_keep(
        self, card_id: str, kept: Kept, *, most: int = DEFAULT_CARD_VERSIONS
    ) -> None:
        """Keep something else of a card; the oldest versions go where there are more than `most`.

        Raises:
            HomeAssistantError: It could not be written; what was kept is kept.
        """
        kept = replace(kept, versions=kept.versions[-most:])
        try:
            await self._store(card_id).async_write(write_kept(kept))
        except NotWrittenError as err:
            raise HomeAssistantError(
                translation_domain=DOMAIN, translation_key="card_versions_not_saved"
            ) from err
        self._kept[card_id] = kept

    @callback
    def _async_report(self) -> None:
        """Say under Repairs of which cards something could not be read."""
        damaged = {card_id: kept for card_id, kept in self._kept.items() if kept.set_aside}
        titles = [
            str(kept.versions[-1].payload.get("title") or card_id) if kept.versions else card_id
            for card_id, kept in damaged.items()
        ]
        count = sum(len(kept.set_aside) for kept in damaged.values())
        async_report_versions(self._hass, count, sorted(titles))

    def _store(self, card_id: str) -> _CardStore:
        """Return the store of a card."""
        key = f"{DOMAIN}.card_versions.{card_id}"
        return _CardStore(
            self._hass, MAJOR, key, private=True, atomic_writes=True, minor_version=MINOR
        )


_ARCHIVE: Final[HassKey[CardArchive]] = HassKey(f"{DOMAIN}_card_archive")


def async_get_archive(hass: HomeAssistant) -> CardArchive:
    """Return the one archive of this Home Assistant."""
    if _ARCHIVE not in hass.data:
        hass.data[_ARCHIVE] = CardArchive(hass)
    return hass.data[_ARCHIVE]
