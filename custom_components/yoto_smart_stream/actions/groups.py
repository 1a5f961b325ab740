"""Actions on the groups of cards that a family has."""

from collections.abc import Iterable
from datetime import timedelta
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

from ..cloud.cards import Group
from ..cloud.errors import CloudError, ScopeMissingError
from ..cloud.groups import LONGEST_NAME, MOST_GROUPS
from ..const import DOMAIN
from ..coordinator import YotoConfigEntry
from ..gallery.dressing import async_group_image_id
from ..json import Json, JsonObject
from ..playing.lookup import async_refresh_lists
from ..playing.publishing import refusal
from .cards import ENTRY, async_card_id, entry_of

_NAME: Final = vol.All(cv.string, vol.Strip, vol.Length(min=1))
_PICTURE: Final = vol.Any(
    cv.string,
    vol.All(
        vol.Schema({vol.Required("media_content_id"): cv.string}, extra=vol.ALLOW_EXTRA),
        lambda chosen: chosen["media_content_id"],
    ),
)
_SET_GROUP: Final = vol.Schema(
    {
        vol.Required("name"): _NAME,
        vol.Optional("new_name"): _NAME,
        vol.Optional("cards"): vol.All(cv.ensure_list, [cv.string]),
        vol.Optional("cover"): _PICTURE,
        ENTRY: cv.string,
    }
)
_DELETE_GROUP: Final = vol.Schema({vol.Required("name"): _NAME, ENTRY: cv.string})
_NOW: Final = timedelta(0)


@callback
def async_setup_group_actions(hass: HomeAssistant) -> None:
    """Register the actions."""
    for name, act, schema in (
        ("delete_group", _async_delete_group, _DELETE_GROUP),
        ("set_group", _async_set_group, _SET_GROUP),
    ):
        hass.services.async_register(
            DOMAIN, name, act, schema=schema, supports_response=SupportsResponse.OPTIONAL
        )


def find_group(entry: YotoConfigEntry, named: str) -> Group | None:
    """Return the group with an id or a name, whose capitals do not matter; None for none.

    Raises:
        ServiceValidationError: Several have the name.
    """
    groups = entry.runtime_data.account.shelf.groups
    for group in groups:
        if group.group_id == named:
            return group
    found = [group for group in groups if group.name.casefold() == named.casefold()]
    if len(found) > 1:
        known = ", ".join(group.group_id for group in found)
        raise _error("group_ambiguous", {"group": named, "known": known})
    return found[0] if found else None


def unknown_group(entries: Iterable[YotoConfigEntry], named: str) -> ServiceValidationError:
    """Return an error that names the groups there are."""
    names = [group.name for one in entries for group in one.runtime_data.account.shelf.groups]
    return _error("group_unknown", {"group": named, "known": ", ".join(names) or "-"})


async def _async_set_group(call: ServiceCall) -> ServiceResponse:
    """Make a group of cards, or change one."""
    entry, data = entry_of(call), call.data
    await async_refresh_lists(entry.runtime_data, _NOW)
    before = find_group(entry, data["name"])
    name = data.get("new_name") or (before.name if before else data["name"])
    if len(name) > LONGEST_NAME:
        raise _error("group_name", {"most": str(LONGEST_NAME)})
    groups = entry.runtime_data.account.shelf.groups
    if before is None and len(groups) >= MOST_GROUPS:
        raise _error("group_limit", {"most": str(MOST_GROUPS)})
    card_ids = None if "cards" not in data else await _async_card_ids(entry, data["cards"])
    image_id = None
    if "cover" in data:
        image_id = await async_group_image_id(call.hass, entry, data["cover"].strip())
    writer = entry.runtime_data.account.groups
    try:
        if before is None:
            group = await writer.create(name, card_ids or (), image_id)
        else:
            group = await writer.change(
                before.group_id, name=name, card_ids=card_ids, image_id=image_id
            )
    except CloudError as err:
        raise _refusal(entry, err) from err
    dropped = [one for one in card_ids or () if one not in group.card_ids]
    return {
        **_described(entry, group),
        "created": before is None,
        "warnings": [str(_error("group_card_dropped", {"card_id": one})) for one in dropped],
    }


async def _async_delete_group(call: ServiceCall) -> ServiceResponse:
    """Delete a group; its cards stay."""
    entry = entry_of(call)
    await async_refresh_lists(entry.runtime_data, _NOW)
    if (group := find_group(entry, call.data["name"])) is None:
        raise unknown_group([entry], call.data["name"])
    described = _described(entry, group)
    try:
        await entry.runtime_data.account.groups.delete(group.group_id)
    except CloudError as err:
        raise _refusal(entry, err) from err
    return described


async def _async_card_ids(entry: YotoConfigEntry, named: list[str]) -> tuple[str, ...]:
    """Return the ids of cards, each once.

    Raises:
        ServiceValidationError: All that are none.
    """
    problems: list[str] = []
    found: list[str] = []
    for one in named:
        try:
            found.append(await async_card_id(entry, one))
        except ServiceValidationError as err:
            problems.append(str(err))
    if problems:
        raise _error("group_faults", {"faults": "\n".join(f"- {one}" for one in problems)})
    return tuple(dict.fromkeys(found))


def _described(entry: YotoConfigEntry, group: Group) -> JsonObject:
    """Return a group as an answer shows it."""
    shelf = entry.runtime_data.account.shelf
    cards: list[Json] = []
    for card_id in group.card_ids:
        card = shelf.known(card_id)
        cards.append({"card_id": card_id, "title": None if card is None else card.title})
    return {"group_id": group.group_id, "name": group.name, "cards": cards}


def _refusal(entry: YotoConfigEntry, err: CloudError) -> HomeAssistantError:
    """Return why Yoto did not change the groups."""
    if isinstance(err, ScopeMissingError):
        return HomeAssistantError(translation_domain=DOMAIN, translation_key="group_not_permitted")
    return refusal(entry, err, "group_not_changed")


def _error(key: str, placeholders: dict[str, str]) -> ServiceValidationError:
    """Return an error that says what to name instead."""
    return ServiceValidationError(
        translation_domain=DOMAIN, translation_key=key, translation_placeholders=placeholders
    )
