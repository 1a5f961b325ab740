"""Artwork in the cloud: icons, covers and pictures of the family (protocol §5.2-5.4)."""

import base64
import hashlib

from aiohttp import web

from simulator.world import Json, JsonObject, World

from .access import Access
from .artwork import Artwork, Picture
from .errors import not_found
from .media import Media

_ICONS = {
    "Moon": ("night", "sky"),
    "Sun": ("day", "sky"),
    "Star": ("night", "sky"),
    "Heart": ("love",),
    "Train": ("travel", "railway"),
    "Cat": ("animal", "pet"),
    "Rainbow": ("weather", "sky"),
    "Toothbrush": ("bathroom",),
}
_CREATED_AT = "2025-03-01T09:00:00.000Z"
_MANAGE_ICONS = "user:icons:manage"
_MANAGE_CONTENT = "user:content:manage"
_VIEW_FAMILY = "family:library:view"
_MANAGE_FAMILY = "family:library:manage"


class IconsApi:
    """Lists icons and takes pictures of all kinds."""

    def __init__(self, *, world: World, access: Access, media: Media, artwork: Artwork) -> None:
        """Have the pictures served by `media`."""
        self._world = world
        self._access = access
        self._media = media
        self._artwork = artwork

    def add_routes(self, app: web.Application) -> None:
        """Add the routes."""
        router = app.router
        router.add_get("/media/displayIcons/user/yoto", self.public)
        router.add_get("/media/displayIcons/user/me", self.own)
        router.add_post("/media/displayIcons/user/me/upload", self.upload_icon)
        router.add_post("/media/coverImage/user/me/upload", self.upload_cover)
        router.add_get("/media/family/images", self.family_images)
        router.add_post("/media/family/images", self.upload_family_image)
        router.add_get("/media/family/images/{name}", self.family_image)

    async def public(self, request: web.Request) -> web.Response:
        """List the icons that everybody may use."""
        self._access.require(request, _MANAGE_ICONS)
        icons: list[Json] = [self._icon(title, tags) for title, tags in _ICONS.items()]
        return web.json_response({"displayIcons": icons})

    async def own(self, request: web.Request) -> web.Response:
        """List the icons of the family."""
        self._access.require(request, _MANAGE_ICONS)
        icons: list[Json] = [self._own(icon) for icon in self._artwork.icons.values()]
        return web.json_response({"displayIcons": icons})

    async def upload_icon(self, request: web.Request) -> web.Response:
        """Take an icon. One that is there already has an empty object for its address."""
        self._access.require(request, _MANAGE_ICONS)
        icon, is_new = self._artwork.add_icon(
            await request.read(),
            request.query.get("filename", ""),
            converted=request.query.get("autoConvert") == "true",
        )
        answer = self._own(icon)
        if not is_new:
            answer["url"] = {}
        return web.json_response({"displayIcon": answer})

    async def upload_cover(self, request: web.Request) -> web.Response:
        """Take a cover."""
        self._access.require(request, _MANAGE_CONTENT)
        cover = self._artwork.add_cover(
            await request.read(),
            request.query.get("filename", ""),
            request.query.get("coverType", "default"),
        )
        return web.json_response(
            {"coverImage": {"mediaId": cover.name, "mediaUrl": self._media.cover_url(cover.name)}}
        )

    async def family_images(self, request: web.Request) -> web.Response:
        """List the pictures for groups."""
        self._access.require(request, _VIEW_FAMILY)
        images: list[Json] = [self._image(image) for image in self._artwork.family.values()]
        return web.json_response({"images": images})

    async def upload_family_image(self, request: web.Request) -> web.Response:
        """Take a picture for groups."""
        self._access.require(request, _MANAGE_FAMILY)
        return web.json_response(self._image(self._artwork.add_family_image(await request.read())))

    async def family_image(self, request: web.Request) -> web.Response:
        """Lead to a picture for groups."""
        self._access.require(request, _VIEW_FAMILY)
        name = request.match_info["name"]
        if name not in self._artwork.family:
            raise not_found("Image not found")
        return web.Response(status=302, headers={"Location": self._media.family_url(name)})

    def _image(self, image: Picture) -> JsonObject:
        return {"imageId": image.name, "url": self._media.family_url(image.name)}

    def _own(self, icon: Picture) -> JsonObject:
        return {
            "displayIconId": hashlib.sha256(icon.content).hexdigest()[:24],
            "mediaId": icon.name,
            "userId": "simulated-account",
            "title": icon.title,
            "publicTags": [],
            "public": False,
            "url": self._media.icon_url(icon.name),
            "createdAt": icon.created_at,
        }

    def _icon(self, title: str, tags: tuple[str, ...]) -> Json:
        digest = hashlib.sha256(f"icon {title}".encode()).digest()
        media_id = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        return {
            "displayIconId": digest.hex()[:24],
            "mediaId": media_id,
            "userId": "yoto",
            "title": title,
            "publicTags": [title.lower(), *tags],
            "public": True,
            "new": False,
            "url": self._media.icon_url(media_id),
            "createdAt": _CREATED_AT,
        }
