"""Uploading audio to the simulated cloud (protocol §5.1)."""

import asyncio
from collections.abc import AsyncIterator, Mapping
import hashlib
from typing import Any

import aiohttp
import pytest

from simulator.cloud.silence import make_silence
from simulator.simulation import Simulation

from .conftest import ALL_SCOPES, LogIn, bearer, noted, until

type Json = dict[str, Any]

TUNE = make_silence("a tune", 3.0)
SHA = hashlib.sha256(TUNE).hexdigest()


class Uploader:
    """An application that may upload."""

    def __init__(self, http: aiohttp.ClientSession, headers: dict[str, str]) -> None:
        """Send these headers to the API."""
        self.http = http
        self.headers = headers

    async def get(
        self, path: str, status: int = 200, query: Mapping[str, str] | None = None
    ) -> Json:
        """Ask the API."""
        async with self.http.get(path, params=query, headers=self.headers) as response:
            assert response.status == status, await response.text()
            answer: Json = await response.json()
            return answer

    async def address(self, **query: str) -> tuple[str, str | None]:
        """Return the id and the address of a new upload."""
        upload = (await self.get("/media/transcode/audio/uploadUrl", query=query))["upload"]
        return upload["uploadId"], upload["uploadUrl"]

    async def put(
        self, url: str, body: bytes = TUNE, headers: Mapping[str, str] | None = None
    ) -> int:
        """Send bytes to an address, without a login, and return the status."""
        async with self.http.put(url, data=body, headers=headers) as response:
            return response.status

    async def poll(self, upload_id: str, status: int = 200) -> Json:
        """Ask how far the transcoding is."""
        answer = await self.get(
            f"/media/upload/{upload_id}/transcoded", status, {"loudnorm": "false"}
        )
        transcode: Json = answer["transcode"]
        return transcode

    async def done(self, upload_id: str) -> Json:
        """Wait for the end of a transcoding."""
        async with asyncio.timeout(30):
            while True:
                async with self.http.get(
                    f"/media/upload/{upload_id}/transcoded", headers=self.headers
                ) as response:
                    if response.status == 200:
                        transcode: Json = (await response.json())["transcode"]
                        return transcode
                await asyncio.sleep(0.02)

    async def uploaded(self, body: bytes = TUNE) -> Json:
        """Upload bytes and return what came of them."""
        upload_id, url = await self.address(sha256=hashlib.sha256(body).hexdigest())
        assert url is not None
        assert await self.put(url, body) == 200
        return await self.done(upload_id)


@pytest.fixture
async def app(http: aiohttp.ClientSession, log_in: LogIn) -> Uploader:
    """Return an application that may upload."""
    return Uploader(http, bearer(await log_in()))


async def test_an_upload_becomes_audio_that_a_player_plays(
    app: Uploader, simulation: Simulation
) -> None:
    """From a signed address, and every frame of it."""
    transcode = await app.uploaded()
    key = transcode["transcodedSha256"]
    info = transcode["transcodedInfo"]
    assert transcode["uploadSha256"] == SHA
    assert key != SHA
    assert (info["format"], info["channels"], info["duration"]) == ("mp3", "mono", 3)
    track = {
        "key": "01",
        "title": "A tune",
        "trackUrl": f"yoto:#{key}",
        "type": "audio",
        "format": info["format"],
        "duration": info["duration"],
        "fileSize": info["fileSize"],
        "channels": info["channels"],
        "overlayLabel": "1",
    }
    chapter = {"key": "01", "title": "A tune", "tracks": [track]}
    body = {"title": "Ours", "content": {"chapters": [chapter]}}
    async with app.http.post("/content", json=body, headers=app.headers) as response:
        card_id = (await response.json())["card"]["cardId"]
    player = next(iter(simulation.players.values()))
    await player.insert(card_id)
    await until(lambda: bool(player.played()))
    (heard,) = player.played()
    assert heard["error"] is None
    assert heard["sha256"] == key
    assert "Signature=" in str(heard["url"])


async def test_what_is_there_needs_no_address(app: Uploader) -> None:
    """The digest tells; so does one in another notation, which is opaque."""
    first = await app.uploaded()
    upload_id, url = await app.address(sha256=SHA)
    assert url is None
    assert (await app.poll(upload_id))["transcodedSha256"] == first["transcodedSha256"]
    again, url = await app.address(sha256="b64-digest_of_it")
    assert url is not None
    await app.put(url)
    await app.done(again)
    assert await app.address(sha256="b64-digest_of_it") == (again, None)


async def test_the_states_of_a_transcoding(app: Uploader, simulation: Simulation) -> None:
    """202 until it is done, even before the bytes have come."""
    simulation.world.faults.transcode_seconds = 60.0
    upload_id, url = await app.address()
    assert url is not None
    assert (await app.poll(upload_id, 202))["progress"] == {"phase": "queued", "percent": 0}
    await app.put(url)
    assert "transcodedSha256" not in await app.poll(upload_id, 202)
    simulation.world.faults.transcode_seconds = 0.0
    assert (await app.poll(upload_id))["progress"] == {"phase": "complete", "percent": 100}


@pytest.mark.parametrize(
    ("headers", "tail", "status"),
    [
        pytest.param({"Authorization": "Bearer x"}, "", 400, id="a login"),
        pytest.param({}, "0", 403, id="another signature"),
    ],
)
async def test_the_storage_is_strict(
    app: Uploader, headers: dict[str, str], tail: str, status: int
) -> None:
    """It is none of the API."""
    _, url = await app.address()
    assert url is not None
    address = url.replace("&x-id", f"{tail}&x-id")
    assert await app.put(address, headers=headers) == status


async def test_the_storage_wants_a_length(app: Uploader) -> None:
    """As a bucket does."""

    async def pieces() -> AsyncIterator[bytes]:
        yield TUNE

    _, url = await app.address()
    assert url is not None
    async with app.http.put(url, data=pieces()) as response:
        assert response.status == 411


async def test_what_is_no_mp3_fails(app: Uploader) -> None:
    """And has to be sent again by whoever tries again."""
    noise = b"Once upon a time " * 10_000
    answer = await app.uploaded(noise)
    assert answer["progress"]["phase"] == "failed"
    assert "transcodedSha256" not in answer
    _, url = await app.address(sha256=hashlib.sha256(noise).hexdigest())
    assert url is not None


async def test_uploads_need_the_permission(http: aiohttp.ClientSession, log_in: LogIn) -> None:
    """Seeing content is not enough."""
    scopes = ALL_SCOPES.replace("user:content:manage", "")
    app = Uploader(http, bearer(await log_in(scopes)))
    await app.get("/media/transcode/audio/uploadUrl", 403)


async def test_uploads_of_others_are_unknown(app: Uploader) -> None:
    """And so are those that nobody has begun."""
    await app.get("/media/upload/none/transcoded", 404)


@pytest.mark.parametrize(
    ("fault", "value", "status"),
    [("failing_uploads", 1, 503), ("expired_uploads", 1, 403)],
)
async def test_a_storage_that_refuses_once(
    app: Uploader, simulation: Simulation, fault: str, value: object, status: int
) -> None:
    """The next attempt works."""
    async with app.http.post("/sim/faults", json={fault: value}) as response:
        assert response.status == 200
    _, url = await app.address()
    assert url is not None
    assert await app.put(url) == status
    assert await app.put(url) == 200


async def test_a_cut_upload_leaves_nothing(app: Uploader, simulation: Simulation) -> None:
    """The digest stays unknown."""
    # A client may try once more by itself.
    simulation.world.faults.cut_uploads = 2
    _, url = await app.address(sha256=SHA)
    assert url is not None
    with pytest.raises(aiohttp.ClientError):
        await app.put(url, make_silence("long", 600.0))
    await until(lambda: bool(noted(simulation, "upload_cut")))
    assert (await app.address(sha256=SHA))[1] is not None


async def test_a_damaged_upload_has_another_hash(app: Uploader, simulation: Simulation) -> None:
    """It is not known by the digest that was named."""
    simulation.world.faults.damaged_uploads = 1
    upload_id, url = await app.address(sha256=SHA)
    assert url is not None
    assert await app.put(url) == 200
    assert (await app.done(upload_id))["uploadSha256"] != SHA
    assert (await app.address(sha256=SHA))[1] is not None


async def test_other_faults(app: Uploader, simulation: Simulation) -> None:
    """By the control API: denied, endless, failed."""

    async def switch(status: int = 200, **faults: object) -> None:
        async with app.http.post("/sim/faults", json=faults) as response:
            assert response.status == status

    upload_id, url = await app.address(sha256=SHA)
    assert url is not None
    await switch(transcoding="endless", upload_speed=1_000_000)
    await app.put(url)
    await app.poll(upload_id, 202)
    await switch(transcoding="failed", transcode_seconds=0)
    assert (await app.poll(upload_id))["progress"]["phase"] == "failed"
    await switch(uploads_denied=True)
    answer = await app.get("/media/transcode/audio/uploadUrl", 403)
    assert "explicit deny" in answer["Message"]
    await switch(400, transcoding="late")


async def test_a_card_is_deleted_behind_everybody(app: Uploader, simulation: Simulation) -> None:
    """As the app does; bought ones cannot be."""
    stream = {"key": "01", "trackUrl": "https://a.example/1.mp3", "type": "stream"}
    body = {"title": "Ours", "content": {"chapters": [{"key": "01", "tracks": [stream]}]}}
    async with app.http.post("/content", json=body, headers=app.headers) as response:
        card_id = (await response.json())["card"]["cardId"]
    for status in (200, 404):
        async with app.http.post("/sim/cards/delete", json={"card_id": card_id}) as response:
            assert response.status == status
    body["cardId"] = card_id
    async with app.http.post("/content", json=body, headers=app.headers) as response:
        assert response.status == 400
