"""Entities of alarms, which appear and vanish with the alarms of a player."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import time
from typing import Final, override

from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.translation import async_get_translations

from .cloud.alarms import DAYS, Alarm, recognise
from .cloud.settings import ALARMS, Change, Settings
from .const import DOMAIN
from .coordinator import YotoConfigEntry, YotoCoordinator
from .entity import YotoEntity, YotoEntityDescription

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EVERY_DAY: Final = "every_day"
WORKDAYS: Final = "workdays"
WEEKEND: Final = "weekend"

GROUPS: Final[Mapping[str, frozenset[int]]] = {
    EVERY_DAY: frozenset(range(DAYS)),
    WORKDAYS: frozenset(range(5)),
    WEEKEND: frozenset({5, 6}),
}
"""Days that have a name together; 0 is Monday."""


class AlarmNames:
    """What alarms are called: by their time and days, as a family tells them apart."""

    def __init__(self, template: str, days: Mapping[str, str]) -> None:
        """Use a name with the placeholders `time` and `days`, and the names of days."""
        self._template = template
        self._days = days

    def name(self, alarm: Alarm) -> str:
        """Return what an alarm is called."""
        days = self._days_of(alarm)
        return self._template.format(time=f"{alarm.at:%H:%M}", days=days).rstrip()

    def _days_of(self, alarm: Alarm) -> str:
        """Return the days on which an alarm rings, in words."""
        for group, days in GROUPS.items():
            if alarm.days == days:
                return self._days[group]
        return ", ".join(self._days[WEEKDAYS[day]] for day in sorted(alarm.days))


class YotoAlarmEntity(YotoEntity):
    """An entity of one alarm.

    Yoto gives alarms no ids. An alarm is known by its time, days and sound, and stays the same
    one while two of these stay; the entity registry follows such an edit.
    """

    _is_steady = True

    def __init__(
        self, coordinator: YotoCoordinator, player_id: str, roll: AlarmRoll, key: str
    ) -> None:
        """Belong to the alarm with a key."""
        self.alarm = roll.alarms[key]
        """The alarm as Yoto has it."""
        self._roll = roll
        self._key = key
        super().__init__(
            coordinator,
            player_id,
            YotoEntityDescription(
                key=f"alarm_{key}", entity_category=EntityCategory.CONFIG, needs_player=False
            ),
        )
        self._attr_name = roll.names.name(self.alarm)

    @override
    def shown(self) -> object:
        """Return the alarm: its name is part of what is shown."""
        return self.alarm

    @callback
    def async_follow(self, key: str) -> None:
        """Show the alarm after an edit, which may have changed its key."""
        self.alarm = self._roll.alarms[key]
        self._key = key
        self._attr_unique_id = f"{self.player_id}_alarm_{key}"
        self._attr_name = self._roll.names.name(self.alarm)
        self._async_changed()

    async def async_change_alarm(
        self, *, at: time | None = None, enabled: bool | None = None
    ) -> None:
        """Change the alarm, wherever it stands in the list by now."""

        def choose(settings: Settings) -> Change:
            place = self._roll.place_of(self._key, settings)
            if place is None:
                raise ServiceValidationError(
                    translation_domain=DOMAIN,
                    translation_key="alarm_gone",
                    translation_placeholders={"alarm": str(self._attr_name)},
                )
            alarms = settings.alarms
            now = dict(alarms)[place]
            return ALARMS.change(
                alarms.changed(
                    place,
                    replace(
                        now,
                        at=now.at if at is None else at,
                        enabled=now.enabled if enabled is None else enabled,
                    ),
                )
            )

        await self.async_change_settings(choose)


class AlarmRoll:
    """The alarms of one player on one platform, each under a key that lasts."""

    def __init__(
        self,
        coordinator: YotoCoordinator,
        player_id: str,
        domain: str,
        names: AlarmNames,
        make: Callable[[AlarmRoll, list[str]], list[YotoAlarmEntity]],
    ) -> None:
        """Know no alarm yet. `make` adds entities for the alarms with some keys."""
        self.names = names
        self.alarms: dict[str, Alarm] = {}
        self._coordinator = coordinator
        self._player_id = player_id
        self._domain = domain
        self._make = make
        self._entities: dict[str, YotoAlarmEntity] = {}
        self._settings: Settings | None = None

    def place_of(self, key: str, settings: Settings) -> int | None:
        """Return where an alarm stands in settings that have just been read; None if nowhere."""
        listed = list(settings.alarms)
        known = recognise(self.alarms, [alarm for _, alarm in listed])
        return listed[known.index(key)][0] if key in known else None

    @callback
    def async_update(self) -> None:
        """Follow the settings as they are now."""
        state = self._coordinator.data.get(self._player_id)
        settings = None if state is None else state.player.settings
        if settings is None or settings is self._settings:
            return
        begun = self._settings is not None
        self._settings = settings
        listed = [alarm for _, alarm in settings.alarms]
        known = recognise(self.alarms, listed)
        self._async_take(listed, known)
        if not begun:
            self._async_forget_vanished()

    @callback
    def _async_take(self, listed: list[Alarm], known: list[str | None]) -> None:
        """Rename what was edited, remove what has gone, add what is new."""
        before = self.alarms
        for gone in before.keys() - set(known):
            self._async_remove(gone)
        kept = {key for key, alarm in zip(known, listed, strict=True) if self._keeps(key, alarm)}
        taken = {key for key in known if key is not None}
        self.alarms, renamed = {}, {}
        for key, alarm in zip(known, listed, strict=True):
            new = key if key in kept and key is not None else _free_key(alarm, taken)
            taken.add(new)
            self.alarms[new] = alarm
            if key is not None:
                renamed[key] = new
        entities, self._entities = self._entities, {}
        for old, new in renamed.items():
            self._async_rename(old, new)
            if old in entities:
                self._entities[new] = entities[old]
                entities[old].async_follow(new)
        added = [key for key in self.alarms if key not in renamed.values()]
        for entity, key in zip(self._make(self, added), added, strict=True):
            self._entities[key] = entity

    def _keeps(self, key: str | None, alarm: Alarm) -> bool:
        """Return whether what an alarm is known by is as it was."""
        return key is not None and self.alarms[key].key == alarm.key

    @callback
    def _async_rename(self, old: str, new: str) -> None:
        """Let the registry know an edited alarm again, its entity's id and history with it."""
        registry = er.async_get(self._coordinator.hass)
        entity_id = registry.async_get_entity_id(self._domain, DOMAIN, self._unique_id(old))
        if entity_id is None:
            return
        name = self.names.name(self.alarms[new])
        if old == new:
            registry.async_update_entity(entity_id, original_name=name)
        else:
            registry.async_update_entity(
                entity_id, new_unique_id=self._unique_id(new), original_name=name
            )

    @callback
    def _async_remove(self, key: str) -> None:
        """Remove the entity of an alarm that is no more."""
        self._entities.pop(key, None)
        registry = er.async_get(self._coordinator.hass)
        entity_id = registry.async_get_entity_id(self._domain, DOMAIN, self._unique_id(key))
        if entity_id is not None:
            registry.async_remove(entity_id)

    @callback
    def _async_forget_vanished(self) -> None:
        """Remove the entities of alarms that vanished while Home Assistant was off."""
        hass, entry_id = self._coordinator.hass, self._coordinator.config_entry.entry_id
        device = dr.async_get(hass).async_get_device_by_identifier(
            (DOMAIN, self._player_id), entry_id
        )
        if device is None:
            return
        registry = er.async_get(hass)
        present = {self._unique_id(key) for key in self.alarms}
        for entity in er.async_entries_for_device(
            registry, device.id, include_disabled_entities=True
        ):
            if (
                entity.domain == self._domain
                and entity.unique_id.startswith(self._unique_id(""))
                and entity.unique_id not in present
            ):
                registry.async_remove(entity.entity_id)

    def _unique_id(self, key: str) -> str:
        """Return the unique id of an alarm's entity."""
        return f"{self._player_id}_alarm_{key}"


async def async_add_for_each_alarm(
    entry: YotoConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    domain: str,
    entity_class: Callable[[YotoCoordinator, str, AlarmRoll, str], YotoAlarmEntity],
) -> None:
    """Add entities for every alarm there is, and for those that are made later."""
    coordinator = entry.runtime_data
    names = await _async_names(coordinator.hass, domain)
    rolls: dict[str, AlarmRoll] = {}
    watches: dict[str, Callable[[], None]] = {}

    def make_for(player_id: str) -> Callable[[AlarmRoll, list[str]], list[YotoAlarmEntity]]:
        def make(roll: AlarmRoll, keys: list[str]) -> list[YotoAlarmEntity]:
            entities = [entity_class(coordinator, player_id, roll, key) for key in keys]
            async_add_entities(entities)
            return entities

        return make

    @callback
    def update() -> None:
        for gone in rolls.keys() - coordinator.data.keys():
            del rolls[gone]
            watches.pop(gone)()
        for player_id in coordinator.data.keys() - rolls.keys():
            roll = AlarmRoll(coordinator, player_id, domain, names, make_for(player_id))
            rolls[player_id] = roll
            watches[player_id] = coordinator.audience.async_watch(
                player_id, roll.async_update, steady=True
            )
        for roll in rolls.values():
            roll.async_update()

    @callback
    def end() -> None:
        for unwatch in watches.values():
            unwatch()

    entry.async_on_unload(coordinator.async_add_listener(update))
    entry.async_on_unload(end)
    update()


async def _async_names(hass: HomeAssistant, domain: str) -> AlarmNames:
    """Return what alarms are called in the language of this Home Assistant."""
    language = hass.config.language
    entity = await async_get_translations(hass, language, "entity", [DOMAIN])
    selector = await async_get_translations(hass, language, "selector", [DOMAIN])
    return AlarmNames(
        entity[f"component.{DOMAIN}.entity.{domain}.alarm.name"],
        {
            name: selector[f"component.{DOMAIN}.selector.days.options.{name}"]
            for name in (*WEEKDAYS, *GROUPS)
        },
    )


def _free_key(alarm: Alarm, taken: set[str]) -> str:
    """Return a key for an alarm; a twin of another one gets a number."""
    key, number = alarm.key, 1
    while key in taken:
        number += 1
        key = f"{alarm.key}_{number}"
    return key
