"""What there is one of in a Home Assistant, loaded when somebody first asks for it."""

import asyncio
from collections.abc import Callable, Coroutine

from homeassistant.core import HomeAssistant
from homeassistant.util.hass_dict import HassKey


async def async_loaded_once[T](
    hass: HomeAssistant,
    key: HassKey[T],
    load: Callable[[HomeAssistant], Coroutine[None, None, T]],
) -> T:
    """Return what is kept under a key, and load it before if it is not there yet.

    Whoever asks meanwhile waits for the same loading, which goes on when one of them gives up. When
    it fails, those who wait are told, and the next one who asks tries again.
    """
    if (found := hass.data.get(key)) is not None:
        return found
    loading: HassKey[asyncio.Task[T]] = HassKey(f"{key}_loading")

    async def keep() -> T:
        """Load it, and let everybody find it once it is whole."""
        loaded = hass.data[key] = await load(hass)
        return loaded

    if (task := hass.data.get(loading)) is None:
        task = hass.data[loading] = hass.async_create_task(keep(), f"loading of {key}")
    try:
        return await asyncio.shield(task)
    finally:
        if task.done():
            hass.data.pop(loading, None)
