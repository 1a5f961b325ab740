"""A component for benchmarks: when each change of a media player was in the state machine.

A GET of the view returns the changes since the last one, as rows of [unique id, time, position,
volume, title], the full garbage collections since then in seconds, and how many media players show
a title at the moment. Times are in nanoseconds of the monotonic clock, which all processes of a
machine share; the volume is in steps. A POST collects all garbage, and with {"freeze": true} has
the collector leave alone what there is by then.
"""

import gc
import time
from typing import Final

from aiohttp.web import Request, Response
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.http import HomeAssistantView

DOMAIN: Final = "media_player"
STEPS: Final = 16
FULL: Final = 2
"""The generation of objects that only full collections look at."""

type Noted = tuple[str, int, float | None, float | None, str | None]
"""The entity's id, the time, and its position, volume and title."""


class Notebook:
    """Note the states of media players as they come."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Start with none."""
        self._hass = hass
        self._noted: list[Noted] = []

    @callback
    def note(self, event: Event[EventStateChangedData]) -> None:
        """Note a change.

        Only numbers and texts are kept. States would have the garbage collector look at them.
        """
        state = event.data["new_state"]
        if state is not None and state.domain == DOMAIN:
            now = time.monotonic_ns()
            attributes = state.attributes
            self._noted.append(
                (
                    state.entity_id,
                    now,
                    attributes.get("media_position"),
                    attributes.get("volume_level"),
                    attributes.get("media_title"),
                )
            )

    def take(self) -> list[list[str | float | None]]:
        """Return the rows since the last call."""
        noted, self._noted = self._noted, []
        registry = er.async_get(self._hass)
        rows: list[list[str | float | None]] = []
        for entity_id, at, position, volume, title in noted:
            if (entry := registry.async_get(entity_id)) is not None:
                step = None if volume is None else round(volume * STEPS)
                rows.append([entry.unique_id, at, position, step, title])
        return rows

    def ready(self) -> int:
        """Return how many media players show what they play."""
        return sum(
            "media_title" in state.attributes for state in self._hass.states.async_all(DOMAIN)
        )


class Collections:
    """Note for how long the garbage collector stops everything to look at every object."""

    def __init__(self) -> None:
        """Start at once."""
        self._began = 0.0
        self._pauses: list[float] = []
        gc.callbacks.append(self._note)

    def take(self) -> list[float]:
        """Return the pauses in seconds since the last call."""
        pauses, self._pauses = self._pauses, []
        return pauses

    def stop(self) -> None:
        """Note nothing any more, and let the collector look at everything again."""
        gc.callbacks.remove(self._note)
        gc.unfreeze()

    def _note(self, phase: str, info: dict[str, int]) -> None:
        if phase == "start":
            self._began = time.monotonic()
        elif info["generation"] == FULL:
            self._pauses.append(time.monotonic() - self._began)


class TimesView(HomeAssistantView):
    """Hand out what was noted."""

    url = "/api/state_times"
    name = "api:state_times"

    def __init__(self, notebook: Notebook, collections: Collections) -> None:
        """Hand out one notebook."""
        self._notebook = notebook
        self._collections = collections

    async def get(self, _request: Request) -> Response:
        """Return the rows, the collections, and how many players are there."""
        return self.json(
            {
                "rows": self._notebook.take(),
                "collections": self._collections.take(),
                "ready": self._notebook.ready(),
            }
        )

    async def post(self, request: Request) -> Response:
        """Collect garbage, so that what is measured next begins without any."""
        order = await request.json()
        gc.collect()
        if order["freeze"]:
            gc.freeze()
        return self.json({})


async def async_setup_entry(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    """Start to note."""
    notebook = Notebook(hass)
    entry.async_on_unload(hass.bus.async_listen(EVENT_STATE_CHANGED, notebook.note))
    collections = Collections()
    entry.async_on_unload(collections.stop)
    hass.http.register_view(TimesView(notebook, collections))
    return True


async def async_unload_entry(_hass: HomeAssistant, _entry: ConfigEntry) -> bool:
    """Stop to note."""
    return True
