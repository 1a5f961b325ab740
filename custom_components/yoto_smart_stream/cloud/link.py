"""One connection to the broker: yoto_api's client, with everything that players say passed on."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
import json
import ssl
from typing import Final, Self, override
import uuid

import aiomqtt
from yoto_api.mqtt import YotoMqttClient

from .endpoints import Endpoints

_TOPICS: Final = ("data/events", "data/status", "status/full", "presence", "response", "status")
"""yoto_api's topics, the acknowledgements, and the legacy status that tells of boot and shutdown.

Wildcards make the broker close the connection (protocol §3.1).
"""


_CONFIRMATION: Final = 5.0
"""Seconds to wait for the broker to confirm something. A connection that has died confirms
nothing, and whoever waits for it delays the next one."""

_PENDING: Final = 1_000
"""Confirmations that may be waited for at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A message of a player as it came off the wire, or of ours to a player before it is sent."""

    player_id: str
    topic: str
    """The part after `device/{id}/`; it begins with `command/` where the message is ours."""
    payload: bytes
    received_at: datetime

    @property
    def is_ours(self) -> bool:
        """Return whether it goes to the player."""
        return self.topic.startswith("command/")


type Receive = Callable[[Delivery], None]


class _Client(aiomqtt.Client):
    """A client whose waits end with its connection, not only when their time is over.

    Otherwise a connection that is cut off while something is being confirmed is mended seconds
    later than it could be.
    """

    @override
    async def __aenter__(self) -> Self:
        """Connect, and look at why it ends: aiomqtt does not where it is given up by then."""
        self._connected.add_done_callback(_look_at)
        self._disconnected.add_done_callback(_look_at)
        return await super().__aenter__()

    @override
    async def _wait_for[T](self, fut: Awaitable[T], timeout: float | None) -> T:
        """Wait for something until it is there, time is over, or the connection has ended."""
        if fut is self._connected:
            # Whoever gives up waiting must not cancel it: aiomqtt asks it for its error later, when
            # the broker ends the connection, and would fail in the loop.
            return await super()._wait_for(asyncio.shield(fut), timeout)
        if fut is self._disconnected:
            return await super()._wait_for(fut, timeout)
        waiting = asyncio.ensure_future(super()._wait_for(fut, timeout))
        try:
            await asyncio.wait((waiting, self._disconnected), return_when=asyncio.FIRST_COMPLETED)
            if not waiting.done():
                raise aiomqtt.MqttError("The connection has ended")
            return waiting.result()
        finally:
            waiting.cancel()


def _look_at(end: asyncio.Future[None]) -> None:
    """Take note of how something has ended, so that nobody reports it as overlooked."""
    if not end.cancelled():
        end.exception()


class PlayerLink(YotoMqttClient):
    """Connects, subscribes, re-arms events and reconnects as yoto_api does (protocol §3.1-3.6)."""

    def __init__(
        self,
        endpoints: Endpoints,
        tls: ssl.SSLContext,
        receive: Receive,
        connected: Callable[[PlayerLink], None],
    ) -> None:
        """Hand every message to `receive`, and tell `connected` each time the link is up.

        The context is made by the caller, as that blocks.
        """
        super().__init__()
        self._endpoints = endpoints
        self._tls = tls
        self._receive = receive
        self._tell_connected = connected
        self._asking: dict[str, asyncio.Lock] = {}

    async def send(self, player_id: str, path: str, payload: str) -> None:
        """Publish a command."""
        await self._publish(f"device/{player_id}/command/{path}", payload)

    @override
    async def _publish(self, topic: str, payload: str | None = None) -> None:
        """Pass on what is sent to players too: it explains what they do next."""
        if self.is_connected:
            _, player_id, rest = topic.split("/", 2)
            self._receive(
                Delivery(
                    player_id=player_id,
                    topic=rest,
                    payload=(payload or "").encode(),
                    received_at=datetime.now(UTC),
                )
            )
        await super()._publish(topic, payload)

    @override
    async def _on_connected(self) -> None:
        """Subscribe and ask every player how it is, then say that the link is up."""
        await super()._on_connected()
        self._tell_connected(self)

    @override
    async def add_player(self, player_id: str) -> None:
        """Subscribe to a player that has joined the family, again where that has failed before."""
        self._subscribed.discard(player_id)
        await super().add_player(player_id)

    @override
    async def request_player_status(self, player_id: str) -> None:
        """Ask for both status blocks, one after the other.

        Requests back to back lose a reply (protocol §3.6), whoever makes them.
        """
        async with self._asking.setdefault(player_id, asyncio.Lock()):
            await super().request_player_status(player_id)
            await super().request_player_extended_status(player_id)

    async def arm(self, player_id: str) -> None:
        """Have a player tell of its changes for the next minutes, and ask for its status."""
        await self._refresh_status(player_id)

    @override
    async def _refresh_status(self, player_id: str) -> None:
        """Arm events and ask for the status after a (re)connect."""
        await self._publish_events_request(player_id)
        await self.request_player_status(player_id)

    @override
    async def remove_player(self, player_id: str) -> None:
        """Unsubscribe from a player that has left the family."""
        self._subscribed.discard(player_id)
        self._asking.pop(player_id, None)
        if self._client is not None and self.is_connected:
            for topic in _TOPICS:
                await self._client.unsubscribe(f"device/{player_id}/{topic}")

    @override
    async def _subscribe_player(self, player_id: str) -> None:
        """Subscribe topic by topic."""
        if self._client is not None:
            for topic in _TOPICS:
                await self._client.subscribe(f"device/{player_id}/{topic}", qos=self.QOS)

    @override
    async def _handle_message(self, message: aiomqtt.Message) -> None:
        """Wake whoever waits for a status, then pass the message on."""
        topic = str(message.topic)
        if (reply := self._status_acks.get(topic)) is not None:
            reply.set()
        _, player_id, rest = topic.split("/", 2)
        self._receive(
            Delivery(
                player_id=player_id,
                topic=rest,
                payload=_bytes(message.payload),
                received_at=datetime.now(UTC),
            )
        )

    @override
    def _make_client(self, access_token: str) -> aiomqtt.Client:
        """Return a client under a random name: equal names evict each other (protocol §3.1)."""
        client = _Client(
            hostname=self._endpoints.mqtt_host,
            port=self._endpoints.mqtt_port,
            username=f"_?x-amz-customauthorizer-name={self.AUTH_NAME}",
            password=access_token,
            transport="websockets",
            websocket_path=self._endpoints.mqtt_path,
            tls_context=self._tls,
            keepalive=self.KEEPALIVE,
            timeout=_CONFIRMATION,
            identifier=f"YOTOSMARTSTREAM{uuid.uuid4().hex}",
        )
        # All players are asked at once, which aiomqtt would warn of every minute.
        client.pending_calls_threshold = _PENDING
        return client


def _bytes(payload: object) -> bytes:
    """Return a payload as it was sent; aiomqtt hands out text and numbers only on request."""
    return payload if isinstance(payload, bytes) else json.dumps(payload).encode()
