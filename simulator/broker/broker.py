"""Yoto's MQTT broker: applications over TLS WebSockets, players from within the process."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Mapping
import json
import socket
import ssl

from aiohttp import web

from simulator.cloud.presence import Presence
from simulator.cloud.scopes import allowed
from simulator.cloud.tokens import TokenMint, TokenRefusedError
from simulator.world import Device, Json, World

from .connection import AppConnection
from .engine import Engine, Introduction
from .outages import Outages
from .port import Listener
from .rules import (
    NEEDED_SCOPE,
    names_authorizer,
    parse_command,
    refuse_publication,
    refuse_subscription,
)
from .wire import PlayerWire

PATH = "/mqtt"
_REMEMBERED = 64


class _RefusedError(Exception):
    """An application may not come in; the text says why."""


class YotoBroker:
    """Admits applications by their token and carries messages between them and the players."""

    def __init__(self, *, world: World, tokens: TokenMint, presence: Presence) -> None:
        """Trust the tokens of this mint; report players to `presence`."""
        self._world = world
        self._tokens = tokens
        self._presence = presence
        self._engine = Engine(self)
        self._apps: dict[str, AppConnection] = {}
        self._open: set[AppConnection] = set()
        self._idle = asyncio.Event()
        self._idle.set()
        self._stopping = False
        self._retained: dict[str, bytes] = {}
        self._wires: dict[str, PlayerWire] = {}
        self._asked: defaultdict[str, deque[tuple[str, str]]] = defaultdict(
            lambda: deque(maxlen=_REMEMBERED)
        )
        """The commands that players were given last, and by whom."""
        self._listener: Listener | None = None
        self._outages: Outages | None = None

    async def start(self, listener: socket.socket, tls: ssl.SSLContext) -> None:
        """Accept applications on a bound socket."""
        await self._engine.start()
        app = web.Application()
        app.router.add_get(PATH, self._accept)
        self._listener = Listener(app, tls)
        self._outages = Outages(self._world, self._listener, self._open)
        await self._listener.start(listener)
        self._world.outages = self._outages
        self._world.drop_app_connections = self.drop_app_connections

    async def stop(self) -> None:
        """Cut everybody off and stop."""
        self._world.drop_app_connections = None
        self._world.outages = None
        if self._outages is not None:
            await self._outages.stop()
            self._outages = None
        for wire in self._wires.values():
            await wire.close()
        self._stopping = True
        for connection in list(self._open):
            connection.cut("broker stops")
        await self._idle.wait()
        await self._engine.stop()
        if self._listener is not None:
            await self._listener.stop()
            self._listener = None

    def wire(self, device: Device) -> PlayerWire:
        """Return the connection of a player, the same object for its whole life."""
        if device.device_id not in self._wires:
            self._wires[device.device_id] = PlayerWire(device, self._world, self)
        return self._wires[device.device_id]

    async def drop_app_connections(self) -> int:
        """Cut every application off without a farewell; return how many there were."""
        connections = list(self._apps.values())
        for connection in connections:
            connection.cut("dropped by a fault")
        return len(connections)

    async def send_command(self, device_id: str, command: str, payload: str) -> None:
        """Publish a command on behalf of the cloud (protocol §2.5)."""
        self._engine.deliver(f"device/{device_id}/command/{command}", payload.encode())
        self._command(device_id, command, payload, by="cloud")

    def publish(self, device_id: str, suffix: str, body: Mapping[str, Json]) -> None:
        """Carry a player's message to every application that subscribed to it."""
        only = None
        if suffix == "response" and not self._world.devices[device_id].traits.shows_answers:
            only = self._asker(device_id, body)
        self._engine.deliver(f"device/{device_id}/{suffix}", json.dumps(body).encode(), only)

    def announce(self, device_id: str, body: Mapping[str, Json], *, online: bool) -> None:
        """Publish a player's presence, retained (protocol §3.2)."""
        topic = f"device/{device_id}/presence"
        payload = json.dumps(body).encode()
        self._retained[topic] = payload
        self._presence.set(device_id, online=online)
        self._engine.deliver(topic, payload)

    def admit(self, connection: AppConnection, introduction: Introduction) -> bool:
        """Admit an application whose password is a token that may control players."""
        connection.client_id = introduction.client_id
        try:
            expires_at = self._check(introduction)
        except _RefusedError as err:
            self._world.note("mqtt_refused", client_id=introduction.client_id, reason=str(err))
            return False
        earlier = self._apps.get(introduction.client_id)
        if earlier is not None:
            earlier.cut("another client took the same id")
        self._apps[introduction.client_id] = connection
        connection.cut_at(expires_at, "the token expired")
        connection.expect_keep_alive(introduction.keep_alive)
        self._world.note("mqtt_connected", client_id=introduction.client_id)
        return True

    def may_subscribe(self, connection: AppConnection, topic: str) -> bool:
        """Allow topics of the family's players, one by one; anything else ends the connection."""
        refusal = refuse_subscription(topic, self._world.devices)
        if refusal is None:
            return True
        self._world.note(
            "subscription_refused",
            client_id=connection.client_id,
            topic=topic,
            reason=refusal.value,
        )
        connection.cut(f"subscription refused: {refusal.value}")
        return False

    def may_publish(self, connection: AppConnection, topic: str) -> bool:
        """Allow commands to the family's players; anything else ends the connection."""
        refusal = refuse_publication(topic, self._world.devices)
        if refusal is None:
            return True
        self._world.note(
            "publication_refused",
            client_id=connection.client_id,
            topic=topic,
            reason=refusal.value,
        )
        connection.cut(f"publication refused: {refusal.value}")
        return False

    def retained(self, topic: str) -> bytes | None:
        """Return what is retained under a topic."""
        return self._retained.get(topic)

    def published(self, connection: AppConnection, topic: str, payload: bytes) -> None:
        """Carry an application's command to the player."""
        command = parse_command(topic)
        if command is not None:
            text = payload.decode(errors="replace")
            self._command(*command, text, by=connection.client_id)

    def _check(self, introduction: Introduction) -> float:
        """Return when the token of an application expires, in epoch seconds."""
        if not names_authorizer(introduction.username):
            raise _RefusedError("the user name does not name the authoriser")
        if not introduction.clean_session:
            raise _RefusedError("only clean sessions")
        will = introduction.will_topic
        if will is not None and refuse_publication(will, self._world.devices):
            raise _RefusedError("the last will is not allowed")
        try:
            claims = self._tokens.check(introduction.password or "")
        except TokenRefusedError as err:
            raise _RefusedError(f"the token was refused: {err}") from err
        if not allowed(claims.scope, NEEDED_SCOPE):
            raise _RefusedError(f"the token lacks {NEEDED_SCOPE}")
        return claims.expires_at

    def _asker(self, device_id: str, answer: Mapping[str, Json]) -> str:
        """Return who gave the command that a player answers; nobody if that is not known."""
        status = answer.get("status")
        request = status.get("req_body") if isinstance(status, dict) else None
        asked = self._asked[device_id]
        while asked:
            payload, by = asked.popleft()
            if payload == request:
                return by
        return ""

    def _command(self, device_id: str, command: str, payload: str, *, by: str) -> None:
        self._world.note("command", device_id=device_id, command=command, payload=payload, by=by)
        self._asked[device_id].append((payload, by))
        wire = self._wires.get(device_id)
        if wire is not None:
            wire.receive(command, payload)

    async def _accept(self, request: web.Request) -> web.StreamResponse:
        if self._stopping:
            return web.Response(status=503, text="The broker stops.")
        websocket = AppConnection.make_socket()
        if websocket.can_prepare(request).protocol is None:
            return web.Response(status=400, text="This is MQTT over WebSockets.")
        await websocket.prepare(request)
        connection = AppConnection(websocket, request)
        self._open.add(connection)
        self._idle.clear()
        try:
            await self._engine.serve(connection)
            await connection.close()
        finally:
            if self._apps.get(connection.client_id) is connection:
                del self._apps[connection.client_id]
            self._open.discard(connection)
            if not self._open:
                self._idle.set()
            self._world.note(
                "mqtt_disconnected",
                client_id=connection.client_id,
                kicked=connection.cut_because,
            )
        return websocket
