"""The simulator as a process of its own, and its control API."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
import json
from pathlib import Path
import sys
from typing import Any, Final

from aiohttp import ClientError, ClientSession, ClientTimeout

from .child_process import REPOSITORY, ChildProcess
from .waiting import until

START_SECONDS: Final = 120.0
TIMEOUT: Final = ClientTimeout(total=30)

# JSON of another program: its shape is known to the one who asked for it.
type Answer = Any
type Json = dict[str, Any]


class SimulatorError(Exception):
    """The simulator refused a request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatorAddresses:
    """Where a running simulator is found: its ready file."""

    url: str
    mqtt_host: str
    mqtt_port: int
    ca_file: str
    client_id: str
    pid: int

    @property
    def environment(self) -> Mapping[str, str]:
        """What points the integration at the simulator instead of Yoto's cloud."""
        return {
            "YOTO_SMART_STREAM_API_URL": self.url,
            "YOTO_SMART_STREAM_LOGIN_URL": self.url,
            "YOTO_SMART_STREAM_MQTT_URL": f"wss://{self.mqtt_host}:{self.mqtt_port}/mqtt",
            "SSL_CERT_FILE": self.ca_file,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayerName:
    """A simulated player's id and the name that its family gave it."""

    player_id: str
    name: str


class Simulation:
    """A simulated Yoto cloud with players. Its folder keeps its state, its log and its CA."""

    def __init__(
        self, folder: Path, *, players: int = 2, speed: float = 1.0, at_noon: bool = False
    ) -> None:
        """Prepare a simulator with so many players that live `speed` times as fast.

        At noon they live where it is noon now: at night a player is not as loud.
        """
        self._ready_file = folder.resolve() / "ready.json"
        self._addresses: SimulatorAddresses | None = None
        self.folder = folder.resolve()
        self.process = ChildProcess(
            "The simulator",
            [
                sys.executable,
                *("-m", "simulator"),
                *("--players", str(players)),
                *("--speed", f"{speed:g}"),
                *(["--at-noon"] if at_noon else []),
                *("--http-port", "0"),
                *("--mqtt-port", "0"),
                *("--state-dir", str(self.folder)),
                *("--ready-file", str(self._ready_file)),
            ],
            folder=REPOSITORY,
            log=self.folder / "console.log",
            environment={"PYTHONUNBUFFERED": "1"},
        )

    @property
    def addresses(self) -> SimulatorAddresses:
        """Where the simulator is found, once it has started."""
        if self._addresses is None:
            raise SimulatorError("The simulator has not been started.")
        return self._addresses

    async def start(self) -> None:
        """Start the simulator and wait until it is ready.

        Raises `ProcessFailedError` or `NotInTimeError`.
        """
        await asyncio.to_thread(self._make_room)
        self.process.start()
        self._addresses = await until(
            self._read_addresses, "the simulator is ready", seconds=START_SECONDS
        )

    async def stop(self) -> int | None:
        """End the simulator in bounded time."""
        return await self.process.stop()

    async def get(self, path: str) -> Answer:
        """Read from the control API. `path` begins with /sim."""
        return await self._request("GET", path)

    async def post(self, path: str, **body: object) -> Answer:
        """Operate something by the control API. `path` begins with /sim."""
        return await self._request("POST", path, body)

    async def players(self) -> list[PlayerName]:
        """Return the players, in the simulator's order."""
        found: list[Json] = await self.get("/sim/players")
        return [PlayerName(player_id=each["id"], name=each["name"]) for each in found]

    async def player_ids(self) -> list[str]:
        """Return the players' ids, in the simulator's order."""
        return [each.player_id for each in await self.players()]

    async def player(self, player_id: str) -> Json:
        """Return everything that the simulator tells about a player."""
        found: Json = await self.get(f"/sim/players/{player_id}")
        return found

    async def operate(self, player_id: str, what: str, **how: object) -> None:
        """Do something at a player: insert, remove, press, turn, power, wifi, battery ..."""
        await self.post(f"/sim/players/{player_id}/{what}", **how)

    async def fetches(self, player_id: str) -> list[Json]:
        """Return the HTTP requests that a player has made for audio, oldest first."""
        found: list[Json] = await self.get(f"/sim/players/{player_id}/fetches")
        return found

    async def played(self, player_id: str) -> list[Json]:
        """Return what a player has played, oldest first."""
        found: list[Json] = await self.get(f"/sim/players/{player_id}/played")
        return found

    async def _request(self, method: str, path: str, body: Json | None = None) -> Answer:
        try:
            async with (
                ClientSession(timeout=TIMEOUT) as session,
                session.request(method, self.addresses.url + path, json=body) as answer,
            ):
                if answer.status >= HTTPStatus.BAD_REQUEST:
                    raise SimulatorError(f"{method} {path}: {answer.status} {await answer.text()}")
                return await answer.json()
        except (ClientError, TimeoutError) as err:
            raise SimulatorError(f"{method} {path} got no answer") from err

    def _make_room(self) -> None:
        """Make the folder and forget the addresses of an earlier run. Blocking."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._ready_file.unlink(missing_ok=True)

    async def _read_addresses(self) -> SimulatorAddresses | None:
        self.process.ensure_running()
        if not await asyncio.to_thread(self._ready_file.is_file):
            return None
        found: Json = json.loads(await asyncio.to_thread(self._ready_file.read_text))
        return SimulatorAddresses(
            url=found["url"].rstrip("/"),
            mqtt_host=found["mqtt_host"],
            mqtt_port=found["mqtt_port"],
            ca_file=found["ca_file"],
            client_id=found["client_id"],
            pid=found["pid"],
        )
