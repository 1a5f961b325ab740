"""What it takes to make a card at Yoto: an address that players reach, and why Yoto refused."""

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError

from ..cloud.errors import CloudError, ScopeMissingError, TokenRevokedError
from ..const import DOMAIN
from ..coordinator import YotoConfigEntry
from ..reachability.watch import async_watch_of


async def async_base_url(hass: HomeAssistant, entry: YotoConfigEntry) -> str:
    """Return the address under which players reach Home Assistant.

    Raises:
        HomeAssistantError: There is none that works.
    """
    watch = async_watch_of(hass, entry.entry_id)
    base_url = None if watch is None else await watch.async_url()
    if base_url is None:
        raise HomeAssistantError(translation_domain=DOMAIN, translation_key="base_url_unusable")
    return base_url


def refusal(
    entry: YotoConfigEntry, err: CloudError, key: str = "card_not_created"
) -> HomeAssistantError:
    """Translate why Yoto did not take a card, or whatever else `key` says."""
    if isinstance(err, TokenRevokedError):
        entry.async_start_reauth(entry.runtime_data.hass)
        return HomeAssistantError(translation_domain=DOMAIN, translation_key="login_revoked")
    if isinstance(err, ScopeMissingError):
        return HomeAssistantError(translation_domain=DOMAIN, translation_key="card_not_permitted")
    return HomeAssistantError(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders={"reason": str(err)},
    )
