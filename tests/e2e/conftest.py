"""A Home Assistant process, a broker and a simulator, shared by all tests in this folder."""

import asyncio
from collections.abc import AsyncGenerator
import importlib.util
from pathlib import Path
import sys

import pytest
import pytest_asyncio

from demo.login import DOMAIN
from demo.stack import Stack
from demo.tunes import SHORT_TUNE, TUNES, make_tune

from .home import Home
from .songs import Songbook, make_songs

PLAYERS = 2
SPEED = 4.0
"""How fast the players live: a song of half a minute takes eight seconds."""

HERE = Path(__file__).parent
_REPORTED = f"Detected that custom integration '{DOMAIN}'"
"""How Home Assistant begins to say that something will not work for ever."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test in this folder, and give it the time that real processes need."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.timeout(400))


def allow_sockets() -> None:
    """Undo what Home Assistant's test plugin, where it is installed, does before each test."""
    if importlib.util.find_spec("pytest_socket") is not None:
        import pytest_socket

        pytest_socket.enable_socket()


@pytest.fixture(scope="session", autouse=True)
def _sockets_for_the_stack() -> None:
    """Let the fixtures of the session reach the processes."""
    allow_sockets()


@pytest.fixture(autouse=True)
def _sockets() -> None:
    """Let a test reach the processes."""
    allow_sockets()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stack(
    _sockets_for_the_stack: None, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[Stack]:
    """Start the simulator and the Home Assistant of the environment that runs the tests."""
    # Whichever test comes first: it may have forbidden them since the session began.
    allow_sockets()
    folder = tmp_path_factory.mktemp("stack")
    async with Stack(
        folder, players=PLAYERS, speed=SPEED, at_noon=True, interpreter=sys.executable
    ) as running:
        tunes = running.home_assistant.media_dir / "tunes"
        for tune in (SHORT_TUNE, TUNES[0]):
            make_tune(tune, tunes)
        yield running
    log = running.home_assistant.config_dir / "console.log"
    assert [line for line in log.read_text().splitlines() if _REPORTED in line] == []


@pytest.fixture
async def home(stack: Stack) -> Home:
    """Return the family's home: logged in, nothing is wrong, no card is in a player."""
    home = Home(stack)
    await home.settle()
    return home


@pytest.fixture
async def new_home(stack: Stack) -> Home:
    """Return the family's home before the integration is logged in."""
    home = Home(stack)
    await home.forget()
    return home


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def songs(stack: Stack) -> Songbook:
    """Return songs that are in the library."""
    home = Home(stack)
    await home.settle()
    folder = stack.home_assistant.media_dir / "songs"
    await asyncio.to_thread(make_songs, folder)
    return await Songbook.imported(home.api, folder)
