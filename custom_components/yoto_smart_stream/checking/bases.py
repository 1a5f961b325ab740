"""The addresses of Home Assistant that a player is tried with."""

from dataclasses import dataclass
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError

from ..const import DOMAIN
from ..coordinator import YotoConfigEntry
from ..delivery.profile import Unreached
from ..reachability.probing import async_probe
from ..reachability.problems import Finding, Problem
from ..reachability.watch import chosen
from ..streaming.addresses import AddressChoice, NoBaseUrlError, base_url

_TLS: Final = "https://"
_CERTIFICATE: Final = frozenset(
    {
        Problem.CERTIFICATE_EXPIRED,
        Problem.CERTIFICATE_OTHER_NAME,
        Problem.CERTIFICATE_PRIVATE,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bases:
    """What cards begin their addresses with, and what is wrong with that."""

    usual: str
    fault: Unreached | None
    """Of the usual one, as far as Home Assistant can tell."""
    other: str | None
    """Another one that works, with TLS where the usual one has none, or without."""

    @property
    def secure(self) -> bool:
        """Return whether the usual one is over TLS."""
        return self.usual.startswith(_TLS)


async def async_bases(hass: HomeAssistant, entry: YotoConfigEntry) -> Bases:
    """Return the address of an account, whatever is wrong with it, and another one.

    Raises:
        HomeAssistantError: there is none at all.
    """
    try:
        usual = base_url(hass, *chosen(entry))
    except NoBaseUrlError as err:
        raise HomeAssistantError(
            translation_domain=DOMAIN, translation_key="base_url_unusable"
        ) from err
    other = _other(hass, usual)
    if other is not None and _is_wrong(await async_probe(hass, other)):
        other = None
    finding = await async_probe(hass, usual)
    return Bases(usual=usual, fault=_fault(finding), other=other)


def _other(hass: HomeAssistant, usual: str) -> str | None:
    for choice in (AddressChoice.INTERNAL, AddressChoice.EXTERNAL):
        try:
            url = base_url(hass, choice)
        except NoBaseUrlError:
            continue
        if url.startswith(_TLS) is not usual.startswith(_TLS):
            return url
    return None


def _is_wrong(finding: Finding | None) -> bool:
    return finding is not None and not finding.problem.is_doubt


def _fault(finding: Finding | None) -> Unreached | None:
    """Return what is known of an address before a player is tried with it."""
    if finding is None or finding.problem.is_doubt:
        return None
    if finding.problem in _CERTIFICATE:
        return Unreached.CERTIFICATE
    return Unreached.ADDRESS
