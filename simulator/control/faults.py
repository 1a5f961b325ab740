"""Switching faults: `POST /sim/faults`."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
import math
from typing import Final

from simulator.world import BrokerOutages, Faults, Json, JsonObject, World

from .bodies import only
from .errors import refuse

_ACTIONS: Final = frozenset({"mqtt_drop", "mqtt_restart", "reset"})
_WAYS_TO_BLOCK: Final = frozenset({"refused", "unanswered"})
_OUTCOMES: Final = frozenset({"done", "failed", "endless"})


async def change_faults(world: World, body: JsonObject) -> None:
    """Change some faults and do the actions asked for, or refuse all of it.

    Args:
        world: whose faults.
        body: any fields of `Faults`; `reset` puts all the others back first, `mqtt_drop` cuts
            every app off from the broker, `mqtt_restart` stops the broker for so many seconds.
    """
    defaults = Faults()
    names = {field.name for field in fields(Faults)}
    only(body, names | _ACTIONS)
    changes = {
        name: _checked(name, value, getattr(defaults, name))
        for name, value in body.items()
        if name in names
    }
    for action in ("mqtt_drop", "reset"):
        if action in body and body[action] is not True:
            refuse(f"{action} can only be true")
    restart = _amount("mqtt_restart", body["mqtt_restart"]) if "mqtt_restart" in body else None
    if "reset" in body:
        changes = {name: getattr(defaults, name) for name in names} | changes
    for name, value in changes.items():
        setattr(world.faults, name, value)
    world.note("faults", **body)
    if world.outages is not None:
        await _change_outages(world.outages, world.faults, changes, restart)
    elif restart is not None or changes.get("mqtt_silent") or changes.get("mqtt_blocked"):
        refuse("there is no broker to take away")
    if "mqtt_drop" in body:
        if world.drop_app_connections is None:
            refuse("there is no broker to drop connections of")
        await world.drop_app_connections()


def current_faults(world: World) -> JsonObject:
    """Return all faults as they are."""
    return asdict(world.faults)


async def _change_outages(
    outages: BrokerOutages, faults: Faults, changed: Mapping[str, Json], restart: float | None
) -> None:
    """Let the broker follow those faults that are its own."""
    if "mqtt_silent" in changed:
        outages.silence(faults.mqtt_silent)
    if "mqtt_blocked" in changed:
        await outages.block(faults.mqtt_blocked)
    if restart is not None:
        await outages.restart(restart)


def _checked(name: str, value: Json, default: object) -> Json:
    """Return a value if the fault can have it: special ones, or else one of its default's kind."""
    if name in _SPECIAL:
        return _SPECIAL[name](name, value)
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
            return _amount(name, value)
    return value


def _amount(name: str, value: Json) -> float:
    """Return a number of at least 0."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        refuse(f"{name} must be a number")
    if not math.isfinite(value) or value < 0:
        refuse(f"{name} must be at least 0")
    return value


def _share(name: str, value: Json) -> float:
    """Return a number from 0 to 1."""
    share = _amount(name, value)
    if share > 1:
        refuse(f"{name} must be at most 1")
    return share


def _switch_or_share(name: str, value: Json) -> Json:
    return value if isinstance(value, bool) else _share(name, value)


def _switch_or_seconds(name: str, value: Json) -> Json:
    return value if isinstance(value, bool) else _amount(name, value)


def _switch_or_way(name: str, value: Json) -> Json:
    if not isinstance(value, bool) and value not in _WAYS_TO_BLOCK:
        refuse(f"{name} must be true, false, {' or '.join(sorted(_WAYS_TO_BLOCK))}")
    return value


def _outcome(name: str, value: Json) -> Json:
    if value not in _OUTCOMES:
        refuse(f"{name} must be {' or '.join(sorted(_OUTCOMES))}")
    return value


_SPECIAL: Final[Mapping[str, Callable[[str, Json], Json]]] = {
    "refuse_commands": _switch_or_share,
    "drop_status_replies": _share,
    "mqtt_silent": _switch_or_seconds,
    "mqtt_blocked": _switch_or_way,
    "transcoding": _outcome,
}
