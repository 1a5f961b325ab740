"""Uploads of icons, covers and family images in the cloud (protocol §5.2-5.4)."""

import aiohttp
import pytest

from simulator.cloud.pictures import make_picture
from simulator.simulation import Simulation

from .conftest import LogIn, bearer, noted

ICON = "/media/displayIcons/user/me/upload"
COVER = "/media/coverImage/user/me/upload"
IMAGES = "/media/family/images"
SMALL = make_picture("fox")
LARGE = make_picture("fox", scale=20)


async def test_an_icon_is_kept(http: aiohttp.ClientSession, log_in: LogIn) -> None:
    """As it came, once, among the family's own."""
    headers = bearer(await log_in())
    query = {"autoConvert": "false", "filename": "Fox"}
    async with http.post(ICON, headers=headers, params=query, data=SMALL) as response:
        icon = (await response.json())["displayIcon"]
    assert len(icon["mediaId"]) == 43
    async with http.get(icon["url"]) as response:
        assert await response.read() == SMALL
    async with http.post(ICON, headers=headers, params=query, data=SMALL) as response:
        again = (await response.json())["displayIcon"]
    assert again == {**icon, "url": {}}
    async with http.get("/media/displayIcons/user/me", headers=headers) as response:
        assert (await response.json())["displayIcons"] == [icon]


async def test_only_what_a_display_shows_is_taken_as_it_is(
    http: aiohttp.ClientSession, log_in: LogIn
) -> None:
    """Anything else wants to be converted, which changes nothing here."""
    headers = bearer(await log_in())
    for converted, status in (("false", 400), ("true", 200)):
        query = {"autoConvert": converted}
        async with http.post(ICON, headers=headers, params=query, data=LARGE) as response:
            assert response.status == status


@pytest.mark.parametrize("path", [ICON, COVER, IMAGES])
async def test_only_pictures_are_taken(
    http: aiohttp.ClientSession, log_in: LogIn, path: str
) -> None:
    """Of at most 8 MiB."""
    headers = bearer(await log_in())
    async with http.post(path, headers=headers, data=b"<svg/>") as response:
        assert response.status == 400


async def test_a_cover_is_kept(
    http: aiohttp.ClientSession, log_in: LogIn, simulation: Simulation
) -> None:
    """For a kind of card that there is."""
    headers = bearer(await log_in())
    query = {"autoconvert": "true", "coverType": "myo", "filename": "fox.png"}
    async with http.post(COVER, headers=headers, params=query, data=LARGE) as response:
        cover = (await response.json())["coverImage"]
    async with http.get(cover["mediaUrl"]) as response:
        assert await response.read() == LARGE
    assert simulation.cloud.artwork.covers[cover["mediaId"]].shape == "myo"
    query["coverType"] = "poster"
    async with http.post(COVER, headers=headers, params=query, data=LARGE) as response:
        assert response.status == 400


async def test_a_family_image_leads_to_its_file(http: aiohttp.ClientSession, log_in: LogIn) -> None:
    """By a redirect."""
    headers = bearer(await log_in())
    async with http.post(IMAGES, headers=headers, data=LARGE) as response:
        image = await response.json()
    async with http.get(IMAGES, headers=headers) as response:
        assert (await response.json())["images"] == [image]
    url = f"{IMAGES}/{image['imageId']}"
    async with http.get(url, headers=headers, allow_redirects=False) as response:
        assert response.status == 302
        async with http.get(response.headers["Location"]) as picture:
            assert await picture.read() == LARGE
    async with http.get(f"{IMAGES}/nothing", headers=headers) as response:
        assert response.status == 404


async def test_uploads_can_fail(
    http: aiohttp.ClientSession, log_in: LogIn, simulation: Simulation
) -> None:
    """Once, or with an explicit deny; each request is noted."""
    headers = bearer(await log_in())
    simulation.world.faults.artwork_failing = 1
    for status in (500, 200):
        async with http.post(COVER, headers=headers, data=LARGE) as response:
            assert response.status == status
    simulation.world.faults.artwork_denied = True
    async with http.post(COVER, headers=headers, data=LARGE) as response:
        assert response.status == 403
        assert "explicit deny" in (await response.json())["Message"]
    uploads = [one for one in noted(simulation, "request") if one["path"] == COVER]
    assert [one["status"] for one in uploads] == [500, 200, 403]


async def test_covers_have_a_scope_of_their_own(http: aiohttp.ClientSession, log_in: LogIn) -> None:
    """Whoever may manage icons may not upload covers."""
    headers = bearer(await log_in("user:icons:manage"))
    async with http.post(COVER, headers=headers, data=LARGE) as response:
        assert response.status == 403
