"""Answering requests for the chapters of live cards."""

from http import HTTPStatus
import re

from aiohttp import hdrs
from aiohttp.web import Request, Response, StreamResponse
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..cards.live import LiveChapter
from ..const import LOGGER
from ..opening.errors import OpeningError
from ..opening.opened import OpenedLive
from ..program.fetching import Fetch
from ..streaming.admission import TakePlace
from ..streaming.live_response import LiveResponse
from ..streaming.registry import async_get_registry
from ..streaming.resources import LiveCardResource
from ..streaming.response import PlanResponse, conditions_of
from ..streaming.views import SERVE_LIVE_CARD
from ..sure_store import NotWrittenError
from .runner import LIVE_CARDS, LiveCards, Opener


async def async_setup_live_cards(hass: HomeAssistant, opener: Opener) -> LiveCards:
    """Load what live cards play, and have it served; a card that is revoked is forgotten."""
    live = LiveCards(hass, opener)
    await live.async_load()
    registry = await async_get_registry(hass)

    async def serve(
        request: Request, resource: LiveCardResource, name: str, place: TakePlace
    ) -> StreamResponse:
        return await _async_serve(live, request, resource, name, place)

    hass.data[LIVE_CARDS] = live
    hass.data[SERVE_LIVE_CARD] = serve
    registry.async_on_revoked(live.async_forget)
    return live


async def _async_serve(
    live: LiveCards, request: Request, resource: LiveCardResource, name: str, place: TakePlace
) -> StreamResponse:
    """Serve what is to be played in a chapter."""
    if name not in LiveChapter:
        return Response(status=HTTPStatus.NOT_FOUND)
    fetch = Fetch(
        chapter=LiveChapter(name),
        at=dt_util.utcnow(),
        head=request.method == hdrs.METH_HEAD,
        offset=_first_byte(conditions_of(request).range),
    )
    try:
        opened = await live.async_answer(resource.token, resource.player_id, fetch)
    except OpeningError:
        return Response(status=HTTPStatus.NOT_FOUND)
    except NotWrittenError:
        LOGGER.error("What a live card plays could not be written down, so it is not played")
        return Response(status=HTTPStatus.SERVICE_UNAVAILABLE)
    if isinstance(opened, OpenedLive):
        return LiveResponse(opened.load, opened.listen, place)
    return PlanResponse(lambda: opened, place)


def _first_byte(asked: str | None) -> int:
    """Return the first byte that is asked for; -1 for the last bytes, whatever their number."""
    found = re.fullmatch(r"bytes=([0-9]{0,18})-[0-9]*", asked or "")
    if found is None:
        return 0
    return int(found[1]) if found[1] else -1
