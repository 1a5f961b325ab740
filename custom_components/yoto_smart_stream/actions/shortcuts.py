"""The action on what the right knob plays while no card is in."""

from collections.abc import Mapping, Sequence
from typing import Final

from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.util.json import JsonArrayType
import voluptuous as vol

from ..cloud.cards import Card
from ..cloud.errors import CloudError, ScopeMissingError, TokenRevokedError
from ..cloud.shortcuts import TODAY, Mode, Shortcut, shortcuts_of
from ..const import DOMAIN
from ..json import Json
from ..playing.in_play import async_card
from ..playing.lookup import async_look_up
from .targets import Aim, Answer, async_register

_PLACE: Final = vol.Any(
    cv.string,
    vol.Schema(
        {
            vol.Required("card"): cv.string,
            # Keys are text to the letter: "01" is not 1 (protocol §3.4).
            vol.Optional("chapter"): cv.string,
            vol.Optional("track"): cv.string,
            vol.Remove("title"): object,
        }
    ),
)


@callback
def async_setup_shortcut_actions(hass: HomeAssistant) -> None:
    """Register the action."""
    async_register(
        hass,
        "set_shortcuts",
        {vol.Optional(mode.value): vol.All(cv.ensure_list, [_PLACE]) for mode in Mode},
        _async_set_shortcuts,
    )


async def _async_set_shortcuts(aim: Aim, call: ServiceCall) -> Answer:
    """Choose what presses on the right knob play by day and by night."""
    if not any(mode in call.data for mode in Mode):
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="shortcuts_need_mode"
        )

    async def choose(block: Json) -> Mapping[Mode, Sequence[Shortcut]]:
        present = {shortcut for mode in Mode for shortcut in shortcuts_of(block, mode)}
        return {
            mode: [await _async_place(aim, item, present) for item in call.data[mode]]
            for mode in Mode
            if mode in call.data
        }

    name = aim.state.player.name
    try:
        block = await aim.coordinator.account.change_shortcuts(aim.player_id, choose)
    except ScopeMissingError as err:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="settings_not_permitted",
            translation_placeholders={"player": name},
        ) from err
    except TokenRevokedError as err:
        aim.coordinator.config_entry.async_start_reauth(call.hass)
        raise HomeAssistantError(
            translation_domain=DOMAIN, translation_key="login_revoked"
        ) from err
    except CloudError as err:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="settings_not_changed",
            translation_placeholders={"player": name, "reason": str(err)},
        ) from err
    # What knobs do is told apart by the shortcuts that the roster has.
    await aim.coordinator.async_refresh()
    return {mode.value: _told(aim, block, mode) for mode in Mode}


async def _async_place(aim: Aim, item: str | Mapping[str, str], present: set[Shortcut]) -> Shortcut:
    """Return the place on a card that is named.

    What is there already may be named again, even where the account cannot look it up: Yoto's
    own daily programme is no card of the family's.
    """
    named = {"card": item} if isinstance(item, str) else item
    chapter, track = named.get("chapter"), named.get("track")
    if track is not None and chapter is None:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="shortcut_without_chapter"
        )
    for shortcut in present:
        if (shortcut.card_id, shortcut.chapter_key, shortcut.track_key) == (
            named["card"],
            chapter,
            track,
        ):
            return shortcut
    place = await async_look_up(aim.coordinator, named["card"])
    card = await async_card(aim.coordinator, place.card_id)
    return _on(card, chapter or place.chapter_key, track or place.track_key)


def _on(card: Card, chapter: str | None, track: str | None) -> Shortcut:
    """Return a place on a card, which begins with its first track unless another is named."""
    keys = card.track_keys()
    if not keys:
        raise _place_error("empty_card", {"card": card.title})
    if chapter is None:
        chapter = keys[0][0]
    tracks = [key for of_chapter, key in keys if of_chapter == chapter]
    if not tracks:
        raise _place_error(
            "unknown_chapter",
            {
                "chapter_key": chapter,
                "card": card.title,
                "known": ", ".join(one.key for one in card.chapters),
            },
        )
    # A track that is named after the day is listed under the name of today's.
    if track is not None and track != TODAY and track not in tracks:
        raise _place_error(
            "unknown_track",
            {"track_key": track, "chapter_key": chapter, "known": ", ".join(tracks)},
        )
    return Shortcut(card_id=card.card_id, chapter_key=chapter, track_key=track or tracks[0])


def _told(aim: Aim, block: Json, mode: Mode) -> JsonArrayType:
    """Return the shortcuts of a mode, in a form in which they can be set again."""
    told: JsonArrayType = []
    for shortcut in shortcuts_of(block, mode):
        card = aim.coordinator.account.shelf.known(shortcut.card_id)
        told.append(
            {
                "card": shortcut.card_id,
                "chapter": shortcut.chapter_key,
                "track": shortcut.track_key,
                "title": card.title if card else None,
            }
        )
    return told


def _place_error(key: str, given: dict[str, str]) -> ServiceValidationError:
    """Return an error that says what there is."""
    return ServiceValidationError(
        translation_domain=DOMAIN, translation_key=key, translation_placeholders=given
    )
