"""The view of icons: what a chapter of a live card or of a story card plays, as 16 by 16 dots.

The token is that of the audio, and so are the limits and the answer to a wrong one. When and how
often players ask is unknown (protocol §5.3), so an icon may be asked for at any time, and nothing
ever comes of it.
"""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from time import monotonic

from aiohttp import hdrs
from aiohttp.web import Request, Response
from homeassistant.core import HomeAssistant
from homeassistant.helpers.http import KEY_HASS, HomeAssistantView
from homeassistant.util.hass_dict import HassKey

from ..cards.live import LiveChapter
from ..const import DOMAIN
from .addresses import ICON_URL
from .limits import TooMuchError
from .registry import STREAM_REGISTRY
from .resources import LiveCardResource, StoryCardResource
from .views import LIMITS, refusal

type ShowLiveCard = Callable[
    [Request, LiveCardResource | StoryCardResource, LiveChapter], Awaitable[bytes]
]
"""Returns the PNG of what a chapter of a live card or of a story card plays."""

SHOW_LIVE_CARD: HassKey[ShowLiveCard] = HassKey(f"{DOMAIN}_show_live_card")
"""Who knows what is played is above this."""


class LiveIconView(HomeAssistantView):
    """Serve the icon of what plays to whoever holds the token."""

    url = ICON_URL
    name = f"api:{DOMAIN}:live_icon"
    requires_auth = False

    async def get(self, request: Request, token: str, name: str) -> Response:
        """Serve the icon of a chapter."""
        hass = request.app[KEY_HASS]
        limits, address = hass.data[LIMITS], request.remote or ""
        try:
            limits.ask(token, address, monotonic())
            registry, show = hass.data.get(STREAM_REGISTRY), hass.data.get(SHOW_LIVE_CARD)
            resource = None if registry is None else registry.find(token)
            if (
                show is None
                or not isinstance(resource, LiveCardResource | StoryCardResource)
                or name not in LiveChapter
            ):
                return Response(status=HTTPStatus.NOT_FOUND)
            with limits.connection(token, address):
                icon = await show(request, resource, LiveChapter(name))
        except TooMuchError as err:
            return refusal(err)
        headers = {hdrs.CACHE_CONTROL: "no-store"}
        return Response(body=icon, content_type="image/png", headers=headers)

    async def head(self, request: Request, token: str, name: str) -> Response:
        """Answer like `get`, without the bytes."""
        return await self.get(request, token, name)


def async_register_icon_view(hass: HomeAssistant) -> None:
    """Register the view, once for the life of Home Assistant."""
    hass.http.register_view(LiveIconView())
