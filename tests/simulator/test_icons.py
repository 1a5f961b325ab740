"""Icons and shortcuts in the cloud (protocol §2.5, §5.3)."""

import aiohttp
import pytest

from simulator.simulation import Simulation

from .conftest import LogIn, bearer


async def test_icons_are_listed_with_pictures(http: aiohttp.ClientSession, log_in: LogIn) -> None:
    """Their addresses lead to pictures of 16 by 16 pixels."""
    headers = bearer(await log_in())
    async with http.get("/media/displayIcons/user/yoto", headers=headers) as response:
        icons = (await response.json())["displayIcons"]
    assert {"Moon", "Sun"} < {icon["title"] for icon in icons}
    assert all(len(icon["mediaId"]) == 43 for icon in icons)
    async with http.get(icons[0]["url"]) as response:
        assert response.content_type == "image/png"
    async with http.get("/media/displayIcons/user/me", headers=headers) as response:
        assert await response.json() == {"displayIcons": []}


async def test_shortcuts_are_replaced(
    http: aiohttp.ClientSession, log_in: LogIn, simulation: Simulation
) -> None:
    """And can be read with the config."""
    headers = bearer(await log_in())
    device_id = next(iter(simulation.world.devices))
    shortcuts = {"versionId": "a" * 40, "modes": {"day": {"content": []}}}
    url = f"/device-v2/{device_id}/shortcuts"
    async with http.put(url, headers=headers, json={"shortcuts": shortcuts}) as response:
        assert await response.json() == {"status": "ok"}
    async with http.get(f"/device-v2/{device_id}/config", headers=headers) as response:
        assert (await response.json())["device"]["shortcuts"] == shortcuts


@pytest.mark.parametrize("body", [{}, {"shortcuts": []}, {"shortcuts": {"modes": 1}}])
async def test_shortcuts_without_modes_are_refused(
    http: aiohttp.ClientSession, log_in: LogIn, simulation: Simulation, body: dict[str, object]
) -> None:
    """Nothing is changed."""
    headers = bearer(await log_in())
    device = next(iter(simulation.world.devices.values()))
    url = f"/device-v2/{device.device_id}/shortcuts"
    async with http.put(url, headers=headers, json=body) as response:
        assert response.status == 400
    assert device.shortcuts == {}


async def test_the_scopes_count(
    http: aiohttp.ClientSession, log_in: LogIn, simulation: Simulation
) -> None:
    """To look is not to change, and icons have a scope of their own."""
    headers = bearer(await log_in("family:devices:view"))
    device_id = next(iter(simulation.world.devices))
    url = f"/device-v2/{device_id}/shortcuts"
    async with http.put(url, headers=headers, json={"shortcuts": {"modes": {}}}) as response:
        assert response.status == 403
    async with http.get("/media/displayIcons/user/yoto", headers=headers) as response:
        assert response.status == 403
