"""The page at `/`: players in the browser, for hands that have a mouse or a keyboard."""

from .routes import add_routes

__all__ = ["add_routes"]
