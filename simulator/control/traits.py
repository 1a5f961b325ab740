"""Choosing how a player behaves where nobody knows: `/sim/players/{id}/traits`."""

from dataclasses import asdict, fields
from enum import StrEnum

from simulator.traits import Traits
from simulator.world import Json, JsonObject

from .bodies import only, whole
from .errors import refuse

_MOST_REPEATS = 10


def change_traits(traits: Traits, body: JsonObject) -> None:
    """Change the traits that are named, or refuse all of it; `reset` puts the others back first."""
    defaults = Traits()
    names = {field.name for field in fields(Traits)}
    only(body, names | {"reset"})
    if "reset" in body and body["reset"] is not True:
        refuse("reset can only be true")
    changes: dict[str, object] = {
        name: _checked(body, name, getattr(defaults, name)) for name in body.keys() & names
    }
    if "reset" in body:
        changes = {name: getattr(defaults, name) for name in names} | changes
    for name, value in changes.items():
        setattr(traits, name, value)


def current_traits(traits: Traits) -> JsonObject:
    """Return all traits as they are."""
    return asdict(traits)


def _checked(body: JsonObject, name: str, default: object) -> Json:
    """Return a value if the trait can have it."""
    value = body[name]
    match default:
        case StrEnum():
            words = [str(word) for word in type(default)]
            if value not in words:
                refuse(f"{name} must be {', '.join(words[:-1])} or {words[-1]}")
            return type(default)(str(value))
        case bool() if not isinstance(value, bool):
            refuse(f"{name} must be true or false")
        case bool():
            return value
    return whole(body, name, 0, _MOST_REPEATS)
