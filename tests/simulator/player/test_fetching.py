"""How a player gets a track over HTTP, and what it does when that goes wrong (protocol §6.2)."""

import asyncio
import hashlib
from pathlib import Path
import socket

from aiohttp import web
from aiohttp.test_utils import TestServer
import pytest

from simulator.broker.authority import open_authority
from simulator.player.fetcher import Patience
from simulator.player.transfer import BLOCK
from simulator.world import JsonObject

from .stage import Media, Stage, tune, until


async def heard(scene: Stage) -> dict[str, object]:
    """Play a card with one track and return how that went."""
    if "abcde" not in scene.shelf.cards:
        scene.put_card("abcde", {"name": "a.mp3"})
    await scene.player.insert("abcde")
    await until(scene.player.played)
    return dict(scene.last_played())


def digest(body: bytes) -> str:
    """Return the hash by which the control API names bytes."""
    return hashlib.sha256(body).hexdigest()


async def test_first_a_head_then_ranges_without_a_name(on_stage: Stage) -> None:
    """Blocks of 256 KiB, and no header that tells who asks."""
    on_stage.media.bodies["a.mp3"] = body = tune(100)
    await heard(on_stage)

    fetches = on_stage.player.fetches()
    head, *gets = fetches
    assert (head["method"], head["status"], head["range"], head["bytes"]) == ("HEAD", 200, None, 0)
    assert [get["method"] for get in gets] == ["GET"] * 4
    assert gets[0]["range"] == f"bytes=0-{BLOCK - 1}"
    assert gets[-1]["range"] == f"bytes={3 * BLOCK}-{len(body) - 1}"
    assert {get["status"] for get in gets} == {206}
    assert sum(int(str(get["bytes"])) for get in gets) == len(body)
    for fetch in fetches:
        headers = fetch["headers"]
        assert isinstance(headers, dict)
        assert set(headers) <= {"Host", "User-Agent", "Range"}
    assert _agent(head) == "ESP32 HTTP Client/1.0"
    assert _agent(gets[0]) == "Yoto v2 FW; version v2.23.4"
    assert on_stage.last_played()["sha256"] == digest(body)


async def test_without_ranges_there_is_one_get(on_stage: Stage) -> None:
    """For the whole body."""
    on_stage.media.ranges = False
    result = await heard(on_stage)
    assert [(fetch["method"], fetch["range"]) for fetch in on_stage.player.fetches()] == [
        ("HEAD", None),
        ("GET", None),
    ]
    assert result["sha256"] == digest(on_stage.media.bodies["a.mp3"])


async def test_a_server_without_head_is_tolerated(on_stage: Stage) -> None:
    """405 only means that there is no HEAD."""
    on_stage.media.head = False
    result = await heard(on_stage)
    assert on_stage.player.fetches()[0]["status"] == 405
    assert result["error"] is None
    assert result["sha256"] == digest(on_stage.media.bodies["a.mp3"])


async def test_a_player_keeps_little_ahead(on_stage: Stage) -> None:
    """A paused player does not get a long track completely."""
    on_stage.media.bodies["a.mp3"] = tune(2_000)
    on_stage.put_card("abcde", {"name": "a.mp3"})
    await on_stage.player.insert("abcde")
    await until(lambda: on_stage.player.view()["waiting"] is False)
    await on_stage.player.press("right")

    def arrived() -> int:
        return sum(int(str(fetch["bytes"])) for fetch in on_stage.player.fetches())

    await until(lambda: arrived() >= BLOCK)
    await asyncio.sleep(0.2)
    assert arrived() <= 4 * BLOCK


async def test_redirects_are_followed_and_seen(on_stage: Stage) -> None:
    """Every step is on record."""
    on_stage.put_card("abcde", {"name": "to-a.mp3"})
    result = await heard(on_stage)
    assert result["error"] is None
    assert [
        (fetch["method"], fetch["status"], str(fetch["url"]).rsplit("/", 1)[1])
        for fetch in on_stage.player.fetches()
    ] == [
        ("HEAD", 302, "to-a.mp3"),
        ("HEAD", 200, "a.mp3"),
        ("GET", 302, "to-a.mp3"),
        ("GET", 206, "a.mp3"),
    ]


async def test_a_broken_transfer_is_taken_up_by_range(on_stage: Stage) -> None:
    """Twice, without a gap in what is heard."""
    on_stage.player.workings.fetcher.patience = Patience(between_retries=0.01)
    on_stage.media.bodies["a.mp3"] = body = tune(20)
    on_stage.media.cuts = [50_000, 30_000]
    result = await heard(on_stage)
    assert result["error"] is None
    assert result["sha256"] == digest(body)
    assert [fetch["range"] for fetch in on_stage.player.fetches()][1:] == [
        f"bytes=0-{len(body) - 1}",
        f"bytes=50000-{len(body) - 1}",
        f"bytes=80000-{len(body) - 1}",
    ]


@pytest.mark.parametrize(
    ("ranges", "cuts", "why"),
    [
        (True, [50_000, 30_000, 10_000], "connection broke"),
        (False, [50_000], "does not advertise ranges"),
    ],
)
async def test_a_transfer_that_breaks_for_good_is_an_error(
    on_stage: Stage, ranges: bool, cuts: list[int], why: str
) -> None:
    """What had come is heard, then the player stops and says why."""
    on_stage.player.workings.fetcher.patience = Patience(between_retries=0.01)
    on_stage.media.ranges = ranges
    on_stage.media.cuts = cuts
    result = await heard(on_stage)
    assert why in str(result["error"])
    assert isinstance(result["seconds"], float)
    assert 5 < result["seconds"] < 15
    assert on_stage.player.view()["status"] == "stopped"
    assert on_stage.player.view()["error"] == result["error"]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b'{"error": "no such story"}', "not MPEG audio: it looks like JSON"),
        (b"OggS" + bytes(200_000), "not MPEG audio: it looks like Ogg"),
        (b"", "not MPEG audio: the body is empty"),
        (bytes(300_000), "not MPEG audio: no frame was found"),
    ],
)
async def test_what_is_not_an_mp3_is_an_error(on_stage: Stage, body: bytes, why: str) -> None:
    """Silence never counts as success, and the next chapter is not tried."""
    on_stage.media.bodies["bad.mp3"] = body
    on_stage.put_card("abcde", {"name": "bad.mp3"}, {"name": "a.mp3"})
    result = await heard(on_stage)
    assert (result["error"], result["seconds"]) == (why, 0)
    await until(lambda: on_stage.wire.state().get("playbackStatus") == "stopped")
    assert len(on_stage.player.played()) == 1


async def test_a_missing_track_is_an_error(on_stage: Stage) -> None:
    """The status is named."""
    on_stage.put_card("abcde", {"name": "missing.mp3"})
    assert (await heard(on_stage))["error"] == "the server answered 404"


async def test_a_server_that_is_not_there_is_an_error(on_stage: Stage) -> None:
    """The request is on record without an answer."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    on_stage.put_card("abcde", {"trackUrl": f"http://127.0.0.1:{port}/a.mp3"})
    assert (await heard(on_stage))["error"] == "the server cannot be reached"
    assert on_stage.player.fetches()[0]["status"] is None


async def test_a_server_that_does_not_answer_is_an_error(on_stage: Stage) -> None:
    """After the player's patience."""
    on_stage.player.workings.fetcher.patience = Patience(read=0.1, between_retries=0.01)
    on_stage.media.silent = True
    assert (await heard(on_stage))["error"] == "the server did not answer in time"


@pytest.mark.parametrize("url", ["yoto:#abcdef", "", "ftp://127.0.0.1/a.mp3"])
async def test_an_address_that_cannot_be_fetched_is_an_error(on_stage: Stage, url: str) -> None:
    """Such as one that the cloud has not resolved."""
    on_stage.put_card("abcde", {"trackUrl": url})
    assert (await heard(on_stage))["error"] == "the URL cannot be fetched"


async def test_an_unknown_authority_is_not_trusted(on_stage: Stage, tmp_path: Path) -> None:
    """A private certificate authority does not do (protocol §6.3)."""
    media = Media(bodies={"a.mp3": tune(5)})
    app = web.Application()
    app.router.add_get("/{name}", media.serve)
    authority = await asyncio.to_thread(open_authority, tmp_path)
    server = TestServer(app, host="127.0.0.1", scheme="https")
    await server.start_server(ssl=await asyncio.to_thread(authority.server_context))
    on_stage.put_card("abcde", {"trackUrl": str(server.make_url("/a.mp3"))})
    try:
        result = await heard(on_stage)
    finally:
        await server.close()
    assert result["error"] == "the server's certificate is not trusted"


async def test_without_wifi_the_buffer_is_played_then_the_player_waits(on_stage: Stage) -> None:
    """When the Wi-Fi is back, the track goes on by range with nothing lost."""
    on_stage.media.bodies["a.mp3"] = body = tune(200)
    on_stage.put_card("abcde", {"name": "a.mp3"})
    await on_stage.player.insert("abcde")
    await until(lambda: on_stage.player.view()["waiting"] is False)

    await on_stage.player.wifi(up=False)
    await until(lambda: on_stage.player.view()["waiting"] is True)
    view = on_stage.player.view()
    assert view["status"] == "playing"
    assert isinstance(view["position"], float)
    assert view["position"] < 150

    await on_stage.player.wifi(up=True)
    await until(on_stage.player.played)
    assert on_stage.last_played()["error"] is None
    assert on_stage.last_played()["sha256"] == digest(body)


async def test_a_card_inserted_without_wifi_waits_for_it(on_stage: Stage) -> None:
    """Streams cannot be kept on the player."""
    await on_stage.player.wifi(up=False)
    on_stage.put_card("abcde", {"name": "a.mp3"})
    await on_stage.player.insert("abcde")
    assert on_stage.player.view()["waiting"] is True
    assert on_stage.player.fetches() == []
    await on_stage.player.wifi(up=True)
    await until(on_stage.player.played)
    assert on_stage.last_played()["error"] is None


async def test_uploaded_audio_is_kept_and_streams_are_not(on_stage: Stage) -> None:
    """It is downloaded with the card, and plays without Wi-Fi; another player does not have it."""
    sha256 = digest(on_stage.media.bodies["a.mp3"])
    url = f"{on_stage.media.url}a.mp3#sha256={sha256}"
    kept: JsonObject = {"type": "audio", "trackUrl": url}
    on_stage.put_card("abcde", kept, kept | {"onlineOnly": True}, {"name": "b.mp3"})
    await on_stage.player.insert("abcde")
    await until(lambda: len(on_stage.player.played()) == 3)
    first, second, *_ = on_stage.player.fetches()
    assert (first["method"], first["url"], first["range"]) == ("GET", url, None)
    assert (second["method"], second["url"]) == ("HEAD", url)
    await on_stage.player.wifi(up=False)
    before = len(on_stage.player.fetches())
    await on_stage.player.remove()
    await on_stage.player.insert("abcde")
    await until(lambda: len(on_stage.player.played()) == 4)
    assert on_stage.last_played()["sha256"] == sha256
    await until(lambda: on_stage.player.view()["waiting"] is True)
    assert len(on_stage.player.fetches()) == before
    await on_stage.player.wifi(up=True)


async def test_a_body_that_changes_its_length_is_noticed(on_stage: Stage) -> None:
    """A file that is replaced while it plays would be a mixture of two."""
    shorter = tune(1_000)
    on_stage.media.bodies["a.mp3"] = tune(2_000)
    on_stage.put_card("abcde", {"name": "a.mp3"})
    await on_stage.player.insert("abcde")
    await until(
        lambda: len(on_stage.player.fetches()) > 1 and on_stage.player.fetches()[1]["bytes"]
    )
    on_stage.media.bodies["a.mp3"] = shorter
    await until(on_stage.player.played)
    assert "changed its length" in str(on_stage.last_played()["error"])


def _agent(fetch: JsonObject) -> object:
    headers = fetch["headers"]
    assert isinstance(headers, dict)
    return headers["User-Agent"]
