"""Keeps the players of one account up to date."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryAuthFailed, HomeAssistantError
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed
from homeassistant.util import dt as dt_util

from .cloud.account import Player, YotoAccount
from .cloud.cards import Card
from .cloud.commands import Command
from .cloud.errors import (
    CloudError,
    CommandRefusedError,
    CommandUnansweredError,
    NotConnectedError,
    TokenRevokedError,
)
from .cloud.link import Delivery
from .cloud.silence import Silence
from .const import DOMAIN, LOGGER, ROSTER_INTERVAL, STATUS_INTERVAL
from .playback.reducer import reduce
from .playback.snapshot import Snapshot
from .playback.wire import MalformedMessageError, parse

type YotoConfigEntry = ConfigEntry[YotoCoordinator]

_CARD_FRESHNESS: Final = timedelta(minutes=5)
"""How long a card's details are taken as they are when it is played again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayerState:
    """A player with everything known about it at one moment."""

    player: Player
    snapshot: Snapshot
    card: Card | None = None
    """The card in play, with chapters once they have been fetched."""

    @property
    def online(self) -> bool:
        """Return whether the player is there: by its own word, or by the cloud's before that."""
        if self.snapshot.online is None:
            return self.player.believed_online
        return self.snapshot.online


class YotoCoordinator(DataUpdateCoordinator[dict[str, PlayerState]]):
    """Polls the roster, takes the players' messages, and tells entities what has changed.

    A message concerns one player, so only the watchers of that player are told. The listeners
    that every coordinator has are for changes of the roster.
    """

    config_entry: YotoConfigEntry

    def __init__(
        self,
        hass: HomeAssistant,
        entry: YotoConfigEntry,
        make_account: Callable[
            [Callable[[Delivery], None], Callable[[CloudError], None]], YotoAccount
        ],
    ) -> None:
        """Make the account with this coordinator as the receiver of its messages."""
        super().__init__(
            hass, LOGGER, config_entry=entry, name=DOMAIN, update_interval=ROSTER_INTERVAL
        )
        self.account = make_account(self._async_receive, self._async_trouble)
        self.data = {}
        self._library: dict[str, Card] = {}
        self._cards: dict[str, tuple[Card, datetime]] = {}
        self._watchers: defaultdict[str, set[CALLBACK_TYPE]] = defaultdict(set)
        self._silence = Silence()

    @callback
    def async_watch(self, player_id: str, changed: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call `changed` after each change of one player; return what ends that."""
        self._watchers[player_id].add(changed)

        @callback
        def unwatch() -> None:
            self._watchers[player_id].discard(changed)

        return unwatch

    async def async_command(self, player_id: str, command: Command) -> None:
        """Have a player do something; return when it has answered that it did."""
        try:
            await self.account.connection.command(player_id, command)
        except CommandRefusedError as err:
            raise self._player_error("command_refused", player_id) from err
        except CommandUnansweredError as err:
            raise self._player_error("command_unanswered", player_id) from err
        except NotConnectedError as err:
            raise self._player_error("not_connected", player_id) from err

    async def async_refresh_player(self, player_id: str) -> None:
        """Ask the cloud and the player itself how things are."""
        await self.async_refresh()
        if not self.last_update_success and self.last_exception is not None:
            raise self.last_exception
        try:
            await self.account.connection.ask_status(player_id)
        except NotConnectedError as err:
            raise self._player_error("not_connected", player_id) from err

    async def async_card(self, card_id: str) -> Card:
        """Return a card with its chapters, fetched again once it has become old.

        Raises:
            CloudError: it is not there, or cannot be had.
        """
        known = self._cards.get(card_id)
        if known is not None and dt_util.utcnow() - known[1] < _CARD_FRESHNESS:
            return known[0]
        card = await self.account.card(card_id)
        self._cards[card_id] = (card, dt_util.utcnow())
        return card

    @override
    async def async_shutdown(self) -> None:
        """Disconnect."""
        await super().async_shutdown()
        await self.account.close()

    @override
    async def _async_setup(self) -> None:
        """Fetch the library before the first poll, so that the first messages find titles."""
        await self._async_update_library()
        self.config_entry.async_on_unload(
            async_track_time_interval(self.hass, self._async_tick, STATUS_INTERVAL)
        )

    @override
    async def _async_update_data(self) -> dict[str, PlayerState]:
        """Poll the roster. What the players themselves have said since is newer and stays."""
        players = await self._async_players()
        for player_id, player in players.items():
            # Before anything is asked of a player, or its first answers would find no place.
            self.data.setdefault(player_id, PlayerState(player=player, snapshot=Snapshot()))
        connection = self.account.connection
        try:
            if connection.opened:
                await connection.follow(players)
            else:
                await connection.open(players)
        except CloudError as err:
            raise self._update_error(err) from err
        self._async_remove_devices(players)
        return {
            player_id: replace(self.data[player_id], player=player)
            for player_id, player in players.items()
        }

    async def _async_players(self) -> dict[str, Player]:
        """Fetch the roster."""
        known = {player_id: state.player for player_id, state in self.data.items()}
        try:
            return await self.account.players(known)
        except CloudError as err:
            raise self._update_error(err) from err

    async def _async_update_library(self) -> None:
        """Fetch the library's titles. Players work without them."""
        try:
            self._library = await self.account.library()
        except TokenRevokedError as err:
            raise self._update_error(err) from err
        except CloudError as err:
            LOGGER.warning(
                "The card library could not be loaded, so titles may be missing: %s", err
            )

    def _update_error(self, err: CloudError) -> UpdateFailed | ConfigEntryAuthFailed:
        """Translate a failure of an update."""
        if isinstance(err, TokenRevokedError):
            return ConfigEntryAuthFailed(translation_domain=DOMAIN, translation_key="login_revoked")
        return UpdateFailed(
            translation_domain=DOMAIN,
            translation_key="update_failed",
            translation_placeholders={"reason": str(err)},
        )

    def _player_error(self, key: str, player_id: str) -> HomeAssistantError:
        """Return an error that names the player."""
        return HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key=key,
            translation_placeholders={"player": self.data[player_id].player.name},
        )

    @callback
    def _async_remove_devices(self, players: Collection[str]) -> None:
        """Remove players that have left the family, even while Home Assistant was off."""
        registry = dr.async_get(self.hass)
        for device in dr.async_entries_for_config_entry(registry, self.config_entry.entry_id):
            if not any((DOMAIN, player_id) in device.identifiers for player_id in players):
                registry.async_remove_device(device.id)

    @callback
    def _async_trouble(self, err: CloudError) -> None:
        """Ask the person to log in again where nothing else helps."""
        LOGGER.debug("The connection to Yoto has ended: %s", err)
        self.config_entry.async_start_reauth(self.hass)

    @callback
    def _async_receive(self, delivery: Delivery) -> None:
        """Take a message from a player."""
        state = self.data.get(delivery.player_id)
        if state is None:
            return
        try:
            message = parse(delivery.topic, delivery.payload)
        except MalformedMessageError as err:
            LOGGER.debug("Unreadable message on %s: %s", delivery.topic, err)
            return
        if message is None:
            return
        self._silence.heard(delivery.received_at)
        snapshot = reduce(state.snapshot, message, delivery.received_at)
        if snapshot.online and state.snapshot.online is False:
            # A player that comes back tells of no change until it is asked to (protocol §3.6).
            self.config_entry.async_create_background_task(
                self.hass,
                self._async_wake(delivery.player_id),
                name=f"Yoto player {delivery.player_id}",
            )
        card = state.card
        if snapshot.card_id != state.snapshot.card_id:
            card = self._async_card_changed(snapshot.card_id)
        self._async_set(replace(state, snapshot=snapshot, card=card))

    @callback
    def _async_card_changed(self, card_id: str | None) -> Card | None:
        """Return what is known of a card at once, and have the rest fetched."""
        if card_id is None:
            return None
        self.config_entry.async_create_background_task(
            self.hass, self._async_fetch_card(card_id), name=f"Yoto card {card_id}"
        )
        if card_id in self._cards:
            return self._cards[card_id][0]
        return self._library.get(card_id)

    async def _async_fetch_card(self, card_id: str) -> None:
        """Fetch a card that has come into play and show it wherever it plays."""
        try:
            card = await self.async_card(card_id)
        except CloudError as err:
            LOGGER.debug("No details of card %s: %s", card_id, err)
            return
        for state in list(self.data.values()):
            if state.snapshot.card_id == card_id:
                self._async_set(replace(state, card=card))

    @callback
    def _async_set(self, state: PlayerState) -> None:
        """Keep a player's new state and tell its watchers."""
        player_id = state.player.player_id
        self.data[player_id] = state
        for changed in list(self._watchers[player_id]):
            changed()

    async def _async_wake(self, player_id: str) -> None:
        """Have a player that has come online tell how things are, and what changes from now on."""
        try:
            await self.account.connection.arm(player_id)
        except CloudError as err:
            LOGGER.debug("Player %s could not be asked for its events: %s", player_id, err)

    async def _async_tick(self, _now: datetime) -> None:
        """Ask the players that are there for their status, and notice a dead connection.

        Status blocks come on request only (protocol §3.2). So a connection that stays silent
        after a request carries nothing any more, whatever it says of itself.
        """
        connection = self.account.connection
        online = [player_id for player_id, state in self.data.items() if state.online]
        if not online or not connection.connected:
            return
        try:
            await asyncio.gather(*(connection.ask_status(player_id) for player_id in online))
            if self._silence.overdue(dt_util.utcnow()):
                LOGGER.debug("No player has answered for a while: connecting anew")
                await connection.renew()
        except TokenRevokedError as err:
            self._async_trouble(err)
        except CloudError as err:
            LOGGER.debug("Players could not be asked for their status: %s", err)
