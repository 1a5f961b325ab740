"""Runs the sessions of live cards: answers fetches, writes down what has changed, has effects done.

A session changes in one step without waiting; only opening and writing take time. So what a player
says meanwhile is never lost, and no answer goes out before the step that led to it is on the disk.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final, Protocol

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from ..audio.errors import AudioError
from ..audio.plan import Plan, Source
from ..audio.profile import CONTENT_TYPE, Profile
from ..audio.sections import rest_of
from ..audio.silence import Silence
from ..const import DOMAIN, LOGGER
from ..json import Json
from ..library.sifting import listed
from ..listeners import Listeners
from ..opening.errors import OpeningError
from ..opening.opened import Opened, OpenedLive
from ..program.contract import Program, State
from ..program.errors import StateError
from ..program.fetching import Answer, Fetch, Verdict, answer
from ..program.item import Item, Play, silent_seconds
from ..program.kinds import reader
from ..program.learning import learnt, with_facts
from ..program.queue import Queue
from ..program.records import read_session, session_state
from ..program.session import Session, Standing, begin
from ..program.steering import Told, passed_over, told, without_missing
from ..program.story_card import come_by, looked_at
from ..program.telling import KIND as STORY
from ..program.whereabouts import where_left
from ..sure_store import SureStore
from .effects import Effects, Obey
from .storyteller import STORYTELLER


class Opener(Protocol):
    """Opens the items that programs play; `opening.opener` has the one of Home Assistant."""

    async def async_open(self, item: Item) -> Opened:
        """Open an item.

        Raises:
            OpeningError: it cannot be played.
        """
        ...


STORE_KEY: Final = f"{DOMAIN}.live_sessions"
_VERSION: Final = 1
_SILENCE: Final = (DOMAIN, "live")
_SILENT_SECONDS: Final = 1.0
_SOON: Final = 5.0
"""Seconds until it is written where a player has stopped."""


class LiveCards:
    """The sessions of all live cards, by the token of the card."""

    def __init__(self, hass: HomeAssistant, opener: Opener) -> None:
        """Prepare; `async_load` reads the store."""
        self._hass = hass
        self._opener = opener
        self._store: SureStore[State] = SureStore(
            hass, _VERSION, STORE_KEY, private=True, atomic_writes=True
        )
        self._folder = Path(hass.config.path(*_SILENCE))
        self._silence = Silence(self._folder, Profile())
        self._sessions: dict[str, Session] = {}
        self._written: dict[str, Session] = {}
        self._set_aside: list[Json] = []
        self._fetching: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._writing = asyncio.Lock()
        self._effects = Effects(hass, self.session, self._async_settle)
        self._watchers: defaultdict[str, Listeners[()]] = defaultdict(Listeners)
        self._unheard: set[str] = set()
        """Live cards whose players have said nothing yet since Home Assistant was started."""

    @property
    def set_aside_count(self) -> int:
        """Return how many sessions could not be read."""
        return len(self._set_aside)

    async def async_load(self) -> None:
        """Read the sessions; one that cannot be read is kept aside."""
        stored = await self._store.async_load() or {}
        teller = self._hass.data.get(STORYTELLER)
        read = reader() if teller is None else reader({STORY: teller.read})
        for record in listed(stored.get("sessions")) + listed(stored.get("set_aside")):
            try:
                if not isinstance(record, dict):
                    raise StateError("a session is no object")  # noqa: TRY301 - as all others
                session = read_session(record, read)
            except StateError as err:
                LOGGER.warning("What a live card was playing cannot be read: %s", err)
                self._set_aside.append(record)
            else:
                self._sessions[session.token] = session
                self._written[session.token] = _essence(session)
                self._unheard.add(session.token)

    def session(self, token: str) -> Session | None:
        """Return the session of a live card, None where nothing has been played on it."""
        return self._sessions.get(token)

    @property
    def sessions(self) -> tuple[Session, ...]:
        """Return the sessions of all live cards."""
        return tuple(self._sessions.values())

    @callback
    def async_connect(self, player_id: str, obey: Obey) -> CALLBACK_TYPE:
        """Have effects done at a player from now on; returns what ends that."""
        disconnect = self._effects.async_connect(player_id, obey)
        for session in self._sessions.values():
            if session.player_id == player_id:
                self._effects.async_do(session)
        return disconnect

    @callback
    def async_watch(self, player_id: str, changed: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call `changed` when something else is played on a player's card; returns what ends it."""
        return self._watchers[player_id].add(changed)

    @callback
    def async_told(self, token: str, said: Told) -> None:
        """Take note of what a player has said of where it is."""
        if (session := self._sessions.get(token)) is None:
            return
        if not said.is_off and token in self._unheard:
            self._unheard.discard(token)
            said = replace(said, is_first=True)
        after = told(session, said)
        if after.departed and not session.departed:
            after = where_left(after, said.at)
            self._store.async_delay_save(self._stored, _SOON)
        elif after.elsewhere != session.elsewhere:
            self._store.async_delay_save(self._stored, _SOON)
        self._sessions[token] = after
        if after.due and not said.is_off:
            self._effects.async_do(after)

    async def async_change(
        self, token: str, player_id: str, change: Callable[[Session], Session]
    ) -> Session:
        """Change a session, and be back when that is on the disk.

        Raises:
            NotWrittenError: it could not be written.
        """
        session = self._sessions[token] = change(self._present(token, player_id))
        await self._async_write(token)
        return session

    @callback
    def async_forget(self, token: str) -> None:
        """Forget a session, since its card is no more; what is written is without it from then."""
        if self._sessions.pop(token, None) is not None:
            self._fetching.pop(token, None)
            self._written.pop(token, None)
            self._store.async_delay_save(self._stored)

    def _stored(self) -> State:
        """Return what is stored."""
        every = [session_state(one) for one in self._sessions.values()]
        return {"sessions": [*every], "set_aside": self._set_aside}

    async def async_answer(
        self,
        token: str,
        player_id: str,
        fetch: Fetch,
        *,
        card_id: str | None = None,
        program: Program | None = None,
    ) -> Source | OpenedLive:
        """Return what is played in a chapter, once the step that it means is on the disk.

        Args:
            token: of the live card.
            player_id: whose live card it is.
            fetch: the request.
            card_id: the story card that the request is of; None for the live card itself.
            program: what begins with it, None where what is played goes on.

        Raises:
            OpeningError: it is a piece of what has been left, and is gone.
            NotWrittenError: the step could not be written.
        """
        async with self._fetching[token]:
            await self._async_ready(token, player_id, fetch, program)
            before = self._present(token, player_id)
            given = answer(come_by(before, fetch, card_id, program), fetch)
            after = looked_at(before, given.session) if fetch.head else given.session
            self._sessions[token] = after
            source = await self._async_opened(token, given)
            await self._async_write(token)
        self._effects.async_do(self._sessions[token])
        return source

    async def async_look(
        self,
        token: str,
        player_id: str,
        fetch: Fetch,
        *,
        card_id: str | None = None,
        program: Program | None = None,
    ) -> Standing:
        """Return where a fetch of a chapter leads, as `async_answer`; nothing comes of it.

        What cannot be opened is not found out: that takes opening it.
        """
        await self._async_ready(token, player_id, fetch, program)
        session = self._present(token, player_id)
        return answer(come_by(session, fetch, card_id, program), fetch).standing

    async def async_silence(self) -> Source:
        """Return what is played where nothing is: a moment of silence."""
        return await self._hass.async_add_executor_job(self._silent, _SILENT_SECONDS)

    async def _async_ready(
        self, token: str, player_id: str, fetch: Fetch, program: Program | None
    ) -> None:
        """Prepare what may take the step that a fetch means."""
        if (teller := self._hass.data.get(STORYTELLER)) is not None:
            await teller.async_ready(self._present(token, player_id))
            if program is not None:
                await teller.async_ready(begin(token, player_id, program, fetch.at))

    async def _async_opened(self, token: str, given: Answer) -> Source | OpenedLive:
        """Open what is to be played: what cannot be opened is passed over, until there is silence.

        Raises:
            OpeningError: as above.
        """
        standing = given.standing
        job = self._hass.async_add_executor_job
        while isinstance(outcome := standing.outcome, Play):
            item = outcome.item
            if (seconds := silent_seconds(item)) is not None:
                left = max(seconds - outcome.begin_at, _SILENT_SECONDS)
                return await job(self._silent, left)
            try:
                opened = await self._opener.async_open(item)
            except OpeningError:
                if given.verdict is Verdict.LATE:
                    raise
                standing = self._passed_over(token, given.verdict, standing)
                continue
            if learnt(item, opened.item) != item:
                self._sessions[token] = with_facts(self._sessions[token], opened.item)
            if isinstance(opened, OpenedLive):
                return opened
            begin_at = outcome.begin_at
            try:
                return await job(rest_of, opened.source, begin_at) if begin_at else opened.source
            except AudioError:
                # It was there a moment ago.
                LOGGER.debug("%s cannot be gone on with, so it begins anew", item.title)
                return opened.source
        return await self.async_silence()

    def _passed_over(self, token: str, verdict: Verdict, standing: Standing) -> Standing:
        """Return what a chapter plays instead of what cannot be opened."""
        now = dt_util.utcnow()
        if verdict is Verdict.LOOK:
            return passed_over(standing, now)
        session = self._sessions[token]
        self._sessions[token] = session = without_missing(session, standing.chapter, now)
        ahead = session.ahead
        for there in (ahead.standing if ahead else session.standing, session.standing):
            if there.chapter is standing.chapter:
                return there
        # The player has told meanwhile that it is elsewhere.
        return passed_over(standing, now)

    def _silent(self, seconds: float) -> Source:
        """Return a silence (blocking)."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._silence.prepare()
        return Plan(parts=tuple(self._silence.parts(seconds)), content_type=CONTENT_TYPE)

    async def _async_settle(self, session: Session, change: Callable[[Session], Session]) -> None:
        """Write down that effects have been done, unless the card is no more."""
        if session.token in self._sessions:
            await self.async_change(session.token, session.player_id, change)

    def _present(self, token: str, player_id: str) -> Session:
        """Return a session as it is, or a new one in which nothing is played."""
        session = self._sessions.get(token)
        return session or begin(token, player_id, Queue(), dt_util.utcnow())

    async def _async_write(self, token: str) -> None:
        """Write the sessions, unless nothing in this one has changed that matters later.

        Raises:
            NotWrittenError: the disk failed or is full.
        """
        async with self._writing:
            session = self._sessions.get(token)
            if session is None or (essence := _essence(session)) == self._written.get(token):
                return
            await self._store.async_write(self._stored())
            self._written[token] = essence
        self._watchers[session.player_id].tell()


LIVE_CARDS: HassKey[LiveCards] = HassKey(f"{DOMAIN}_live_cards")


def _essence(session: Session) -> Session:
    """Return a session without what a player says again and again."""
    ahead = session.ahead
    return replace(
        session,
        standing=replace(session.standing, told=False, position=None),
        ahead=None
        if ahead is None
        else replace(ahead, standing=replace(ahead.standing, told=False, position=None)),
    )
