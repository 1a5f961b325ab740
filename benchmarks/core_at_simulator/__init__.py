"""A component for benchmarks: points Home Assistant's own `yoto` integration at a simulator.

That integration knows one cloud only. The addresses come from the same environment variables as
ours; nothing else about it is changed, and it logs in as a person would have it do.
"""

import os
from urllib.parse import urlsplit

from homeassistant.components.yoto import application_credentials
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from yoto_api.mqtt import YotoMqttClient
from yoto_api.rest import endpoints


async def async_setup_entry(_hass: HomeAssistant, _entry: ConfigEntry) -> bool:
    """Change the addresses, before the integration is set up."""
    login = os.environ["YOTO_SMART_STREAM_LOGIN_URL"]
    broker = urlsplit(os.environ["YOTO_SMART_STREAM_MQTT_URL"])
    application_credentials.AUTHORIZE_URL = f"{login}/authorize"
    application_credentials.TOKEN_URL = f"{login}/oauth/token"
    endpoints.BASE_URL = os.environ["YOTO_SMART_STREAM_API_URL"]
    YotoMqttClient.URL = str(broker.hostname)
    YotoMqttClient.PORT = int(broker.port or YotoMqttClient.PORT)
    return True


async def async_unload_entry(_hass: HomeAssistant, _entry: ConfigEntry) -> bool:
    """Leave everything as it is."""
    return True
