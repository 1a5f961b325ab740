"""The action that has the texts of a story spoken."""

from typing import Final

from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.helpers import config_validation as cv
import voluptuous as vol

from ..const import DOMAIN
from ..json import Json
from ..library.errors import LibraryError
from ..sources.refusals import async_save, refusal_of, result_of
from ..stories.speaking import plan, speaking
from ..stories.stored import Manner
from .story_fields import STORY, Meant, async_meant, async_shelf

_SPEAK: Final = vol.Schema(
    {
        **STORY,
        vol.Optional("engine"): cv.string,
        vol.Optional("language"): cv.string,
        vol.Optional("voice"): cv.string,
        vol.Optional("options"): dict,
        vol.Optional("dry_run", default=False): cv.boolean,
    }
)


@callback
def async_setup_story_speaking_action(hass: HomeAssistant) -> None:
    """Register the action."""
    hass.services.async_register(
        DOMAIN,
        "speak_story",
        _async_speak,
        schema=_SPEAK,
        supports_response=SupportsResponse.OPTIONAL,
    )


async def _async_speak(call: ServiceCall) -> ServiceResponse:
    """Have what is missing spoken, and answer when that is done."""
    hass, shelf = call.hass, await async_shelf(call.hass)
    meant = await async_meant(call)
    title = meant.story.title
    wished = _manner(call, meant)
    try:
        wanted = plan(hass, shelf, meant.story, meant.stored, wished)
        if call.data["dry_run"]:
            texts: list[Json] = [
                {"node": one.node, "text": one.spoken.text} for one in wanted.texts
            ]
            return {
                "engine": wanted.manner.engine,
                "to_speak": texts,
                "characters": sum(len(one.spoken.text) for one in wanted.texts),
                "unchanged": wanted.known,
            }
        job = speaking(hass, shelf, meant.kept, wanted)
    except LibraryError as err:
        raise refusal_of(err, title) from err
    result = result_of(await shelf.catalog.jobs.wait(job.job_id), title)
    await async_save(shelf.catalog)
    return result


def _manner(call: ServiceCall, meant: Meant) -> Manner:
    """Return how a story is to be spoken: as it was the last time, but for what is said."""
    before = meant.stored.manner if meant.stored else None
    manner = before or Manner(engine=None)
    given = call.data
    engine = given.get("engine", manner.engine)
    if engine != manner.engine:
        # Languages, voices and options are those of an engine.
        manner = Manner(engine=engine)
    return Manner(
        engine=engine,
        language=given.get("language", manner.language),
        voice=given.get("voice", manner.voice),
        options=given.get("options", manner.options),
    )
