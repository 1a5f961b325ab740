"""Where other players fetch what they play: with a login, or with a signed address.

Addresses of Yoto's are signed for the account and stay here: they are fetched when a player asks,
and what they lead to is passed on.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
import binascii
from http import HTTPStatus
from typing import Final

from aiohttp import ClientError, ClientResponse, ClientTimeout, hdrs
from aiohttp.web import FileResponse, Request, Response, StreamResponse
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.http import KEY_HASS, HomeAssistantView
from homeassistant.util import dt as dt_util

from ..audio.profile import CONTENT_TYPE
from ..catalogue.media_ids import CardPlace, read_media_id
from ..cloud.errors import CloudError, NotFoundError
from ..const import DOMAIN
from ..coordinator import YotoCoordinator
from ..library.catalog import async_find_catalog
from ..library.errors import LibraryError
from ..library.item import AudioItem
from ..streaming.resources import StreamedList
from ..streaming.response import PlanResponse, conditions_of
from ..streaming.stream import Stream
from ..streaming.streams import STREAMS, Asker, Streams
from .accounts import find_account

_AUDIO_URL: Final = f"/api/{DOMAIN}/library/{{audio_id}}.mp3"
_COVER_URL: Final = f"/api/{DOMAIN}/library/{{audio_id}}/cover"
_STREAM_URL: Final = f"/api/{DOMAIN}/stream/{{stream_id}}.mp3"
_TRACK_URL: Final = f"/api/{DOMAIN}/track/{{entry_id}}/{{place}}"

_CHUNK: Final = 64 * 1024
_PATIENCE: Final = ClientTimeout(total=None, sock_connect=30, sock_read=60)
_ASKED: Final = (hdrs.RANGE, hdrs.IF_RANGE)
_ANSWERED: Final = (
    hdrs.ACCEPT_RANGES,
    hdrs.CONTENT_LENGTH,
    hdrs.CONTENT_RANGE,
    hdrs.CONTENT_TYPE,
    hdrs.ETAG,
    hdrs.LAST_MODIFIED,
)
_GOOD: Final = frozenset(
    {HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT, HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE}
)


def audio_path(item: AudioItem) -> str:
    """Return where the audio of an item is heard."""
    return _AUDIO_URL.format(audio_id=item.audio_id)


def stream_path(stream: Stream) -> str:
    """Return where a stream is heard."""
    return _STREAM_URL.format(stream_id=stream.stream_id)


def find_stream(streams: Streams, stream_id: str) -> Stream | None:
    """Return the stream with an id, None where there is none that has a length."""
    stream = streams.index.by_id(stream_id)
    if stream is None or streams.index.facts(stream.name).is_live:
        return None
    return stream


def cover_path(item: AudioItem) -> str:
    """Return where the cover of an item is seen."""
    return _COVER_URL.format(audio_id=item.audio_id)


def covered_audio(path: str) -> str | None:
    """Return the id of the audio whose cover is at a path, None for other paths."""
    begin, _, end = _COVER_URL.partition("{audio_id}")
    if not (path.startswith(begin) and path.endswith(end)):
        return None
    return path.removeprefix(begin).removesuffix(end)


def track_path(entry_id: str, place: CardPlace) -> str:
    """Return where a track of a card is heard. Its keys may be any text."""
    return _TRACK_URL.format(
        entry_id=entry_id, place=urlsafe_b64encode(str(place).encode()).decode()
    )


class LibraryAudioView(HomeAssistantView):
    """Serve the audio of items."""

    url = _AUDIO_URL
    name = f"api:{DOMAIN}:library:audio"

    async def get(self, request: Request, audio_id: str) -> StreamResponse:
        """Serve an item."""
        catalog = async_find_catalog(request.app[KEY_HASS])
        if catalog is None:
            return Response(status=HTTPStatus.SERVICE_UNAVAILABLE)
        try:
            path = catalog.collection.path(catalog.collection.index.get(audio_id))
        except LibraryError:
            return Response(status=HTTPStatus.NOT_FOUND)
        return FileResponse(path, headers={hdrs.CONTENT_TYPE: CONTENT_TYPE})

    async def head(self, request: Request, audio_id: str) -> StreamResponse:
        """Answer like `get`, without the bytes."""
        return await self.get(request, audio_id)


class StreamAudioView(HomeAssistantView):
    """Serve streams as files, as they are served to Yoto players."""

    url = _STREAM_URL
    name = f"api:{DOMAIN}:stream_audio"

    async def get(self, request: Request, stream_id: str) -> StreamResponse:
        """Serve a stream."""
        streams = request.app[KEY_HASS].data.get(STREAMS)
        if streams is None or find_stream(streams, stream_id) is None:
            return Response(status=HTTPStatus.NOT_FOUND)
        # Plays are told apart by the token that they are asked for by; here it is nobody's secret.
        resource = StreamedList(
            token=f"media:{stream_id}",
            stream_id=stream_id,
            owner="",
            card_id=None,
            is_link=True,
            created=dt_util.utcnow(),
        )
        asker = Asker(address=request.remote or "")
        return PlanResponse(streams.async_source(resource, conditions_of(request), asker))

    async def head(self, request: Request, stream_id: str) -> StreamResponse:
        """Answer like `get`, without the bytes."""
        return await self.get(request, stream_id)


class LibraryCoverView(HomeAssistantView):
    """Serve the covers of items."""

    url = _COVER_URL
    name = f"api:{DOMAIN}:library:cover"

    async def get(self, request: Request, audio_id: str) -> StreamResponse:
        """Serve the cover of an item."""
        catalog = async_find_catalog(request.app[KEY_HASS])
        if catalog is None:
            return Response(status=HTTPStatus.SERVICE_UNAVAILABLE)
        try:
            cover = catalog.collection.index.get(audio_id).details.cover
        except LibraryError:
            return Response(status=HTTPStatus.NOT_FOUND)
        if cover is None:
            return Response(status=HTTPStatus.NOT_FOUND)
        return FileResponse(catalog.collection.storage.path(cover))


class TrackView(HomeAssistantView):
    """Pass on the audio of tracks from Yoto."""

    url = _TRACK_URL
    name = f"api:{DOMAIN}:track"

    async def get(self, request: Request, entry_id: str, place: str) -> StreamResponse:
        """Pass on a track."""
        hass = request.app[KEY_HASS]
        coordinator, wanted = find_account(hass, entry_id), _read_place(place)
        if coordinator is None or wanted is None:
            return Response(status=HTTPStatus.NOT_FOUND)
        try:
            return await _pass_on(hass, request, await _address(coordinator, wanted))
        except NotFoundError:
            return Response(status=HTTPStatus.NOT_FOUND)
        except CloudError, ClientError, TimeoutError:
            return Response(status=HTTPStatus.BAD_GATEWAY)


@callback
def async_register_views(hass: HomeAssistant) -> None:
    """Register the views, once for the life of Home Assistant."""
    for view in (LibraryAudioView, LibraryCoverView, StreamAudioView, TrackView):
        hass.http.register_view(view())


async def _address(coordinator: YotoCoordinator, place: CardPlace) -> str:
    """Return where a track can be fetched now."""
    address = await coordinator.account.shelf.track_address(
        place.card_id, place.chapter_key, place.track_key
    )
    return address.url


async def _pass_on(hass: HomeAssistant, request: Request, url: str) -> StreamResponse:
    """Pass on what is at an address, with ranges.

    Raises:
        ClientError, TimeoutError: It cannot be had. Once a part of it was passed on, the
            connection is closed instead.
    """
    headers = {name: request.headers[name] for name in _ASKED if name in request.headers}
    # Packed for the way, it would have another length.
    headers[hdrs.ACCEPT_ENCODING] = "identity"
    session = async_get_clientsession(hass)
    async with session.get(url, headers=headers, timeout=_PATIENCE) as source:
        if source.status not in _GOOD:
            return Response(status=HTTPStatus.BAD_GATEWAY)
        response = StreamResponse(
            status=source.status,
            headers={name: source.headers[name] for name in _ANSWERED if name in source.headers},
        )
        await response.prepare(request)
        if not await _copy(source, response):
            # What was promised cannot be kept, and the player shall know that.
            response.force_close()
            if request.transport is not None:
                request.transport.abort()
        return response


async def _copy(source: ClientResponse, response: StreamResponse) -> bool:
    """Copy the body of an answer; tell whether all of it came."""
    try:
        async for chunk in source.content.iter_chunked(_CHUNK):
            await response.write(chunk)
        await response.write_eof()
    except ClientError, TimeoutError:
        return False
    return True


def _read_place(text: str) -> CardPlace | None:
    """Read a place out of a path."""
    try:
        found = read_media_id(urlsafe_b64decode(text).decode())
    except binascii.Error, UnicodeDecodeError:
        return None
    return found if isinstance(found, CardPlace) else None
