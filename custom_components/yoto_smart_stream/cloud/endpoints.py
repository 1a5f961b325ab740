"""Where Yoto's cloud is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

AUDIENCE: Final = "https://api.yotoplay.com"
"""Names the API in tokens (protocol §1.1). Stays the same wherever requests go."""

API_VARIABLE: Final = "YOTO_SMART_STREAM_API_URL"
LOGIN_VARIABLE: Final = "YOTO_SMART_STREAM_LOGIN_URL"
MQTT_VARIABLE: Final = "YOTO_SMART_STREAM_MQTT_URL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    """The addresses of the three services (protocol, hosts at a glance)."""

    api: str = "https://api.yotoplay.com"
    login: str = "https://login.yotoplay.com"
    mqtt: str = "wss://aqrphjqbp3u2z-ats.iot.eu-west-2.amazonaws.com/mqtt"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Endpoints:
        """Return the production addresses, each replaced where its variable is set.

        The variables are for developers, who point them at the simulator.
        """
        production = cls()
        return cls(
            api=environment.get(API_VARIABLE, production.api).rstrip("/"),
            login=environment.get(LOGIN_VARIABLE, production.login).rstrip("/"),
            mqtt=environment.get(MQTT_VARIABLE, production.mqtt),
        )

    @property
    def mqtt_host(self) -> str:
        """Return the broker's host."""
        return urlsplit(self.mqtt).hostname or ""

    @property
    def mqtt_port(self) -> int:
        """Return the broker's port, 443 unless the address names one."""
        return urlsplit(self.mqtt).port or 443

    @property
    def mqtt_path(self) -> str:
        """Return the path of the WebSocket."""
        return urlsplit(self.mqtt).path or "/mqtt"
