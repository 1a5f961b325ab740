"""One integration in a real Home Assistant, and a crowd of players that it follows."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
import json
from pathlib import Path
import re
import sys
from typing import Any, Final, Self

from aiohttp import ClientSession, ClientTimeout
import psutil

from demo.api import HomeAssistantApi, Json
from demo.child_process import REPOSITORY, ChildProcess
from demo.home_assistant import HomeAssistant
from demo.login import FLOWS, log_in
from demo.simulation import Simulation
from demo.waiting import until

from .crowd import CORE_CLIENT_ID, CORE_CLIENT_SECRET
from .subject import lay_out

READY_SECONDS: Final = 180.0
CALM: Final = 0.25
"""The share of a core below which Home Assistant is at rest."""
CALM_SECONDS: Final = 3.0
CORE: Final = "yoto"
_HANDLE: Final = re.compile(r'name="request" value="([^"]+)"')


class Contender(StrEnum):
    """An integration for Yoto players."""

    OURS = "Yoto Smart Stream"
    CORE = "core's `yoto`"


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """What the crowd has said: the rows and figures that `benchmarks.crowd` answers with."""

    rows: list[list[Any]]
    late: list[float]
    seconds: float
    cpu_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What media players have shown meanwhile: the rows of `state_times`."""

    rows: list[list[Any]]
    collections: list[float]
    """Seconds of each full garbage collection."""


class Crowd(Simulation):
    """The process of the players and the broker."""

    def __init__(self, folder: Path, players: int) -> None:
        """Prepare it."""
        super().__init__(folder)
        self._file = self.folder / "ready.json"
        self.process = ChildProcess(
            "The crowd",
            [
                *(sys.executable, "-m", "benchmarks.crowd"),
                *("--players", str(players)),
                *("--ready-file", str(self._file)),
            ],
            folder=REPOSITORY,
            log=self.folder / "console.log",
            environment={"PYTHONUNBUFFERED": "1"},
        )

    async def talk(self, rate: float, seconds: float) -> Talk:
        """Let everybody say so many things a second, for so long."""
        url = json.loads(await asyncio.to_thread(self._file.read_text))["load_url"]
        order = {"rate": rate, "seconds": seconds}
        patience = ClientTimeout(total=4 * seconds + READY_SECONDS)
        async with (
            ClientSession(timeout=patience) as session,
            session.post(url, json=order) as answer,
        ):
            return Talk(**await answer.json())


class Contest:
    """A Home Assistant with one of the integrations, which shows every player of a crowd."""

    def __init__(self, crowd: Crowd, home_assistant: HomeAssistant) -> None:
        """Wrap what runs."""
        self.crowd = crowd
        self._api = home_assistant.api
        self._process = psutil.Process(home_assistant.process.pid)

    @classmethod
    @asynccontextmanager
    async def started(cls, folder: Path, contender: Contender, players: int) -> AsyncIterator[Self]:
        """Start everything, log in, and wait until all players are shown."""
        crowd = Crowd(folder / "simulator", players)
        try:
            await crowd.start()
            config_dir = folder / "home_assistant"
            await asyncio.to_thread(
                lay_out, config_dir, "loop_lag", "state_times", "core_at_simulator"
            )
            home_assistant = HomeAssistant(config_dir, environment=crowd.addresses.environment)
            try:
                await home_assistant.start()
                # Writing a thousand states a second into a database is another thing to measure.
                await home_assistant.api.request("POST", "/api/services/recorder/disable", body={})
                for component in ("loop_lag", "state_times"):
                    await home_assistant.api.request("POST", FLOWS, body={"handler": component})
                if contender is Contender.OURS:
                    await log_in(home_assistant.api, crowd)
                else:
                    await _log_in_core(home_assistant.api)
                contest = cls(crowd, home_assistant)
                await contest.wait_for(players)
                yield contest
            finally:
                # It may have more work left than it is worth waiting for.
                home_assistant.process.kill()
                await home_assistant.stop()
        finally:
            await crowd.stop()

    def cpu_seconds(self) -> float:
        """Return the processor time that Home Assistant has used so far."""
        times = self._process.cpu_times()
        return float(times.user + times.system)

    async def lags(self) -> list[float]:
        """Return by how many seconds the loop was late, each time since the last call."""
        lags: list[float] = await self._api.request("GET", "/api/loop_lag")
        return lags

    async def shown(self) -> Shown:
        """Return what media players have shown since the last call."""
        answer: Json = await self._api.request("GET", "/api/state_times")
        return Shown(rows=answer["rows"], collections=answer["collections"])

    async def tidy(self, *, freeze: bool) -> None:
        """Collect garbage; with `freeze` the collector leaves alone what there is by then."""
        await self._api.request("POST", "/api/state_times", body={"freeze": freeze})

    async def entities(self) -> int:
        """Return how many entities there are."""
        return len(await self._api.request("GET", "/api/states"))

    async def wait_for(self, players: int) -> None:
        """Wait until so many players show what they play."""

        async def look() -> bool:
            answer: Json = await self._api.request("GET", "/api/state_times")
            return bool(answer["ready"] >= players)

        await until(look, f"{players} players are shown", seconds=READY_SECONDS)

    async def calm(self) -> None:
        """Wait until everything that came of the start is done."""

        async def look() -> bool:
            cpu = self.cpu_seconds()
            await asyncio.sleep(CALM_SECONDS)
            return self.cpu_seconds() - cpu < CALM * CALM_SECONDS

        await until(look, "Home Assistant is at rest", seconds=READY_SECONDS)


async def _log_in_core(api: HomeAssistantApi) -> None:
    """Log core's integration in as its documentation says: with an application of one's own."""
    await api.request("POST", FLOWS, body={"handler": "core_at_simulator"})
    await api.command(
        "application_credentials/create",
        domain=CORE,
        client_id=CORE_CLIENT_ID,
        client_secret=CORE_CLIENT_SECRET,
    )
    step: Json = await api.request("POST", FLOWS, body={"handler": CORE})
    async with ClientSession() as browser:
        async with browser.get(step["url"]) as page:
            handle = _HANDLE.search(await page.text())
        if handle is None:
            raise RuntimeError("The simulator does not ask whether core may log in")
        async with browser.post(
            step["url"].partition("?")[0],
            data={"request": handle[1], "decision": "approve"},
            allow_redirects=False,
        ) as answer:
            back = answer.headers["Location"]
        # The page that it leads to hands the answer on to the person's own Home Assistant.
        query = back.partition("?")[2]
        async with browser.get(f"{api.url}/auth/external/callback?{query}") as answer:
            answer.raise_for_status()
    step = await api.request("POST", f"{FLOWS}/{step['flow_id']}", body={})
    if step["type"] != "create_entry":
        raise RuntimeError(f"Core's login ended with {step}")
