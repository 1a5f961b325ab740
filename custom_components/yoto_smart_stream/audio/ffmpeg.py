"""ffmpeg as a subprocess: low priority, bounded memory, and never left behind.

What it reads is not trusted. It gets no terminal, no network and no playlist, its memory is limited
by the kernel, and it is killed when it makes no progress or when whoever waits for it is cancelled.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
import errno
import os
from pathlib import Path
import resource
from typing import Final

from .errors import ToolError

NICENESS: Final = 10
# Private memory, stacks of threads included. Transcoding needs about 60 MiB.
MEMORY_BYTES: Final = 768 * 1024 * 1024
_LARGEST_ALLOCATION: Final = 256 * 1024 * 1024
PATIENCE_SECONDS: Final = 120.0

_CHUNK: Final = 64 * 1024
_LONGEST_LINE: Final = 4096
_LINES_KEPT: Final = 40

# Options for an input. The format is always given by name, so that ffmpeg never takes a file for
# a playlist, and what a container refers to is read from files and pipes at most.
INPUT_GUARDS: Final = ("-protocol_whitelist", "file,pipe")
QUIET: Final = ("-nostdin", "-hide_banner", "-nostats", "-loglevel", "info")
BOUNDS: Final = ("-max_alloc", str(_LARGEST_ALLOCATION), "-filter_threads", "1")
_PROGRESS: Final = ("-stats_period", "0.5", "-progress", "pipe:1")


class StalledError(Exception):
    """Report that a program made no progress for longer than anybody waits."""


class OutputTooLongError(Exception):
    """Report that a program wrote more than is taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """Describe how a program ended: its code, and the last lines of its log."""

    code: int
    log: tuple[str, ...]

    def raise_for_disk(self) -> None:
        """Raise OSError where the disk was full, which is no fault of the audio."""
        if any(os.strerror(errno.ENOSPC) in line for line in self.log):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ffmpeg:
    """Name the program to run; `ffprobe` is expected beside it, under its usual name.

    `gate` is how many of those that transform may run at once, None for any number.
    """

    binary: str = "ffmpeg"
    gate: asyncio.Semaphore | None = None

    @property
    def probe_binary(self) -> str:
        """Return the path or name of ffprobe."""
        path = Path(self.binary)
        return str(path.with_name(path.name.replace("ffmpeg", "ffprobe")))

    async def transform(
        self,
        arguments: Sequence[str],
        *,
        on_seconds: Callable[[float], None] = lambda _: None,
        on_log: Callable[[str], None] = lambda _: None,
        patience: float = PATIENCE_SECONDS,
    ) -> Ended:
        """Run ffmpeg from inputs to an output; the seconds written so far are told.

        Raises:
            ToolError: It cannot be started.
            StalledError: Nothing was written for `patience` seconds.
        """
        lines = _Lines()
        reached = -1.0

        def take(chunk: bytes) -> bool:
            """Read the lines of a progress report."""
            nonlocal reached
            before = reached
            for line in lines.add(chunk):
                name, _, value = line.partition("=")
                if name == "out_time_us" and value.lstrip("-").isdecimal():
                    reached = max(reached, int(value) / 1_000_000)
            if reached > before:
                on_seconds(reached)
            return reached > before

        command = [self.binary, *QUIET, *BOUNDS, *_PROGRESS, *arguments]
        async with self.gate or nullcontext():
            return await run(command, on_output=take, on_log=on_log, patience=patience)

    async def extract(
        self, arguments: Sequence[str], *, most: int, patience: float = PATIENCE_SECONDS
    ) -> tuple[Ended, bytes]:
        """Run ffmpeg with an output that comes through the pipe; `most` is in bytes.

        Raises:
            ToolError: It cannot be started.
            StalledError: Nothing was written for `patience` seconds.
            OutputTooLongError: There is more than `most`.
        """
        return await collect([self.binary, *QUIET, *BOUNDS, *arguments], most, patience)


async def collect(command: Sequence[str], most: int, patience: float) -> tuple[Ended, bytes]:
    """Run a program and return what it writes, at most `most` bytes of it."""
    output = bytearray()

    def take(chunk: bytes) -> bool:
        """Keep a chunk."""
        output.extend(chunk)
        if len(output) > most:
            raise OutputTooLongError
        return True

    ended = await run(command, on_output=take, patience=patience)
    return ended, bytes(output)


async def run(
    command: Sequence[str],
    *,
    on_output: Callable[[bytes], bool],
    on_log: Callable[[str], None] = lambda _: None,
    patience: float,
) -> Ended:
    """Run a program to its end, or kill it.

    `on_output` gets the chunks of its output and returns whether they show progress; an exception
    of it ends the program. `on_log` gets the lines of its log.

    Raises:
        ToolError: It cannot be started.
        StalledError: It showed no progress for `patience` seconds.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as err:
        raise ToolError(command[0]) from err
    kept: deque[str] = deque(maxlen=_LINES_KEPT)
    log = asyncio.create_task(read_log(process.stderr, kept, on_log))
    try:
        restrain(process.pid)
        async with asyncio.timeout(patience) as patient:
            loop = asyncio.get_running_loop()
            while process.stdout and (chunk := await process.stdout.read(_CHUNK)):
                if on_output(chunk):
                    patient.reschedule(loop.time() + patience)
            await log
            code = await process.wait()
    except TimeoutError as err:
        raise StalledError from err
    finally:
        log.cancel()
        await end(process)
    return Ended(code=code, log=tuple(kept))


async def read_log(
    stream: asyncio.StreamReader | None, kept: deque[str] | None, on_log: Callable[[str], None]
) -> None:
    """Read the log to its end, so that the program never waits for us, and keep the last lines."""
    lines = _Lines()
    while stream and (chunk := await stream.read(_CHUNK)):
        for line in lines.add(chunk):
            if kept is not None:
                kept.append(line)
            on_log(line)


async def end(process: asyncio.subprocess.Process) -> None:
    """Kill a program that still runs and wait until it is gone, whoever else gives up."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.kill()
        await asyncio.shield(asyncio.ensure_future(process.wait()))


def restrain(pid: int, niceness: int = NICENESS) -> None:
    """Limit a program that has just started. It may have ended already."""
    with suppress(ProcessLookupError, PermissionError):
        os.setpriority(os.PRIO_PROCESS, pid, niceness)
        resource.prlimit(pid, resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))
        resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0))


class _Lines:
    """Cut chunks into lines; what is longer than a line of sense is cut too."""

    def __init__(self) -> None:
        """Start with nothing."""
        self._rest = b""

    def add(self, chunk: bytes) -> list[str]:
        """Return the lines that a chunk completes."""
        *whole, rest = (self._rest + chunk).split(b"\n")
        self._rest = rest[:_LONGEST_LINE]
        return [line[:_LONGEST_LINE].decode(errors="replace").rstrip("\r") for line in whole]
