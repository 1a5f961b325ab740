"""The lasting connection to an account's players."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
import itertools
import logging
import ssl
from typing import Final

from aiomqtt import MqttCodeError, MqttError
from yoto_api import YotoError

from .acknowledgements import Acknowledgements
from .commands import Command
from .counters import Counters
from .endpoints import Endpoints
from .errors import (
    BrokerRefusedError,
    CloudError,
    CloudUnreachableError,
    CommandRefusedError,
    CommandUnansweredError,
    NotConnectedError,
    TokenRevokedError,
)
from .link import Delivery, PlayerLink, Receive
from .overlap import Overlap
from .tokens import TokenOwner

_LOGGER: Final = logging.getLogger(__name__)
_RETRY: Final = 5.0
"""Seconds between attempts to hand over to a fresh connection."""
_LONGEST_RETRY: Final = 60.0
"""Seconds between attempts to connect at all, which become fewer."""

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
        self.counters = Counters()
        self.endpoints = endpoints
        self._owner = owner
        self._receive = receive
        self._trouble = trouble
        self._answers = Acknowledgements()
        self._players: set[str] = set()
        self._link: PlayerLink | None = None
        self._number = 0
        self._numbers = itertools.count(1)
        self._overlap = Overlap()
        self._tls: ssl.SSLContext | None = None
        self._expires_at: datetime | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._renewing = asyncio.Lock()
        self._changed: Callable[[], None] = _nobody_told
        self._lost_at: datetime | None = None
        self._failure: CloudError | None = None
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

    @property
    def lost_at(self) -> datetime | None:
        """Return since when there is no connection; None while there is one."""
        return self._lost_at

    @property
    def failure(self) -> CloudError | None:
        """Return why there is no connection; None while there is one."""
        return self._failure

    def watch(self, changed: Callable[[], None]) -> None:
        """Call `changed` each time the connection has been lost, and each time it is back."""
        self._changed = changed

    async def open(self, players: Iterable[str]) -> None:
        """Connect and subscribe; where the broker is out of reach, go on trying.

        Raises:
            TokenRevokedError: only a new login helps.
        """
        self._players = set(players)
        self._tls = await asyncio.to_thread(ssl.create_default_context)
        try:
            await self.renew()
        except CloudUnreachableError as err:
            self._note_loss(err)
        self._keeper = asyncio.create_task(self._keep_up(), name="Yoto connection")

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
        """Replace the connection by a fresh one, without a gap between them.

        Raises:
            CloudUnreachableError: the broker could not be reached or refused the token.
            TokenRevokedError: only a new login helps.
        """
        async with self._renewing:
            if self._tls is None:
                raise NotConnectedError("The connection has not been opened")
            number = next(self._numbers)
            receive = partial(self._deliver, number)
            link = PlayerLink(self.endpoints, self._tls, receive, self._note_link)
            self._overlap.begin(number)
            try:
                await link.connect(
                    None,
                    sorted(self._players),
                    _no_message,
                    on_disconnect=partial(self._lost, link),
                    token_getter=self._access_token,
                )
            except YotoError as err:
                self._overlap.end(number)
                failure = _failure(err.__cause__ or err)
                self._refused = isinstance(failure, BrokerRefusedError)
                raise failure from err
            except asyncio.CancelledError:
                # The link would go on connecting by itself.
                await link.disconnect()
                self._overlap.end(number)
                raise
            old, self._link = self._link, link
            old_number, self._number = self._number, number
            if old is not None and old.is_connected:
                self.counters = replace(self.counters, renewals=self.counters.renewals + 1)
            self._note_link(link)
            if old is not None:
                await old.disconnect()
                self._overlap.end(old_number)

    async def follow(self, players: Iterable[str]) -> None:
        """Subscribe to players that have joined the family, and leave those that are gone.

        Raises:
            CloudUnreachableError: not all of them yet. Another call goes on with the others.
        """
        wanted = set(players)
        joined, gone = wanted - self._players, self._players - wanted
        link = self._link
        try:
            for player_id in joined:
                if link is not None:
                    await link.add_player(player_id)
                self._players.add(player_id)
            for player_id in gone:
                self._players.discard(player_id)
                if link is not None:
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
            self.counters = replace(self.counters, commands=self.counters.commands + 1)
            try:
                await self._answers.settle(player_id, command, answer)
            except CommandRefusedError:
                self.counters = replace(self.counters, refused=self.counters.refused + 1)
                raise
            except CommandUnansweredError:
                self.counters = replace(self.counters, unanswered=self.counters.unanswered + 1)
                raise
            self.counters = replace(self.counters, acknowledged=self.counters.acknowledged + 1)

    def _require_link(self) -> PlayerLink:
        """Return the link that is up."""
        if self._link is None or not self._link.is_connected:
            raise NotConnectedError("Not connected to Yoto at the moment")
        return self._link

    def _deliver(self, number: int, delivery: Delivery) -> None:
        """Match answers with commands and pass everything on, but once."""
        if not delivery.is_ours:
            if self._overlap.is_copy(number, delivery):
                return
            self.counters = replace(self.counters, messages=self.counters.messages + 1)
        if delivery.topic == "response":
            self._answers.receive(delivery.player_id, delivery.payload)
        self._receive(delivery)

    def _lost(self, link: PlayerLink, err: Exception | None) -> None:
        """Take note of why a link was lost; yoto_api connects it again by itself."""
        failure = _failure(err)
        if isinstance(failure, BrokerRefusedError):
            self._refused = True
        if link is self._link:
            self._note_loss(failure)
        if isinstance(failure, TokenRevokedError):
            self._trouble(failure)

    def _note_link(self, link: PlayerLink) -> None:
        """Take note that a link is up. One that has not taken over yet does not count."""
        if link is not self._link or not link.is_connected:
            return
        lost_at, self._lost_at, self._failure = self._lost_at, None, None
        if lost_at is not None:
            self.counters = replace(self.counters, reconnects=self.counters.reconnects + 1)
            self._changed()

    def _note_loss(self, failure: CloudError) -> None:
        """Take note that there is no connection, and tell of it once."""
        self._failure = failure
        if self._lost_at is None:
            self._lost_at = datetime.now(UTC)
            self._changed()

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

    async def _keep_up(self) -> None:
        """Connect where that has failed so far; hand over before a token expires."""
        pause, retry = self._seconds_until_renewal(), _RETRY
        while True:
            await asyncio.sleep(pause)
            try:
                # One that was cut off together with its successor has been seen not to come back.
                if not self.connected or await self._token_is_newer():
                    await self.renew()
                    pause, retry = self._seconds_until_renewal(), _RETRY
                    continue
            except CloudUnreachableError as err:
                _LOGGER.debug("Could not renew the connection to Yoto: %s", err)
                if self._link is None:
                    self._note_loss(err)
            except CloudError as err:
                self._trouble(err)
                return
            # An old link goes on meanwhile, and reconnects by itself once it is cut off.
            pause, retry = retry, _RETRY if self.connected else min(retry * 2, _LONGEST_RETRY)

    async def _token_is_newer(self) -> bool:
        """Return whether the owner has a token that lasts longer than the connection's."""
        return (await self._owner.current()).expires_at != self._expires_at

    def _seconds_until_renewal(self) -> float:
        """Return how long the connection may stay: until the owner has a fresh token."""
        if self._expires_at is None or self._link is None:
            return _RETRY
        due = self._expires_at - self._owner.margin * 0.75
        return max((due - datetime.now(UTC)).total_seconds(), 0.1)


async def _no_message(_message: object) -> None:
    """Take yoto_api's parsed messages, which the link never makes."""


def _nobody_told() -> None:
    """Tell nobody, as long as nobody watches."""


def _failure(err: BaseException | None) -> CloudError:
    """Sort the reason why a connection could not be made or was lost."""
    if isinstance(err, CloudError):
        return err
    if isinstance(err, MqttCodeError) and _reason_code(err) in _NOT_AUTHORISED:
        return BrokerRefusedError(str(err))
    return CloudUnreachableError(str(err))


def _reason_code(err: MqttCodeError) -> int | None:
    """Return the number in an error of the broker's."""
    code = err.rc
    return code if code is None or isinstance(code, int) else code.value
