"""Raising and withdrawing issues that a person mends elsewhere."""

from collections.abc import Sequence
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..const import DOMAIN

_NAMED: Final = 10
"""How many things an issue names before it goes on no further."""


@callback
def async_raise(hass: HomeAssistant, key: str, placeholders: dict[str, str]) -> None:
    """Raise an issue; one that is there gets the new words."""
    ir.async_create_issue(
        hass,
        DOMAIN,
        key,
        is_fixable=False,
        severity=ir.IssueSeverity.ERROR,
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
