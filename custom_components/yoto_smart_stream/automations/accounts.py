"""The accounts that are loaded, for those who outlive them: automations and their triggers."""

from collections.abc import Callable, Iterator

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN
from ..coordinator import YotoCoordinator
from ..data import PlayerState

type Attach = Callable[[YotoCoordinator], CALLBACK_TYPE]
"""Called with an account that is loaded; returns what is called when it goes."""


class Accounts:
    """Knows every loaded account, and tells whoever follows them of those that come later.

    An account may be loaded anew at any time, and an automation may be there before it.
    """

    def __init__(self, hass: HomeAssistant) -> None:
        """Know no account yet."""
        self._hass = hass
        self._coordinators: dict[str, YotoCoordinator] = {}
        self._followers: dict[object, tuple[Attach, dict[str, CALLBACK_TYPE]]] = {}

    @callback
    def async_join(self, coordinator: YotoCoordinator) -> CALLBACK_TYPE:
        """Take note of an account; return what ends that."""
        entry_id = coordinator.config_entry.entry_id
        self._coordinators[entry_id] = coordinator
        for attach, attached in list(self._followers.values()):
            attached[entry_id] = attach(coordinator)

        @callback
        def leave() -> None:
            del self._coordinators[entry_id]
            for _, attached in list(self._followers.values()):
                attached.pop(entry_id)()

        return leave

    @callback
    def async_follow(self, attach: Attach) -> CALLBACK_TYPE:
        """Call `attach` for every account, now and later; return what ends that."""
        key = object()
        attached = {
            entry_id: attach(coordinator) for entry_id, coordinator in self._coordinators.items()
        }
        self._followers[key] = (attach, attached)

        @callback
        def unfollow() -> None:
            del self._followers[key]
            for detach in attached.values():
                detach()

        return unfollow

    def players(self) -> Iterator[tuple[str, YotoCoordinator, PlayerState]]:
        """Yield the device, the account and the state of every player."""
        for coordinator in self._coordinators.values():
            for player_id, state in list(coordinator.data.items()):
                device = device_of(self._hass, coordinator, player_id)
                if device is not None:
                    yield device.id, coordinator, state

    def find(self, device_id: str) -> tuple[YotoCoordinator, str] | None:
        """Return the account and the id of the player that a device is."""
        device = dr.async_get(self._hass).async_get(device_id)
        if device is None:
            return None
        coordinator = self._coordinators.get(device.config_entry_id)
        for domain, player_id in device.identifiers:
            if domain == DOMAIN and coordinator is not None and player_id in coordinator.data:
                return coordinator, player_id
        return None

    def state(self, device_id: str) -> PlayerState | None:
        """Return what is known about the player that a device is."""
        found = self.find(device_id)
        return found[0].data[found[1]] if found else None


_ACCOUNTS: HassKey[Accounts] = HassKey(f"{DOMAIN}_accounts")


@callback
def async_get_accounts(hass: HomeAssistant) -> Accounts:
    """Return the accounts of this Home Assistant."""
    if _ACCOUNTS not in hass.data:
        hass.data[_ACCOUNTS] = Accounts(hass)
    return hass.data[_ACCOUNTS]


def device_of(
    hass: HomeAssistant, coordinator: YotoCoordinator, player_id: str
) -> dr.DeviceEntry | None:
    """Return a player's device; None before it has one."""
    return dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, player_id), coordinator.config_entry.entry_id
    )
