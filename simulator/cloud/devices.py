"""The devices part of the API (protocol §2)."""

from collections.abc import Awaitable, Callable
import json
import secrets

from aiohttp import web

from simulator.world import Device, JsonObject, World

from .access import Access
from .bodies import read_object
from .errors import bad_request, not_found
from .family import FIRMWARE
from .player_config import refilled
from .presence import Presence
from .status_names import long_names

type SendCommand = Callable[[str, str, str], Awaitable[None]]
"""Called with a device id, the part of the topic after `command/`, and the payload."""

COMMANDS = frozenset(
    {
        "ambients/set",
        "bluetooth/connect",
        "bluetooth/delete-bonds",
        "bluetooth/disconnect",
        "bluetooth/off",
        "bluetooth/on",
        "bluetooth/state",
        "card/pause",
        "card/resume",
        "card/start",
        "card/stop",
        "display/preview",
        "events/request",
        "reboot",
        "sleep-timer/set",
        "status",
        "status/request",
        "volume/set",
    }
)
"""The documented commands (protocol §3.4)."""


class DevicesApi:
    """Answers everything below `/device-v2`."""

    def __init__(
        self, *, world: World, access: Access, presence: Presence, send_command: SendCommand
    ) -> None:
        """Publish commands with `send_command`."""
        self._world = world
        self._access = access
        self._presence = presence
        self._send_command = send_command

    def add_routes(self, app: web.Application) -> None:
        """Add the routes."""
        app.router.add_get("/device-v2/devices/mine", self.mine)
        app.router.add_get("/device-v2/{device_id}/config", self.config)
        app.router.add_put("/device-v2/{device_id}/config", self.set_config)
        app.router.add_put("/device-v2/{device_id}/shortcuts", self.set_shortcuts)
        app.router.add_get("/device-v2/{device_id}/status", self.status)
        app.router.add_post("/device-v2/{device_id}/command/{command:.+}", self.command)

    async def mine(self, request: web.Request) -> web.Response:
        """List the family's players (protocol §2.1)."""
        self._access.require(request, "family:devices:view")
        return web.json_response(
            {"devices": [self._listed(device) for device in self._world.devices.values()]}
        )

    async def config(self, request: web.Request) -> web.Response:
        """Return a player's identity, config and shadow (protocol §2.2)."""
        self._access.require(request, "family:devices:view")
        device = self._device(request)
        online = self._presence.believed(device.device_id)
        block: JsonObject = {
            "deviceId": device.device_id,
            "name": device.name,
            "mac": device.mac,
            "deviceType": device.device_type,
            "deviceFamily": device.family,
            "deviceGroup": "",
            "generation": device.generation,
            "formFactor": device.form_factor,
            "fwVersion": device.shadow.get("fwVersion", FIRMWARE),
            "releaseChannelId": "general",
            "releaseChannelVersion": device.shadow.get("fwVersion", FIRMWARE),
            "registrationCode": device.device_id[-8:].upper(),
            "popCode": device.device_id[1:7].upper(),
            "activationPopCode": device.device_id[1:7].upper(),
            "errorCode": None,
            "geoTimezone": "Europe/London",
            "getPosix": "GMT0BST,M3.5.0/1,M10.5.0",
            "online": online,
            "config": device.config,
            "status": {**device.shadow, "deviceId": device.device_id},
            "shortcuts": device.shortcuts,
        }
        return web.json_response({"device": block})

    async def set_config(self, request: web.Request) -> web.Response:
        """Replace a player's config (protocol §2.3): omitted keys fall back to the defaults."""
        self._access.require(request, "family:devices:manage")
        device = self._device(request)
        body = await read_object(request)
        config = body.get("config")
        if not isinstance(config, dict):
            raise bad_request("config is required")
        if body.get("deviceId", device.device_id) != device.device_id:
            raise bad_request("deviceId does not match the address")
        device.config = refilled(config)
        if isinstance(name := body.get("name"), str) and name:
            device.name = name
        self._world.note("config_replaced", device_id=device.device_id, keys=[*sorted(config)])
        return web.json_response({"status": "ok"})

    async def set_shortcuts(self, request: web.Request) -> web.Response:
        """Replace what the right knob plays while no card is in (protocol §2.5)."""
        self._access.require(request, "family:devices:manage")
        device = self._device(request)
        shortcuts = (await read_object(request)).get("shortcuts")
        if not isinstance(shortcuts, dict) or not isinstance(shortcuts.get("modes"), dict):
            raise bad_request("shortcuts with modes are required")
        device.shortcuts = shortcuts
        self._world.note("shortcuts_replaced", device_id=device.device_id)
        return web.json_response({"status": "ok"})

    async def status(self, request: web.Request) -> web.Response:
        """Return a player's last status under long names (protocol §2.4)."""
        self._access.require(request, "family:device-status:view")
        device = self._device(request)
        online = self._presence.believed(device.device_id)
        return web.json_response(
            long_names(device.shadow, device_id=device.device_id, online=online)
        )

    async def command(self, request: web.Request) -> web.Response:
        """Publish a command to a player (protocol §2.5). It is lost if the player is away."""
        self._access.require(request, "family:devices:control")
        device = self._device(request)
        command = request.match_info["command"]
        if command not in COMMANDS:
            raise not_found(f"Unknown command: {command}")
        body = await read_object(request)
        if command == "status":
            body.setdefault("requestId", secrets.token_hex(8))
        await self._send_command(device.device_id, command, json.dumps(body) if body else "")
        return web.json_response({"status": "ok"})

    def _device(self, request: web.Request) -> Device:
        device = self._world.devices.get(request.match_info["device_id"])
        if device is None:
            raise not_found("Device not found")
        return device

    def _listed(self, device: Device) -> JsonObject:
        return {
            "deviceId": device.device_id,
            "name": device.name,
            "description": f"{device.name} ({device.device_type})",
            "online": self._presence.believed(device.device_id),
            "releaseChannel": "general",
            "deviceType": device.device_type,
            "deviceFamily": device.family,
            "deviceGroup": "",
            "generation": device.generation,
            "formFactor": device.form_factor,
            "hasUserGivenName": True,
        }
