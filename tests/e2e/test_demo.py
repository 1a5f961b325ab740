"""The demo, as a person or another tool starts it."""

import asyncio
import json
from pathlib import Path
import sys
from typing import Any

from demo.api import HomeAssistantApi
from demo.child_process import REPOSITORY, ChildProcess
from demo.ports import ensure_free, free_port
from demo.waiting import until

ROOMS = ("kitchen", "bedroom")


def demo(folder: Path, port: int, ready_file: Path) -> ChildProcess:
    """Prepare a demo as `scripts/demo` starts it."""
    options = ["--port", port, "--dir", folder, "--ready-file", ready_file, "--speed", 4]
    return ChildProcess(
        "The demo",
        [sys.executable, "-m", "demo", *map(str, options)],
        folder=REPOSITORY,
        log=folder.with_suffix(".log"),
        environment={"PYTHONUNBUFFERED": "1"},
    )


async def test_demo_is_ready_with_a_playing_card_and_ends_without_a_trace(tmp_path: Path) -> None:
    """The ready file says how to use it, and a signal ends every process; twice, in one folder."""
    port = free_port()
    for _ in range(2):
        await start_look_and_end(tmp_path / "demo", port, tmp_path / "ready.json")
        ensure_free(port)


async def start_look_and_end(folder: Path, port: int, ready_file: Path) -> None:
    """Run one demo and check what its ready file promises."""
    process = demo(folder, port, ready_file)
    process.start()

    async def look() -> dict[str, Any] | None:
        process.ensure_running()
        return content(ready_file)

    try:
        found = await until(look, "the demo is ready", seconds=60)
        assert found["pid"] == process.pid
        assert [player["name"] for player in found["players"]] == ["Kitchen", "Bedroom"]
        assert present(found["simulator"]["ca_file"])
        assert present(f"{found['home_assistant']['config_dir']}/www")
        assert present(f"{found['home_assistant']['config_dir']}/media")
        api = HomeAssistantApi(found["home_assistant"]["url"], found["home_assistant"]["token"])
        kitchen, bedroom = [await api.state(f"media_player.{room}") for room in ROOMS]
        assert kitchen is not None
        assert bedroom is not None
        assert (kitchen.state, bedroom.state) == ("playing", "idle")
        assert kitchen.attributes["card_id"] == found["card_id"]
        children = children_of(found["pid"])
        assert len(children) == 2
    finally:
        assert await process.stop() == 0, process.log_tail()
    assert not any(present(f"/proc/{child}") for child in children)
    assert content(ready_file) is None


async def test_demo_says_when_the_port_is_busy(tmp_path: Path) -> None:
    """Another program on the port is named as the reason, and nothing is started."""
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    port: int = server.sockets[0].getsockname()[1]
    async with server:
        process = demo(tmp_path / "demo", port, tmp_path / "ready.json")
        process.start()

        async def ended() -> bool:
            return not process.running

        await until(ended, "the demo has given up")
    assert process.returncode == 1
    assert f"Port {port} is in use by another program." in process.log_tail()


def present(path: str) -> bool:
    """Return whether there is a file or folder."""
    return Path(path).exists()


def content(ready_file: Path) -> dict[str, Any] | None:
    """Return the content of the ready file, once it is there."""
    if not ready_file.is_file():
        return None
    found: dict[str, Any] = json.loads(ready_file.read_text())
    return found


def children_of(pid: int) -> list[int]:
    """Return the processes that a process has started."""
    return [
        int(child)
        for task in Path(f"/proc/{pid}/task").iterdir()
        for child in (task / "children").read_text().split()
    ]
