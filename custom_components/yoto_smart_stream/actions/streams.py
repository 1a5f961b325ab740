"""Actions on streams."""

from dataclasses import replace
from typing import Final

from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv, service
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ..const import DOMAIN
from ..coordinator import YotoConfigEntry
from ..playing.publishing import async_base_url
from ..publishing.draft import NewChapter
from ..streaming.addresses import stream_path
from ..streaming.editing import added, moved, removed, without
from ..streaming.stream import Item, Stream
from ..streaming.streams import Streams
from .card_sources import async_stream_piece
from .cards import async_make_card
from .stream_description import async_describe
from .stream_fields import (
    ITEMS,
    STREAM,
    Change,
    async_streams,
    check_name,
    checked_profile,
    explained,
    items_of,
    rules_of,
)

_NAME: Final = vol.Required("name")
_PLACE: Final = vol.All(vol.Coerce(int), vol.Range(min=1))
_ENTRY: Final = vol.Optional("config_entry_id")
_EDIT_STREAM: Final = vol.Schema(
    {
        _NAME: cv.string,
        vol.Required("operation"): vol.In(("add", "remove", "move", "clear")),
        vol.Optional("items"): ITEMS,
        vol.Optional("index"): _PLACE,
        vol.Optional("to"): _PLACE,
    }
)
_GET_STREAMS: Final = vol.Schema({vol.Optional("name"): cv.string})
_DELETE_STREAM: Final = vol.Schema(
    {_NAME: cv.string, vol.Optional("force", default=False): cv.boolean}
)
_GET_STREAM_URL: Final = vol.Schema(
    {_NAME: cv.string, vol.Optional("rotate", default=False): cv.boolean, _ENTRY: cv.string}
)
_CREATE_STREAM_CARD: Final = vol.Schema(
    {_NAME: cv.string, vol.Optional("title"): cv.string, _ENTRY: cv.string}
)
_URL_NAME: Final = "stream"


@callback
def async_setup_stream_actions(hass: HomeAssistant) -> None:
    """Register the actions on streams."""
    optional, only = SupportsResponse.OPTIONAL, SupportsResponse.ONLY
    for name, act, schema, response in (
        ("create_stream_card", _async_create_stream_card, _CREATE_STREAM_CARD, optional),
        ("delete_stream", _async_delete_stream, _DELETE_STREAM, optional),
        ("edit_stream", _async_edit_stream, _EDIT_STREAM, optional),
        ("get_stream_url", _async_get_stream_url, _GET_STREAM_URL, only),
        ("get_streams", _async_get_streams, _GET_STREAMS, only),
        ("set_stream", _async_set_stream, STREAM, optional),
    ):
        hass.services.async_register(DOMAIN, name, act, schema=schema, supports_response=response)


async def _async_set_stream(call: ServiceCall) -> ServiceResponse:
    """Make a stream, or replace what is in one."""
    streams = await async_streams(call.hass)
    data = call.data
    name: str = data["name"]
    check_name(name)
    with explained():
        items = items_of(streams, data["items"])
        rules = rules_of(call.hass, streams, data["rules"])

        def define(stream: Stream) -> Stream:
            """Fill in a new stream, or one that is there."""
            defined = replace(
                stream,
                items=items,
                rules=rules,
                play_mode=data["play_mode"],
                seed=data["seed"],
                gap=data["gap"],
                lead_in=data["lead_in"],
                endless_hours=data["endless_hours"],
            )
            return checked_profile(streams, defined)

        stream = await streams.async_change(
            lambda: streams.index.set(name, define, dt_util.utcnow())
        )
    return await async_describe(call.hass, streams, stream)


async def _async_edit_stream(call: ServiceCall) -> ServiceResponse:
    """Change the items of a stream."""
    streams = await async_streams(call.hass)
    name: str = call.data["name"]
    with explained():
        edit = _edit(streams, call)

        def change() -> Stream:
            """Edit, if the result can be played."""
            stream = streams.index.get(name)
            checked_profile(streams, replace(stream, items=edit(stream.items)))
            return streams.index.edit(name, edit)

        stream = await streams.async_change(change)
    return await async_describe(call.hass, streams, stream)


def _edit(streams: Streams, call: ServiceCall) -> Change:
    """Return what an edit does with a list of items."""
    data = call.data
    index, to = data.get("index"), data.get("to")
    items = items_of(streams, data.get("items", ()))
    match data["operation"]:
        case "add":
            _need(items, "items", "add")
            return lambda before: added(before, items, index)
        case "remove" if index is not None:
            return lambda before: removed(before, index)
        case "remove":
            _need(items, "items", "remove")
            return lambda before: _gone(before, items)
        case "move":
            _need(index, "index", "move")
            _need(to, "to", "move")
            return lambda before: moved(before, int(index or 0), int(to or 0))
    return lambda _: ()


def _gone(before: tuple[Item, ...], items: tuple[Item, ...]) -> tuple[Item, ...]:
    """Return a list without some items, all of which have to be in it."""
    if any(item not in before for item in items):
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="stream_item_not_in"
        )
    return without(before, items)


def _need(value: object, field: str, operation: str) -> None:
    """Refuse an edit that lacks a field."""
    if not value:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="stream_edit_needs",
            translation_placeholders={"field": field, "operation": operation},
        )


async def _async_get_streams(call: ServiceCall) -> ServiceResponse:
    """Describe one stream, or all."""
    streams = await async_streams(call.hass)
    with explained():
        name = call.data.get("name")
        wanted = streams.index.streams.values() if name is None else [streams.index.get(name)]
    return {
        "streams": [
            await async_describe(call.hass, streams, stream)
            for stream in sorted(wanted, key=lambda one: one.name.casefold())
        ]
    }


async def _async_delete_stream(call: ServiceCall) -> ServiceResponse:
    """Forget a stream, unless something needs it."""
    streams = await async_streams(call.hass)
    force: bool = call.data["force"]
    with explained():
        stream = streams.index.get(call.data["name"])
        tokens = streams.registry.of_stream(stream.stream_id)
        cards = [token.card_id for token in tokens if token.card_id is not None]
        if cards and not force:
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="stream_on_cards",
                translation_placeholders={"stream": stream.name, "cards": ", ".join(cards)},
            )
        _, changed = await streams.async_change(
            lambda: streams.index.delete(stream.stream_id, force=force)
        )
    await streams.registry.async_revoke(token.token for token in tokens)
    return {
        "stream_id": stream.stream_id,
        "name": stream.name,
        "removed_from": [*changed],
        "cards": [*cards],
    }


async def _async_get_stream_url(call: ServiceCall) -> ServiceResponse:
    """Return the address of a stream, a new one if that is wished."""
    hass = call.hass
    entry: YotoConfigEntry = service.async_get_config_entry(
        hass, DOMAIN, call.data.get("config_entry_id")
    )
    streams = await async_streams(hass)
    with explained():
        stream = streams.index.get(call.data["name"])
    base_url = await async_base_url(hass, entry)
    registry = streams.registry
    links = [one for one in registry.of_stream(stream.stream_id) if one.is_link]
    if call.data["rotate"] or not links:
        link = await registry.async_add_list(stream.stream_id, owner=entry.entry_id, is_link=True)
        await registry.async_revoke(one.token for one in links)
    else:
        link = links[0]
    return {"url": base_url + stream_path(link.token, _URL_NAME)}


async def _async_create_stream_card(call: ServiceCall) -> ServiceResponse:
    """Make a card whose one track is a stream."""
    entry: YotoConfigEntry = service.async_get_config_entry(
        call.hass, DOMAIN, call.data.get("config_entry_id")
    )
    piece = await async_stream_piece(call.hass, call.data["name"])
    published = await async_make_card(
        entry, call.data.get("title", piece.title), [NewChapter(title=piece.title, pieces=(piece,))]
    )
    return {"card_id": published.card_id, "url": published.urls[0]}
