"""Actions on the stories that a family keeps: saving, listing, deleting, checking."""

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
from ..json import Json, JsonObject
from ..stories.reading import format_of, script_of
from ..stories.shelf import StoryShelf
from ..stories.stored import StoredStory
from ..story.errors import StoryError
from ..story.formats.story_format import StoryFormat
from ..story.formats.writing import WRITABLE, write
from ..story_examples import EXAMPLES, example
from .cards import DRY_RUN
from .story_description import describe, describe_cards, describe_unread
from .story_fields import (
    LONGEST,
    STORY,
    Meant,
    async_read,
    async_shelf,
    async_story_file,
    async_text_of,
    story_explained,
)
from .story_findings import async_report
from .story_packs import async_is_pack, async_save_pack
from .story_texts import loss_text, problem_record

_SAVE: Final = vol.Schema(
    {
        vol.Optional("story_id"): cv.string,
        vol.Optional("format"): vol.Coerce(StoryFormat),
        vol.Optional("text"): vol.All(cv.string, vol.Length(max=LONGEST)),
        vol.Optional("media"): cv.string,
        vol.Optional("example"): vol.In(EXAMPLES),
        DRY_RUN: cv.boolean,
    }
)
_GET: Final = vol.Schema(
    {vol.Optional("story_id"): cv.string, vol.Optional("format"): vol.Coerce(StoryFormat)}
)
_DELETE: Final = vol.Schema({vol.Required("story_id"): cv.string, DRY_RUN: cv.boolean})
_VALIDATE: Final = vol.Schema(STORY)


@callback
def async_setup_story_actions(hass: HomeAssistant) -> None:
    """Register the actions."""
    optional, only = SupportsResponse.OPTIONAL, SupportsResponse.ONLY
    for name, act, schema, response in (
        ("delete_story", _async_delete, _DELETE, optional),
        ("get_stories", _async_get, _GET, only),
        ("save_story", _async_save, _SAVE, optional),
        ("validate_story", _async_validate, _VALIDATE, only),
    ):
        hass.services.async_register(DOMAIN, name, act, schema=schema, supports_response=response)


async def _async_save(call: ServiceCall) -> ServiceResponse:
    """Keep a story: a new one, or another text of one."""
    hass, named = call.hass, call.data.get("story_id")
    given = _given(call)
    if given == "media":
        media = str(call.data[given])
        path = await async_story_file(hass, media)
        if "format" not in call.data and await async_is_pack(hass, path):
            return await async_save_pack(call, path)
        text = await async_text_of(hass, path, media)
    elif given == "example":
        text = await hass.async_add_executor_job(example, str(call.data[given]))
    else:
        text = str(call.data[given])
    form = await hass.async_add_executor_job(format_of, text, call.data.get("format"))
    shelf = await async_shelf(hass)
    with story_explained():
        before = None if named is None else shelf.index.get(named)
        script = await hass.async_add_executor_job(script_of, text, form)
        title, now = script.story.title, dt_util.utcnow()

        def keep() -> StoredStory:
            """Keep it in the index."""
            if before is None:
                return shelf.index.add(title=title, form=form, text=text, now=now)
            return shelf.index.rewrite(before.story_id, title=title, form=form, text=text, now=now)

        stored = before if call.data["dry_run"] else await shelf.async_change(keep)
    outcome = "created" if before is None else "unchanged" if stored is before else "changed"
    meant = Meant(script=script, stored=stored)
    return {
        "outcome": "not_saved" if call.data["dry_run"] else outcome,
        **describe(hass, meant),
        **await async_report(hass, meant),
    }


def _given(call: ServiceCall) -> str:
    """Return the field that holds a story: as text, in a file, or one that comes with us.

    Raises:
        ServiceValidationError: There is not exactly one of these.
    """
    given = [name for name in ("text", "media", "example") if name in call.data]
    if len(given) != 1:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="story_needs_text")
    return given[0]


async def _async_get(call: ServiceCall) -> ServiceResponse:
    """Describe one story with its text, or all without."""
    shelf = await async_shelf(call.hass)
    with story_explained():
        named = call.data.get("story_id")
        wanted = [*shelf.index.stories.values()] if named is None else [shelf.index.get(named)]
    described: list[Json] = []
    for stored in sorted(wanted, key=lambda one: one.title.casefold()):
        about = await _async_describe(call.hass, shelf, stored)
        if named is not None:
            about |= await _async_written(call, shelf, stored)
        described.append(about)
    return {"stories": described}


async def _async_describe(
    hass: HomeAssistant, shelf: StoryShelf, stored: StoredStory
) -> JsonObject:
    """Describe a story, also one that this version cannot read."""
    try:
        kept = await shelf.async_story(stored.story_id)
    except StoryError as err:
        return describe_unread(hass, stored, err)
    return describe(hass, Meant(script=kept.script, stored=stored))


async def _async_written(call: ServiceCall, shelf: StoryShelf, stored: StoredStory) -> JsonObject:
    """Return the text of a story: as the family wrote it, or in the format that is asked for."""
    form: StoryFormat | None = call.data.get("format")
    if form is None or form == stored.format:
        return {"text": stored.text}
    if form not in WRITABLE:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="story_not_writable",
            translation_placeholders={"format": form.value, "known": ", ".join(WRITABLE)},
        )
    with story_explained():
        kept = await shelf.async_story(stored.story_id)
        written = await call.hass.async_add_executor_job(write, kept.story, form)
    lost: list[Json] = [loss_text(one) for one in written.lost]
    return {"text": written.text, "format": form.value, "lost": lost}


async def _async_delete(call: ServiceCall) -> ServiceResponse:
    """Forget a story; its audio stays in the library, and its cards at Yoto."""
    shelf = await async_shelf(call.hass)
    with story_explained():
        stored = shelf.index.get(call.data["story_id"])
        if not call.data["dry_run"]:
            await shelf.async_change(lambda: shelf.index.delete(stored.story_id))
    return {
        "story_id": stored.story_id,
        "title": stored.title,
        "text": stored.text,
        "cards": describe_cards(call.hass, stored),
    }


async def _async_validate(call: ServiceCall) -> ServiceResponse:
    """Say what is wrong with a story, and what it lacks."""
    with story_explained():
        try:
            meant = await async_read(call)
        except StoryError as err:
            problems: list[Json] = [problem_record(one) for one in err.problems]
            return {"valid": False, "problems": problems}
    return {
        "valid": True,
        "problems": [],
        **describe(call.hass, meant),
        **await async_report(call.hass, meant),
    }
