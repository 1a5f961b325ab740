"""Switching faults: `POST /sim/faults`."""

from dataclasses import asdict, fields
import math

from simulator.world import Faults, Json, JsonObject, World

from .bodies import only
from .errors import refuse

_ACTIONS = frozenset({"mqtt_drop", "reset"})


async def change_faults(world: World, body: JsonObject) -> None:
    """Change some faults and do the actions asked for, or refuse all of it.

    Args:
        world: whose faults.
        body: any fields of `Faults`; `reset` puts all the others back first, `mqtt_drop` cuts
            every app off from the broker.
    """
    defaults = Faults()
    names = {field.name for field in fields(Faults)}
    only(body, names | _ACTIONS)
    changes = {
        name: _checked(name, value, getattr(defaults, name))
        for name, value in body.items()
        if name in names
    }
    for action in _ACTIONS & body.keys():
        if body[action] is not True:
            refuse(f"{action} can only be true")
    if "reset" in body:
        changes = {name: getattr(defaults, name) for name in names} | changes
    for name, value in changes.items():
        setattr(world.faults, name, value)
    world.note("faults", **body)
    if "mqtt_drop" in body:
        if world.drop_app_connections is None:
            refuse("there is no broker to drop connections of")
        await world.drop_app_connections()


def current_faults(world: World) -> JsonObject:
    """Return all faults as they are."""
    return asdict(world.faults)


def _checked(name: str, value: Json, default: object) -> Json:
    """Return a value if it is of its default's kind."""
    match default:
        case bool():
            if not isinstance(value, bool):
                refuse(f"{name} must be true or false")
        case int():
            if isinstance(value, bool) or not isinstance(value, int) or value < 0:
                refuse(f"{name} must be a whole number of at least 0")
        case list():
            if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
                refuse(f"{name} must be a list of texts")
        case None if value is None:
            pass
        case _:
            if isinstance(value, bool) or not isinstance(value, int | float):
                refuse(f"{name} must be a number")
            if not math.isfinite(value) or value < 0:
                refuse(f"{name} must be at least 0")
    return value
