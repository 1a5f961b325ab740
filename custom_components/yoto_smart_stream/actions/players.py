"""Actions on players: what they do at once."""

from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
import re
from typing import Final

from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ..cloud.commands import (
    BLUETOOTH_DISCONNECT,
    BLUETOOTH_FORGET,
    BLUETOOTH_OFF,
    Command,
    connect_bluetooth,
    set_sleep_timer,
    switch_bluetooth_on,
)
from ..const import DOMAIN
from ..number import LONGEST_SLEEP_TIMER
from ..playing.lookup import async_look_up
from ..playing.start import async_start
from .targets import Aim, Answer, async_register

_PLAY_CARD: Final = {
    vol.Required("card_id"): cv.string,
    # Keys are text to the letter: "01" is not 1 (protocol §3.4).
    vol.Optional("chapter_key"): cv.string,
    vol.Optional("track_key"): cv.string,
    vol.Optional("seconds"): vol.All(vol.Coerce(float), vol.Range(min=0)),
}
_MAC: Final = re.compile(r"[0-9A-Fa-f]{2}([:-][0-9A-Fa-f]{2}){5}")


class BluetoothVerb(StrEnum):
    """What can be done with a player's Bluetooth."""

    ON = "on"
    OFF = "off"
    CONNECT = "connect"
    DISCONNECT = "disconnect"
    FORGET = "forget"


_WITHOUT_PARTNER: Final = {
    BluetoothVerb.OFF: BLUETOOTH_OFF,
    BluetoothVerb.DISCONNECT: BLUETOOTH_DISCONNECT,
    BluetoothVerb.FORGET: BLUETOOTH_FORGET,
}
_WITH_PARTNER: Final = {
    BluetoothVerb.ON: switch_bluetooth_on,
    BluetoothVerb.CONNECT: connect_bluetooth,
}


@callback
def async_setup_player_actions(hass: HomeAssistant) -> None:
    """Register the actions that players obey at once."""
    async_register(hass, "play_card", _PLAY_CARD, _async_play_card)
    async_register(hass, "refresh", {}, _async_refresh)
    async_register(
        hass,
        "set_bluetooth",
        {
            vol.Required("action"): vol.Coerce(BluetoothVerb),
            vol.Optional("name"): cv.string,
            vol.Optional("mac"): cv.string,
        },
        _async_set_bluetooth,
    )
    async_register(
        hass,
        "set_sleep_timer",
        {
            vol.Optional("minutes"): vol.Coerce(float),
            vol.Optional("duration"): cv.time_period,
        },
        _async_set_sleep_timer,
    )


async def _async_play_card(aim: Aim, call: ServiceCall) -> Answer:
    """Play a card, from where it was left or from a place on it."""
    given = call.data
    if "track_key" in given and "chapter_key" not in given:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="track_without_chapter"
        )
    place = await async_look_up(aim.coordinator, given["card_id"])
    if "chapter_key" in given:
        place = replace(place, chapter_key=given["chapter_key"], track_key=given.get("track_key"))
    if "seconds" in given:
        place = replace(place, seconds=given["seconds"])
    await async_start(aim.coordinator, aim.player_id, place)
    return {}


async def _async_refresh(aim: Aim, _call: ServiceCall) -> Answer:
    """Ask the cloud and the player how things are."""
    await aim.coordinator.async_refresh_player(aim.player_id)
    return {}


async def _async_set_bluetooth(aim: Aim, call: ServiceCall) -> Answer:
    """Switch a player's Bluetooth, or choose what it plays on."""
    await aim.coordinator.async_command(aim.player_id, _bluetooth(call))
    return {}


def _bluetooth(call: ServiceCall) -> Command:
    """Return the command that is asked for."""
    verb: BluetoothVerb = call.data["action"]
    name, mac = call.data.get("name"), call.data.get("mac")
    if verb in _WITHOUT_PARTNER:
        if name is not None or mac is not None:
            raise ServiceValidationError(
                translation_domain=DOMAIN, translation_key="bluetooth_without_partner"
            )
        return _WITHOUT_PARTNER[verb]
    if mac is not None and not _MAC.fullmatch(mac):
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="bluetooth_address",
            translation_placeholders={"mac": mac},
        )
    return _WITH_PARTNER[verb](name=name, mac=mac)


async def _async_set_sleep_timer(aim: Aim, call: ServiceCall) -> Answer:
    """Have a player stop after a while, or not stop any more."""
    time = _sleep_time(call)
    await aim.coordinator.async_command(aim.player_id, set_sleep_timer(round(time.total_seconds())))
    return {"ends_at": (dt_util.utcnow() + time).isoformat() if time else None}


def _sleep_time(call: ServiceCall) -> timedelta:
    """Return after which time the player is to stop."""
    given = [
        time
        for time in (
            timedelta(minutes=call.data["minutes"]) if "minutes" in call.data else None,
            call.data.get("duration"),
        )
        if time is not None
    ]
    if len(given) != 1:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="sleep_timer_needs_time"
        )
    if not timedelta(0) <= given[0] <= timedelta(minutes=LONGEST_SLEEP_TIMER):
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="sleep_timer_range",
            translation_placeholders={"most": str(LONGEST_SLEEP_TIMER)},
        )
    return given[0]
