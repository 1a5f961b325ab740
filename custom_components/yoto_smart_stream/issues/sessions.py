"""What a family should mend about what its players play from Home Assistant, under Repairs."""

from collections.abc import Mapping, Sequence
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..const import DOMAIN
from .raising import async_raise, async_withdraw, enumerated

_SKIPPED_ISSUE: Final = "queue_items_skipped"
_HOLDERS_ISSUE: Final = "story_card_players_unclear"


@callback
def async_report_skipped(
    hass: HomeAssistant, entry: ConfigEntry, player_id: str, player: str, why: Mapping[str, str]
) -> None:
    """Say which items of a player's queue could not be played, or withdraw that.

    Args:
        hass: Home Assistant.
        entry: the account of the player.
        player_id: the player.
        player: what people call it.
        why: what people read, by the media of the items. It outlives a restart with the issue.
    """
    issue_id = _skipped_issue(entry, player_id)
    if not why:
        async_withdraw(hass, issue_id)
        return
    async_raise(
        hass,
        _SKIPPED_ISSUE,
        {"player": player, "items": enumerated(list(why.values()))},
        issue_id=issue_id,
        severity=ir.IssueSeverity.WARNING,
        data=why,
    )


@callback
def async_reported_skipped(
    hass: HomeAssistant, entry: ConfigEntry, player_id: str
) -> dict[str, str]:
    """Return what was said of a player's queue before Home Assistant was started."""
    issue = ir.async_get(hass).async_get_issue(DOMAIN, _skipped_issue(entry, player_id))
    said = (issue.data if issue else None) or {}
    return {media: why for media, why in said.items() if isinstance(why, str)}


def _skipped_issue(entry: ConfigEntry, player_id: str) -> str:
    """Return the id of the issue about the queue of a player."""
    return f"{_SKIPPED_ISSUE}_{player_id}_{entry.entry_id}"


@callback
def async_report_holders(
    hass: HomeAssistant, owner: str, card_id: str, players: Sequence[str]
) -> None:
    """Say which players with a story card cannot be told apart; without any, withdraw that.

    Args:
        hass: Home Assistant.
        owner: the config entry of the card.
        card_id: the story card.
        players: what people call them.
    """
    issue_id = f"{_HOLDERS_ISSUE}_{card_id}_{owner}"
    if not players:
        async_withdraw(hass, issue_id)
        return
    async_raise(
        hass,
        _HOLDERS_ISSUE,
        {"players": enumerated(players)},
        issue_id=issue_id,
        severity=ir.IssueSeverity.WARNING,
    )
