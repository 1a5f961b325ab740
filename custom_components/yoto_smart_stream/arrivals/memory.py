"""Where it is remembered which cards of each account are known."""

from collections.abc import Set
from dataclasses import replace
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import UnsupportedStorageVersionError
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN, LOGGER
from ..json import JsonObject
from ..loaded_once import async_loaded_once
from ..sure_store import NotWrittenError, SureStore
from .records import KnownCards, read_known, write_known

STORE_KEY: Final = f"{DOMAIN}.known_cards"
_MAJOR: Final = 1
_MINOR: Final = 1


class CardMemory:
    """The cards that were there before, so that one is told as new once and never again."""

    def __init__(self, store: SureStore[JsonObject], known: KnownCards) -> None:
        """Hold what was read; `async_get_memory` reads it."""
        self._store = store
        self._known = known

    async def async_learn(
        self, owner: str, card_ids: Set[str], *, is_complete: bool
    ) -> frozenset[str]:
        """Remember the cards of an account, and return those that nobody knew.

        Args:
            owner: the config entry of the account. Of one that is new, nothing is news.
            card_ids: the cards that are listed.
            is_complete: whether all lists could be had; an account begins with all of them.
        """
        before = self._known.accounts.get(owner)
        if before is None and not is_complete:
            return frozenset()
        others = frozenset[str]().union(*self._known.accounts.values())
        now = card_ids | (before or frozenset())
        if before is not None and len(now) == len(before):
            return frozenset()
        await self._async_keep({**self._known.accounts, owner: frozenset(now)})
        # Accounts of one family have the same library, and one of them has told it.
        return frozenset() if before is None else frozenset(card_ids - others)

    async def async_forget(self, owner: str) -> None:
        """Forget an account."""
        if owner in self._known.accounts:
            accounts = {key: ids for key, ids in self._known.accounts.items() if key != owner}
            await self._async_keep(accounts)

    async def _async_keep(self, accounts: dict[str, frozenset[str]]) -> None:
        """Keep something else; on a disk that fails, cards may be told again after a restart."""
        self._known = replace(self._known, accounts=accounts)
        try:
            await self._store.async_write(write_known(self._known))
        except NotWrittenError:
            LOGGER.error("Which cards are known could not be written to the disk")


_MEMORY: HassKey[CardMemory] = HassKey(f"{DOMAIN}_known_cards")


async def async_get_memory(hass: HomeAssistant) -> CardMemory:
    """Return the one memory of this Home Assistant, loaded.

    Raises:
        UnsupportedStorageVersionError: A later version has written it.
    """
    return await async_loaded_once(hass, _MEMORY, _async_loaded)


async def async_forget_cards(hass: HomeAssistant, owner: str) -> None:
    """Forget the cards of an account that has been removed."""
    try:
        memory = await async_get_memory(hass)
    except UnsupportedStorageVersionError:
        LOGGER.warning("A later version has stored which cards are known; it stays")
    else:
        await memory.async_forget(owner)


async def _async_loaded(hass: HomeAssistant) -> CardMemory:
    """Load it."""
    store: SureStore[JsonObject] = SureStore(
        hass, _MAJOR, STORE_KEY, private=True, atomic_writes=True, minor_version=_MINOR
    )
    known = read_known(await store.async_load())
    if known.set_aside:
        LOGGER.warning(
            "%d records of known cards cannot be read; those accounts are looked at anew",
            len(known.set_aside),
        )
    return CardMemory(store, known)
