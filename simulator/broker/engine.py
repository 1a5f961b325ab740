"""The MQTT protocol itself, by amqtt. The only module that knows amqtt.

Three things of amqtt 0.12 are not used, because they do not fit Yoto's broker: its listeners (the
connections come from aiohttp, so that they can be cut off at once), its keep-alive (it never ends
a silent connection) and its retained messages (a new client is sent those that others subscribed
to). The modules around this one do them.
"""

import asyncio
from dataclasses import dataclass
from typing import Any, Protocol, override

from amqtt.broker import Broker
from amqtt.contexts import Action, BaseContext, BrokerConfig, ListenerConfig, ListenerType
from amqtt.mqtt.protocol.broker_handler import BrokerProtocolHandler
from amqtt.plugins.base import BaseAuthPlugin, BaseTopicPlugin
from amqtt.session import ApplicationMessage, Session

from .connection import AppConnection

_QOS = 1
_OWNER = "simulator.connection"
_LAST_STEPS = 2.0
"""Seconds that amqtt has to let go of a connection that is over.

It waits forever for the end of one that is lost just while its handler starts.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Introduction:
    """What a client says of itself when it connects. `keep_alive` is in seconds."""

    client_id: str
    username: str | None
    password: str | None
    keep_alive: int
    clean_session: bool
    will_topic: str | None


class Doorkeeper(Protocol):
    """Decides who may do what, and hears what was done."""

    def admit(self, connection: AppConnection, introduction: Introduction) -> bool:
        """Say whether a client may come in."""

    def may_subscribe(self, connection: AppConnection, topic: str) -> bool:
        """Say whether a client may subscribe."""

    def may_publish(self, connection: AppConnection, topic: str) -> bool:
        """Say whether a client may publish."""

    def retained(self, topic: str) -> bytes | None:
        """Return the message that a new subscriber to a topic is sent, if there is one."""

    def published(self, connection: AppConnection, topic: str, payload: bytes) -> None:
        """Hear of a message that a client was allowed to publish."""


class Engine:
    """An MQTT 3.1.1 broker for connections that others accept."""

    def __init__(self, doorkeeper: Doorkeeper) -> None:
        """Ask `doorkeeper` about everything."""
        self._doorkeeper = doorkeeper
        self._broker: Any = None
        self._connections: dict[tuple[str, int], AppConnection] = {}
        self._deliveries: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Be ready to serve."""
        self._broker = _ForgetfulBroker(
            BrokerConfig(
                listeners={"default": ListenerConfig(type=ListenerType.EXTERNAL)},
                plugins={f"{__name__}.{DoorPlugin.__name__}": {"engine": self}},
            )
        )
        await self._broker.start()

    async def stop(self) -> None:
        """Stop everything. The connections have to be over."""
        for delivery in self._deliveries:
            delivery.cancel()
        await asyncio.gather(*self._deliveries, return_exceptions=True)
        if self._broker is not None:
            await self._broker.shutdown()
            self._broker = None

    async def serve(self, connection: AppConnection) -> None:
        """Speak MQTT with a client until its connection is over."""
        self._connections[connection.peer] = connection
        broker: Broker = self._broker
        speaking = asyncio.ensure_future(
            broker.external_connected(connection, connection, "default")
        )
        ending = asyncio.create_task(connection.over())
        try:
            await asyncio.wait({speaking, ending}, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.wait({speaking}, timeout=_LAST_STEPS)
        finally:
            ending.cancel()
            speaking.cancel()
            await asyncio.wait({speaking})
            self._connections.pop(connection.peer, None)
            connection.release()
            await self._end_session(connection)
        if not speaking.cancelled():
            speaking.result()

    def deliver(self, topic: str, payload: bytes, only: str | None = None) -> None:
        """Send a message with QoS 1 to every client that subscribed to exactly this topic.

        With `only`, to the client with this id alone.

        amqtt's own way tries every message against every subscription, which is too slow for
        hundreds of players; here no subscription has a wildcard.
        """
        if self._broker is None:
            return
        for session, qos in self._broker.subscriptions.get(topic, ()):
            if only is not None and session.client_id != only:
                continue
            self._send(session.client_id, topic, payload, min(qos, _QOS), retain=False)

    def admit(self, session: Session) -> bool:
        """Ask the doorkeeper about a client, for the plugin."""
        connection = self._connections.get((session.remote_address, session.remote_port))
        if connection is None:
            return False
        session.attributes[_OWNER] = connection
        introduction = Introduction(
            client_id=session.client_id,
            username=session.username,
            password=session.password,
            keep_alive=session.keep_alive,
            clean_session=session.clean_session,
            will_topic=session.will_topic if session.will_flag else None,
        )
        # The connection watches the keep-alive; with 0 amqtt sets no timers of its own.
        session.keep_alive = 0
        return self._doorkeeper.admit(connection, introduction)

    def permit(self, session: Session, topic: str, action: Action) -> bool:
        """Ask the doorkeeper about a topic, for the plugin."""
        connection: AppConnection = session.attributes[_OWNER]
        match action:
            case Action.SUBSCRIBE:
                return self._doorkeeper.may_subscribe(connection, topic)
            case Action.PUBLISH:
                return self._doorkeeper.may_publish(connection, topic)
            case _:
                return True

    def subscribed(self, client_id: str, topic: str, qos: int) -> None:
        """Send the retained message of a topic to a client that subscribed, for the plugin."""
        payload = self._doorkeeper.retained(topic)
        if payload is not None:
            self._send(client_id, topic, payload, min(qos, _QOS), retain=True)

    def published(self, client_id: str, topic: str, payload: bytes) -> None:
        """Tell the doorkeeper of a permitted message, for the plugin."""
        connection = self._connection(client_id)
        if connection is not None:
            self._doorkeeper.published(connection, topic, payload)

    def _connection(self, client_id: str) -> AppConnection | None:
        session, _ = self._broker.sessions.get(client_id, (None, None))
        return session.attributes.get(_OWNER) if session is not None else None

    def _send(self, client_id: str, topic: str, payload: bytes, qos: int, *, retain: bool) -> None:
        session, handler = self._broker.sessions.get(client_id, (None, None))
        if session is None or session.transitions.state != "connected":
            return
        task = asyncio.create_task(_publish(handler, topic, payload, qos, retain=retain))
        self._deliveries.add(task)
        task.add_done_callback(self._deliveries.discard)

    async def _end_session(self, connection: AppConnection) -> None:
        """Let go of a session that amqtt keeps: a refused client, or one it broke off with."""
        if self._broker is None or self._connection(connection.client_id) is not connection:
            return
        session, handler = self._broker.sessions[connection.client_id]
        if session.transitions.state == "connected":
            await handler.stop()
            session.transitions.disconnect()


async def _publish(
    handler: BrokerProtocolHandler, topic: str, payload: bytes, qos: int, *, retain: bool
) -> None:
    """Send one message. A client that vanishes or never acknowledges has missed it."""
    try:
        await handler.mqtt_publish(topic, payload, qos, retain=retain)
    except TimeoutError, ConnectionError:
        return


class _ForgetfulBroker(Broker):  # type: ignore[misc]  # amqtt is not typed
    """A broker that retains nothing on behalf of clients."""

    @override
    async def retain_message(
        self,
        source_session: Session | None,
        topic_name: str | None,
        data: bytes | bytearray | None,
        qos: int | None = None,
    ) -> None:
        """Drop the message: applications cannot have anything retained (protocol §3.4)."""


class DoorPlugin(BaseAuthPlugin, BaseTopicPlugin):  # type: ignore[misc]  # amqtt is not typed
    """Passes amqtt's questions and events on to the engine."""

    @dataclass
    class Config:
        """What `Engine.start` hands over."""

        engine: Engine

    def __init__(self, context: BaseContext) -> None:
        """Remember the engine."""
        super().__init__(context)
        self._engine: Engine = self.config.engine

    @override
    async def authenticate(self, *, session: Session) -> bool:
        """Say whether a client may come in."""
        return self._engine.admit(session)

    @override
    async def topic_filtering(self, *, session: Session, topic: str, action: Action) -> bool:
        """Say whether a client may use a topic."""
        return self._engine.permit(session, topic, action)

    async def on_broker_client_subscribed(self, client_id: str, topic: str, qos: int) -> None:
        """Hear of a subscription."""
        self._engine.subscribed(client_id, topic, qos)

    async def on_broker_message_broadcast(
        self, client_id: str, message: ApplicationMessage
    ) -> None:
        """Hear of a message that is on its way."""
        self._engine.published(client_id, message.topic, bytes(message.data))
