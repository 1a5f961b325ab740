"""The control API: hands, faults and logs for people and programs, as JSON over HTTP."""

from .routes import Logins, add_routes

__all__ = ["Logins", "add_routes"]
