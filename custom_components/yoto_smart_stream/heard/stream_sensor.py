"""The sensor of a stream: what is heard of it at the moment."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final, override

from homeassistant.components.sensor import SensorEntity, SensorEntityDescription
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import MAX_LENGTH_STATE_STATE
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN
from ..library_page.device import LIBRARY_DEVICE, async_keep_one_page, async_offer_library
from ..streaming.stream import Stream
from ..streaming.streams import STREAMS, Streams
from .following import StreamSessions

IDLE: Final = "idle"
"""The state, which is translated, while nobody hears the stream."""

_PLATFORM: Final = "sensor"

_SESSIONS: HassKey[StreamSessions] = HassKey(f"{DOMAIN}_stream_sessions")


@callback
def async_get_sessions(hass: HomeAssistant, streams: Streams) -> StreamSessions:
    """Return the sessions of this Home Assistant, which are followed from now on."""
    if _SESSIONS not in hass.data:
        hass.data[_SESSIONS] = sessions = StreamSessions(hass, streams)
        sessions.async_start()
    return hass.data[_SESSIONS]


@callback
def async_add_stream_sensors(
    hass: HomeAssistant,
    entry: ConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    description: SensorEntityDescription,
) -> None:
    """Add a sensor for each stream there is, and for those that are made later."""
    # Where streams cannot be read an issue says so.
    streams = hass.data.get(STREAMS)
    if streams is not None:
        show = partial(_async_show, hass, streams, entry, async_add_entities, description)
        async_offer_library(hass, entry, show)


@callback
def _async_show(
    hass: HomeAssistant,
    streams: Streams,
    entry: ConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    description: SensorEntityDescription,
) -> None:
    """Show all streams with an account."""
    sessions = async_get_sessions(hass, streams)
    registry = er.async_get(hass)
    known: set[str] = set()
    # Streams may have been deleted while this account was not loaded.
    for one in er.async_entries_for_config_entry(registry, entry.entry_id):
        if one.domain == _PLATFORM and one.unique_id.startswith("stream_"):
            known.add(one.unique_id.removeprefix("stream_"))
    added: set[str] = set()

    @callback
    def follow(token: str | None) -> None:
        """Show the streams of now."""
        if token is not None:
            return
        present = {stream.stream_id: stream for stream in streams.index.streams.values()}
        for gone in (known | added) - present.keys():
            entity_id = registry.async_get_entity_id(_PLATFORM, DOMAIN, _unique_id(gone))
            if entity_id is not None:
                registry.async_remove(entity_id)
        known.clear()
        new = present.keys() - added
        added.intersection_update(present)
        added.update(new)
        async_add_entities(
            StreamSensor(streams, sessions, present[one], description) for one in sorted(new)
        )

    entry.async_on_unload(streams.async_listen(follow))
    follow(None)


class StreamSensor(SensorEntity):
    """The title of the item that is heard of a stream."""

    _attr_has_entity_name = True
    _attr_should_poll = False
    _attr_device_info = LIBRARY_DEVICE
    _unrecorded_attributes = frozenset({"position"})

    def __init__(
        self,
        streams: Streams,
        sessions: StreamSessions,
        stream: Stream,
        description: SensorEntityDescription,
    ) -> None:
        """Show a stream."""
        self.entity_description = description
        self._streams = streams
        self._sessions = sessions
        self._stream_id = stream.stream_id
        self._attr_unique_id = _unique_id(stream.stream_id)
        self._attr_translation_placeholders = {"stream": stream.name}
        self._shown: object = None

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the sessions."""
        await super().async_added_to_hass()
        async_keep_one_page(self.hass, self.platform.config_entry)
        self.async_on_remove(self._sessions.async_watch(self._async_changed))

    @property
    @override
    def native_value(self) -> str | None:
        """Return the title of the item, None where somebody hears something unknown."""
        heard = self._sessions.of_stream(self._stream_id)
        if not heard:
            return IDLE
        title = heard[-1].title
        return None if title is None else title[:MAX_LENGTH_STATE_STATE]

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any]:
        """Return who hears what, as far as that is known."""
        heard = self._sessions.of_stream(self._stream_id)
        newest = heard[-1] if heard else None
        return {
            "players": [one.player for one in heard if one.player is not None],
            "item": None if newest is None else newest.audio_id,
            "position": None if newest is None else newest.position,
            "certain": all(one.is_certain for one in heard),
        }

    @callback
    def _async_changed(self) -> None:
        """Show a change."""
        shown = {**self.extra_state_attributes, "state": self.native_value, "position": None}
        if shown != self._shown:
            self._shown = shown
            self.async_write_ha_state()


def _unique_id(stream_id: str) -> str:
    """Return the unique id of a stream's sensor."""
    return f"stream_{stream_id}"
