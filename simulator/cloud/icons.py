"""Icons for displays, those of everybody and those of the family (protocol §5.3)."""

import base64
import hashlib

from aiohttp import web

from simulator.world import Json, World

from .access import Access
from .media import Media

_TITLES = ("Moon", "Sun", "Star", "Heart", "Train", "Cat", "Rainbow", "Toothbrush")
_CREATED_AT = "2025-03-01T09:00:00.000Z"


class IconsApi:
    """Lists icons. The family has made none: nothing can be uploaded yet."""

    def __init__(self, *, world: World, access: Access, media: Media) -> None:
        """Have the pictures served by `media`."""
        self._world = world
        self._access = access
        self._media = media

    def add_routes(self, app: web.Application) -> None:
        """Add the routes."""
        app.router.add_get("/media/displayIcons/user/yoto", self.public)
        app.router.add_get("/media/displayIcons/user/me", self.own)

    async def public(self, request: web.Request) -> web.Response:
        """List the icons that everybody may use."""
        self._access.require(request, "user:icons:manage")
        icons: list[Json] = [self._icon(title) for title in _TITLES]
        return web.json_response({"displayIcons": icons})

    async def own(self, request: web.Request) -> web.Response:
        """List the icons of the family."""
        self._access.require(request, "user:icons:manage")
        return web.json_response({"displayIcons": []})

    def _icon(self, title: str) -> Json:
        digest = hashlib.sha256(f"icon {title}".encode()).digest()
        media_id = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        return {
            "displayIconId": digest.hex()[:24],
            "mediaId": media_id,
            "userId": "yoto",
            "title": title,
            "publicTags": [title.lower()],
            "public": True,
            "new": False,
            "url": self._media.icon_url(media_id),
            "createdAt": _CREATED_AT,
        }
