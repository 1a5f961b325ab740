"""What all tests share."""

from asyncio import constants
from collections.abc import AsyncIterator

from hypothesis import HealthCheck, settings
import pytest

from simulator.simulation import Simulation

# Examples take as long as a busy machine makes them; a slow draw is no finding. They are the same
# in each run, so that a change is judged by itself; `--hypothesis-profile search` looks for others.
settings.register_profile(
    "project", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("search", settings.get_profile("project"), derandomize=False)
settings.load_profile("project")


# Minutes that a test lets pass at once must not end a handshake that is under way.
constants.SSL_HANDSHAKE_TIMEOUT = 10_000_000.0


@pytest.fixture
def players() -> int:
    """Return how many players the family has; a module may have others, as with what follows."""
    return 2


@pytest.fixture
def speed() -> float:
    """Return how fast they live."""
    return 10


@pytest.fixture
def apart() -> bool:
    """Tell whether each fetches from an address of its own, as on a real network."""
    return False


@pytest.fixture
async def simulation(
    socket_enabled: None,
    monkeypatch: pytest.MonkeyPatch,
    players: int,
    speed: float,
    apart: bool,
) -> AsyncIterator[Simulation]:
    """Run a Yoto cloud and players, with logins that do not make a test wait."""
    async with Simulation(players=players, speed=speed, at_noon=True, apart=apart) as simulation:
        simulation.world.faults.login_interval = 0.05
        monkeypatch.setenv("SSL_CERT_FILE", str(simulation.ca_file))
        yield simulation
