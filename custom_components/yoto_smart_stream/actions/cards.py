"""Actions that make cards, change them, and take them away."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv, service
import voluptuous as vol

from ..cards.reading import read
from ..const import DOMAIN
from ..coordinator import YotoConfigEntry
from ..library.item import JsonObject
from ..playing.lookup import async_look_up
from ..publishing.draft import Draft, NewChapter, SameChapter
from ..publishing.published import Published
from ..publishing.publisher import async_publisher
from ..publishing.records import write_difference
from ..publishing.served import Delivery
from .card_artwork import async_cover, async_dressed
from .card_fields import SAID, change_of
from .card_sources import (
    CHAPTERS,
    MEDIA,
    FoundAlbum,
    async_album,
    async_chapters,
    async_file_piece,
)
from .card_texts import card_explained, limits_of, told, warnings_of

CARD: Final = vol.Required("card_id")
_NOT_YET: Final = "new"
"""Stands for a cover that has not been sent."""
ENTRY: Final = vol.Optional("config_entry_id")
DRY_RUN: Final = vol.Optional("dry_run", default=False)
FORCE: Final = vol.Optional("force", default=False)
_CREATE_STREAMING_CARD: Final = vol.Schema(
    {
        vol.Required("title"): cv.string,
        vol.Required("media"): vol.All(cv.ensure_list, [MEDIA]),
        ENTRY: cv.string,
    }
)
_CONTENT: Final = {
    vol.Optional("title"): cv.string,
    vol.Optional("chapters"): CHAPTERS,
    vol.Optional("folder"): cv.string,
    vol.Optional("delivery"): vol.Coerce(Delivery),
    **SAID,
    DRY_RUN: cv.boolean,
    ENTRY: cv.string,
}
_CREATE_CARD: Final = vol.Schema(_CONTENT)
_UPDATE_CARD: Final = vol.Schema({CARD: cv.string, **_CONTENT, FORCE: cv.boolean})
_DELETE_CARD: Final = vol.Schema({CARD: cv.string, ENTRY: cv.string})
_COPY_CARD: Final = vol.Schema(
    {CARD: cv.string, vol.Optional("title"): cv.string, ENTRY: cv.string}
)


@callback
def async_setup_card_actions(hass: HomeAssistant) -> None:
    """Register the actions that make, change and delete cards."""
    for name, act, schema in (
        ("copy_card", _async_copy_card, _COPY_CARD),
        ("create_card", _async_create_card, _CREATE_CARD),
        ("create_streaming_card", _async_create_streaming_card, _CREATE_STREAMING_CARD),
        ("delete_card", _async_delete_card, _DELETE_CARD),
        ("update_card", _async_update_card, _UPDATE_CARD),
    ):
        hass.services.async_register(
            DOMAIN, name, act, schema=schema, supports_response=SupportsResponse.OPTIONAL
        )


def entry_of(call: ServiceCall) -> YotoConfigEntry:
    """Return the account that an action is for: the one that is named, or the only one."""
    entry: YotoConfigEntry = service.async_get_config_entry(
        call.hass, DOMAIN, call.data.get("config_entry_id")
    )
    return entry


async def async_card_id(entry: YotoConfigEntry, named: str) -> str:
    """Return the id of the card that is meant by its id or its title.

    Raises:
        ServiceValidationError: There is none, or there are several.
    """
    return (await async_look_up(entry.runtime_data, named.strip())).card_id


def answer_of(published: Published, *, dry_run: bool = False) -> JsonObject:
    """Return what has become of a card, or would."""
    answer: JsonObject = {
        "card_id": published.card_id,
        "title": read(published.payload).title,
        "urls": [*published.urls],
        "changes": [write_difference(one) for one in published.changes],
        "warnings": warnings_of(published),
    }
    if not dry_run:
        return answer
    return {
        **answer,
        "payload": published.payload,
        "limits": limits_of(read(published.payload)),
        "problems": [told(fault) for fault in published.faults],
    }


async def async_make_card(
    entry: YotoConfigEntry, title: str, chapters: Sequence[NewChapter]
) -> Published:
    """Make a card of chapters that are streamed.

    Raises:
        ServiceValidationError: Yoto would not take it; nothing was sent.
        HomeAssistantError: Yoto did not take it, or players would not reach us.
    """
    publisher = await async_publisher(entry)
    with card_explained():
        return await publisher.async_create(Draft(chapters=tuple(chapters)), title.strip())


async def _async_create_streaming_card(call: ServiceCall) -> ServiceResponse:
    """Make a card whose tracks players fetch from Home Assistant."""
    entry = entry_of(call)
    pieces = [await async_file_piece(call.hass, one) for one in call.data["media"]]
    chapters = [NewChapter(title=piece.title, pieces=(piece,)) for piece in pieces]
    published = await async_make_card(entry, call.data["title"], chapters)
    return {"card_id": published.card_id, "urls": [*published.urls]}


async def _async_create_card(call: ServiceCall) -> ServiceResponse:
    """Make a card."""
    entry, dry_run = entry_of(call), call.data["dry_run"]
    chapters, album = await _async_content(call)
    title = call.data.get("title", "" if album is None else album.title).strip()
    fields = {**call.data, "title": title}
    beside = None if album is None else album.cover
    draft = await _async_draft(entry, fields, chapters or (), title, beside)
    publisher = await async_publisher(entry)
    with card_explained():
        published = await publisher.async_create(draft, title, dry_run=dry_run)
    return answer_of(published, dry_run=dry_run)


async def _async_update_card(call: ServiceCall) -> ServiceResponse:
    """Change a card."""
    entry, dry_run = entry_of(call), call.data["dry_run"]
    card_id = await async_card_id(entry, call.data["card_id"])
    chapters, _ = await _async_content(call)
    known = entry.runtime_data.account.shelf.known(card_id)
    title = call.data.get("title", "" if known is None else known.title)
    draft = await _async_draft(entry, call.data, chapters, title, None)
    publisher = await async_publisher(entry)
    with card_explained():
        published = await publisher.async_update(
            card_id, draft, dry_run=dry_run, force=call.data["force"]
        )
    return answer_of(published, dry_run=dry_run)


async def _async_copy_card(call: ServiceCall) -> ServiceResponse:
    """Make another card like one."""
    entry = entry_of(call)
    card_id = await async_card_id(entry, call.data["card_id"])
    publisher = await async_publisher(entry)
    with card_explained():
        return answer_of(await publisher.async_copy(card_id, call.data.get("title")))


async def _async_delete_card(call: ServiceCall) -> ServiceResponse:
    """Delete a card."""
    entry = entry_of(call)
    card_id = await async_card_id(entry, call.data["card_id"])
    publisher = await async_publisher(entry)
    with card_explained():
        title = await publisher.async_delete(card_id)
    return {"card_id": card_id, "title": title}


async def _async_content(
    call: ServiceCall,
) -> tuple[tuple[NewChapter | SameChapter, ...] | None, FoundAlbum | None]:
    """Return the chapters that an action names, None where it names none."""
    given, folder = call.data.get("chapters"), call.data.get("folder")
    if given is not None and folder is not None:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="card_chapters_or_folder"
        )
    if folder is not None:
        album = await async_album(call.hass, folder.strip())
        return album.chapters, album
    return (None if given is None else await async_chapters(call.hass, given)), None


async def _async_draft(
    entry: YotoConfigEntry,
    fields: dict[str, Any],
    chapters: tuple[NewChapter | SameChapter, ...] | None,
    title: str,
    beside: Path | None,
) -> Draft:
    """Return what an action wants of a card; pictures are sent to Yoto, unless it only shows."""
    if fields["dry_run"]:
        cover = fields.get("cover") and _NOT_YET
    else:
        cover = await async_cover(
            entry,
            fields.get("cover"),
            title=title,
            author=fields.get("author") or "",
            chapters=chapters or (),
            beside=beside,
        )
    dressed = chapters
    if chapters is not None and not fields["dry_run"]:
        dressed = await async_dressed(entry, chapters)
    return Draft(change=change_of(fields, cover), chapters=dressed, delivery=fields.get("delivery"))
