"""Actions that show the cards there are, and lead back to what they were."""

from datetime import timedelta
from typing import Any, Final

from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
import voluptuous as vol

from ..catalogue.search import search
from ..cloud.cards import Card
from ..cloud.errors import CloudError
from ..const import DOMAIN
from ..coordinator import YotoConfigEntry
from ..json import Json, JsonObject
from ..playing.lookup import async_refresh_lists
from ..playing.publishing import refusal
from ..publishing.archive import async_get_archive
from ..publishing.publisher import async_publisher
from ..publishing.records import write_difference
from ..streaming.registry import StreamRegistry, async_get_registry
from .card_order import answer_of
from .card_texts import card_explained
from .cards import CARD, DRY_RUN, ENTRY, FORCE, async_card_id, entry_of
from .groups import find_group, unknown_group

_MOST: Final = 500
_LISTS_AGE: Final = timedelta(minutes=1)
_GET_CARDS: Final = vol.Schema(
    {
        vol.Optional("card_id"): cv.string,
        vol.Optional("query"): cv.string,
        vol.Optional("group"): cv.string,
        vol.Optional("own"): cv.boolean,
        vol.Optional("streamed"): cv.boolean,
        vol.Optional("refresh", default=False): cv.boolean,
        vol.Optional("limit", default=50): vol.All(vol.Coerce(int), vol.Range(min=1, max=_MOST)),
        ENTRY: cv.string,
    }
)
_GET_CARD_VERSIONS: Final = vol.Schema(
    {CARD: cv.string, vol.Optional("payload", default=False): cv.boolean, ENTRY: cv.string}
)
_RESTORE_CARD: Final = vol.Schema(
    {
        CARD: cv.string,
        vol.Optional("version"): vol.Coerce(int),
        DRY_RUN: cv.boolean,
        FORCE: cv.boolean,
        ENTRY: cv.string,
    }
)


@callback
def async_setup_card_listing_actions(hass: HomeAssistant) -> None:
    """Register the actions."""
    only, optional = SupportsResponse.ONLY, SupportsResponse.OPTIONAL
    for name, act, schema, response in (
        ("get_card_versions", _async_get_card_versions, _GET_CARD_VERSIONS, only),
        ("get_cards", _async_get_cards, _GET_CARDS, only),
        ("restore_card", _async_restore_card, _RESTORE_CARD, optional),
    ):
        hass.services.async_register(DOMAIN, name, act, schema=schema, supports_response=response)


async def _async_get_cards(call: ServiceCall) -> ServiceResponse:
    """Answer with one card and all that is on it, or with those that a query finds."""
    data = call.data
    registry = await async_get_registry(call.hass)
    if (named := data.get("card_id")) is not None:
        entry = entry_of(call)
        if data["refresh"]:
            await _async_refresh(entry)
        card_id = await async_card_id(entry, named)
        return {"cards": [await _async_whole(entry, registry, card_id)], "total": 1}
    entries: list[YotoConfigEntry] = (
        [entry_of(call)]
        if "config_entry_id" in data
        else call.hass.config_entries.async_loaded_entries(DOMAIN)
    )
    found: list[Json] = []
    wanted: str | None = data.get("group")
    has_group = False
    for entry in entries:
        if data["refresh"]:
            await _async_refresh(entry)
        else:
            await async_refresh_lists(entry.runtime_data, _LISTS_AGE)
        shelf = entry.runtime_data.account.shelf
        cards = shelf.cards
        if query := data.get("query", "").strip():
            hits = (hit.found for hit in search(query, cards, shelf.groups))
            cards = tuple(dict.fromkeys(one for one in hits if isinstance(one, Card)))
        if wanted is not None:
            group = find_group(entry, wanted.strip())
            has_group = has_group or group is not None
            cards = tuple(one for one in cards if group and one.card_id in group.card_ids)
        outlines = (_outline(entry, registry, card) for card in cards)
        found.extend(one for one in outlines if _is_wanted(one, data))
    if wanted is not None and not has_group:
        raise unknown_group(entries, wanted)
    return {"cards": found[: data["limit"]], "total": len(found)}


async def _async_refresh(entry: YotoConfigEntry) -> None:
    """Fetch the lists of an account now.

    Raises:
        HomeAssistantError: Not all of them could be had.
    """
    try:
        await entry.runtime_data.account.shelf.load()
    except CloudError as err:
        raise refusal(entry, err, "cards_not_listed") from err


async def _async_get_card_versions(call: ServiceCall) -> ServiceResponse:
    """Answer with what a card has been, the newest first."""
    entry = entry_of(call)
    card_id = await async_card_id(entry, call.data["card_id"])
    kept = await async_get_archive(call.hass).async_of(card_id)
    versions: list[Json] = [
        {
            "version": version.number,
            "until": version.at.isoformat(),
            "title": version.payload.get("title"),
            "changes": [write_difference(one) for one in version.changes],
            **({"payload": {**version.payload}} if call.data["payload"] else {}),
        }
        for version in reversed(kept.versions)
    ]
    written = None if kept.written is None else kept.written.at.isoformat()
    return {"card_id": card_id, "written": written, "versions": versions}


async def _async_restore_card(call: ServiceCall) -> ServiceResponse:
    """Make a card again what it was."""
    entry, dry_run = entry_of(call), call.data["dry_run"]
    card_id = await async_card_id(entry, call.data["card_id"])
    number = call.data.get("version")
    if number is None:
        versions = (await async_get_archive(call.hass).async_of(card_id)).versions
        if not versions:
            raise ServiceValidationError(
                translation_domain=DOMAIN, translation_key="card_never_changed"
            )
        number = versions[-1].number
    publisher = await async_publisher(entry)
    with card_explained():
        published = await publisher.async_restore(
            card_id, number, dry_run=dry_run, force=call.data["force"]
        )
    return {**answer_of(published, dry_run=dry_run), "version": number}


async def _async_whole(
    entry: YotoConfigEntry, registry: StreamRegistry, card_id: str
) -> JsonObject:
    """Return a card with its chapters; of an own one, all that Yoto has."""
    account = entry.runtime_data.account
    try:
        card = await account.shelf.card(card_id)
    except CloudError as err:
        raise refusal(entry, err, "card_not_read") from err
    outline = _outline(entry, registry, card)
    chapters: list[Json] = [
        {
            "key": chapter.key,
            "title": chapter.title,
            "tracks": [
                {"key": track.key, "title": track.title, "duration": track.duration}
                for track in chapter.tracks
            ],
        }
        for chapter in card.chapters
    ]
    if not outline["own"]:
        return {**outline, "chapters": chapters}
    publisher = await async_publisher(entry)
    with card_explained():
        payload = await publisher.async_current(card_id)
    return {**outline, "chapters": chapters, "payload": payload}


def _outline(entry: YotoConfigEntry, registry: StreamRegistry, card: Card) -> JsonObject:
    """Return what a list tells of a card; `streamed` is whether Home Assistant serves it."""
    own = {one.card_id for one in entry.runtime_data.account.shelf.own_cards}
    return {
        "card_id": card.card_id,
        "title": card.title,
        "author": card.author,
        "category": card.category,
        "cover": card.cover_url,
        "own": card.card_id in own,
        "streamed": bool(registry.of_card(card.card_id, owner=entry.entry_id)),
        "groups": [
            group.name
            for group in entry.runtime_data.account.shelf.groups
            if card.card_id in group.card_ids
        ],
        "updated": card.updated_at,
        "account": entry.title,
        "config_entry_id": entry.entry_id,
    }


def _is_wanted(outline: JsonObject, data: dict[str, Any]) -> bool:
    """Tell whether a card passes the filters."""
    return all(outline[name] is data[name] for name in ("own", "streamed") if name in data)
