"""Where previews are heard: a view for whoever is logged in, or has a signed address."""

from datetime import timedelta
from http import HTTPStatus
from typing import Final

from aiohttp import hdrs
from aiohttp.web import FileResponse, Request, Response, StreamResponse
from homeassistant.components.http.auth import async_sign_path
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.http import KEY_HASS, HomeAssistantView

from ..audio.profile import CONTENT_TYPE
from ..const import DOMAIN
from .catalog import async_find_catalog
from .previews import LIFETIME_SECONDS, Preview

CLIP_URL: Final = f"/api/{DOMAIN}/preview/{{preview_id}}"


@callback
def async_signed_address(hass: HomeAssistant, preview: Preview) -> str:
    """Return the address of a preview, which needs no login for as long as the preview is there."""
    return async_sign_path(
        hass,
        CLIP_URL.format(preview_id=preview.preview_id),
        timedelta(seconds=LIFETIME_SECONDS),
        use_content_user=True,
    )


class ClipView(HomeAssistantView):
    """Serve previews."""

    url = CLIP_URL
    name = f"api:{DOMAIN}:preview"

    async def get(self, request: Request, preview_id: str) -> StreamResponse:
        """Serve a preview, or say that it is gone."""
        catalog = async_find_catalog(request.app[KEY_HASS])
        preview = None if catalog is None else catalog.previews.find(preview_id)
        if preview is None:
            return Response(status=HTTPStatus.NOT_FOUND)
        headers = {hdrs.CONTENT_TYPE: CONTENT_TYPE, hdrs.CACHE_CONTROL: "private, no-store"}
        return FileResponse(preview.path, headers=headers)
