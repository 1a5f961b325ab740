"""Keeps the tokens of streams out of the log of Home Assistant's web server.

At the level debug it writes down the path of each request, and ours hold the token. Who logs
something else there notices nothing: records without a path of ours are passed on as they are.
"""

import copy
import logging
import re
from typing import Final, override

from ..const import DOMAIN

_LOGGERS: Final = (
    "homeassistant.helpers.http",
    "homeassistant.components.http.security_filter",
    "aiohttp.access",
)
_MARKS: Final = (f"/api/{DOMAIN}/s/", f"/api/{DOMAIN}/i/")
_TOKEN: Final = re.compile(rf"(?<=/api/{re.escape(DOMAIN)}/[si]/)[^/\s?'\"]+")


class Discretion(logging.Filter):
    """Replaces tokens in what is logged."""

    @override
    def filter(self, record: logging.LogRecord) -> bool | logging.LogRecord:
        """Return a record without tokens; one that has none is returned as it is."""
        args = record.args if isinstance(record.args, tuple) else ()
        if not any(_has_token(one) for one in (record.msg, *args)):
            return True
        discreet = copy.copy(record)
        discreet.args = tuple(_without_token(one) for one in args)
        for name, value in vars(discreet).items():
            # The access log repeats what it says in fields of its own.
            if _has_token(value):
                setattr(discreet, name, _without_token(value))
        return discreet


def be_discreet() -> None:
    """Watch over what the web server logs, from now on; to ask for it again changes nothing."""
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        if not any(isinstance(one, Discretion) for one in logger.filters):
            logger.addFilter(Discretion())


def _has_token(value: object) -> bool:
    return isinstance(value, str) and any(mark in value for mark in _MARKS)


def _without_token(value: object) -> object:
    return _TOKEN.sub("…", value) if isinstance(value, str) else value
