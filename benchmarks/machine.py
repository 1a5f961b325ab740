"""The facts about this machine that belong next to a measurement, and nothing else about it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
import os
from pathlib import Path
import platform
from typing import override


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """Describe where and when something was measured."""

    date: str
    cores: int
    processor: str
    system: str
    python: str
    home_assistant: str
    aiohttp: str

    @override
    def __str__(self) -> str:
        """Say it in one line."""
        return (
            f"{self.date}, {self.cores} cores ({self.processor}), {self.system}, "
            f"Python {self.python}, Home Assistant {self.home_assistant}, aiohttp {self.aiohttp}"
        )


def this_machine() -> Machine:
    """Return the facts about this machine, now."""
    return Machine(
        date=datetime.now(UTC).date().isoformat(),
        cores=os.cpu_count() or 0,
        processor=_processor(),
        system=platform.system(),
        python=platform.python_version(),
        home_assistant=version("homeassistant"),
        aiohttp=version("aiohttp"),
    )


def _processor() -> str:
    """Return the model of the processor."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        for line in cpuinfo.read_text().splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()
