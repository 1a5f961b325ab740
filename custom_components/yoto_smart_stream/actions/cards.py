"""Actions that make cards, change them, and take them away."""

from collections.abc import Sequence
from typing import Final

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

from ..const import DOMAIN
from ..coordinator import YotoConfigEntry
from ..playing.lookup import async_look_up
from ..publishing.draft import Draft, NewChapter
from ..publishing.published import Published
from ..publishing.publisher import async_publisher
from ..publishing.served import Delivery
from .card_fields import SAID
from .card_order import answer_of, async_order
from .card_sources import CHAPTERS, MEDIA, async_file_piece
from .card_texts import card_explained
from .card_uses import async_uses

CARD: Final = vol.Required("card_id")
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
_DELETE_CARD: Final = vol.Schema({CARD: cv.string, FORCE: cv.boolean, ENTRY: cv.string})
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
    entry = entry_of(call)
    order = await async_order(call, entry)
    publisher = await async_publisher(entry)

    async def publish(draft: Draft, *, dry_run: bool) -> Published:
        return await publisher.async_create(draft, order.fields["title"], dry_run=dry_run)

    return await order.async_publish(publish, dry_run=call.data["dry_run"])


async def _async_update_card(call: ServiceCall) -> ServiceResponse:
    """Change a card."""
    entry = entry_of(call)
    card_id = await async_card_id(entry, call.data["card_id"])
    known = entry.runtime_data.account.shelf.known(card_id)
    order = await async_order(call, entry, known_title="" if known is None else known.title)
    publisher = await async_publisher(entry)
    force = call.data["force"] or call.data["dry_run"]

    async def publish(draft: Draft, *, dry_run: bool) -> Published:
        return await publisher.async_update(card_id, draft, dry_run=dry_run, force=force)

    return await order.async_publish(publish, dry_run=call.data["dry_run"])


async def _async_copy_card(call: ServiceCall) -> ServiceResponse:
    """Make another card like one."""
    entry = entry_of(call)
    card_id = await async_card_id(entry, call.data["card_id"])
    publisher = await async_publisher(entry)
    with card_explained():
        return answer_of(await publisher.async_copy(card_id, call.data.get("title")))


async def _async_delete_card(call: ServiceCall) -> ServiceResponse:
    """Delete a card, unless a player would have nothing to play then and it is not forced."""
    entry = entry_of(call)
    card_id = await async_card_id(entry, call.data["card_id"])
    uses = await async_uses(call.hass, entry, card_id)
    if uses.played and not call.data["force"]:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="card_in_use",
            translation_placeholders={"uses": "\n".join(f"- {one}" for one in uses.played)},
        )
    publisher = await async_publisher(entry)
    with card_explained():
        title = await publisher.async_delete(card_id)
    return {"card_id": card_id, "title": title, **uses.told()}
