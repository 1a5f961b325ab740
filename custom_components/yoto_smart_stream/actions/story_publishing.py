"""The action that puts a story on a card."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
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
from ..json import Json, JsonObject
from ..publishing.published import Published
from ..stories.cards import async_publish_told, planned_card as planned_told
from ..stories.native import async_publish, planned_card
from ..story.native.compiler import Compilation
from ..story.native.errors import TooManySituationsError
from .card_texts import card_explained, limits_of, told
from .cards import answer_of, entry_of
from .story_checking import async_check_audio
from .story_description import Delivery
from .story_fields import STORY, Meant, async_meant, async_shelf, story_explained
from .story_findings import advice_texts, async_report, compiled, native_report

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


type _Compiled = Compilation | TooManySituationsError | None
"""A story as a native card, None where it needs Home Assistant."""


async def _async_publish(call: ServiceCall) -> ServiceResponse:
    """Make a card of a story, or change the one that it is on already."""
    hass, meant = call.hass, await async_meant(call)
    compilation = await hass.async_add_executor_job(compiled, meant.script)
    delivery = _chosen(call.data["delivery"], compilation)
    if call.data["dry_run"]:
        return await _async_planned(call, meant, compilation, delivery)
    if delivery is Delivery.NATIVE:
        published, about = await _async_native(call, meant, compilation)
    else:
        published, about = await _async_told(call, meant, delivery)
    return {
        "story_id": meant.kept.stored.story_id,
        "delivery": delivery.value,
        **answer_of(published),
        **about,
    }


async def _async_native(
    call: ServiceCall, meant: Meant, compilation: _Compiled
) -> tuple[Published, JsonObject]:
    """Make a card that needs no Home Assistant; return it, and what there is to say of it."""
    entry, shelf, kept = entry_of(call), await async_shelf(call.hass), meant.kept
    card = await _async_fitting(call.hass, meant, compilation)
    await async_check_audio(call.hass, meant)
    with card_explained(), story_explained(), _disk_explained():
        published = await async_publish(entry, shelf, kept, card.card, force=call.data["force"])
    return published, {"native": native_report(card.report)}


async def _async_told(
    call: ServiceCall, meant: Meant, delivery: Delivery
) -> tuple[Published, JsonObject]:
    """Make a card whose story Home Assistant tells; return it, and why it is no native one."""
    entry, shelf, kept = entry_of(call), await async_shelf(call.hass), meant.kept
    await async_check_audio(call.hass, meant)
    report = await async_report(call.hass, meant)
    if reasons := _reasons(report, delivery):
        raise _refusal("story_not_live", meant, reasons)
    is_plain = delivery is Delivery.REMOTE
    with card_explained(), story_explained(), _disk_explained():
        published = await async_publish_told(
            entry, shelf, kept, is_plain=is_plain, force=call.data["force"]
        )
    return published, {"deliveries": report["deliveries"], "native": report["native"]}


@contextmanager
def _disk_explained() -> Iterator[None]:
    """Translate what can be wrong with the files of the library."""
    try:
        yield
    except OSError as err:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="library_disk",
            translation_placeholders={"reason": err.strerror or str(err)},
        ) from err


def _chosen(wanted: Delivery, compilation: _Compiled) -> Delivery:
    """Return how a story is delivered: in the way that is wanted, or the best that it allows."""
    if wanted is not Delivery.AUTO:
        return wanted
    fits = isinstance(compilation, Compilation) and compilation.report.fits
    return Delivery.NATIVE if fits else Delivery.LIVE


async def _async_planned(
    call: ServiceCall,
    meant: Meant,
    compilation: _Compiled,
    delivery: Delivery,
) -> ServiceResponse:
    """Say what a card would be, and what keeps the story from being one."""
    report = await async_report(call.hass, meant)
    answer: JsonObject = {"title": meant.story.title, "delivery": delivery.value, **report}
    if delivery in {Delivery.LIVE, Delivery.REMOTE}:
        is_plain = delivery is Delivery.REMOTE
        card = planned_told(entry_of(call), meant.story, is_plain=is_plain)
    elif isinstance(compilation, Compilation):
        shelf = await async_shelf(call.hass)
        card = planned_card(meant.stored, meant.story, compilation.card, shelf.catalog)
    else:
        return {**answer, "payload": None}
    problems: list[Json] = [told(fault) for fault in faults_of(card)]
    return {**answer, "payload": write(card), "limits": limits_of(card), "problems": problems}


async def _async_fitting(hass: HomeAssistant, meant: Meant, compilation: _Compiled) -> Compilation:
    """Return a story as a native card that Yoto takes.

    Raises:
        ServiceValidationError: It is none, and why.
    """
    if isinstance(compilation, Compilation) and compilation.report.fits:
        return compilation
    report = await async_report(hass, meant)
    advice = advice_texts(compilation.report) if isinstance(compilation, Compilation) else ()
    lines = [*_reasons(report, Delivery.NATIVE), *advice]
    raise _refusal("story_not_native", meant, lines)


def _reasons(report: JsonObject, delivery: Delivery) -> list[Json]:
    """Return what keeps a story from being delivered in a way, in words."""
    deliveries = report["deliveries"]
    found = deliveries[delivery.value] if isinstance(deliveries, dict) else None
    reasons = found["reasons"] if isinstance(found, dict) else None
    return reasons if isinstance(reasons, list) else []


def _refusal(key: str, meant: Meant, reasons: Sequence[Json]) -> ServiceValidationError:
    """Return an error that says why a story cannot be a card."""
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders={
            "title": meant.story.title,
            "reasons": "\n".join(f"- {line}" for line in reasons),
        },
    )
