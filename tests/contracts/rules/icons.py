"""What hassfest wants of the icons, and that they exist."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from .shape import KEY, SLUG, Closed, Complaint, Each, Leaf, faults


def _icon(value: object) -> Complaint:
    """Accept the name of a Material Design icon."""
    right = isinstance(value, str) and value.startswith("mdi:")
    return None if right else f"is {value!r}, not the name of an icon"


ICON: Final = Leaf(_icon)
_ICONS: Final = Each(ICON, KEY)
_RANGES: Final = Each(ICON)
_SHOWN: Final = Closed({"default": ICON, "state": _ICONS, "range": _RANGES})
_ENTITY: Final = Closed(
    {
        "default": ICON,
        "state": _ICONS,
        "range": _RANGES,
        "state_attributes": Each(_SHOWN, KEY),
    }
)
ICONS: Final = Closed(
    {
        "entity": Each(Each(_ENTITY, KEY), SLUG),
        "services": Each(
            Closed({"service": ICON, "sections": Each(ICON, KEY)}, frozenset({"service"})), KEY
        ),
        "triggers": Each(Closed({"trigger": ICON}, frozenset({"trigger"})), SLUG),
        "conditions": Each(Closed({"condition": ICON}, frozenset({"condition"})), SLUG),
    }
)


def icon_faults(icons: Mapping[str, Any]) -> list[str]:
    """Return the faults of the icons' form."""
    return list(faults(dict(icons), ICONS))


def _names(value: object) -> Iterator[str]:
    """Yield the name of every icon."""
    if isinstance(value, Mapping):
        for member in value.values():
            yield from _names(member)
    else:
        yield str(value)


def unknown_icons(icons: Mapping[str, Any], known: Collection[str]) -> list[str]:
    """Return the icons that the frontend does not have: it would show nothing in their place."""
    return sorted(set(_names(icons)) - set(known))
