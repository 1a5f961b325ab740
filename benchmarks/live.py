"""From an action to the first byte at a player: `scripts/bench live`.

What plays on the live card of a player, and announcements, against a plain card of the same audio,
which is started by the one command that any application would send. All of them take turns on one
player of one Home Assistant. What counts is the time that is ours.
"""

import argparse
import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
import subprocess
import sys
import tempfile
import time
from typing import Final, Self

from aiohttp import ClientSession, ClientWebSocketResponse

from demo.api import Json
from demo.cards import create_card
from demo.child_process import REPOSITORY, ChildProcess
from demo.home_assistant import HomeAssistant
from demo.login import DOMAIN, FLOWS, log_in
from demo.players import Player, wait_for_players
from demo.simulation import Simulation
from demo.waiting import until

from .machine import this_machine
from .prompt_players import FIRST_BYTE
from .report import Measured, beside, percentile_95, percentile_99, write_section
from .subject import lay_out

RESULTS: Final = Path(__file__).with_name("results.md")
ROUNDS: Final = 60
PLAY_GOAL, ANNOUNCE_GOAL, LAG_GOAL = 0.150, 0.500, 0.010
_SECONDS: Final = 120
_TEXT: Final = "Dinner is ready."
_PATIENCE: Final = 10.0

HOW: Final = """\
How it was measured: one real Home Assistant process, and one process with the simulated cloud, the
broker and one player, on loopback. Timed is from the moment at which the action is sent on an open
websocket to the first byte of the audio at the player. Between them are the command over MQTT
(TLS WebSockets, QoS 1), the player's `HEAD` and its `GET`. What players take to obey is not ours:
this one obeys at once. Each round does all of it, one after the other, on the same player.

* Library: `media_player.play_media` of audio of the library, in place of another one.
* Made before: the same of a FLAC of Home Assistant's own media, which was made canonical when it
  was first played.
* Announcement: the notify entity speaks a text of three seconds, which the voice has spoken before,
  in the middle of an item of the queue.
* Beside it: `play_card` of a card with one track, which is a file. There is no session to be
  written down, and nothing to be looked up.
* Lag: by how much a timer of 5 ms inside Home Assistant is late.
"""


@dataclass(slots=True)
class Times:
    """Seconds that each thing took, round by round."""

    library: list[float] = field(default_factory=list)
    made: list[float] = field(default_factory=list)
    announced: list[float] = field(default_factory=list)
    card: list[float] = field(default_factory=list)


class PromptPlayers(Simulation):
    """The simulator of `benchmarks.prompt_players`."""

    def __init__(self, folder: Path) -> None:
        """Prepare it."""
        super().__init__(folder)
        self.process = ChildProcess(
            "The player",
            [
                *(sys.executable, "-m", "benchmarks.prompt_players"),
                *("--ready-file", str(self.folder / "ready.json")),
                *("--state-dir", str(self.folder)),
            ],
            folder=REPOSITORY,
            log=self.folder / "console.log",
            environment={"PYTHONUNBUFFERED": "1"},
        )


class Caller:
    """Someone who acts on an open websocket."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        """Use a socket whose login is done."""
        self._socket = socket
        self._number = 0

    @classmethod
    @asynccontextmanager
    async def connected(cls, home_assistant: HomeAssistant) -> AsyncIterator[Self]:
        """Connect and log in."""
        url = f"{home_assistant.url}/api/websocket"
        async with ClientSession() as session, session.ws_connect(url) as socket:
            await socket.receive_json()
            await socket.send_json({"type": "auth", "access_token": home_assistant.api.token})
            await socket.receive_json()
            yield cls(socket)

    async def act(self, action: str, **data: object) -> float:
        """Perform an action; returns when that was begun, in epoch seconds."""
        domain, name = action.split(".")
        self._number += 1
        begun = time.time()
        await self._socket.send_json(
            {
                "id": self._number,
                "type": "call_service",
                "domain": domain,
                "service": name,
                "service_data": data,
            }
        )
        answer: Json = await self._socket.receive_json()
        if not answer["success"]:
            raise RuntimeError(answer["error"])
        return begun


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A Home Assistant with a player, and what is played on it."""

    home_assistant: HomeAssistant
    players: Simulation
    player: Player
    caller: Caller
    songs: tuple[str, str]
    """Media ids of audio of the library."""
    flac: str
    card_id: str

    async def first_byte(self, act: Callable[[], Awaitable[float]]) -> float:
        """Return how long after the beginning of an action the first byte was there, in seconds."""
        begun = await act()

        async def look() -> float | None:
            log: list[Json] = await self.players.get("/sim/log")
            return next(
                (one["at"] for one in log if one["kind"] == FIRST_BYTE and one["at"] > begun), None
            )

        return await until(look, "the first byte has come", seconds=_PATIENCE) - begun

    async def plays(self, text: str) -> None:
        """Wait until Home Assistant shows something as playing."""

        async def look() -> bool:
            state = await self.home_assistant.api.state(self.player.media_player)
            shown = state is not None and str(state.attributes.get("media_title")) == text
            return shown and state is not None and state.state == "playing"

        await until(look, f"{text} is shown", seconds=_PATIENCE)

    async def play(self, media: str) -> float:
        """Have media of Home Assistant's played."""
        return await self.caller.act(
            "media_player.play_media",
            entity_id=self.player.media_player,
            media_content_type="music",
            media_content_id=media,
        )

    async def announce(self) -> float:
        """Have the text spoken."""
        entity_id = self.player.entity("notify", "announce")
        return await self.caller.act("notify.send_message", entity_id=entity_id, message=_TEXT)

    async def play_card(self) -> float:
        """Have the plain card played."""
        return await self.caller.act(
            f"{DOMAIN}.play_card",
            entity_id=self.player.media_player,
            card_id=self.card_id,
            chapter_key="01",
            seconds=0,
        )

    async def round(self, times: Times, number: int) -> None:
        """Do everything once."""
        title = f"Song {number % 2 + 1}"
        song = self.songs[number % 2]
        times.library.append(await self.first_byte(lambda: self.play(song)))
        await self.plays(title)
        times.announced.append(await self.first_byte(self.announce))
        await self.plays(_TEXT)
        times.card.append(await self.first_byte(self.play_card))
        times.made.append(await self.first_byte(lambda: self.play(self.flac)))

    async def lags(self) -> list[float]:
        """Return by how many seconds the loop was late, each time since the last call."""
        lags: list[float] = await self.home_assistant.api.request("GET", "/api/loop_lag")
        return lags


@asynccontextmanager
async def _stage(folder: Path) -> AsyncIterator[Stage]:
    """Start everything, and have everything made that is made once."""
    players = PromptPlayers(folder / "simulator")
    await players.start()
    try:
        config_dir = folder / "home_assistant"
        await asyncio.to_thread(lay_out, config_dir, "loop_lag", "bench_voice")
        home_assistant = HomeAssistant(config_dir, environment=players.addresses.environment)
        try:
            await home_assistant.start()
            async with Caller.connected(home_assistant) as caller:
                yield await _set(home_assistant, players, caller)
        finally:
            await home_assistant.stop()
    finally:
        await players.stop()


async def _set(home_assistant: HomeAssistant, players: Simulation, caller: Caller) -> Stage:
    """Set the stage."""
    api = home_assistant.api
    for component in ("loop_lag", "bench_voice"):
        await api.request("POST", FLOWS, body={"handler": component})
    await log_in(api, players)
    (player,) = await wait_for_players(api, await players.player_ids())
    folder = home_assistant.media_dir
    songs: list[str] = []
    for number in (1, 2):
        file = await asyncio.to_thread(_tone, folder / f"Song {number}.mp3", 300 * number)
        came = await api.ask(f"{DOMAIN}.import_audio", media=str(file))
        songs.append(f"media-source://{DOMAIN}/library/{came['audio_id']}")
    await asyncio.to_thread(_tone, folder / "Other.flac", 900)
    file = await asyncio.to_thread(_tone, home_assistant.www_dir / "card.mp3", 1200)
    card_id, _ = await create_card(api, "Plain", [str(file)])
    return Stage(
        home_assistant=home_assistant,
        players=players,
        player=player,
        caller=caller,
        songs=(songs[0], songs[1]),
        flac="media-source://media_source/local/Other.flac",
        card_id=card_id,
    )


def _tone(path: Path, frequency: int) -> Path:
    """Make audio (blocking)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    source = f"sine=f={frequency}:d={_SECONDS}"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", source, "-ac", "1", "-b:a", "128k", path],
        check=True,
    )
    return path


def _row(title: str, found: list[float], beside_it: list[float], goal: float) -> Measured:
    """Compare times with those of the plain card."""
    p95, plain = percentile_95(found), percentile_95(beside_it)
    print(f"{title}: {_written(found)}, plain card: {_written(beside_it)}", flush=True)
    return Measured(
        title=f"{title}, p95",
        ours=_written(found),
        theirs=f"{_written(beside_it)} (plain card)",
        ratio=f"{p95 / plain:.2f}",
        goal=f"under {goal * 1000:.0f} ms",
        is_met=p95 < goal,
    )


def _written(found: list[float]) -> str:
    return f"{percentile_95(found) * 1000:.0f} ms (median {median(found) * 1000:.0f})"


async def measure(rounds: int) -> list[Measured]:
    """Measure everything. The first rounds make what is cached, and are not counted."""
    times = Times()
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        async with _stage(Path(name)) as stage:
            for number in range(2):
                await stage.round(Times(), number)
            await stage.lags()
            for number in range(rounds):
                await stage.round(times, number)
            lags = await stage.lags()
    lag = percentile_99(lags)
    return [
        _row("library, first byte", times.library, times.card, PLAY_GOAL),
        _row("made before, first byte", times.made, times.card, PLAY_GOAL),
        _row("announcement, first byte", times.announced, times.card, ANNOUNCE_GOAL),
        Measured(
            title="loop lag p99 meanwhile",
            ours=f"{lag * 1000:.2f} ms (worst {max(lags) * 1000:.1f})",
            theirs="",
            goal=f"under {LAG_GOAL * 1000:.0f} ms",
            is_met=lag < LAG_GOAL,
        ),
    ]


def main() -> None:
    """Measure, print, and write the results down."""
    parser = argparse.ArgumentParser(prog="scripts/bench live", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"rounds ({ROUNDS})")
    parser.add_argument("--dry-run", action="store_true", help="write nothing down")
    given = parser.parse_args()
    found = asyncio.run(measure(given.rounds))
    section = beside("Live cards: results of `scripts/bench live`", this_machine(), found, HOW)
    if not given.dry_run:
        write_section(RESULTS, section)
    print(f"\n{section}")


if __name__ == "__main__":
    main()
