"""The two processes that belong together: the simulator, and Home Assistant pointed at it."""

from pathlib import Path
import sys
from types import TracebackType
from typing import Self

from .home_assistant import HomeAssistant
from .ports import ensure_free
from .simulation import Simulation


class NotStartedError(Exception):
    """The stack was asked for something before it was started."""


class Stack:
    """A simulator and a Home Assistant, in one folder. The integration is not logged in yet."""

    def __init__(
        self,
        folder: Path,
        *,
        port: int = 0,
        players: int = 2,
        speed: float = 1.0,
        at_noon: bool = False,
        interpreter: str = sys.executable,
    ) -> None:
        """Prepare both. Port 0 means a free one; the interpreter chooses the Home Assistant."""
        self.folder = folder.resolve()
        self.simulation = Simulation(
            self.folder / "simulator", players=players, speed=speed, at_noon=at_noon
        )
        self._port = port
        self._interpreter = interpreter
        self._home_assistant: HomeAssistant | None = None

    @property
    def home_assistant(self) -> HomeAssistant:
        """Home Assistant, once the simulator's addresses are known."""
        if self._home_assistant is None:
            raise NotStartedError("Home Assistant has not been started.")
        return self._home_assistant

    async def start(self) -> None:
        """Start the simulator, then Home Assistant, and wait until both are ready.

        Raises `PortBusyError`, `ProcessFailedError` or `NotInTimeError`; then nothing runs.
        """
        if self._port:
            ensure_free(self._port)
        try:
            await self.simulation.start()
            self._home_assistant = HomeAssistant(
                self.folder / "home_assistant",
                port=self._port,
                interpreter=self._interpreter,
                environment=self.simulation.addresses.environment,
            )
            await self._home_assistant.start()
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """End both processes in bounded time."""
        try:
            if self._home_assistant is not None:
                await self._home_assistant.stop()
        finally:
            await self.simulation.stop()

    def kill(self) -> None:
        """End both processes at once."""
        if self._home_assistant is not None:
            self._home_assistant.process.kill()
        self.simulation.process.kill()

    async def __aenter__(self) -> Self:
        """Start."""
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop."""
        await self.stop()
