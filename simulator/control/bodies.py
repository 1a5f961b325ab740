"""Reading the JSON bodies of the control API, strictly: unknown and missing fields are errors."""

from collections.abc import Collection

from aiohttp import web

from simulator.world import Json, JsonObject

from .errors import refuse


async def read_body(request: web.Request) -> JsonObject:
    """Return the JSON object that a request carries; no body at all is an empty object."""
    if not request.can_read_body:
        return {}
    try:
        body: Json = await request.json()
    except ValueError:
        refuse("the body is not JSON")
    if not isinstance(body, dict):
        refuse("the body is not a JSON object")
    return body


def only(body: JsonObject, fields: Collection[str]) -> None:
    """Refuse fields that mean nothing."""
    if unknown := sorted(body.keys() - set(fields)):
        refuse(f"unknown: {', '.join(unknown)}")


def text(body: JsonObject, field: str) -> str:
    """Read text that is not empty."""
    value = body.get(field)
    if not isinstance(value, str) or not value:
        refuse(f"{field} must be text")
    return value


def flag(body: JsonObject, field: str) -> bool:
    """Read true or false."""
    value = body.get(field)
    if not isinstance(value, bool):
        refuse(f"{field} must be true or false")
    return value


def whole(body: JsonObject, field: str, lowest: int, highest: int) -> int:
    """Read a whole number between two others."""
    value = body.get(field)
    if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
        refuse(f"{field} must be a whole number from {lowest} to {highest}")
    return value


def left_or_right(body: JsonObject, field: str) -> str:
    """Read the name of a side."""
    value = body.get(field)
    if value not in {"left", "right"}:
        refuse(f"{field} must be left or right")
    return str(value)
