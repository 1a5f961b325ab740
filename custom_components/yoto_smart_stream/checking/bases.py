"""The addresses of Home Assistant that a player is tried with."""

from dataclasses import dataclass
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.network import NoURLAvailableError, get_url

from ..const import CONF_BASE_URL, DOMAIN
from ..delivery.profile import Address, Unreached
from ..streaming.addresses import NoBaseUrlError, ProbeReason, async_probe, base_url

_TLS: Final = "https://"


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """An address, and what is wrong with it as far as Home Assistant can tell."""

    url: str
    fault: Unreached | None

    @property
    def secure(self) -> bool:
        """Return whether it is over TLS."""
        return self.url.startswith(_TLS)


async def async_bases(hass: HomeAssistant, entry: ConfigEntry) -> dict[Address, Base]:
    """Return the usual address, whatever is wrong with it, and another one that works.

    Raises:
        HomeAssistantError: there is none at all.
    """
    try:
        usual = base_url(hass, entry.options.get(CONF_BASE_URL))
    except NoBaseUrlError as err:
        raise HomeAssistantError(
            translation_domain=DOMAIN, translation_key="base_url_unusable"
        ) from err
    bases = {Address.USUAL: Base(url=usual, fault=await _async_fault(hass, usual))}
    other = other_base(hass, usual)
    if other is not None and await _async_fault(hass, other) is None:
        bases[Address.OTHER] = Base(url=other, fault=None)
    return bases


def other_base(hass: HomeAssistant, usual: str) -> str | None:
    """Return an address with TLS where the usual one has none, or the other way around."""
    for internal in (True, False):
        try:
            url = get_url(hass, allow_internal=internal, allow_external=not internal, allow_ip=True)
        except NoURLAvailableError:
            continue
        if url.startswith(_TLS) is not usual.startswith(_TLS):
            return url.rstrip("/")
    return None


async def _async_fault(hass: HomeAssistant, url: str) -> Unreached | None:
    failure = await async_probe(hass, url)
    if failure is None:
        return None
    if failure.reason is ProbeReason.CERTIFICATE:
        return Unreached.CERTIFICATE
    return Unreached.ADDRESS
