"""The ready file: what other tools need to use a running demo. Its shape is stable."""

from collections.abc import Sequence
from dataclasses import asdict
import json
import os
from pathlib import Path

from .simulation import PlayerName
from .stack import Stack


def write_ready_file(
    file: Path, stack: Stack, players: Sequence[PlayerName], card_id: str | None
) -> None:
    """Write where everything is found. Blocking; the file appears complete or not at all."""
    simulator = asdict(stack.simulation.addresses)
    simulator.pop("pid")
    content = {
        "home_assistant": {
            "url": stack.home_assistant.url,
            "token": stack.home_assistant.api.token,
            "config_dir": str(stack.home_assistant.config_dir),
        },
        "simulator": simulator,
        "players": [{"id": each.player_id, "name": each.name} for each in players],
        "card_id": card_id,
        "pid": os.getpid(),
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f"{file.name}.{os.getpid()}")
    # It holds a token that opens this Home Assistant.
    unfinished.touch(mode=0o600)
    unfinished.write_text(json.dumps(content, indent=2) + "\n")
    unfinished.replace(file)
