"""Actions on the alarms of a player."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import time
from typing import Final

from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonArrayType
import voluptuous as vol

from ..alarm_entity import EVERY_DAY, GROUPS, WEEKDAYS
from ..cloud.alarms import VOLUMES, Alarm, Alarms
from ..cloud.settings import ALARMS, Change, Settings
from ..const import DOMAIN
from ..coordinator import YotoCoordinator
from ..playing.in_play import async_card
from ..playing.lookup import async_look_up
from .targets import Aim, Answer, async_register

_USUAL_VOLUME: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    """What an alarm is to be like; None where nothing is said."""

    at: time | None
    days: frozenset[int] | None
    sound: str | None
    volume: int | None
    enabled: bool | None

    def applied_to(self, alarm: Alarm) -> Alarm:
        """Return an alarm with everything changed that is wished for."""
        return replace(
            alarm,
            at=alarm.at if self.at is None else self.at,
            days=alarm.days if self.days is None else self.days,
            sound=alarm.sound if self.sound is None else self.sound,
            volume=alarm.volume if self.volume is None else self.volume,
            enabled=alarm.enabled if self.enabled is None else self.enabled,
        )

    def new(self) -> Alarm:
        """Return a new alarm."""
        if self.at is None:
            raise _alarm_error("alarm_needs_time")
        if self.sound is None:
            raise _alarm_error("alarm_needs_sound")
        return Alarm(
            at=self.at,
            days=GROUPS[EVERY_DAY] if self.days is None else self.days,
            sound=self.sound,
            volume=_USUAL_VOLUME if self.volume is None else self.volume,
            enabled=self.enabled is not False,
        )


@callback
def async_setup_alarm_actions(hass: HomeAssistant) -> None:
    """Register the actions on alarms."""
    async_register(
        hass,
        "set_alarm",
        {
            vol.Optional("alarm"): cv.string,
            vol.Optional("time"): cv.time,
            vol.Optional("days"): vol.All(cv.ensure_list, [vol.In((*WEEKDAYS, *GROUPS))]),
            vol.Optional("card"): cv.string,
            vol.Optional("sound"): cv.string,
            vol.Optional("volume"): vol.Coerce(int),
            vol.Optional("enabled"): cv.boolean,
        },
        _async_set_alarm,
    )
    async_register(hass, "delete_alarm", {vol.Required("alarm"): cv.string}, _async_delete_alarm)


async def _async_set_alarm(aim: Aim, call: ServiceCall) -> Answer:
    """Make an alarm, or change one."""
    wish = await _async_wish(aim.coordinator, call)
    named: str | None = call.data.get("alarm")

    def change(alarms: Alarms) -> Alarms:
        place = _like(alarms, wish) if named is None else _find(alarms, named)
        if place is None:
            return alarms.added(wish.new())
        return alarms.changed(place, wish.applied_to(dict(alarms)[place]))

    return await _async_change(aim, change)


async def _async_delete_alarm(aim: Aim, call: ServiceCall) -> Answer:
    """Delete an alarm."""
    named: str = call.data["alarm"]
    return await _async_change(aim, lambda alarms: alarms.removed(_find(alarms, named)))


async def _async_change(aim: Aim, change: Callable[[Alarms], Alarms]) -> Answer:
    """Change the alarms, and return what has become of them."""

    def choose(settings: Settings) -> Change:
        return ALARMS.change(change(settings.alarms))

    await aim.coordinator.async_change_settings(aim.player_id, choose)
    settings = aim.state.player.settings
    return {"alarms": [] if settings is None else _told(aim.coordinator, settings.alarms)}


async def _async_wish(coordinator: YotoCoordinator, call: ServiceCall) -> _Wish:
    """Read what an alarm is to be like."""
    card, sound = call.data.get("card"), call.data.get("sound")
    if card is not None and sound is not None:
        raise _alarm_error("alarm_two_sounds")
    if sound is not None and ("," in sound or not sound.strip()):
        raise _alarm_error("alarm_sound", {"sound": sound})
    volume = call.data.get("volume")
    if volume is not None and volume not in VOLUMES:
        raise _alarm_error("alarm_volume", {"most": str(VOLUMES[-1])})
    if card is not None:
        place = await async_look_up(coordinator, card)
        # A wrong id would be found out in the morning, by silence.
        sound = (await async_card(coordinator, place.card_id)).card_id
    at: time | None = call.data.get("time")
    return _Wish(
        at=None if at is None else at.replace(second=0, microsecond=0),
        days=_days(call.data["days"]) if "days" in call.data else None,
        sound=sound,
        volume=volume,
        enabled=call.data.get("enabled"),
    )


def _days(names: list[str]) -> frozenset[int]:
    """Return the days that are named, one by one or together."""
    days: frozenset[int] = frozenset()
    for name in names:
        days |= GROUPS[name] if name in GROUPS else {WEEKDAYS.index(name)}
    if not days:
        raise _alarm_error("alarm_needs_day")
    return days


def _like(alarms: Alarms, wish: _Wish) -> int | None:
    """Return the place of an alarm with the same time and days: one is not made twice."""
    days = GROUPS[EVERY_DAY] if wish.days is None else wish.days
    return next(
        (place for place, alarm in alarms if (alarm.at, alarm.days) == (wish.at, days)), None
    )


def _find(alarms: Alarms, named: str) -> int:
    """Return the place of an alarm that is named by its number or its time.

    Raises:
        ServiceValidationError: there is no such alarm, or there are several.
    """
    at = dt_util.parse_time(named.strip())
    if at is None or ":" not in named:
        places = [place for place, _ in alarms if str(place + 1) == named.strip()]
    else:
        places = [place for place, alarm in alarms if alarm.at == at]
    if len(places) == 1:
        return places[0]
    if places:
        raise _alarm_error("alarm_ambiguous", {"alarm": named, "known": _listed(alarms, places)})
    known = [place for place, _ in alarms]
    if known:
        raise _alarm_error("alarm_unknown", {"alarm": named, "known": _listed(alarms, known)})
    raise _alarm_error("alarm_none")


def _listed(alarms: Alarms, places: list[int]) -> str:
    """Return alarms by number and time, for an error."""
    found = dict(alarms)
    return ", ".join(f"{place + 1} ({found[place].at:%H:%M})" for place in places)


def _told(coordinator: YotoCoordinator, alarms: Alarms) -> JsonArrayType:
    """Return the alarms as automations can use them; a line that cannot be read stands as it is."""
    found = dict(alarms)
    told: JsonArrayType = []
    for place, line in enumerate(alarms.lines):
        alarm = found.get(place)
        if alarm is None:
            told.append({"number": place + 1, "line": str(line)})
            continue
        card = coordinator.account.shelf.known(alarm.sound)
        told.append(
            {
                "number": place + 1,
                "time": f"{alarm.at:%H:%M}",
                "days": [WEEKDAYS[day] for day in sorted(alarm.days)],
                "sound": alarm.sound,
                "title": card.title if card else None,
                "volume": alarm.volume,
                "enabled": alarm.enabled,
            }
        )
    return told


def _alarm_error(key: str, given: dict[str, str] | None = None) -> ServiceValidationError:
    """Return an error that says what to do."""
    return ServiceValidationError(
        translation_domain=DOMAIN, translation_key=key, translation_placeholders=given
    )
