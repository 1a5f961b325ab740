"""What a family should know of what is kept of its cards, shown under Repairs."""

from collections.abc import Sequence
from typing import Final

from homeassistant.core import HomeAssistant, callback

from .raising import async_raise, enumerated

_VERSIONS_ISSUE: Final = "card_versions_set_aside"


@callback
def async_report_versions(hass: HomeAssistant, count: int, titles: Sequence[str]) -> None:
    """Say that versions of cards could not be read; they are kept, and the others can be had."""
    async_raise(hass, _VERSIONS_ISSUE, {"count": str(count), "cards": enumerated(titles)})
