"""The devices part of the API, its errors and the faults before it (protocol §1.8, §2)."""

import asyncio
from itertools import pairwise
import time
from typing import Any

import aiohttp
import pytest

from simulator.cloud.family import make_devices
from simulator.cloud.player_config import FIRMWARE_DEFAULTS
from simulator.simulation import Simulation

from .conftest import LogIn, bearer, noted, until

MINE = "/device-v2/devices/mine"


@pytest.fixture
async def headers(log_in: LogIn) -> dict[str, str]:
    """Return the header of a token that may do everything."""
    return bearer(await log_in())


@pytest.fixture
def device_id(simulation: Simulation) -> str:
    """Return the id of the first player."""
    return next(iter(simulation.world.devices))


async def get(
    http: aiohttp.ClientSession, path: str, headers: dict[str, str], status: int = 200
) -> dict[str, Any]:
    """Return the JSON of an answer, which must have this status."""
    async with http.get(path, headers=headers) as response:
        assert response.status == status, await response.text()
        body: dict[str, Any] = await response.json()
        return body


async def test_the_family(
    http: aiohttp.ClientSession, headers: dict[str, str], simulation: Simulation
) -> None:
    """A big player and a mini, with ids of the documented form, both online."""
    await until(lambda: all(device.online for device in simulation.world.devices.values()))
    devices = (await get(http, MINE, headers))["devices"]
    assert [device["name"] for device in devices] == ["Kitchen", "Bedroom"]
    assert [device["deviceType"] for device in devices] == ["v3e", "minie"]
    assert all(device["online"] is True for device in devices)
    for device in devices:
        assert len(device["deviceId"]) == 24
        assert device["deviceId"].startswith("y")
        assert device["deviceId"].isalnum()


def test_players_are_always_the_same() -> None:
    """A family of ten has the players of a family of two, and eight more."""
    ten = [device.device_id for device in make_devices(10)]
    assert ten[:2] == [device.device_id for device in make_devices(2)]
    assert len(set(ten)) == 10


async def test_config_has_the_loose_typing_of_the_cloud(
    http: aiohttp.ClientSession, headers: dict[str, str], device_id: str
) -> None:
    """Numbers and booleans appear as text, or not."""
    block = (await get(http, f"/device-v2/{device_id}/config", headers))["device"]
    config = block["config"]
    assert block["deviceId"] == device_id
    assert config["maxVolumeLimit"] == "16"
    assert config["bluetoothEnabled"] == "1"
    assert config["btHeadphonesEnabled"] is True
    assert config["dayDisplayBrightness"] == "auto"
    assert config["alarms"] == []
    assert "shortcuts" in block
    assert "status" in block


async def test_put_config_replaces_everything(
    http: aiohttp.ClientSession, headers: dict[str, str], device_id: str
) -> None:
    """What is left out falls back to the firmware's defaults (protocol §2.3)."""
    path = f"/device-v2/{device_id}/config"
    for config in ({"maxVolumeLimit": "10", "locale": "fr"}, {"maxVolumeLimit": 9}):
        body = {"deviceId": device_id, "config": config}
        async with http.put(path, headers=headers, json=body) as response:
            assert await response.json() == {"status": "ok"}
        now = (await get(http, path, headers))["device"]["config"]
        assert now == {**FIRMWARE_DEFAULTS, **config}


async def test_put_config_renames(
    http: aiohttp.ClientSession, headers: dict[str, str], device_id: str
) -> None:
    """A name may come along."""
    body = {"deviceId": device_id, "name": "Attic", "config": {}}
    async with http.put(f"/device-v2/{device_id}/config", headers=headers, json=body) as response:
        assert response.status == 200
    assert (await get(http, MINE, headers))["devices"][0]["name"] == "Attic"


@pytest.mark.parametrize(
    "body",
    ["", "not json", "[]", '{"config":[]}', '{"deviceId":"another","config":{}}'],
)
async def test_put_config_that_is_wrong(
    http: aiohttp.ClientSession, headers: dict[str, str], device_id: str, body: str
) -> None:
    """It is refused and changes nothing."""
    path = f"/device-v2/{device_id}/config"
    before = await get(http, path, headers)
    async with http.put(path, headers=headers, data=body) as response:
        assert response.status == 400
        assert (await response.json())["error"]["code"] == "bad-request"
    assert await get(http, path, headers) == before


async def test_status_with_long_names(
    http: aiohttp.ClientSession, log_in: LogIn, simulation: Simulation, device_id: str
) -> None:
    """The retiring endpoint has its own scope and its own names (protocol §2.4)."""
    simulation.world.devices[device_id].shadow = {
        "batteryLevel": 77,
        "cardInserted": 1,
        "activeCard": "2Lght",
        "charging": 1,
        "freeDisk": 1000,
        "temp": "0:21",
    }
    path = f"/device-v2/{device_id}/status"
    body = await get(http, path, bearer(await log_in("family:device-status:view")))
    assert body["batteryLevelPercentage"] == 77
    assert body["cardInsertionState"] == 1
    assert body["playingSource"] == "card"
    assert body["activeCard"] == "2Lght"
    assert body["isCharging"] is True
    assert body["freeDiskSpaceBytes"] == 1_024_000
    assert body["temperatureCelcius"] == "21"
    await get(http, path, bearer(await log_in("family:devices:manage")), 403)


async def test_command_by_rest_reaches_the_player(
    http: aiohttp.ClientSession, headers: dict[str, str], simulation: Simulation, device_id: str
) -> None:
    """A documented command goes out over MQTT, an invented one does not."""
    path = f"/device-v2/{device_id}/command"
    async with http.post(f"{path}/volume/set", headers=headers, json={"volume": 25}) as response:
        assert await response.json() == {"status": "ok"}
    async with http.post(f"{path}/button/press", headers=headers, json={}) as response:
        assert response.status == 404
    sent = noted(simulation, "command")
    assert [(entry["command"], entry["payload"]) for entry in sent] == [
        ("volume/set", '{"volume": 25}')
    ]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/device-v2/{id}/config"),
        ("PUT", "/device-v2/{id}/config"),
        ("GET", "/device-v2/{id}/status"),
        ("POST", "/device-v2/{id}/command/status"),
        ("GET", "/device-v2/nothing"),
    ],
)
async def test_unknown_player_is_not_found(
    http: aiohttp.ClientSession, headers: dict[str, str], method: str, path: str
) -> None:
    """So are addresses that do not exist."""
    url = path.format(id="y00000000000000000000000")
    async with http.request(method, url, headers=headers, json={"config": {}}) as response:
        assert response.status == 404
        assert await response.json()


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer nonsense", "Basic abc"])
async def test_without_a_valid_token(http: aiohttp.ClientSession, header: str) -> None:
    """401, with a JSON body."""
    body = await get(http, MINE, {"Authorization": header}, 401)
    assert body == {"message": "Unauthorized"}


async def test_expired_token(
    http: aiohttp.ClientSession, log_in: LogIn, simulation: Simulation
) -> None:
    """It works until the time it names."""
    simulation.world.faults.token_expires_in = 1
    headers = bearer(await log_in())
    await get(http, MINE, headers)
    deadline = time.monotonic() + 5
    async with asyncio.timeout(30):
        while time.monotonic() < deadline:
            async with http.get(MINE, headers=headers) as response:
                if response.status == 401:
                    return
            await asyncio.sleep(0.1)
    pytest.fail("the token never expired")


async def test_missing_scope_has_two_shapes(http: aiohttp.ClientSession, log_in: LogIn) -> None:
    """A token with other scopes is told which one it lacks; one with none meets the gateway."""
    body = await get(http, MINE, bearer(await log_in("family:library:view")), 403)
    assert "family:devices:view" in body["error"]["message"]
    body = await get(http, MINE, bearer(await log_in("offline_access openid")), 403)
    assert "explicit deny" in body["Message"]


@pytest.mark.parametrize(
    ("scope", "method", "path"),
    [
        ("family:devices:manage", "GET", "/device-v2/devices/mine"),
        ("family:library:manage", "GET", "/card/family/library"),
        ("user:content:manage", "GET", "/content/mine"),
    ],
)
async def test_manage_implies_view(
    http: aiohttp.ClientSession, log_in: LogIn, scope: str, method: str, path: str
) -> None:
    """Whoever may change something may see it (protocol §1.7)."""
    async with http.request(method, path, headers=bearer(await log_in(scope))) as response:
        assert response.status == 200


@pytest.mark.parametrize(
    ("scope", "method", "path"),
    [
        ("family:devices:view", "PUT", "/device-v2/{id}/config"),
        ("family:devices:manage", "POST", "/device-v2/{id}/command/status"),
        ("family:library:view", "POST", "/card/family/library/groups"),
        ("user:content:view", "POST", "/content"),
        ("user:content:manage", "POST", "/content/bulk"),
        ("user:content:view", "DELETE", "/content/abcde"),
    ],
)
async def test_view_does_not_imply_manage(
    http: aiohttp.ClientSession, log_in: LogIn, scope: str, method: str, path: str
) -> None:
    """And the scopes do not stand in for each other."""
    url = path.format(id=make_devices(1)[0].device_id)
    headers = bearer(await log_in(scope))
    async with http.request(method, url, headers=headers, json={}) as response:
        assert response.status == 403


async def test_stale_online(
    http: aiohttp.ClientSession, headers: dict[str, str], simulation: Simulation, device_id: str
) -> None:
    """REST goes on saying what it said, and tells the truth again afterwards."""

    async def says() -> bool:
        answers = {
            (await get(http, MINE, headers))["devices"][0]["online"],
            (await get(http, f"/device-v2/{device_id}/config", headers))["device"]["online"],
        }
        assert len(answers) == 1
        return bool(answers.pop())

    wire = simulation.broker.wire(simulation.world.devices[device_id])
    await until(lambda: wire.connected)
    assert await says()
    simulation.world.faults.stale_online = True
    await wire.disconnect(graceful=True)
    assert await says()
    simulation.world.faults.stale_online = False
    assert not await says()


async def test_faults_of_http(
    http: aiohttp.ClientSession, headers: dict[str, str], simulation: Simulation
) -> None:
    """Each fault strikes as often as it was asked for, then all is well."""
    faults = simulation.world.faults
    faults.too_many_requests = 2
    for _ in range(2):
        async with http.get(MINE, headers=headers) as response:
            assert response.status == 429
            assert response.headers["Retry-After"] == "1"
    faults.server_errors = 1
    await get(http, MINE, headers, 500)
    # aiohttp repeats an idempotent request whose kept-alive connection broke.
    faults.dropped_connections = 2
    with pytest.raises(aiohttp.ClientError):
        await get(http, MINE, headers)
    faults.dropped_connections = 0
    await get(http, MINE, headers)


async def test_latency(
    http: aiohttp.ClientSession, headers: dict[str, str], simulation: Simulation
) -> None:
    """Every answer of OAuth and REST is held back; the rest is not."""
    simulation.world.faults.latency = 0.3
    times = [time.monotonic()]
    await get(http, MINE, headers)
    times.append(time.monotonic())
    async with http.post("/oauth/token", data={}) as response:
        assert response.status == 400
    times.append(time.monotonic())
    assert all(later - earlier >= 0.3 for earlier, later in pairwise(times))
    simulation.world.faults.server_errors = 1
    async with http.get("/activate") as response:
        assert response.status == 200


async def test_requests_are_in_the_log(
    http: aiohttp.ClientSession, headers: dict[str, str], simulation: Simulation
) -> None:
    """With method, path and status."""
    await get(http, MINE, headers)
    entry = noted(simulation, "request")[-1]
    assert (entry["method"], entry["path"], entry["status"]) == ("GET", MINE, 200)
