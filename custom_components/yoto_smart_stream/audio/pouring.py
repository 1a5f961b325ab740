"""Pouring: ffmpeg that turns something into canonical frames for as long as somebody takes them.

Nothing lies on the disk and nothing is gathered: what is not taken waits in a pipe, and then ffmpeg
waits too, and so does what it reads from.
"""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from .encoding import encoding
from .errors import ToolError
from .ffmpeg import BOUNDS, INPUT_GUARDS, QUIET, Ffmpeg, StalledError, end, read_log, restrain
from .layer3 import NEEDED, length_at
from .profile import Profile

PATIENCE_SECONDS: Final = 30.0
"""How long a source may say nothing before it is given up."""

type Origin = Path | str | AsyncIterable[bytes]
"""Where something comes from: a file, an http(s) address, or bytes of any format."""

_CHUNK: Final = 16 * 1024
# Live audio is heard now: it goes before imports, and after everything else.
_NICENESS: Final = 5
_FROM_NETWORK: Final = (
    *("-protocol_whitelist", "http,https,tcp,tls,crypto,data"),
    *("-reconnect", "1", "-reconnect_streamed", "1", "-reconnect_delay_max", "5"),
    *("-rw_timeout", "20000000"),
)
# Not with `nobuffer` besides: what ffmpeg looks at to know the format would be lost to the ear.
_SOON: Final = ("-analyzeduration", "3000000")


@dataclass(slots=True)
class Pour:
    """A running ffmpeg."""

    _process: asyncio.subprocess.Process
    _patience: float
    _cutter: FrameCutter

    @classmethod
    @asynccontextmanager
    async def begun(
        cls,
        ffmpeg: Ffmpeg,
        origin: Origin,
        profile: Profile,
        *,
        patience: float = PATIENCE_SECONDS,
    ) -> AsyncIterator[Self]:
        """Start ffmpeg, and kill it in the end whatever happens.

        Raises:
            ToolError: It cannot be started.
        """
        is_fed = isinstance(origin, AsyncIterable)
        command = [ffmpeg.binary, *QUIET, *BOUNDS, *_reading(origin), "-map", "0:a:0"]
        command += [*encoding(profile), "-flush_packets", "1", "pipe:1"]
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.PIPE if is_fed else asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                limit=_CHUNK,
                start_new_session=True,
            )
        except OSError as err:
            raise ToolError(ffmpeg.binary) from err
        tasks = [asyncio.create_task(read_log(process.stderr, None, lambda _: None))]
        if isinstance(origin, AsyncIterable) and process.stdin is not None:
            tasks.append(asyncio.create_task(_feed(origin, process.stdin)))
        try:
            restrain(process.pid, _NICENESS)
            yield cls(process, patience, FrameCutter(profile))
        finally:
            for task in tasks:
                task.cancel()
            await end(process)
            await asyncio.wait(tasks)
        for task in tasks:
            if not task.cancelled() and (fault := task.exception()) is not None:
                raise fault

    async def frames(self) -> bytes:
        """Return the next whole frames, nothing at the end.

        Raises:
            StalledError: Nothing came for too long.
            NotCanonicalError: ffmpeg wrote something else.
        """
        stdout = self._process.stdout
        try:
            async with asyncio.timeout(self._patience):
                while stdout and (chunk := await stdout.read(_CHUNK)):
                    if frames := self._cutter.add(chunk):
                        return frames
                await self._process.wait()
        except TimeoutError as err:
            raise StalledError from err
        return b""


@dataclass(slots=True)
class FrameCutter:
    """Cut bytes of canonical audio, as they come, into whole frames."""

    _profile: Profile
    _rest: bytearray = field(default_factory=bytearray)

    def add(self, chunk: bytes) -> bytes:
        """Return the frames that a chunk completes, joined.

        Raises:
            NotCanonicalError: This is something else.
        """
        self._rest += chunk
        place = 0
        while len(self._rest) - place >= NEEDED:
            border = place + length_at(self._rest, place, self._profile)
            if border > len(self._rest):
                break
            place = border
        frames = bytes(self._rest[:place])
        del self._rest[:place]
        return frames


def _reading(origin: Origin) -> list[str]:
    """Return the options for an input."""
    match origin:
        case Path():
            return [*INPUT_GUARDS, "-i", f"file:{origin}"]
        case str():
            return [*_FROM_NETWORK, *_SOON, "-i", origin]
        case _:
            return [*INPUT_GUARDS, *_SOON, "-i", "pipe:0"]


async def _feed(source: AsyncIterable[bytes], stdin: asyncio.StreamWriter) -> None:
    """Give ffmpeg bytes as it takes them. A source that breaks off has ended."""
    # ffmpeg may end before its input does.
    with suppress(OSError):
        try:
            async for chunk in source:
                stdin.write(chunk)
                await stdin.drain()
        finally:
            stdin.close()
