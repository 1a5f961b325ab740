"""The views: find what a token serves, hand it to the response, and answer our own probe.

Neither asks for a login, since players have none: the token in the URL is the permission. A wrong
one is answered with 404 and never with 401, which Home Assistant would count as a failed login and
might ban the family's own address for.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from functools import partial
from http import HTTPStatus
from pathlib import Path
from time import monotonic
from typing import Final

from aiohttp import hdrs
from aiohttp.web import Request, Response, StreamResponse
from homeassistant.core import HomeAssistant
from homeassistant.helpers.http import KEY_HASS, HomeAssistantView
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from ..audio.plan import Plan, plan_of_files
from ..audio.profile import CONTENT_TYPE
from ..const import DOMAIN
from .addresses import PROBE_ANSWERS, PROBE_URL, STREAM_URL
from .admission import TakePlace
from .limits import Limits, TooMuchError
from .live_media import async_get_live
from .live_response import LiveResponse
from .ranges import decide
from .registry import STREAM_REGISTRY, async_get_registry
from .resources import LiveCardResource, StoryCardResource, StreamedAudio, StreamedList
from .response import PlanResponse, conditions_of
from .streams import STREAMS, Asker
from .whereabouts import async_player

type ServeLiveCard = Callable[
    [Request, LiveCardResource | StoryCardResource, str, TakePlace], Awaitable[StreamResponse]
]
"""Answers a request for a chapter of a live card or of a story card, by its name."""

SERVE_LIVE_CARD: HassKey[ServeLiveCard] = HassKey(f"{DOMAIN}_serve_live_card")
"""Who plays on live cards knows everything that can be opened, so it is above this."""

type ServeCheckCard = Callable[[Request, str, TakePlace], StreamResponse]
"""Answers a request for a chapter of a check card, by its name."""

CHECK_CARDS: HassKey[dict[str, ServeCheckCard]] = HassKey(f"{DOMAIN}_check_cards")
"""By their tokens, which last for one check of a player and are kept nowhere."""

_REGISTERED: HassKey[bool] = HassKey(f"{DOMAIN}_views_registered")
LIMITS: HassKey[Limits] = HassKey(f"{DOMAIN}_stream_limits")
"""How often anybody may ask; behind a trusted proxy Home Assistant tells the real address."""
_PLANS_KEPT: Final = 512
_PLAYERS: Final = ("ESP32 HTTP Client/", "Yoto v2 FW;")
"""How the user agents of players begin (protocol §6.2). The app on a phone is none of them."""


class _Plans:
    """Keep the plans of the files that were served last.

    Used from several executor threads at once: each step is one operation on a dictionary, and at
    worst a plan is made twice.
    """

    def __init__(self) -> None:
        """Start without any."""
        self._plans: OrderedDict[tuple[Path, str], Plan] = OrderedDict()

    def of(self, path: Path, content_type: str) -> Plan:
        """Return the plan of a file as it is now (blocking).

        Raises:
            AudioError: The file is gone or empty.
        """
        key = path, content_type
        plan = self._plans.get(key)
        if plan is None or not plan.is_current():
            plan = plan_of_files([path], content_type)
            self._plans[key] = plan
            if len(self._plans) > _PLANS_KEPT:
                self._plans.popitem(last=False)
        return plan


class StreamView(HomeAssistantView):
    """Serve one file or stream to whoever holds its token."""

    url = STREAM_URL
    name = f"api:{DOMAIN}:stream"
    requires_auth = False

    def __init__(self) -> None:
        """Start with an empty cache of plans."""
        self._plans = _Plans()

    async def get(self, request: Request, token: str, name: str) -> StreamResponse:
        """Serve what the token is for; only of live cards the name says what is asked for."""
        hass = request.app[KEY_HASS]
        limits, address = hass.data[LIMITS], request.remote or ""
        try:
            limits.ask(token, address, monotonic())
        except TooMuchError as err:
            return refusal(err)
        place = partial(limits.connection, token, address)
        if (serve_check := hass.data.get(CHECK_CARDS, {}).get(token)) is not None:
            return serve_check(request, name, place)
        registry = hass.data.get(STREAM_REGISTRY)
        resource = None if registry is None else registry.find(token)
        if registry is None or resource is None:
            return Response(status=HTTPStatus.NOT_FOUND)
        # A probe of the header fields may be for another track than the one that is played.
        if request.method == hdrs.METH_GET and is_player(request):
            registry.async_fetched(resource)
        if isinstance(resource, StreamedList):
            return await _async_list(hass, request, resource, place)
        if isinstance(resource, LiveCardResource | StoryCardResource):
            serve = hass.data.get(SERVE_LIVE_CARD)
            if serve is None:
                return Response(status=HTTPStatus.NOT_FOUND)
            return await serve(request, resource, name, place)
        if isinstance(resource, StreamedAudio):
            streams = hass.data.get(STREAMS)
            stock = None if streams is None else streams.stock(resource.audio_id)
            if stock is None:
                return Response(status=HTTPStatus.NOT_FOUND)
            return PlanResponse(lambda: self._plans.of(stock.path, CONTENT_TYPE), place)
        return PlanResponse(lambda: self._plans.of(resource.path, resource.content_type), place)

    async def head(self, request: Request, token: str, name: str) -> StreamResponse:
        """Answer like `get`, without the bytes."""
        return await self.get(request, token, name)


async def _async_list(
    hass: HomeAssistant, request: Request, resource: StreamedList, place: TakePlace
) -> StreamResponse:
    """Serve a stream as a file of its own, or as it comes if it has live items."""
    streams = hass.data.get(STREAMS)
    stream = None if streams is None else streams.index.by_id(resource.stream_id)
    if streams is None or stream is None:
        return Response(status=HTTPStatus.NOT_FOUND)
    facts = streams.index.facts(stream.name)
    player = None
    conditions = conditions_of(request)
    is_from_start = conditions.range is None or conditions.range.startswith("bytes=0-")
    if facts.asks_for_player and is_from_start and is_player(request):
        player = await async_player(hass, resource)
    asker = Asker(address=request.remote or "", player=player)
    if facts.is_live:
        sequence = streams.async_sequence(resource, stream, asker)
        follow = streams.async_follow(resource, asker)
        return LiveResponse(sequence, async_get_live(hass).listener, place, follow)
    return PlanResponse(streams.async_source(resource, conditions, asker), place)


class ProbeView(HomeAssistantView):
    """Answer a probe of our own while it runs."""

    url = PROBE_URL
    name = f"api:{DOMAIN}:probe"
    requires_auth = False

    async def get(self, request: Request, nonce: str) -> Response:
        """Answer a nonce that is being asked for right now, or a part of the answer."""
        answer = request.app[KEY_HASS].data.get(PROBE_ANSWERS, {}).get(nonce)
        if answer is None:
            return Response(status=HTTPStatus.NOT_FOUND)
        body = answer.encode()
        decision = decide(
            conditions_of(request), total=len(body), etag=nonce, modified=dt_util.utcnow()
        )
        headers = {hdrs.CACHE_CONTROL: "no-store", hdrs.ACCEPT_RANGES: "bytes"}
        if decision.status is HTTPStatus.PARTIAL_CONTENT:
            headers[hdrs.CONTENT_RANGE] = f"bytes {decision.start}-{decision.stop - 1}/{len(body)}"
        # As audio is served, so that whatever stands between treats it in the same way.
        return Response(
            status=decision.status,
            body=body[decision.start : decision.stop],
            content_type=CONTENT_TYPE,
            headers=headers,
        )


def refusal(error: TooMuchError) -> Response:
    """Answer somebody who asks too often."""
    headers = {hdrs.RETRY_AFTER: str(error.retry_after)}
    return Response(status=HTTPStatus.TOO_MANY_REQUESTS, headers=headers)


def is_player(request: Request) -> bool:
    """Return whether a request comes from a player."""
    return request.headers.get(hdrs.USER_AGENT, "").startswith(_PLAYERS)


async def async_register_views(hass: HomeAssistant) -> None:
    """Register the views, once for the life of Home Assistant: they cannot be removed again.

    The registry is loaded here and not by a config entry: audio is served whether or not the
    cloud can be reached.
    """
    await async_get_registry(hass)
    hass.data.setdefault(LIMITS, Limits())
    if hass.data.get(_REGISTERED):
        return
    hass.data[_REGISTERED] = True
    hass.http.register_view(StreamView())
    hass.http.register_view(ProbeView())
