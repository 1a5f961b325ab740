"""What people call the cards that use audio of the library."""

from homeassistant.core import HomeAssistant, callback

from ..const import DOMAIN
from ..coordinator import YotoConfigEntry
from ..library.catalog import Catalog
from ..library.item import UserKind


@callback
def async_name_cards(hass: HomeAssistant, catalog: Catalog) -> None:
    """Have the library call cards by their titles."""

    def title(card_id: str) -> str | None:
        """Return the title of a card, None where no account knows it."""
        entries: list[YotoConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
        for entry in entries:
            if (card := entry.runtime_data.account.shelf.known(card_id)) is not None:
                return card.title
        return None

    catalog.async_name_users(UserKind.CARD, title)
