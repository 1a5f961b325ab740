"""The permissions that a login asks for, and what is lost without each (protocol §1.7)."""

from enum import StrEnum
from typing import Final


class Scope(StrEnum):
    """A permission in Yoto's spelling."""

    OFFLINE_ACCESS = "offline_access"
    OPENID = "openid"
    PROFILE = "profile"
    FAMILY_VIEW = "family:view"
    LIBRARY_VIEW = "family:library:view"
    LIBRARY_MANAGE = "family:library:manage"
    DEVICES_VIEW = "family:devices:view"
    DEVICES_MANAGE = "family:devices:manage"
    DEVICES_CONTROL = "family:devices:control"
    CONTENT_VIEW = "user:content:view"
    CONTENT_MANAGE = "user:content:manage"
    ICONS_MANAGE = "user:icons:manage"


REDUCED: Final = (
    Scope.OFFLINE_ACCESS,
    Scope.FAMILY_VIEW,
    Scope.DEVICES_VIEW,
    Scope.DEVICES_CONTROL,
    Scope.DEVICES_MANAGE,
    Scope.LIBRARY_VIEW,
    Scope.CONTENT_VIEW,
    Scope.ICONS_MANAGE,
)
"""What players need; cards cannot be made with it."""

LADDER: Final = (tuple(Scope), (*REDUCED, Scope.OPENID, Scope.PROFILE), REDUCED)
"""Sets of scopes to ask for, the fullest first; the next one only if Yoto refuses one."""

_INCLUDES: Final = {
    Scope.LIBRARY_MANAGE: {Scope.LIBRARY_VIEW},
    Scope.DEVICES_MANAGE: {Scope.DEVICES_VIEW},
    Scope.CONTENT_MANAGE: {Scope.CONTENT_VIEW, Scope.ICONS_MANAGE},
}

NOTICEABLE: Final = (
    Scope.DEVICES_CONTROL,
    Scope.DEVICES_MANAGE,
    Scope.LIBRARY_VIEW,
    Scope.CONTENT_MANAGE,
)
"""Scopes whose absence a family notices, each with a repair issue of its own."""


def missing(granted: frozenset[str]) -> tuple[Scope, ...]:
    """Return the noticeable scopes that a login lacks, with implied scopes counted in."""
    held = set(granted)
    for scope, included in _INCLUDES.items():
        if scope in granted:
            held |= included
    return tuple(scope for scope in NOTICEABLE if scope not in held)
