"""Where icons and previews of artwork are seen: with a login, or with a signed address."""

from collections import OrderedDict
from datetime import timedelta
from http import HTTPStatus
from typing import Final

from aiohttp import hdrs
from aiohttp.web import Request, Response
from homeassistant.components.http.auth import async_sign_path
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.http import KEY_HASS, HomeAssistantView
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN
from ..pictures.errors import PictureError
from .collection import async_get_gallery

_ICON_URL: Final = f"/api/{DOMAIN}/icon/{{media_id}}"
_PREVIEW_URL: Final = f"/api/{DOMAIN}/artwork/{{sha256}}"
_LIFETIME: Final = timedelta(days=1)
_KEPT: Final = 16
"""Previews that are kept, in memory."""
_PREVIEWS: Final[HassKey[OrderedDict[str, Preview]]] = HassKey(f"{DOMAIN}_previews")

type Preview = tuple[bytes, str]
"""A picture and its content type."""


@callback
def async_icon_address(hass: HomeAssistant, media_id: str) -> str:
    """Return where an icon is seen, for a day and without a login."""
    return async_sign_path(
        hass, _ICON_URL.format(media_id=media_id), _LIFETIME, use_content_user=True
    )


@callback
def async_preview_address(
    hass: HomeAssistant, sha256: str, content: bytes, content_type: str
) -> str:
    """Keep a picture, and return where it is seen without a login."""
    previews = hass.data.setdefault(_PREVIEWS, OrderedDict())
    previews[sha256] = content, content_type
    previews.move_to_end(sha256)
    while len(previews) > _KEPT:
        previews.popitem(last=False)
    return async_sign_path(
        hass, _PREVIEW_URL.format(sha256=sha256), _LIFETIME, use_content_user=True
    )


class IconView(HomeAssistantView):
    """Serve icons, large."""

    url = _ICON_URL
    name = f"api:{DOMAIN}:icon"

    async def get(self, request: Request, media_id: str) -> Response:
        """Serve an icon."""
        try:
            gallery = await async_get_gallery(request.app[KEY_HASS])
            content = await gallery.async_picture(media_id)
        except PictureError:
            return Response(status=HTTPStatus.BAD_GATEWAY)
        except OSError:
            return Response(status=HTTPStatus.SERVICE_UNAVAILABLE)
        if content is None:
            return Response(status=HTTPStatus.NOT_FOUND)
        return _served(content, "image/png")


class PreviewView(HomeAssistantView):
    """Serve what was made of pictures lately."""

    url = _PREVIEW_URL
    name = f"api:{DOMAIN}:artwork"

    async def get(self, request: Request, sha256: str) -> Response:
        """Serve a preview, or say that it is gone."""
        previews = request.app[KEY_HASS].data.get(_PREVIEWS)
        found = previews.get(sha256) if previews else None
        return Response(status=HTTPStatus.NOT_FOUND) if found is None else _served(*found)


@callback
def async_register_views(hass: HomeAssistant) -> None:
    """Register the views, once for the life of Home Assistant."""
    for view in (IconView, PreviewView):
        hass.http.register_view(view())


def _served(content: bytes, content_type: str) -> Response:
    """Return a picture; what has this name never changes."""
    return Response(
        body=content,
        content_type=content_type,
        headers={hdrs.CACHE_CONTROL: f"private, max-age={int(_LIFETIME.total_seconds())}"},
    )
