"""A live card on a simulated player, served by a session and nothing else of the integration."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
import hashlib
import json
import re

from aiohttp import web
from aiohttp.test_utils import TestServer

from custom_components.yoto_smart_stream.cards.live import LiveCard, LiveChapter, build_live
from custom_components.yoto_smart_stream.program.contract import Program
from custom_components.yoto_smart_stream.program.fetching import Fetch, Verdict, answer
from custom_components.yoto_smart_stream.program.item import Effect, Outcome, Play, StopCard
from custom_components.yoto_smart_stream.program.kinds import reader
from custom_components.yoto_smart_stream.program.records import read_session, session_state
from custom_components.yoto_smart_stream.program.session import Session, begin
from custom_components.yoto_smart_stream.program.steering import Told, told
from simulator.traits import Traits
from tests.simulator.player.stage import FRAME_SECONDS, Stage, stage, tune, until

CARD = "live0"
SECONDS = 12.0
"""Of every song."""
SPEED = 12.0


def sound_of(outcome: Outcome) -> bytes:
    """Return what is heard: a tune that belongs to the title, or short noise for silence."""
    if not isinstance(outcome, Play):
        return tune(1, seed=255)
    body = tune(SECONDS, seed=ord(outcome.item.title[0]))
    frames = round(outcome.begin_at / FRAME_SECONDS)
    return body[frames * 288 :]


def digest(outcome: Outcome) -> str:
    """Return the hash of what is heard."""
    return hashlib.sha256(sound_of(outcome)).hexdigest()


@dataclass
class Concert:
    """The session, the server of it, and the ear at the live connection."""

    scene: Stage
    session: Session
    done: list[Effect] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    served: list[Outcome] = field(default_factory=list)
    """What the beginnings of chapters were answered with."""
    is_deaf: bool = False
    _read: int = 0
    _told: LiveChapter | None = None

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer a fetch as the integration would."""
        self.listen()
        asked = re.match(r"bytes=(\d+)-", request.headers.get("Range", ""))
        fetch = Fetch(
            chapter=LiveChapter(request.match_info["chapter"]),
            at=datetime.now(UTC),
            head=request.method == "HEAD",
            offset=int(asked[1]) if asked else 0,
        )
        given = answer(self.session, fetch)
        self._keep(given.session)
        if not fetch.head and not fetch.offset:
            self.verdicts.append(given.verdict)
            self.served.append(given.outcome)
        return await self.scene.media._answer(request, sound_of(given.outcome))

    def listen(self) -> None:
        """Take note of what the player has told, and of its position, as if it told that always."""
        messages = self.scene.wire.events[self._read :]
        self._read = len(self.scene.wire.events)
        if self.is_deaf:
            return
        for message in messages:
            if {"chapterKey", "cardId"} & message.keys():
                is_here = message.get("cardId", CARD) == CARD
                self._told = LiveChapter(str(message["chapterKey"])) if is_here else None
                self._tell(None)
        view = self.scene.player.view()
        playing, position = view["playing"], view["position"]
        if isinstance(playing, dict) and playing["chapter_key"] == self._told:
            self._tell(float(str(position)))

    def _tell(self, seconds: float | None) -> None:
        said = Told(chapter=self._told, at=datetime.now(UTC), seconds=seconds)
        self._keep(told(self.session, said))

    async def obey(self) -> None:
        """Do for ever what is due."""
        while True:
            await asyncio.sleep(0.01)
            self.listen()
            if StopCard() in self.session.due:
                self._settle()
                await self.scene.wire.command("card/stop")
            self._settle()

    async def until_heard(self, title: str) -> None:
        """Wait until the player plays a song."""

        def plays() -> bool:
            hearing = self.scene.player.view()["hearing"]
            playing = self.session.playing
            seconds = hearing["seconds"] if isinstance(hearing, dict) else 0
            is_title = playing is not None and playing.item.title == title
            return is_title and isinstance(seconds, float) and seconds > 0

        await until(plays, 30)

    async def until_in(self, chapter: LiveChapter) -> None:
        """Wait until something is heard in a chapter."""

        def is_there() -> bool:
            view = self.scene.player.view()
            playing, hearing = view["playing"], view["hearing"]
            if not (isinstance(playing, dict) and isinstance(hearing, dict)):
                return False
            seconds = hearing["seconds"]
            return playing["chapter_key"] == chapter and isinstance(seconds, float) and seconds > 0

        await until(is_there, 30)

    def restart_server(self) -> None:
        """Begin anew with what was written down."""
        stored = json.loads(json.dumps(session_state(self.session)))
        self.session = read_session(stored, reader())

    def _keep(self, session: Session) -> None:
        self.session = session
        self.restart_server()

    def _settle(self) -> None:
        self.done += self.session.due
        self.session = self.session.settled()


@asynccontextmanager
async def concert(
    program: Program, traits: Callable[[Traits], None] = lambda _: None
) -> AsyncGenerator[Concert]:
    """Have a simulated player play a program from its live card."""
    async with stage(speed=SPEED) as scene:
        traits(scene.device.traits)
        await scene.ready()
        session = begin("token", scene.device.device_id, program, datetime.now(UTC))
        running = Concert(scene, session)
        app = web.Application()
        app.router.add_get("/{chapter}.mp3", running.serve)
        async with TestServer(app, host="127.0.0.1") as server, asyncio.TaskGroup() as tasks:
            obeying = tasks.create_task(running.obey())
            card = LiveCard(
                title="Any", address=lambda chapter: str(server.make_url(f"/{chapter}.mp3"))
            )
            scene.shelf.cards[CARD] = {"cardId": CARD, **build_live(card)}
            await scene.wire.command(
                "card/start",
                {"uri": f"https://yoto.io/{CARD}", "chapterKey": "start", "trackKey": "start"},
            )
            try:
                yield running
            finally:
                obeying.cancel()
