"""Who has fetched from a story card, as far as that is clear from what players say.

A request may come a moment before its player tells that it has the card, so that is waited for, not
asked for. Who cannot be told is refused: a child that hears nothing is better off than two children
that press each other's knobs.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback

from ..automations.accounts import async_get_accounts
from ..cards.live import LiveChapter
from ..const import LOGGER
from ..coordinator import YotoCoordinator
from ..issues.sessions import async_report_holders
from ..playback.messages import PlaybackStatus
from ..program.holding import Addresses, Holder, clear_holder, last_holders
from ..program.session import Session
from ..streaming.resources import StoryCardResource
from .runner import LiveCards

PATIENCE: Final = 4.0
"""Seconds that a player is given at most to tell that it has a card."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is known of a request by itself."""

    chapter: LiveChapter
    address: str
    """Where it came from."""
    is_player: bool
    """Whether it says that it is from a player; others have to be clear at once."""


class Holders:
    """Finds the player that a request for a story card is from."""

    def __init__(self, hass: HomeAssistant, live: LiveCards) -> None:
        """Know no address yet."""
        self._hass = hass
        self._live = live
        self._addresses = Addresses()
        self._waiting: set[asyncio.Event] = set()
        self._unclear: set[str] = set()
        """The tokens of the cards of which was said that their players are not clear."""

    @callback
    def async_note(self, player_id: str, address: str) -> None:
        """Take note that a player has fetched from an address."""
        if self._addresses.of(player_id) != address:
            self._addresses.note(player_id, address)
            for waiting in self._waiting:
                waiting.set()

    async def async_find(self, card: StoryCardResource, asked: Asked) -> str | None:
        """Return the player that a request is from; None where that does not become clear."""
        player_id = await self.async_conclude(card, asked)
        if player_id is None:
            self._async_say_unclear(card, self._last(card, asked))
            return None
        if asked.is_player:
            self.async_note(player_id, asked.address)
        self._async_say_clear(card)
        return player_id

    async def async_conclude(self, card: StoryCardResource, asked: Asked) -> str | None:
        """Return what `async_find` does, while nothing is noted of it and nobody is told."""
        if (player_id := await self._async_clear(card, asked)) is not None:
            return player_id
        last = self._last(card, asked)
        return last[0].player_id if len(last) == 1 else None

    def account(self, player_id: str) -> YotoCoordinator | None:
        """Return the account of a player, None while it is not loaded."""
        players = async_get_accounts(self._hass).players()
        return next((one for _, one, state in players if state.player.player_id == player_id), None)

    async def _async_clear(self, card: StoryCardResource, asked: Asked) -> str | None:
        """Return the player that is clear by what players say within a while."""
        told = asyncio.Event()

        def found() -> str | None:
            return clear_holder(self._holders(card), asked.chapter, asked.address)

        if (player_id := found()) is not None:
            return player_id
        stop = self._async_watch(told)
        try:
            async with asyncio.timeout(PATIENCE):
                while player_id is None:
                    await told.wait()
                    told.clear()
                    player_id = found()
        except TimeoutError:
            return None
        finally:
            stop()
        return player_id

    @callback
    def _async_watch(self, told: asyncio.Event) -> CALLBACK_TYPE:
        """Have an event set each time that something new is known; return what ends that."""

        @callback
        def attach(coordinator: YotoCoordinator) -> CALLBACK_TYPE:
            watch = coordinator.audience.async_watch
            stops = [watch(player_id, told.set) for player_id in coordinator.data]
            told.set()

            @callback
            def detach() -> None:
                for stop in stops:
                    stop()

            return detach

        unfollow = async_get_accounts(self._hass).async_follow(attach)
        self._waiting.add(told)

        @callback
        def stop() -> None:
            self._waiting.discard(told)
            unfollow()

        return stop

    def _last(self, card: StoryCardResource, asked: Asked) -> Sequence[Holder]:
        """Return the players that a request can be from, after all has been waited for."""
        return last_holders(self._holders(card), asked.address) if asked.is_player else ()

    def _holders(self, card: StoryCardResource) -> list[Holder]:
        """Return the players that have a card, by their own word or, without it, as remembered."""
        if card.card_id is None:
            return []
        held = list(self._telling(card.card_id))
        told = {player_id for player_id, _ in held}
        found = [one for _, one in held if one is not None]
        return [*found, *self._remembered(card.card_id, told)]

    def _telling(self, card_id: str) -> Iterator[tuple[str, Holder | None]]:
        """Yield the players that have told what they play, None where that is not the card."""
        for _, coordinator, state in async_get_accounts(self._hass).players():
            snapshot, player_id = state.snapshot, state.player.player_id
            if state.online and (not coordinator.live or snapshot.status is None):
                continue
            is_here = (
                state.online
                and snapshot.card_id == card_id
                and snapshot.status is not PlaybackStatus.STOPPED
            )
            key = snapshot.chapter_key
            yield (
                player_id,
                Holder(
                    player_id=player_id,
                    chapter=LiveChapter(key) if key is not None and key in LiveChapter else None,
                    is_playing=snapshot.status is PlaybackStatus.PLAYING,
                    address=self._addresses.of(player_id),
                )
                if is_here
                else None,
            )

    def _remembered(self, card_id: str, told: set[str]) -> Iterator[Holder]:
        """Yield the players that had a card, and have said nothing since a restart."""
        for session in self._live.sessions:
            if session.player_id not in told and _had(session, card_id):
                yield Holder(
                    player_id=session.player_id,
                    chapter=session.current.chapter,
                    is_playing=True,
                    address=self._addresses.of(session.player_id),
                    is_said=False,
                )

    @callback
    def _async_say_unclear(self, card: StoryCardResource, last: Sequence[Holder]) -> None:
        """Say once that nobody can tell who has fetched."""
        if last:
            async_report_holders(self._hass, card.owner, card.card_id or "", self._names(last))
        if card.token in self._unclear:
            return
        self._unclear.add(card.token)
        LOGGER.warning(
            "Nothing of the story card %s is played: %s",
            card.card_id,
            f"these players cannot be told apart: {', '.join(self._names(last))}"
            if last
            else "no player says that it has the card",
        )

    @callback
    def _async_say_clear(self, card: StoryCardResource) -> None:
        """Withdraw that, since it is clear now."""
        self._unclear.discard(card.token)
        async_report_holders(self._hass, card.owner, card.card_id or "", ())

    def _names(self, holders: Sequence[Holder]) -> list[str]:
        """Return what players are called."""
        wanted = {one.player_id for one in holders}
        every = async_get_accounts(self._hass).players()
        return sorted(
            state.player.name for _, _, state in every if state.player.player_id in wanted
        )


def _had(session: Session, card_id: str) -> bool:
    """Return whether a session was played on a story card when it was last heard of."""
    return session.card_id == card_id and not session.departed
