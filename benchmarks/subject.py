"""What is measured: a real Home Assistant that serves one file in both ways."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
import json
from pathlib import Path
import shutil
import subprocess
import sys
from typing import Any, Final, Self
from urllib.parse import urlsplit

from aiohttp import ClientSession
import psutil

from demo.cards import create_card
from demo.child_process import REPOSITORY
from demo.login import FLOWS, log_in
from demo.stack import Stack

DOMAIN: Final = "yoto_smart_stream"
_TONE_SECONDS: Final = 30
_COPIES: Final = 70


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """One way to get the file."""

    name: str
    path: str


class Subject:
    """A Home Assistant that serves the same file as a stream and as a static file."""

    def __init__(self, stack: Stack, file: Path, ours: Contender, theirs: Contender) -> None:
        """Wrap a running Home Assistant."""
        self._home_assistant = stack.home_assistant
        self._process = psutil.Process(self._home_assistant.process.pid)
        self.size = file.stat().st_size
        self.ours = ours
        self.theirs = theirs

    @classmethod
    @asynccontextmanager
    async def started(cls, folder: Path) -> AsyncIterator[Self]:
        """Start everything, make the file and a card with it, and check both ways to get it."""
        await asyncio.to_thread(lay_out, folder / "home_assistant", "loop_lag")
        async with Stack(folder, players=1) as stack:
            api = stack.home_assistant.api
            file = await asyncio.to_thread(_make_file, stack.home_assistant.www_dir / "tone.mp3")
            await api.request("POST", FLOWS, body={"handler": "loop_lag"})
            await log_in(api, stack.simulation)
            _, urls = await create_card(api, "Benchmark", [str(file)])
            ours = Contender(name="stream", path=urlsplit(urls[0]).path)
            theirs = Contender(name="static file", path=f"/local/{file.name}")
            subject = cls(stack, file, ours, theirs)
            for contender in (ours, theirs):
                await subject.check(contender, file)
            yield subject

    @property
    def port(self) -> int:
        """The port of Home Assistant's web server."""
        return self._home_assistant.port

    def memory(self) -> int:
        """Return the resident memory of Home Assistant in bytes."""
        return int(self._process.memory_info().rss)

    def cpu_seconds(self) -> float:
        """Return the processor time that Home Assistant has used so far."""
        times = self._process.cpu_times()
        return float(times.user + times.system)

    async def lags(self) -> list[float]:
        """Return by how many seconds the loop was late, each time since the last call."""
        lags: list[float] = await self._home_assistant.api.request("GET", "/api/loop_lag")
        return lags

    async def check(self, contender: Contender, file: Path) -> None:
        """Make sure that the right bytes come."""
        async with (
            ClientSession() as session,
            session.get(self._home_assistant.url + contender.path) as response,
        ):
            if await response.read() != await asyncio.to_thread(file.read_bytes):
                raise RuntimeError(f"The {contender.name} brings other bytes")


class Load:
    """The load generator in its own process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        """Wrap a running load generator."""
        self._process = process

    @classmethod
    async def ordered(cls, **order: object) -> Self:
        """Start a load generator with an order."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "benchmarks.load"),
            cwd=REPOSITORY,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        load = cls(process)
        load.tell(json.dumps(order) + "\n")
        return load

    def tell(self, text: str) -> None:
        """Write to its input."""
        assert self._process.stdin is not None
        self._process.stdin.write(text.encode())

    async def answer(self) -> dict[str, Any]:
        """Return the line that it prints next."""
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        if not line:
            raise RuntimeError("The load generator failed")
        answer: dict[str, Any] = json.loads(line)
        return answer

    async def end(self) -> None:
        """Close its input and wait for its end."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()


def lay_out(config_dir: Path, *names: str) -> None:
    """Prepare a config folder with the integration and components of this package (blocking)."""
    components = config_dir / "custom_components"
    components.mkdir(parents=True)
    (components / DOMAIN).symlink_to(
        REPOSITORY / "custom_components" / DOMAIN, target_is_directory=True
    )
    for name in names:
        shutil.copytree(
            REPOSITORY / "benchmarks" / name,
            components / name,
            ignore=shutil.ignore_patterns("__pycache__"),
        )


def _make_file(path: Path) -> Path:
    """Make an MP3 of about 32 MiB (blocking): short frames of a tone, again and again."""
    tone = subprocess.run(
        [
            *("ffmpeg", "-v", "error", "-f", "lavfi", "-i", f"sine=d={_TONE_SECONDS}"),
            *("-ac", "1", "-b:a", "128k", "-id3v2_version", "0", "-write_xing", "0"),
            *("-f", "mp3", "-"),
        ],
        check=True,
        capture_output=True,
    ).stdout
    path.write_bytes(tone * _COPIES)
    return path
