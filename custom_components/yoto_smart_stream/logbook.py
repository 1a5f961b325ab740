"""What happens at players, and which cards are new, in the logbook."""

from collections.abc import Callable
from typing import cast

from homeassistant.components.logbook import (
    LOGBOOK_ENTRY_ENTITY_ID,
    LOGBOOK_ENTRY_MESSAGE,
    LOGBOOK_ENTRY_NAME,
)
from homeassistant.components.logbook.models import LazyEventPartialState
from homeassistant.core import HomeAssistant, callback

from .arrivals.announcing import EVENT as CARD_EVENT, CardReport
from .automations.report import EVENT, Report
from .automations.sentences import sentence
from .const import DOMAIN
from .live.reports import EVENT as QUEUE_EVENT, QueueReport, sentence as sentence_of_queue
from .stories.reports import EVENT as STORY_EVENT, StoryReport, sentence as sentence_of_story

type Describe = Callable[[LazyEventPartialState], dict[str, str | None]]


@callback
def async_describe_events(
    hass: HomeAssistant,
    async_describe_event: Callable[[str, str, Describe], None],
) -> None:
    """Have our events told in plain words."""

    @callback
    def describe(event: LazyEventPartialState) -> dict[str, str | None]:
        report = cast("Report", event.data)
        return {
            LOGBOOK_ENTRY_NAME: report["player"],
            LOGBOOK_ENTRY_MESSAGE: sentence(report),
            LOGBOOK_ENTRY_ENTITY_ID: report["entity_id"],
        }

    @callback
    def describe_queue(event: LazyEventPartialState) -> dict[str, str | None]:
        report = cast("QueueReport", event.data)
        return {
            LOGBOOK_ENTRY_NAME: report["player"],
            LOGBOOK_ENTRY_MESSAGE: sentence_of_queue(report),
            LOGBOOK_ENTRY_ENTITY_ID: report["entity_id"],
        }

    @callback
    def describe_story(event: LazyEventPartialState) -> dict[str, str | None]:
        report = cast("StoryReport", event.data)
        return {
            LOGBOOK_ENTRY_NAME: report["player"],
            LOGBOOK_ENTRY_MESSAGE: sentence_of_story(report),
            LOGBOOK_ENTRY_ENTITY_ID: report["entity_id"],
        }

    @callback
    def describe_card(event: LazyEventPartialState) -> dict[str, str | None]:
        report = cast("CardReport", event.data)
        return {
            LOGBOOK_ENTRY_NAME: report["account"],
            LOGBOOK_ENTRY_MESSAGE: f"has a new card, {report['card_title']}",
            LOGBOOK_ENTRY_ENTITY_ID: None,
        }

    async_describe_event(DOMAIN, CARD_EVENT, describe_card)
    async_describe_event(DOMAIN, EVENT, describe)
    async_describe_event(DOMAIN, QUEUE_EVENT, describe_queue)
    async_describe_event(DOMAIN, STORY_EVENT, describe_story)
