"""Where a card is used outside of itself, in people's words."""

from collections.abc import Iterator
from dataclasses import dataclass

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError

from ..cloud.settings import ALARMS
from ..const import DOMAIN
from ..coordinator import YotoConfigEntry, YotoCoordinator
from ..json import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Uses:
    """What would play nothing any more without a card, and the groups that would lack it."""

    played: tuple[str, ...]
    grouped: tuple[str, ...]

    def told(self) -> JsonObject:
        """Return it for the answer of an action."""
        return {"warnings": [*self.played, *self.grouped]}


async def async_uses(hass: HomeAssistant, entry: YotoConfigEntry, card_id: str) -> Uses:
    """Return where a card is used, as Yoto has it now or, while Yoto is away, had it last."""
    await entry.runtime_data.async_refresh()
    entries: list[YotoConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    shelf = entry.runtime_data.account.shelf
    return Uses(
        played=tuple(text for other in entries for text in _played_by(other.runtime_data, card_id)),
        grouped=tuple(
            _text("card_in_group", {"group": group.name})
            for group in shelf.groups
            if card_id in group.card_ids
        ),
    )


def _played_by(coordinator: YotoCoordinator, card_id: str) -> Iterator[str]:
    """Yield what plays a card on the players of an account."""
    for state in coordinator.data.values():
        player = state.player
        if card_id in player.shortcuts:
            yield _text("card_in_shortcuts", {"player": player.name})
        alarms = None if player.settings is None else player.settings.value(ALARMS)
        for _, alarm in alarms or ():
            if alarm.sound == card_id:
                yield _text("card_in_alarm", {"player": player.name, "time": f"{alarm.at:%H:%M}"})


def _text(key: str, placeholders: dict[str, str]) -> str:
    """Return a text of the exceptions."""
    return str(
        HomeAssistantError(
            translation_domain=DOMAIN, translation_key=key, translation_placeholders=placeholders
        )
    )
