"""The lasting connection to an account's players."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
import logging
import ssl
from typing import Final

from aiomqtt import MqttCodeError, MqttError
from yoto_api import YotoError

from .acknowledgements import Acknowledgements
from .commands import Command
from .endpoints import Endpoints
from .errors import CloudError, CloudUnreachableError, NotConnectedError, TokenRevokedError
from .link import Delivery, PlayerLink, Receive
from .tokens import TokenOwner

_LOGGER: Final = logging.getLogger(__name__)
_RETRY: Final = 5.0
"""Seconds between attempts to hand over to a fresh connection."""

_NOT_AUTHORISED: Final = frozenset({4, 5, 134, 135})
"""The broker's codes for a password that it does not accept, in MQTT 3 and 5."""

type Trouble = Callable[[CloudError], None]


class PlayerConnection:
    """Keeps the players of one account within reach.

    The broker closes a connection when its token expires (protocol §3.1). So a new one is up and
    subscribed before the old one ends, and nothing that a player says falls between the two.
    """

    def __init__(
        self, endpoints: Endpoints, owner: TokenOwner, receive: Receive, trouble: Trouble
    ) -> None:
        """Hand every message to `receive`, and what stops the connection for good to `trouble`."""
        self._endpoints = endpoints
        self._owner = owner
        self._receive = receive
        self._trouble = trouble
        self._answers = Acknowledgements()
        self._players: set[str] = set()
        self._link: PlayerLink | None = None
        self._tls: ssl.SSLContext | None = None
        self._expires_at: datetime | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._renewing = asyncio.Lock()
        self._refused = False
        self._refused_token: str | None = None
        """The token that was got because the broker had refused the one before."""

    @property
    def opened(self) -> bool:
        """Return whether it has been opened, and keeps itself up from then on."""
        return self._keeper is not None

    @property
    def connected(self) -> bool:
        """Return whether commands can be sent at the moment."""
        return self._link is not None and self._link.is_connected

    async def open(self, players: Iterable[str]) -> None:
        """Connect and subscribe.

        Raises:
            CloudUnreachableError: the broker could not be reached or refused the token.
            TokenRevokedError: only a new login helps.
        """
        self._players = set(players)
        self._tls = await asyncio.to_thread(ssl.create_default_context)
        await self.renew()
        self._keeper = asyncio.create_task(self._keep_fresh(), name="Yoto connection")

    async def close(self) -> None:
        """Disconnect and wait until everything has ended."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.wait([self._keeper])
            self._keeper = None
        async with self._renewing:
            link, self._link = self._link, None
            if link is not None:
                await link.disconnect()

    async def renew(self) -> None:
        """Replace the connection by a fresh one, without a gap between them."""
        async with self._renewing:
            if self._tls is None:
                raise NotConnectedError("The connection has not been opened")
            link = PlayerLink(self._endpoints, self._tls, self._deliver)
            try:
                await link.connect(
                    None,
                    sorted(self._players),
                    _no_message,
                    on_disconnect=self._lost,
                    token_getter=self._access_token,
                )
            except YotoError as err:
                if isinstance(err.__cause__, CloudError):
                    raise err.__cause__ from err
                raise CloudUnreachableError(str(err)) from err
            except asyncio.CancelledError:
                # The link would go on connecting by itself.
                await link.disconnect()
                raise
            old, self._link = self._link, link
            if old is not None:
                await old.disconnect()

    async def follow(self, players: Iterable[str]) -> None:
        """Subscribe to players that have joined the family, and leave those that are gone."""
        wanted = set(players)
        joined, gone = wanted - self._players, self._players - wanted
        self._players = wanted
        link = self._link
        if link is None:
            return
        try:
            for player_id in joined:
                await link.add_player(player_id)
            for player_id in gone:
                await link.remove_player(player_id)
        except (MqttError, YotoError) as err:
            raise CloudUnreachableError(str(err)) from err

    async def ask_status(self, player_id: str) -> None:
        """Ask a player for its status; the answer arrives as messages."""
        try:
            await self._require_link().request_player_status(player_id)
        except YotoError as err:
            raise NotConnectedError(str(err)) from err

    async def arm(self, player_id: str) -> None:
        """Have a player tell of its changes, and ask for its status."""
        try:
            await self._require_link().arm(player_id)
        except YotoError as err:
            raise NotConnectedError(str(err)) from err

    async def command(self, player_id: str, command: Command) -> None:
        """Send a command and wait until the player has carried it out.

        Raises:
            CommandRefusedError: the player refused.
            CommandUnansweredError: the player did not answer in time.
            NotConnectedError: it could not be sent.
        """
        async with self._answers.turn(player_id):
            answer = self._answers.expect(player_id, command)
            try:
                await self._require_link().send(player_id, command.path, command.payload)
            except YotoError as err:
                answer.cancel()
                raise NotConnectedError(str(err)) from err
            await self._answers.settle(player_id, command, answer)

    def _require_link(self) -> PlayerLink:
        """Return the link that is up."""
        if self._link is None or not self._link.is_connected:
            raise NotConnectedError("Not connected to Yoto at the moment")
        return self._link

    def _deliver(self, delivery: Delivery) -> None:
        """Match answers with commands and pass everything on."""
        if delivery.topic == "response":
            self._answers.receive(delivery.player_id, delivery.payload)
        self._receive(delivery)

    def _lost(self, err: Exception | None) -> None:
        """Take note of why the connection was lost; yoto_api connects again by itself."""
        if isinstance(err, TokenRevokedError):
            self._trouble(err)
        elif isinstance(err, MqttCodeError) and _reason_code(err) in _NOT_AUTHORISED:
            self._refused = True

    async def _access_token(self) -> str:
        """Return the password for a (re)connect and remember how long it lasts."""
        tokens = await self._owner.current()
        if self._refused and self._refused_token != tokens.access_token:
            # Once, until a connection has worked: a broker may have other reasons to refuse.
            tokens = await self._owner.replace(tokens.access_token)
            self._refused_token = tokens.access_token
        self._refused = False
        self._expires_at = tokens.expires_at
        return tokens.access_token

    async def _keep_fresh(self) -> None:
        """Hand over to a connection with a fresh token before the old token expires."""
        while True:
            await asyncio.sleep(self._seconds_until_renewal())
            try:
                tokens = await self._owner.current()
                if tokens.expires_at != self._expires_at:
                    await self.renew()
                    continue
            except CloudUnreachableError as err:
                _LOGGER.debug("Could not renew the connection to Yoto: %s", err)
            except CloudError as err:
                self._trouble(err)
                return
            # The old link goes on meanwhile, and reconnects by itself once it is cut off.
            await asyncio.sleep(_RETRY)

    def _seconds_until_renewal(self) -> float:
        """Return how long the connection may stay: until the owner has a fresh token."""
        if self._expires_at is None:
            return _RETRY
        due = self._expires_at - self._owner.margin * 0.75
        return max((due - datetime.now(UTC)).total_seconds(), 0.1)


async def _no_message(_message: object) -> None:
    """Take yoto_api's parsed messages, which the link never makes."""


def _reason_code(err: MqttCodeError) -> int | None:
    """Return the number in an error of the broker's."""
    code = err.rc
    return code if code is None or isinstance(code, int) else code.value
