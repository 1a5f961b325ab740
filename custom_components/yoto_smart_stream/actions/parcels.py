"""Actions that pack a card into one file, and make a card of such a file."""

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import config_validation as cv
import voluptuous as vol

from ..const import DOMAIN
from ..json import Json
from ..library.errors import LibraryError
from ..parcels.exporting import async_exporting
from ..parcels.importing import Wanted, async_unpack
from ..parcels.notes import Note, NoteCode, read_note
from ..publishing.served import Delivery
from ..sources.media import async_find
from ..sources.origin import FileOrigin
from ..sources.refusals import refusal_of, result_of
from .card_sources import MEDIA
from .card_texts import card_explained
from .cards import CARD, DRY_RUN, ENTRY, answer_of, async_card_id, entry_of
from .stream_fields import async_streams

_EXPORT_CARD: Final = vol.Schema(
    {CARD: cv.string, vol.Optional("folder"): cv.string, ENTRY: cv.string}
)
_IMPORT_CARD: Final = vol.Schema(
    {
        vol.Required("media"): MEDIA,
        vol.Optional("title"): vol.All(cv.string, vol.Strip),
        vol.Optional("delivery"): vol.Coerce(Delivery),
        DRY_RUN: cv.boolean,
        ENTRY: cv.string,
    }
)
_NOTE_TEXTS: Final = {
    NoteCode.AUDIO_GONE: "parcel_note_audio_gone",
    NoteCode.LIVE: "parcel_note_live",
    NoteCode.PICTURE_LEFT: "parcel_note_picture_left",
    NoteCode.PICTURE_UNFIT: "parcel_note_picture_unfit",
    NoteCode.RENAMED: "parcel_note_renamed",
    NoteCode.RULES_LEFT: "parcel_note_rules_left",
}


@callback
def async_setup_parcel_actions(hass: HomeAssistant) -> None:
    """Register the actions."""
    for name, act, schema in (
        ("export_card", _async_export_card, _EXPORT_CARD),
        ("import_card", _async_import_card, _IMPORT_CARD),
    ):
        hass.services.async_register(
            DOMAIN, name, act, schema=schema, supports_response=SupportsResponse.OPTIONAL
        )


async def _async_export_card(call: ServiceCall) -> ServiceResponse:
    """Pack a card, and answer where the file is."""
    entry = entry_of(call)
    streams = await async_streams(call.hass)
    catalog = streams.catalog
    card_id = await async_card_id(entry, call.data["card_id"])
    folder: str | None = call.data.get("folder")
    try:
        with card_explained():
            job = await async_exporting(entry, catalog, streams, card_id, folder)
    except LibraryError as err:
        raise refusal_of(err, folder or card_id) from err
    result = result_of(await catalog.jobs.wait(job.job_id), job.title)
    notes = result["notes"]
    noted = [read_note(one) for one in (notes if isinstance(notes, list) else ())]
    left = {name: value for name, value in result.items() if name != "notes"}
    return {**left, "warnings": _told(noted)}


async def _async_import_card(call: ServiceCall) -> ServiceResponse:
    """Make a card of a file, or answer what would be made."""
    entry, data = entry_of(call), call.data
    streams = await async_streams(call.hass)
    media = data["media"]
    named: str = media if isinstance(media, str) else media["media_content_id"]
    wanted = Wanted(
        path=await _async_file(call.hass, named.strip()),
        title=data.get("title"),
        delivery=data.get("delivery"),
        dry_run=data["dry_run"],
    )
    # It goes on if whoever called gives up waiting.
    work = call.hass.async_create_task(
        async_unpack(entry, streams.catalog, streams, wanted), f"{DOMAIN} import of a card"
    )
    try:
        with card_explained():
            unpacked = await asyncio.shield(work)
    except LibraryError as err:
        raise refusal_of(err, named) from err
    except OSError as err:
        raise _unreadable(named, err.strerror or str(err)) from err
    answer = answer_of(unpacked.published, dry_run=wanted.dry_run)
    warnings = answer["warnings"]
    return {
        **answer,
        "audio": unpacked.audio,
        "streams": unpacked.streams,
        "warnings": [*(warnings if isinstance(warnings, list) else ()), *_told(unpacked.notes)],
    }


async def _async_file(hass: HomeAssistant, named: str) -> Path:
    """Return the file that is meant.

    Raises:
        ServiceValidationError: There is no such file on this machine, or it may not be used.
    """
    try:
        origin = await async_find(hass, named)
    except LibraryError as err:
        raise refusal_of(err, named) from err
    if not isinstance(origin, FileOrigin):
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="parcel_elsewhere",
            translation_placeholders={"media": named},
        )
    return origin.path


def _unreadable(media: str, reason: str) -> ServiceValidationError:
    """Return an error for a file that cannot be read."""
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key="parcel_unreadable",
        translation_placeholders={"media": media, "reason": reason},
    )


def _told(notes: Iterable[Note]) -> list[Json]:
    """Return what should be known, in people's words."""
    return [
        str(
            HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key=_NOTE_TEXTS[note.code],
                translation_placeholders=note.facts,
            )
        )
        for note in notes
    ]
