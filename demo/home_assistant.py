"""A real Home Assistant as a process of its own, frontend included."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
import sys
from typing import Final

from .api import ApiError, HomeAssistantApi, UnreachableError
from .child_process import ChildProcess
from .configuration import write_configuration
from .onboarding import onboard
from .ports import LOOPBACK, ensure_free, free_port
from .waiting import until

START_SECONDS: Final = 180.0
TOKEN_FILE: Final = "demo_token"
RESTART_EXIT_CODE: Final = 100
"""Home Assistant ends with it when a person has pressed Restart: start it again."""


class HomeAssistant:
    """Home Assistant with its own config folder and port, reachable on this machine only."""

    def __init__(
        self,
        config_dir: Path,
        *,
        port: int = 0,
        interpreter: str = sys.executable,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Prepare to run in `config_dir`, which may have been used before.

        Port 0 means a free one. The interpreter decides which environment, and with it which
        Home Assistant, runs. `environment` is added to what its process inherits.
        """
        self.config_dir = config_dir.resolve()
        self.port = port or free_port()
        self.url = f"http://{LOOPBACK}:{self.port}"
        self.api = HomeAssistantApi(self.url)
        self.process = ChildProcess(
            "Home Assistant",
            [
                interpreter,
                *("-m", "homeassistant"),
                *("--config", str(self.config_dir)),
                # The environment has every requirement, and there may be no network.
                "--skip-pip",
                "--log-no-color",
            ],
            folder=self.config_dir,
            log=self.config_dir / "console.log",
            environment={"PYTHONUNBUFFERED": "1", **(environment or {})},
        )

    @property
    def media_dir(self) -> Path:
        """The folder that Home Assistant shows as its local media."""
        return self.config_dir / "media"

    @property
    def www_dir(self) -> Path:
        """The folder that Home Assistant serves at /local."""
        return self.config_dir / "www"

    async def start(self) -> None:
        """Start, onboard where that has not been done yet, and wait until it is running.

        Raises `PortBusyError`, `ProcessFailedError` or `NotInTimeError`.
        """
        ensure_free(self.port)
        await asyncio.to_thread(write_configuration, self.config_dir, self.port)
        self.process.start()
        await until(self._answers, "Home Assistant answers", seconds=START_SECONDS)
        self.api.token = await self._token()
        await until(self._is_running, "Home Assistant is running", seconds=START_SECONDS)

    async def stop(self) -> int | None:
        """End Home Assistant in bounded time. Its folder stays."""
        return await self.process.stop()

    async def restart(self) -> None:
        """Stop and start with the same folder and port."""
        await self.stop()
        await self.start()

    async def _answers(self) -> bool:
        self.process.ensure_running()
        try:
            await self.api.request("GET", "/manifest.json")
        except ApiError, UnreachableError:
            return False
        return True

    async def _is_running(self) -> bool:
        self.process.ensure_running()
        return await self.api.core_state() == "RUNNING"

    async def _token(self) -> str:
        """Return the token that is kept in the folder, or onboard and keep the new one."""
        kept = self.config_dir / TOKEN_FILE
        if await asyncio.to_thread(kept.is_file):
            return await asyncio.to_thread(kept.read_text)
        token = await onboard(self.url)
        await asyncio.to_thread(_keep_private, kept, token)
        return token


def _keep_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read. Blocking."""
    path.touch(mode=0o600)
    path.write_text(text)
