"""A process that the demo owns: started with a log file, ended in bounded time."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
import os
from pathlib import Path
import subprocess
from typing import Final

REPOSITORY: Final = Path(__file__).resolve().parent.parent
INHERITED: Final = ("HOME", "LANG", "LC_ALL", "PATH", "TMPDIR", "TZ")
PATIENCE: Final = 30.0
"""Seconds between the polite signal and the last resort."""


class ProcessFailedError(Exception):
    """A process ended, or never got ready. The message ends with the last lines of its log."""


def inherited_environment() -> dict[str, str]:
    """Return the few variables that the demo's processes inherit."""
    return {name: os.environ[name] for name in INHERITED if name in os.environ}


class ChildProcess:
    """One process at a time, with its output in a file.

    It leads its own session, so that Ctrl-C at a terminal reaches only the demo itself, which
    then ends its processes in order.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        folder: Path,
        log: Path,
        environment: Mapping[str, str],
    ) -> None:
        """Remember what to run, and in which folder.

        `environment` is added to `inherited_environment`.
        """
        self._folder = folder
        self.name = name
        self.log = log
        self._command = list(command)
        self._environment = {**inherited_environment(), **environment}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process id, once it was started."""
        return None if self._process is None else self._process.pid

    @property
    def returncode(self) -> int | None:
        """The exit code, or None while it runs or before it was started."""
        return None if self._process is None else self._process.poll()

    @property
    def running(self) -> bool:
        """Whether the process is alive."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start the process. Its output is appended to the log."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - the command is our own
                self._command,
                cwd=self._folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def ensure_running(self) -> None:
        """Raise `ProcessFailedError` when the process has ended."""
        if not self.running:
            raise ProcessFailedError(
                f"{self.name} ended with exit code {self.returncode}.\n{self.log_tail()}"
            )

    def log_tail(self, lines: int = 30) -> str:
        """Return the end of the log."""
        with suppress(FileNotFoundError):
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
        return ""

    async def stop(self) -> int | None:
        """Ask the process to end, wait for a bounded time, kill it as the last resort.

        Returns the exit code, or None when it was never started.
        """
        if self._process is None:
            return None
        if self.running:
            self._process.terminate()
            with suppress(subprocess.TimeoutExpired):
                await asyncio.to_thread(self._process.wait, PATIENCE)
        self.kill()
        return await asyncio.to_thread(self._process.wait)

    def kill(self) -> None:
        """End the process at once, if it still runs."""
        if self._process is not None and self.running:
            self._process.kill()
