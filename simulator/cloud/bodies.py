"""Reading JSON bodies of API requests."""

import json

from aiohttp import web

from simulator.world import JsonObject

from .errors import bad_request


async def read_object(request: web.Request) -> JsonObject:
    """Return the JSON object in a request's body; an empty body is an empty object.

    Raises:
        ApiError: 400 if the body is something else.

    """
    data = await request.read()
    if not data.strip():
        return {}
    try:
        body = json.loads(data)
    except ValueError as err:
        raise bad_request("The body is not JSON") from err
    if not isinstance(body, dict):
        raise bad_request("The body is not a JSON object")
    return body
