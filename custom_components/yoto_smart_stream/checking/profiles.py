"""What is known of each player by its check, and the check cards that are still at Yoto."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN, LOGGER
from ..delivery.profile import Profile, ProfileError, profile_state, read_profile
from ..json import Json
from ..library.sifting import listed
from ..listeners import Listeners
from ..sure_store import NotWrittenError, SureStore

STORE_KEY: Final = f"{DOMAIN}.player_checks"
_VERSION: Final = 1
_MINOR_VERSION: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """A profile and the config entry of its player."""

    owner: str
    profile: Profile


class Profiles:
    """The profiles of all players, by their ids."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Know nothing; `async_load` reads the store."""
        self._store: SureStore[dict[str, Any]] = SureStore(
            hass,
            _VERSION,
            STORE_KEY,
            private=True,
            atomic_writes=True,
            minor_version=_MINOR_VERSION,
        )
        self._kept: dict[str, _Kept] = {}
        self._cards: dict[str, str] = {}
        """The config entries of check cards that are to be deleted, by the ids of the cards."""
        self._set_aside: list[Json] = []
        self._watchers: defaultdict[str, Listeners[()]] = defaultdict(Listeners)

    @property
    def set_aside_count(self) -> int:
        """Return how many records could not be read."""
        return len(self._set_aside)

    async def async_load(self) -> None:
        """Read the store; a record that cannot be read is kept aside."""
        stored = await self._store.async_load() or {}
        for record in listed(stored.get("players")) + listed(stored.get("set_aside")):
            try:
                player_id, kept = _read(record)
            except ProfileError as err:
                LOGGER.warning("What a player check has found cannot be read: %s", err)
                self._set_aside.append(record)
            else:
                self._kept[player_id] = kept
        for record in listed(stored.get("cards")):
            match record:
                case {"card_id": str(card_id), "owner": str(owner)}:
                    self._cards[card_id] = owner
                case _:
                    self._set_aside.append(record)

    def profile(self, player_id: str) -> Profile | None:
        """Return what is known of a player, None where it was never checked."""
        kept = self._kept.get(player_id)
        return None if kept is None else kept.profile

    @callback
    def async_watch(self, player_id: str, changed: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call `changed` when something else is known of a player; returns what ends it."""
        return self._watchers[player_id].add(changed)

    def cards(self, owner: str) -> tuple[str, ...]:
        """Return the check cards of a config entry that are to be deleted."""
        return tuple(card_id for card_id, whose in self._cards.items() if whose == owner)

    async def async_keep(self, player_id: str, profile: Profile, *, owner: str) -> None:
        """Keep a profile.

        Raises:
            HomeAssistantError: it could not be written; the one before holds on.
        """
        before = self._kept.get(player_id)
        self._kept[player_id] = _Kept(owner=owner, profile=profile)
        try:
            await self._async_write()
        except NotWrittenError as err:
            if before is None:
                del self._kept[player_id]
            else:
                self._kept[player_id] = before
            raise HomeAssistantError(
                translation_domain=DOMAIN, translation_key="check_not_saved"
            ) from err
        self._watchers[player_id].tell()

    async def async_note_card(self, card_id: str, *, owner: str) -> None:
        """Note a check card, so that it is deleted whatever happens.

        Raises:
            NotWrittenError: the disk failed or is full.
        """
        self._cards[card_id] = owner
        await self._async_write()

    async def async_strike_card(self, card_id: str) -> None:
        """Note that a check card has been deleted.

        Raises:
            NotWrittenError: the disk failed or is full.
        """
        if self._cards.pop(card_id, None) is not None:
            await self._async_write()

    async def async_forget(self, owner: str) -> None:
        """Forget the players and cards of a config entry that is removed.

        Raises:
            NotWrittenError: the disk failed or is full.
        """
        self._kept = {key: one for key, one in self._kept.items() if one.owner != owner}
        self._cards = {key: whose for key, whose in self._cards.items() if whose != owner}
        await self._async_write()

    async def _async_write(self) -> None:
        await self._store.async_write(
            {
                "players": [
                    {"player_id": key, "owner": one.owner, "profile": profile_state(one.profile)}
                    for key, one in self._kept.items()
                ],
                "cards": [
                    {"card_id": card_id, "owner": owner} for card_id, owner in self._cards.items()
                ],
                "set_aside": self._set_aside,
            }
        )


PROFILES: HassKey[Profiles] = HassKey(f"{DOMAIN}_player_profiles")


async def async_setup_profiles(hass: HomeAssistant) -> Profiles:
    """Load the profiles, once for all accounts."""
    profiles = Profiles(hass)
    await profiles.async_load()
    hass.data[PROFILES] = profiles
    return profiles


def _read(record: Json) -> tuple[str, _Kept]:
    """Read a record.

    Raises:
        ProfileError: it is none.
    """
    match record:
        case {"player_id": str(player_id), "owner": str(owner), "profile": dict(state)}:
            return player_id, _Kept(owner=owner, profile=read_profile(state))
    raise ProfileError("a record has no player, no account or no profile")
