"""What the control API answers when it cannot do something."""

import json
from typing import NoReturn

from aiohttp import web


def refuse(why: str) -> NoReturn:
    """Answer 400: the request makes no sense."""
    raise web.HTTPBadRequest(text=json.dumps({"error": why}), content_type="application/json")


def not_found(what: str) -> NoReturn:
    """Answer 404: there is no such thing."""
    raise web.HTTPNotFound(text=json.dumps({"error": what}), content_type="application/json")
