"""A config flow that asks nothing."""

from typing import Any, override

from homeassistant.config_entries import ConfigFlow, ConfigFlowResult


class BenchVoiceFlow(ConfigFlow, domain="bench_voice"):
    """Make the one entry."""

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Make the entry at once."""
        return self.async_create_entry(title="Bench voice", data={})
