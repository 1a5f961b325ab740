"""Setting the humming voice up: there is nothing to ask."""

from typing import Any

from homeassistant.config_entries import ConfigFlow, ConfigFlowResult

from . import DOMAIN


class HummingVoiceFlow(ConfigFlow, domain=DOMAIN):
    """Take the voice from the configuration."""

    async def async_step_import(self, _data: dict[str, Any]) -> ConfigFlowResult:
        """Make the one entry that there is."""
        return self.async_create_entry(title="Humming voice", data={})
