"""Keeps the players of one account up to date."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Collection, Mapping, Set
from dataclasses import replace
from datetime import datetime
from typing import Final, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryAuthFailed, HomeAssistantError
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed
from homeassistant.util import dt as dt_util

from .audience import Audience
from .cards.live import live_map
from .cloud.account import Choose, Player, YotoAccount
from .cloud.cards import Card
from .cloud.commands import Command
from .cloud.errors import (
    CloudError,
    CloudUnreachableError,
    CommandRefusedError,
    CommandUnansweredError,
    NotConnectedError,
    ScopeMissingError,
    TokenRevokedError,
)
from .cloud.link import Delivery
from .cloud.settings import PAUSES_AT_ZERO
from .const import CARDS_INTERVAL, DOMAIN, LOGGER, ROSTER_INTERVAL, STATUS_INTERVAL
from .data import PlayerState
from .devices import async_claim, async_release, async_remove_stale
from .hearing import Hearing
from .playback.context import CardMap, Context
from .playback.messages import Message, StreamFetch, Tick
from .playback.occurrences import Occurrence
from .playback.reducer import reduce
from .playback.snapshot import Snapshot
from .playback.wire import MalformedMessageError, parse
from .streaming.registry import STREAM_REGISTRY

type YotoConfigEntry = ConfigEntry[YotoCoordinator]

_RECENT: Final = 50
"""Occurrences of each player that are kept for reports of faults."""
_LIVE_MAP: Final = live_map()
_CARDS_AGE: Final = CARDS_INTERVAL - ROSTER_INTERVAL / 2
"""How old the lists of cards are when the roster comes that they are fetched with: timers are not
so exact that it could be the interval itself."""
_RETRY: Final = 60
"""Seconds until the next poll after one that has failed."""


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
        self.roster: Set[str] = frozenset()
        """The players that the account has, also those that another account shows."""
        self.audience = Audience()
        self._recent: defaultdict[str, deque[Occurrence]] = defaultdict(
            lambda: deque(maxlen=_RECENT)
        )
        self._titles_known: bool | None = None
        self._wants_cards = False
        self._hearing = Hearing(hass, entry, self.account.connection, self.audience.async_show_all)

    @property
    def live(self) -> bool:
        """Return whether what is known of players is what they say, not what they once said."""
        return self._hearing.live

    def recent(self, player_id: str) -> tuple[Occurrence, ...]:
        """Return what has happened at a player of late, oldest first."""
        return tuple(self._recent[player_id])

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
        """Ask the cloud, also for its cards, and the player itself how things are."""
        self._wants_cards = True
        await self.async_refresh()
        if not self.last_update_success and self.last_exception is not None:
            raise self.last_exception
        try:
            await self.account.connection.ask_status(player_id)
        except NotConnectedError as err:
            raise self._player_error("not_connected", player_id) from err

    async def async_change_settings(self, player_id: str, choose: Choose) -> None:
        """Change settings of a player, and show what Yoto has made of them.

        Args:
            player_id: whose.
            choose: returns what to change, given the settings as they are now.
        """
        try:
            settings = await self.account.change_settings(player_id, choose)
        except ScopeMissingError as err:
            raise self._player_error("settings_not_permitted", player_id) from err
        except TokenRevokedError as err:
            self._async_trouble(err)
            raise self._update_error(err) from err
        except CloudError as err:
            raise HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key="settings_not_changed",
                translation_placeholders={
                    "player": self.data[player_id].player.name,
                    "reason": str(err),
                },
            ) from err
        state = self.data[player_id]
        self._async_set(replace(state, player=replace(state.player, settings=settings)))

    @override
    async def async_shutdown(self) -> None:
        """Disconnect."""
        await super().async_shutdown()
        async_release(self.hass, self.config_entry)
        self._hearing.async_stop()
        await self.account.close()

    @override
    async def _async_setup(self) -> None:
        """Begin to ask players how they are, once a minute."""
        self.config_entry.async_on_unload(
            async_track_time_interval(self.hass, self._async_tick, STATUS_INTERVAL)
        )

    @override
    async def _async_update_data(self) -> dict[str, PlayerState]:
        """Poll the roster. What the players themselves have said since is newer and stays."""
        known = {player_id: state.player for player_id, state in self.data.items()}
        try:
            found = await self.account.players(known)
        except CloudError as err:
            raise self._update_error(err) from err
        self.roster = found.keys()
        own = async_claim(self.hass, self.config_entry, found)
        players = {player_id: player for player_id, player in found.items() if player_id in own}
        for player_id, player in players.items():
            # Before anything is asked of a player, or its first answers would find no place.
            self.data.setdefault(player_id, PlayerState(player=player, snapshot=Snapshot()))
        # Before anything is heard, so that the first messages find titles.
        await self._async_load_titles()
        await self._async_hear(players)
        async_remove_stale(self.hass, self.config_entry, players)
        return {
            player_id: self._updated(self.data[player_id], player)
            for player_id, player in players.items()
        }

    async def _async_hear(self, players: Collection[str]) -> None:
        """Connect to the players. Settings and cards work without that, so it may fail."""
        connection = self.account.connection
        try:
            if connection.opened:
                await connection.follow(players)
            else:
                await connection.open(players)
                self._hearing.async_opened()
        except CloudUnreachableError as err:
            LOGGER.debug("Not all players can be heard yet: %s", err)
        except CloudError as err:
            raise self._update_error(err) from err

    def _updated(self, state: PlayerState, player: Player) -> PlayerState:
        """Return a player as the roster has it now."""
        if self.live:
            return replace(state, player=player)
        # What the player once said of being online is older than what the cloud says.
        snapshot = replace(state.snapshot, online=None, offline_reason=None)
        return replace(state, player=player, snapshot=snapshot)

    async def _async_load_titles(self) -> None:
        """Fetch what cards there are, now and then. Players work without their titles."""
        is_wanted, self._wants_cards = self._wants_cards, False
        is_due = not self._titles_known or self.account.shelf.older_than(_CARDS_AGE)
        if not is_due and not is_wanted:
            return
        try:
            await self.account.shelf.load()
        except TokenRevokedError as err:
            raise self._update_error(err) from err
        except CloudError as err:
            if self._titles_known is not False:
                LOGGER.warning("The card library cannot be loaded, so titles are missing: %s", err)
            self._titles_known = False
            return
        if self._titles_known is False:
            LOGGER.info("The card library has been loaded")
        self._titles_known = True

    def _update_error(self, err: CloudError) -> UpdateFailed | ConfigEntryAuthFailed:
        """Translate a failure of an update."""
        if isinstance(err, TokenRevokedError):
            return ConfigEntryAuthFailed(translation_domain=DOMAIN, translation_key="login_revoked")
        return UpdateFailed(
            translation_domain=DOMAIN,
            translation_key="update_failed",
            translation_placeholders={"reason": str(err)},
            retry_after=_RETRY,
        )

    def _player_error(self, key: str, player_id: str) -> HomeAssistantError:
        """Return an error that names the player."""
        return HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key=key,
            translation_placeholders={"player": self.data[player_id].player.name},
        )

    @callback
    def _async_trouble(self, err: CloudError) -> None:
        """Ask the person to log in again where nothing else helps."""
        LOGGER.debug("The connection to Yoto has ended: %s", err)
        self.config_entry.async_start_reauth(self.hass)

    @callback
    def _async_receive(self, delivery: Delivery) -> None:
        """Take a message from a player, or take note of one to it."""
        try:
            message = parse(delivery.topic, delivery.payload)
        except MalformedMessageError as err:
            LOGGER.debug("Unreadable message on %s: %s", delivery.topic, err)
            return
        if message is None:
            return
        if not delivery.is_ours:
            self._hearing.async_heard(delivery.received_at)
            self.audience.async_pass(delivery)
        self._async_take(delivery.player_id, message, delivery.received_at)

    @callback
    def _async_take(self, player_id: str, message: Message, received_at: datetime) -> None:
        """Make state and occurrences of a message."""
        state = self.data.get(player_id)
        if state is None:
            return
        settings = state.player.settings
        snapshot, occurrences = reduce(
            state.snapshot,
            message,
            Context(
                player_id=player_id,
                received_at=received_at,
                cards=self._maps(state),
                shortcuts=state.player.shortcuts,
                pauses_at_zero=settings is not None and settings.value(PAUSES_AT_ZERO) is True,
            ),
        )
        if snapshot is state.snapshot and not occurrences:
            return
        if snapshot.online and state.snapshot.online is False:
            # A player that comes back tells of no change until it is asked to (protocol §3.6).
            self.config_entry.async_create_background_task(
                self.hass, self._async_wake(player_id), name=f"Yoto player {player_id}"
            )
        self._hearing.async_note(state, snapshot)
        card = state.card
        if snapshot.card_id != state.snapshot.card_id:
            card = self._async_card_changed(snapshot.card_id)
        state = replace(state, snapshot=snapshot, card=card)
        self._async_set(state)
        self._recent[player_id].extend(occurrences)
        for occurrence in occurrences:
            self.audience.async_announce(state, occurrence)

    def _maps(self, state: PlayerState) -> Mapping[str, CardMap]:
        """Return the maps of cards. How live and story cards lead on is known without asking."""
        maps = self.account.shelf.maps
        registry, card_id = self.hass.data.get(STREAM_REGISTRY), state.snapshot.card_id
        if registry is None or card_id is None:
            return maps
        owner = self.config_entry.entry_id
        card = registry.live_card(state.player.player_id, owner=owner)
        is_live = card is not None and card.card_id == card_id
        story_card = registry.on_story_card(card_id)
        is_live = is_live or (story_card is not None and not story_card.is_plain)
        known = maps.get(card_id)
        is_plain = known is not None and not known.interactive
        return {**maps, card_id: _LIVE_MAP} if is_live and not is_plain else maps

    @callback
    def async_fetched(self, card_id: str) -> None:
        """Take note that a player has fetched audio of a card from Home Assistant.

        Nothing says which player (protocol §6.2): it may be any that is there.
        """
        received_at = dt_util.utcnow()
        for player_id, state in list(self.data.items()):
            if state.online:
                self._async_take(player_id, StreamFetch(card_id=card_id), received_at)

    @callback
    def _async_card_changed(self, card_id: str | None) -> Card | None:
        """Return what is known of a card at once, and have the rest fetched."""
        if card_id is None:
            return None
        self.config_entry.async_create_background_task(
            self.hass, self._async_fetch_card(card_id), name=f"Yoto card {card_id}"
        )
        return self.account.shelf.known(card_id)

    async def _async_fetch_card(self, card_id: str) -> None:
        """Fetch a card that has come into play and show it wherever it plays."""
        try:
            card = await self.account.shelf.card(card_id)
        except CloudError as err:
            LOGGER.debug("No details of card %s: %s", card_id, err)
            return
        for state in list(self.data.values()):
            if state.snapshot.card_id == card_id and state.card != card:
                self._async_set(replace(state, card=card))

    @callback
    def _async_set(self, state: PlayerState) -> None:
        """Keep a player's new state and tell its watchers."""
        player_id = state.player.player_id
        before = self.data[player_id]
        self.data[player_id] = state
        self.audience.async_show(before, state)

    async def _async_wake(self, player_id: str) -> None:
        """Have a player that has come online tell how things are, and what changes from now on."""
        try:
            await self.account.connection.arm(player_id)
        except CloudError as err:
            LOGGER.debug("Player %s could not be asked for its events: %s", player_id, err)

    @callback
    def _async_tick(self, now: datetime) -> None:
        """Look after the players, for as long as the account is loaded."""
        self.config_entry.async_create_background_task(
            self.hass, self._async_look_after(now), name="Yoto players' status"
        )

    async def _async_look_after(self, now: datetime) -> None:
        """Ask the players that are there for their status, and notice a dead connection."""
        self._hearing.async_check(self.data, now, roster_known=self.last_update_success)
        connection = self.account.connection
        online = [player_id for player_id, state in self.data.items() if state.online]
        if not online or not connection.connected:
            return
        confirmed = True
        try:
            await asyncio.gather(*(connection.ask_status(player_id) for player_id in online))
        except CloudError as err:
            LOGGER.debug("Players could not be asked for their status: %s", err)
            # One that has been cut off is being mended already.
            confirmed = not connection.connected
        else:
            for player_id in online:
                self._async_take(player_id, Tick(), now)
        try:
            if self._hearing.async_carries_nothing(now, confirmed=confirmed):
                await connection.renew()
        except TokenRevokedError as err:
            self._async_trouble(err)
        except CloudError as err:
            LOGGER.debug("There is no fresh connection yet: %s", err)
