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
_SESSIONS_ISSUE: Final = "live_sessions_set_aside"
_NO_SESSIONS_ISSUE: Final = "live_sessions_unusable"
_STORIES_ISSUE: Final = "stories_set_aside"
_NO_STORIES_ISSUE: Final = "stories_unusable"


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
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id,
        data=dict(why),
        is_fixable=False,
        is_persistent=True,
        severity=ir.IssueSeverity.WARNING,
        translation_key=_SKIPPED_ISSUE,
        translation_placeholders={"player": player, "items": enumerated(list(why.values()))},
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
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id,
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key=_HOLDERS_ISSUE,
        translation_placeholders={"players": enumerated(players)},
    )


@callback
def async_report_sessions(hass: HomeAssistant, set_aside: int) -> None:
    """Say that what live cards were playing could not be read; it is kept, and the others work."""
    async_withdraw(hass, _NO_SESSIONS_ISSUE)
    if not set_aside:
        async_withdraw(hass, _SESSIONS_ISSUE)
        return
    async_raise(hass, _SESSIONS_ISSUE, {"count": str(set_aside)})


@callback
def async_report_no_sessions(hass: HomeAssistant, reason: str) -> None:
    """Say that nothing but cards can be played; nothing of the queues was changed."""
    async_raise(hass, _NO_SESSIONS_ISSUE, {"reason": reason})


@callback
def async_report_stories(hass: HomeAssistant, set_aside: int) -> None:
    """Say that stories could not be read; they are kept, and the others work."""
    async_withdraw(hass, _NO_STORIES_ISSUE)
    if not set_aside:
        async_withdraw(hass, _STORIES_ISSUE)
        return
    async_raise(hass, _STORIES_ISSUE, {"count": str(set_aside)})


@callback
def async_report_no_stories(hass: HomeAssistant, reason: str) -> None:
    """Say that no story can be told; nothing of them was changed."""
    async_raise(hass, _NO_STORIES_ISSUE, {"reason": reason})
