"""Answering requests for the chapters of live cards, and of story cards."""

from http import HTTPStatus
import re
from typing import Final

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
from ..streaming.icon_view import SHOW_LIVE_CARD
from ..streaming.live_response import LiveResponse
from ..streaming.registry import async_get_registry
from ..streaming.resources import LiveCardResource, StoryCardResource
from ..streaming.response import PlanResponse, conditions_of
from ..streaming.views import SERVE_LIVE_CARD, is_player
from ..sure_store import NotWrittenError
from .displaying import async_icon_server
from .holders import Asked, Holders
from .runner import LIVE_CARDS, LiveCards, Opener
from .story_cards import Asking, NothingToTellError, StoryCards, UnclearPlayerError

_AGAIN_AFTER: Final = 2
"""Seconds after which a player may ask again."""


async def async_setup_live_cards(hass: HomeAssistant, opener: Opener) -> LiveCards:
    """Load what live cards play, and have it served; a card that is revoked is forgotten."""
    live = LiveCards(hass, opener)
    await live.async_load()
    registry = await async_get_registry(hass)
    holders = Holders(hass, live)
    stories = StoryCards(hass, live, holders)

    async def serve(
        request: Request,
        resource: LiveCardResource | StoryCardResource,
        name: str,
        place: TakePlace,
    ) -> StreamResponse:
        if name not in LiveChapter:
            return Response(status=HTTPStatus.NOT_FOUND)
        fetch = _fetch_of(request, LiveChapter(name))
        asked = Asked(
            chapter=fetch.chapter, address=request.remote or "", is_player=is_player(request)
        )
        if isinstance(resource, LiveCardResource):
            if asked.is_player:
                holders.async_note(resource.player_id, asked.address)
            asking = Asking(token=resource.token, player_id=resource.player_id)
            return await _async_serve(live, asking, fetch, place)
        if resource.is_plain and fetch.chapter is LiveChapter.START:
            # In front of the story: whose it is, and what it plays, is asked for what follows.
            silence = await live.async_silence()
            return PlanResponse(lambda: silence, place)
        try:
            asking = await stories.async_asking(resource, fetch, asked)
        except NothingToTellError:
            return Response(status=HTTPStatus.NOT_FOUND)
        except UnclearPlayerError:
            headers = {hdrs.RETRY_AFTER: str(_AGAIN_AFTER)}
            return Response(status=HTTPStatus.SERVICE_UNAVAILABLE, headers=headers)
        return await _async_serve(live, asking, fetch, place)

    hass.data[LIVE_CARDS] = live
    hass.data[SERVE_LIVE_CARD] = serve
    hass.data[SHOW_LIVE_CARD] = await async_icon_server(hass, live, holders, stories)
    registry.async_on_revoked(live.async_forget)
    return live


def _fetch_of(request: Request, chapter: LiveChapter) -> Fetch:
    """Return what a request asks for."""
    return Fetch(
        chapter=chapter,
        at=dt_util.utcnow(),
        head=request.method == hdrs.METH_HEAD,
        offset=_first_byte(conditions_of(request).range),
    )


async def _async_serve(
    live: LiveCards, asking: Asking, fetch: Fetch, place: TakePlace
) -> StreamResponse:
    """Serve what is to be played in a chapter."""
    try:
        opened = await live.async_answer(
            asking.token,
            asking.player_id,
            fetch,
            card_id=asking.card_id,
            program=asking.program,
        )
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
