"""Raising and withdrawing issues that a person mends elsewhere."""

from collections.abc import Mapping, Sequence
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..const import DOMAIN

_NAMED: Final = 10
"""How many things an issue names before it goes on no further."""


@callback
def async_raise(
    hass: HomeAssistant,
    key: str,
    placeholders: dict[str, str],
    *,
    issue_id: str | None = None,
    severity: ir.IssueSeverity = ir.IssueSeverity.ERROR,
    data: Mapping[str, str] | None = None,
) -> None:
    """Raise an issue; one that is there gets the new words.

    Args:
        hass: Home Assistant.
        key: of its texts.
        placeholders: what its texts name.
        issue_id: what tells it from others with the same texts; None where there are none.
        severity: how bad it is.
        data: what outlives a restart, and the issue with it; None where it is looked at anew.
    """
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id or key,
        data=None if data is None else dict(data),
        is_fixable=False,
        is_persistent=data is not None,
        severity=severity,
        translation_key=key,
        translation_placeholders=placeholders,
    )


@callback
def async_withdraw(hass: HomeAssistant, issue_id: str) -> None:
    """Withdraw an issue, if it is there."""
    ir.async_delete_issue(hass, DOMAIN, issue_id)


def enumerated(lines: Sequence[str]) -> str:
    """Return a list for people, which does not go on for ever."""
    shown = [f"- {line}" for line in lines[:_NAMED]]
    return "\n".join([*shown, *(["- …"] if len(lines) > _NAMED else [])])
