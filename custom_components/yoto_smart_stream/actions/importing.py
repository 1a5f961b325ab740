"""The action that brings audio into the library."""

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
import voluptuous as vol

from ..const import DOMAIN
from ..json import Json, JsonObject
from ..library.catalog import Catalog
from ..library.errors import LibraryError
from ..library.item import LONGEST_TEXT
from ..library.job import Failure
from ..library.jobs import Body
from ..sources.intake import KIND, OWNER, Labels, body_of_many, body_of_one
from ..sources.media import Folder, async_find
from ..sources.origin import Origin, WebOrigin
from ..sources.refusals import async_library, async_save, refusal, refusal_of, result_of
from ..sources.speech import Speech, async_speech_origin

TAGS: Final = vol.All(cv.ensure_list, [cv.string])
"""One tag or several."""
_MEDIA: Final = vol.Any(
    cv.string,
    vol.All(
        vol.Schema({vol.Required("media_content_id"): cv.string}, extra=vol.ALLOW_EXTRA),
        lambda picked: picked["media_content_id"],
    ),
)
_IMPORT: Final = vol.Schema(
    {
        vol.Optional("media"): _MEDIA,
        vol.Optional("text"): vol.All(cv.string, vol.Length(max=LONGEST_TEXT)),
        vol.Optional("engine"): cv.string,
        vol.Optional("language"): cv.string,
        vol.Optional("voice"): cv.string,
        vol.Optional("options"): dict,
        vol.Optional("title"): cv.string,
        vol.Optional("author"): cv.string,
        vol.Optional("tags"): TAGS,
        vol.Optional("description"): vol.All(cv.string, vol.Length(max=LONGEST_TEXT)),
        vol.Optional("replace"): cv.string,
    }
)
_SPEECH_FIELDS: Final = frozenset({"engine", "language", "voice", "options"})
_LABELS_OF_ONE: Final = frozenset({"title", "description", "replace"})


@callback
def async_setup_import_action(hass: HomeAssistant) -> None:
    """Register the action."""
    hass.services.async_register(
        DOMAIN,
        "import_audio",
        _async_import,
        schema=_IMPORT,
        supports_response=SupportsResponse.OPTIONAL,
    )


async def _async_import(call: ServiceCall) -> ServiceResponse:
    """Bring in audio, and answer when it is there."""
    hass, named = call.hass, call.data.get("media", "").strip()
    _check(call, named)
    catalog = await async_library(hass)
    labels = Labels(
        title=call.data.get("title"),
        author=call.data.get("author"),
        tags=tuple(call.data.get("tags", ())),
        description=call.data.get("description"),
        replaces=call.data.get("replace"),
    )
    try:
        if labels.replaces is not None:
            catalog.collection.index.get(labels.replaces)
        wanted = await async_find(hass, named) if named else _speech(call)
    except LibraryError as err:
        raise refusal_of(err, named) from err
    if not isinstance(wanted, Folder):
        # The label of an address holds no secret, as what was named may.
        media = wanted.label if isinstance(wanted, WebOrigin) else named or wanted.label
        body = body_of_one(catalog, wanted, labels)
        return await _async_done(catalog, wanted.label, media, body)
    _refuse_labels_of_one(call, named)
    body = body_of_many(catalog, lambda: wanted.listed(hass), labels, at_once=catalog.cores)
    result = await _async_done(catalog, wanted.label, named, body)
    return {**result, "failed": _told(result["failed"])}


async def _async_done(catalog: Catalog, title: str, media: str, body: Body) -> JsonObject:
    """Do the work as a job; it goes on if whoever called gives up waiting."""
    try:
        job = catalog.jobs.add(kind=KIND, owner=OWNER, title=title, body=body)
    except LibraryError as err:
        raise refusal_of(err, media) from err
    result = result_of(await catalog.jobs.wait(job.job_id), media)
    await async_save(catalog)
    return result


def _check(call: ServiceCall, named: str) -> None:
    """Refuse fields that do not fit together."""
    text = call.data.get("text", "").strip()
    if bool(named) is bool(text):
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="import_needs_media"
        )
    if named and (surplus := sorted(_SPEECH_FIELDS & call.data.keys())):
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="speech_needs_text",
            translation_placeholders={"fields": ", ".join(surplus)},
        )


def _refuse_labels_of_one(call: ServiceCall, named: str) -> None:
    """Refuse for a folder what only one file can have."""
    if surplus := sorted(_LABELS_OF_ONE & call.data.keys()):
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="folder_labels",
            translation_placeholders={"media": named, "fields": ", ".join(surplus)},
        )


def _speech(call: ServiceCall) -> Origin:
    """Return the origin of a text that is to be spoken."""
    speech = Speech(
        text=call.data["text"].strip(),
        engine=call.data.get("engine"),
        language=call.data.get("language"),
        voice=call.data.get("voice"),
        options=call.data.get("options", {}),
    )
    return async_speech_origin(call.hass, speech)


def _told(failed: Json) -> list[Json]:
    """Say in words why files of a folder did not come in."""
    told: list[Json] = []
    for one in failed if isinstance(failed, list) else ():
        match one:
            case {"media": str(media), "code": str(code), "facts": dict(facts)}:
                error = refusal(Failure(code=code, facts=facts), media)
                told.append({"media": media, "code": code, "error": str(error)})
    return told
