"""The action that puts a story on a card."""

from enum import StrEnum
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

from ..cards.limits import faults_of
from ..cards.writing import write
from ..const import DOMAIN
from ..library.item import Json
from ..stories.native import async_publish, planned_card
from ..story.native.compiler import Compilation
from ..story.native.errors import TooManySituationsError
from .card_texts import card_explained, limits_of, told
from .cards import answer_of, entry_of
from .story_checking import async_check_audio
from .story_fields import STORY, Meant, async_meant, async_shelf, story_explained
from .story_findings import advice_texts, async_report, compiled, native_report


class Delivery(StrEnum):
    """How a story is put on a card."""

    AUTO = "auto"
    """As a native card where the story allows it."""
    NATIVE = "native"
    """As an interactive card that needs no Home Assistant."""


_PUBLISH: Final = vol.Schema(
    {
        **STORY,
        vol.Optional("delivery", default=Delivery.AUTO.value): vol.Coerce(Delivery),
        vol.Optional("dry_run", default=False): cv.boolean,
        vol.Optional("force", default=False): cv.boolean,
        vol.Optional("config_entry_id"): cv.string,
    }
)


@callback
def async_setup_story_publishing_action(hass: HomeAssistant) -> None:
    """Register the action."""
    hass.services.async_register(
        DOMAIN,
        "publish_story",
        _async_publish,
        schema=_PUBLISH,
        supports_response=SupportsResponse.OPTIONAL,
    )


async def _async_publish(call: ServiceCall) -> ServiceResponse:
    """Make a card of a story, or change the one that it is on already."""
    hass, meant = call.hass, await async_meant(call)
    compilation = await hass.async_add_executor_job(compiled, meant.script)
    if call.data["dry_run"]:
        return await _async_planned(call, meant, compilation)
    entry, shelf, kept = entry_of(call), await async_shelf(hass), meant.kept
    card = await _async_fitting(hass, meant, compilation)
    await async_check_audio(hass, meant)
    try:
        with card_explained(), story_explained():
            published = await async_publish(entry, shelf, kept, card.card, force=call.data["force"])
    except OSError as err:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="library_disk",
            translation_placeholders={"reason": err.strerror or str(err)},
        ) from err
    return {
        "story_id": kept.stored.story_id,
        "delivery": Delivery.NATIVE.value,
        **answer_of(published),
        "native": native_report(card.report),
    }


async def _async_planned(
    call: ServiceCall, meant: Meant, compilation: Compilation | TooManySituationsError | None
) -> ServiceResponse:
    """Say what a card would be, and what keeps the story from being one."""
    report = await async_report(call.hass, meant)
    if not isinstance(compilation, Compilation):
        return {"title": meant.story.title, **report, "payload": None}
    shelf = await async_shelf(call.hass)
    card = planned_card(meant.stored, meant.story, compilation.card, shelf.catalog)
    problems: list[Json] = [told(fault) for fault in faults_of(card)]
    return {
        "title": meant.story.title,
        "delivery": Delivery.NATIVE.value,
        **report,
        "payload": write(card),
        "limits": limits_of(card),
        "problems": problems,
    }


async def _async_fitting(
    hass: HomeAssistant, meant: Meant, compilation: Compilation | TooManySituationsError | None
) -> Compilation:
    """Return a story as a card that Yoto takes.

    Raises:
        ServiceValidationError: It is none, and why.
    """
    if isinstance(compilation, Compilation) and compilation.report.fits:
        return compilation
    report = await async_report(hass, meant)
    deliveries = report["deliveries"]
    native = deliveries["native"] if isinstance(deliveries, dict) else None
    reasons = native["reasons"] if isinstance(native, dict) else None
    advice = advice_texts(compilation.report) if isinstance(compilation, Compilation) else ()
    lines = [*(reasons if isinstance(reasons, list) else ()), *advice]
    raise ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key="story_not_native",
        translation_placeholders={
            "title": meant.story.title,
            "reasons": "\n".join(f"- {line}" for line in lines),
        },
    )
