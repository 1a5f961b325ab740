"""A check of one player while it goes on: does what the check wants, and shows it what is seen."""

import asyncio
from contextlib import ExitStack
from enum import StrEnum
from functools import partial
from http import HTTPStatus
import secrets
from typing import Final

from aiohttp import hdrs
from aiohttp.web import HTTPFound, Request, Response, StreamResponse
from homeassistant.core import callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util

from ..audio.plan import Plan
from ..cards.live import LiveChapter
from ..cloud.commands import STOP, start_card
from ..cloud.errors import CloudError, CommandRefusedError
from ..cloud.link import Delivery
from ..const import DOMAIN, LOGGER
from ..coordinator import YotoCoordinator
from ..delivery.check import (
    FIRST_LINEAR,
    AnsweredOther,
    AskedOther,
    Check,
    Fetched,
    Observation,
    Refused,
    Said,
    Stage,
    Want,
    begin_check,
    observe,
    passed,
    prepared,
    redirects,
)
from ..delivery.profile import Profile, succeeding, unreached
from ..json import Json
from ..playback.messages import PlaybackStatus
from ..streaming.addresses import stream_path
from ..streaming.admission import TakePlace
from ..streaming.response import PlanResponse
from ..streaming.views import CHECK_CARDS
from .bases import Bases, async_bases
from .cards import async_make, async_tidy, interactive_check, linear_check
from .profiles import Profiles
from .tune import async_tunes

_TOKEN_BYTES: Final = 16
_MOVED: Final = "moved-"
"""How the name begins that a redirection leads to."""
_TIDYING: Final = 8
"""Seconds for stopping the player and deleting the card at the end; what is left comes later."""
_SLACK: Final = 0.05


class Trouble(StrEnum):
    """What breaks a check off."""

    GONE = "gone"
    INTERRUPTED = "interrupted"


_TROUBLE_TEXTS: Final = {
    Trouble.GONE: "check_player_gone",
    Trouble.INTERRUPTED: "check_interrupted",
}


class Examination:
    """Runs a check, for as long as `async_run` is not cancelled."""

    def __init__(self, coordinator: YotoCoordinator, player_id: str, profiles: Profiles) -> None:
        """Prepare to check a player."""
        self._coordinator = coordinator
        self._player_id = player_id
        self._profiles = profiles
        player = coordinator.data[player_id].player
        self._check = begin_check(dt_util.utcnow(), player.firmware)
        self._token = secrets.token_urlsafe(_TOKEN_BYTES)
        self._other_token = secrets.token_urlsafe(_TOKEN_BYTES)
        """Of the other address."""
        self._note = secrets.token_hex(_TOKEN_BYTES)
        self._bases: Bases | None = None
        self._tunes: tuple[Plan, Plan] | None = None
        self._cards: set[str] = set()
        """What has been made at Yoto."""
        self._playing: str | None = None
        """The check card that the player has been told to play, and has come to."""
        self._trouble: Trouble | None = None
        self._changed = asyncio.Event()

    @property
    def stage(self) -> Stage:
        """Return how far the check is."""
        return self._check.stage

    async def async_past(self, stage: Stage) -> None:
        """Wait until the check is further than a stage."""
        while self.stage is stage:
            await self._changed.wait()

    async def async_run(self) -> Profile:
        """Check the player; keep and return what was found.

        Raises:
            HomeAssistantError: the check could not be brought to its end.
        """
        hass, entry = self._coordinator.hass, self._coordinator.config_entry
        bases = self._bases = await async_bases(hass, entry)
        self._tunes = await async_tunes(hass)
        # What an earlier check had to leave.
        await async_tidy(hass, self._coordinator.account, entry.entry_id)
        audience, cards = self._coordinator.audience, hass.data.setdefault(CHECK_CARDS, {})
        with ExitStack() as undoing:
            for token in (self._token, self._other_token):
                cards[token] = partial(self._serve, token)
                undoing.callback(cards.pop, token, None)
            undoing.callback(audience.async_watch(self._player_id, self._async_look))
            undoing.callback(audience.async_overhear(self._player_id, self._async_overheard))
            try:
                await self._async_examine(bases)
            finally:
                await self._async_tidy()
        profile = unreached(self._check.profile, bases.fault, secure=bases.secure)
        profile = succeeding(self._profiles.profile(self._player_id), profile)
        await self._profiles.async_keep(self._player_id, profile, owner=entry.entry_id)
        return profile

    async def _async_examine(self, bases: Bases) -> None:
        """Go through the stages."""
        self._check = begin_check(
            dt_util.utcnow(),
            self._check.profile.firmware,
            other_address=bases.other is not None,
        )
        while not self._check.done:
            stage = self.stage
            for want in self._check.wants:
                await self._async_do(want, bases)
            if self.stage is stage:
                self._set(prepared(self._check, dt_util.utcnow()))
            await self._async_leave(stage)

    async def _async_leave(self, stage: Stage) -> None:
        """Wait until a stage is over: something is seen, or its time is.

        Raises:
            HomeAssistantError: the player is gone, or plays something else.
        """
        while self.stage is stage and (deadline := self._check.deadline) is not None:
            if self._trouble is not None:
                raise HomeAssistantError(
                    translation_domain=DOMAIN,
                    translation_key=_TROUBLE_TEXTS[self._trouble],
                    translation_placeholders={"player": self._player_name},
                )
            left = (deadline - dt_util.utcnow()).total_seconds() + _SLACK
            try:
                async with asyncio.timeout(left):
                    await self._changed.wait()
            except TimeoutError:
                self._set(passed(self._check, dt_util.utcnow()))

    async def _async_do(self, want: Want, bases: Bases) -> None:
        """Do what the check wants."""
        match want:
            case Want.PLAY_INTERACTIVE:
                card = interactive_check(bases.usual, self._token)
                await self._async_play(card, LiveChapter.START)
            case Want.PLAY_LINEAR:
                await self._async_play(linear_check(bases.usual, self._token), FIRST_LINEAR)
            case Want.PLAY_OTHER:
                card = linear_check(bases.other or bases.usual, self._other_token)
                await self._async_play(card, FIRST_LINEAR)
            case Want.ASK_BY_OTHER:
                try:
                    await self._coordinator.account.ask_by_cloud(self._player_id, self._note)
                except CloudError as err:
                    LOGGER.debug("The cloud sends no commands for others: %s", err)
                else:
                    self._see(AskedOther())
            case Want.STOP:
                # At the end that is done in any case.
                pass

    async def _async_play(self, payload: dict[str, Json], chapter: str) -> None:
        """Have the player play a check card from its beginning."""
        card_id = await async_make(self._coordinator, self._profiles, payload)
        self._cards.add(card_id)
        # The first tracks of both cards are called like their chapters.
        command = start_card(card_id, chapter_key=chapter, track_key=chapter, seconds=0)
        try:
            await self._coordinator.async_command(self._player_id, command)
        except HomeAssistantError as err:
            if not isinstance(err.__cause__, CommandRefusedError):
                raise
            self._see(Refused())

    def _serve(self, token: str, request: Request, name: str, place: TakePlace) -> StreamResponse:
        """Answer for a chapter of a check card."""
        moved = name.startswith(_MOVED)
        chapter = name.removeprefix(_MOVED)
        asked = request.headers.get(hdrs.RANGE)
        if self._tunes is None or self._bases is None:
            return Response(status=HTTPStatus.NOT_FOUND)
        is_other = token == self._other_token
        self._see(
            Fetched(
                chapter=chapter,
                head=request.method == hdrs.METH_HEAD,
                ranged=asked is not None,
                from_start=asked is None or asked.startswith("bytes=0-"),
                secure=self._bases.secure is not is_other,
                other_address=is_other,
                redirected=moved,
            )
        )
        if not moved and chapter in LiveChapter and redirects(LiveChapter(chapter)):
            raise HTTPFound(self._bases.usual + stream_path(token, _MOVED + chapter))
        long, short = self._tunes
        return PlanResponse(lambda: short if moved else long, place)

    @callback
    def _async_look(self) -> None:
        """Show the check what the player has told."""
        state = self._coordinator.data[self._player_id]
        snapshot = state.snapshot
        if not state.online:
            self._async_trouble(Trouble.GONE)
        elif snapshot.card_id in self._cards:
            self._playing = snapshot.card_id
            self._see(
                Said(
                    chapter=snapshot.chapter_key,
                    paused=snapshot.status is PlaybackStatus.PAUSED,
                    stopped=snapshot.status is PlaybackStatus.STOPPED,
                    length=snapshot.track_length,
                )
            )
        elif self._playing is not None and snapshot.card_id is not None:
            self._async_trouble(Trouble.INTERRUPTED)
        elif self._playing is not None:
            self._see(Said(stopped=True))

    @callback
    def _async_overheard(self, delivery: Delivery) -> None:
        """Look for the answer to the question that the cloud has asked."""
        if delivery.topic == "response" and self._note.encode() in delivery.payload:
            self._see(AnsweredOther())

    def _see(self, seen: Observation) -> None:
        """Show the check something."""
        self._set(observe(self._check, seen, dt_util.utcnow()))

    def _set(self, check: Check) -> None:
        if check != self._check:
            self._check = check
            self._async_tell()

    @callback
    def _async_trouble(self, trouble: Trouble) -> None:
        self._trouble = self._trouble or trouble
        self._async_tell()

    @callback
    def _async_tell(self) -> None:
        """Wake those who wait for a change."""
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    @property
    def _player_name(self) -> str:
        return self._coordinator.data[self._player_id].player.name

    async def _async_tidy(self) -> None:
        """Stop the player if the check card is in play, and delete the card."""
        try:
            async with asyncio.timeout(_TIDYING):
                snapshot = self._coordinator.data[self._player_id].snapshot
                if snapshot.card_id in self._cards and snapshot.status in {
                    PlaybackStatus.PLAYING,
                    PlaybackStatus.PAUSED,
                }:
                    try:
                        await self._coordinator.async_command(self._player_id, STOP)
                    except HomeAssistantError as err:
                        LOGGER.debug("The player did not stop after its check: %s", err)
                entry_id = self._coordinator.config_entry.entry_id
                await async_tidy(self._coordinator.hass, self._coordinator.account, entry_id)
        except TimeoutError:
            LOGGER.warning("The check card could not be deleted in time; that is done later")
