"""A component for benchmarks: how late Home Assistant's event loop comes to what it planned.

Every 5 ms a timer notes by how much it was late. A GET of the view returns what was noted since
the last one. It also lifts the limits of our streams, which a load generator is far beyond.
"""

from array import array
import asyncio
from typing import Final

from aiohttp.web import Request, Response
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.http import HomeAssistantView

from custom_components.yoto_smart_stream.streaming.limits import Allowance, Limits
from custom_components.yoto_smart_stream.streaming.views import LIMITS

INTERVAL: Final = 0.005


class Stopwatch:
    """Note the lag of one event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Start at once."""
        self._loop = loop
        self._lags = array("d")
        self._plan()

    def _plan(self) -> None:
        self._timer = self._loop.call_at(self._loop.time() + INTERVAL, self._tick)

    def _tick(self) -> None:
        self._lags.append(self._loop.time() - self._timer.when())
        self._plan()

    def take(self) -> array[float]:
        """Return the lags in seconds since the last call."""
        lags, self._lags = self._lags, array("d")
        return lags

    def stop(self) -> None:
        """Plan nothing any more."""
        self._timer.cancel()


class LagView(HomeAssistantView):
    """Hand out the lags."""

    url = "/api/loop_lag"
    name = "api:loop_lag"

    def __init__(self, stopwatch: Stopwatch) -> None:
        """Hand out those of one stopwatch."""
        self._stopwatch = stopwatch

    async def get(self, _request: Request) -> Response:
        """Return the lags in seconds as a list."""
        return self.json(list(self._stopwatch.take()))


async def async_setup_entry(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    """Start to measure."""
    stopwatch = Stopwatch(hass.loop)
    entry.async_on_unload(stopwatch.stop)
    hass.http.register_view(LagView(stopwatch))
    everything = Allowance(burst=1_000_000_000, rate=1_000_000.0, connections=1_000_000)
    hass.data[LIMITS] = Limits(token=everything, address=everything)
    return True


async def async_unload_entry(_hass: HomeAssistant, _entry: ConfigEntry) -> bool:
    """Stop to measure."""
    return True
