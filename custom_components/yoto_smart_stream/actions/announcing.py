"""The action that announces a text or media on players."""

from dataclasses import replace

from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
import voluptuous as vol

from ..const import DOMAIN
from ..live.announcing import async_announcer
from ..live.manner import Manner, usual_voice
from .targets import Aim, Answer, async_register


@callback
def async_setup_announcing_actions(hass: HomeAssistant) -> None:
    """Register the action."""
    async_register(
        hass,
        "announce",
        {
            vol.Optional("message"): cv.string,
            vol.Optional("media"): cv.string,
            vol.Optional("title"): cv.string,
            vol.Optional("engine"): cv.string,
            vol.Optional("language"): cv.string,
            vol.Optional("voice"): cv.string,
            vol.Optional("volume"): object,
            vol.Optional("chime"): object,
        },
        _async_announce,
    )


async def _async_announce(aim: Aim, call: ServiceCall) -> Answer:
    """Announce something on a player."""
    message = call.data.get("message", "").strip()
    media: str | None = call.data.get("media")
    if bool(message) is bool(media):
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="announcement_of_what"
        )
    options = aim.coordinator.config_entry.options
    manner = Manner.usual(options).but_for(call.data)
    announcer = async_announcer(aim.coordinator, aim.player_id)
    title: str | None = call.data.get("title")
    if media:
        await announcer.async_play(media, manner, title)
        return {}
    speech = usual_voice(options, message)
    if (engine := call.data.get("engine")) is not None:
        # Language and voice of the options are those of another engine.
        speech = replace(speech, engine=engine, language=None, voice=None)
    chosen = {key: call.data[key] for key in ("language", "voice") if key in call.data}
    await announcer.async_say(replace(speech, **chosen), manner, title)
    return {}
