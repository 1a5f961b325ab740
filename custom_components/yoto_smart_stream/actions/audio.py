"""Actions on what is in the audio library: find, change, delete."""

from collections.abc import Mapping
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
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ..const import DOMAIN
from ..library.catalog import Catalog
from ..library.description import describe, describe_fully
from ..library.errors import LibraryError
from ..library.index import AudioIndex
from ..library.item import LONGEST_TEXT, AudioItem, Details, clean, once, one_line
from ..library.search import Filter, Page, SearchTable
from ..sources.cover import async_obtain_cover
from ..sources.refusals import async_library, async_save, refusal_of
from .importing import TAGS, async_setup_import_action

_MOST_FOUND: Final = 500
_FIND_FIELDS: Final = frozenset({"query", "tags", "author", "trash", "limit", "offset"})
_TEXT: Final = vol.All(cv.string, vol.Length(max=LONGEST_TEXT))
_TEXT_OR_NOTHING: Final = vol.Any(None, _TEXT)

_GET: Final = vol.Schema(
    {
        vol.Optional("audio_id"): cv.string,
        vol.Optional("query"): cv.string,
        vol.Optional("tags"): TAGS,
        vol.Optional("author"): cv.string,
        vol.Optional("trash"): cv.boolean,
        vol.Optional("limit"): vol.All(vol.Coerce(int), vol.Range(min=1, max=_MOST_FOUND)),
        vol.Optional("offset"): vol.All(vol.Coerce(int), vol.Range(min=0)),
    }
)
_UPDATE: Final = vol.Schema(
    {
        vol.Required("audio_id"): cv.string,
        vol.Optional("title"): cv.string,
        vol.Optional("author"): _TEXT_OR_NOTHING,
        vol.Optional("tags"): vol.Any(None, TAGS),
        vol.Optional("description"): _TEXT_OR_NOTHING,
        vol.Optional("transcript"): _TEXT_OR_NOTHING,
        vol.Optional("icon"): _TEXT_OR_NOTHING,
        vol.Optional("cover"): _TEXT_OR_NOTHING,
    }
)
_DELETE: Final = vol.Schema(
    {
        vol.Required("audio_id"): vol.All(cv.ensure_list, [cv.string]),
        vol.Optional("force", default=False): cv.boolean,
        vol.Optional("restore", default=False): cv.boolean,
    }
)


type _Field = str | list[str] | None


@callback
def async_setup_audio_actions(hass: HomeAssistant) -> None:
    """Register the actions on the audio library."""
    async_setup_import_action(hass)
    hass.services.async_register(
        DOMAIN, "get_audio", _async_get, schema=_GET, supports_response=SupportsResponse.ONLY
    )
    for name, act, schema in (
        ("update_audio", _async_update, _UPDATE),
        ("delete_audio", _async_delete, _DELETE),
    ):
        hass.services.async_register(
            DOMAIN, name, act, schema=schema, supports_response=SupportsResponse.OPTIONAL
        )


async def _async_get(call: ServiceCall) -> ServiceResponse:
    """Answer with one item, or with what a query finds."""
    index = (await async_library(call.hass)).collection.index
    key = call.data.get("audio_id")
    if key is not None:
        if surplus := sorted((_FIND_FIELDS - {"trash"}) & call.data.keys()):
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="get_one_or_many",
                translation_placeholders={"fields": ", ".join(surplus)},
            )
        item = _found(index, key, in_trash=call.data.get("trash", False))
        return {"audio": [describe_fully(item)], "total": 1}
    page = _page(index, call)
    return {"audio": [describe(item) for item in page.items], "total": page.total}


def _page(index: AudioIndex, call: ServiceCall) -> Page:
    """Return what a query finds."""
    chosen = Filter(tags=frozenset(call.data.get("tags", ())), author=call.data.get("author"))
    table = SearchTable(index.trash) if call.data.get("trash") else index
    return table.find(
        call.data.get("query", ""),
        chosen,
        limit=call.data.get("limit", 50),
        offset=call.data.get("offset", 0),
    )


async def _async_update(call: ServiceCall) -> ServiceResponse:
    """Change what is said of an item."""
    catalog = await async_library(call.hass)
    index = catalog.collection.index
    item = _found(index, call.data["audio_id"])
    fields: dict[str, _Field] = {**call.data}
    cover = call.data.get("cover")
    if "title" in fields and not one_line(call.data["title"]):
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="audio_title")
    try:
        if cover:
            async with async_obtain_cover(call.hass, catalog, cover) as arrived:
                catalog.collection.set_cover(item.audio_id, arrived)
        elif "cover" in call.data:
            catalog.collection.set_cover(item.audio_id, None)
        item = index.update(item.audio_id, lambda details: _changed(details, fields))
    except LibraryError as err:
        raise refusal_of(err, cover or item.title) from err
    await async_save(catalog)
    return describe_fully(item)


def _changed(details: Details, fields: Mapping[str, _Field]) -> Details:
    """Return what is said of an item with other fields; an empty one takes a text away."""

    def line(name: str, before: str | None) -> str | None:
        """Return a text of one line."""
        return (one_line(_text(fields[name])) or None) if name in fields else before

    def text(name: str, before: str | None) -> str | None:
        """Return a text of many lines."""
        return (clean(_text(fields[name])) or None) if name in fields else before

    tags = fields.get("tags", list(details.tags))
    return replace(
        details,
        title=line("title", details.title) or details.title,
        author=line("author", details.author),
        tags=once(tags if isinstance(tags, list) else ()),
        description=text("description", details.description),
        transcript=text("transcript", details.transcript),
        icon=line("icon", details.icon),
    )


def _text(value: _Field) -> str:
    """Return the text in a field."""
    return value if isinstance(value, str) else ""


async def _async_delete(call: ServiceCall) -> ServiceResponse:
    """Move items to the trash, or take them out of it: all that are named, or none."""
    catalog = await async_library(call.hass)
    index, restores = catalog.collection.index, call.data["restore"]
    if restores and call.data["force"]:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="restore_forced")
    items = {
        item.audio_id: item
        for item in (_found(index, key, in_trash=restores) for key in call.data["audio_id"])
    }
    if not call.data["force"] and not restores:
        for item in items.values():
            _refuse_used(catalog, item)
    now = dt_util.utcnow()
    done = [
        index.restore(key) if restores else index.delete(key, now=now, force=call.data["force"])
        for key in items
    ]
    await async_save(catalog)
    return {"audio": [describe(item) for item in done]}


def _refuse_used(catalog: Catalog, item: AudioItem) -> None:
    """Refuse to delete what something uses, and name it."""
    if item.used_by:
        users = ", ".join(catalog.name_of(user) for user in sorted(item.used_by))
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="audio_in_use",
            translation_placeholders={"audio": item.title, "users": users},
        )


def _found(index: AudioIndex, key: str, *, in_trash: bool = False) -> AudioItem:
    """Return the item with an id, a slug or a title."""
    try:
        return index.get_trashed(key) if in_trash else index.get(key)
    except LibraryError as err:
        raise refusal_of(err, key) from err
