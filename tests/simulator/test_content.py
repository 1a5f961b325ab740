"""Cards, the library, groups and signed media (protocol §4)."""

import asyncio
import hashlib
from pathlib import Path
import shutil
from typing import Any
from urllib.parse import parse_qs, urldefrag, urlsplit

import aiohttp
from hypothesis import given, strategies as st
import pytest

from simulator.cloud.card_rules import RESUME_TIMEOUT
from simulator.cloud.silence import duration, make_silence
from simulator.simulation import Simulation

from .conftest import LogIn, bearer, noted

type Json = dict[str, Any]


class Api:
    """Requests with a token; each returns the JSON of an answer with the status it names."""

    def __init__(self, http: aiohttp.ClientSession, headers: dict[str, str]) -> None:
        """Send these headers."""
        self._http = http
        self._headers = headers

    async def call(self, method: str, path: str, body: object = None, status: int = 200) -> Json:
        """Send a request."""
        async with self._http.request(method, path, json=body, headers=self._headers) as response:
            assert response.status == status, await response.text()
            answer: Json = await response.json()
            return answer

    async def groups(self) -> list[Json]:
        """List the groups, which come as an array at the top level."""
        async with self._http.get("/card/family/library/groups", headers=self._headers) as response:
            assert response.status == 200
            groups: list[Json] = await response.json()
            return groups

    async def create(self, body: Json, status: int = 200) -> Json:
        """Create or replace a card."""
        return await self.call("POST", "/content", body, status)

    async def card(self, card_id: str) -> Json:
        """Read a card of the account."""
        card: Json = (await self.call("GET", f"/content/{card_id}"))["card"]
        return card


@pytest.fixture
async def api(http: aiohttp.ClientSession, log_in: LogIn) -> Api:
    """Return a client that may do everything."""
    return Api(http, bearer(await log_in()))


def stream(key: str = "01", **changes: object) -> Json:
    """Return a chapter with one stream."""
    track = {
        "key": key,
        "title": f"Chapter {key}",
        "trackUrl": f"https://radio.example/{key}.mp3",
        "type": "stream",
        "format": "mp3",
        "overlayLabel": key,
        **changes,
    }
    return {"key": key, "title": f"Chapter {key}", "overlayLabel": key, "tracks": [track]}


def card(*chapters: Json, **changes: object) -> Json:
    """Return a card that the cloud accepts."""
    return {
        "title": "Ours",
        "content": {"chapters": list(chapters or (stream(),))},
        "metadata": {"description": "Made at home"},
        **changes,
    }


async def test_create_and_read(api: Api) -> None:
    """The card comes back as it was sent, with the defaults filled in."""
    answer = (await api.create(card()))["card"]
    assert set(answer) == {
        "_id",
        "cardId",
        "userId",
        "title",
        "content",
        "metadata",
        "createdAt",
        "updatedAt",
    }
    assert len(answer["cardId"]) == 5
    read = await api.card(answer["cardId"])
    assert read["content"]["chapters"] == [stream()]
    assert read["content"]["playbackType"] == "linear"
    assert read["content"]["config"] == {"resumeTimeout": RESUME_TIMEOUT}
    assert read["metadata"] == {"description": "Made at home"}
    assert read["userId"] == answer["userId"]


async def test_what_is_given_beats_the_defaults(api: Api) -> None:
    """Also for interactive cards."""
    content = {
        "playbackType": "interactive",
        "config": {"resumeTimeout": 5, "onlineOnly": True},
        "chapters": [stream()],
    }
    answer = (await api.create(card(content=content)))["card"]
    assert answer["content"]["playbackType"] == "interactive"
    assert answer["content"]["config"] == {"resumeTimeout": 5, "onlineOnly": True}


async def test_replace_forgets_what_is_left_out(api: Api) -> None:
    """A card with an id replaces all of the card."""
    card_id = (await api.create(card(stream("01"), stream("02"))))["card"]["cardId"]
    await api.create({"cardId": card_id, "title": "New", "content": {"chapters": [stream("03")]}})
    read = await api.card(card_id)
    assert read["title"] == "New"
    assert read["content"]["chapters"] == [stream("03")]
    assert read["metadata"] == {}
    assert read["createdAt"] <= read["updatedAt"]


async def test_list_has_no_chapters(api: Api) -> None:
    """The list names the account's own cards only."""
    card_id = (await api.create(card()))["card"]["cardId"]
    cards = (await api.call("GET", "/content/mine"))["cards"]
    assert [entry["cardId"] for entry in cards] == [card_id]
    assert "chapters" not in cards[0]["content"]
    assert cards[0]["title"] == "Ours"


async def test_delete(api: Api) -> None:
    """A deleted card is gone for good."""
    card_id = (await api.create(card()))["card"]["cardId"]
    assert await api.call("DELETE", f"/content/{card_id}") == {"status": "ok"}
    await api.call("GET", f"/content/{card_id}", status=404)
    await api.call("DELETE", f"/content/{card_id}", status=404)
    assert (await api.call("GET", "/content/mine"))["cards"] == []
    deleted = (await api.call("GET", "/content/mine?showdeleted=true"))["cards"]
    assert [(entry["cardId"], entry["deleted"]) for entry in deleted] == [(card_id, True)]
    error = (await api.create(card(cardId=card_id), 400))["error"]
    assert error == {"code": "bad-request", "message": "Deleted card cannot be restored"}


@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_cards_of_others_are_not_found(api: Api, method: str) -> None:
    """A bought card is not the account's own content."""
    await api.call(method, "/content/2Lght", status=404)
    await api.call(method, "/content/zzzzz", status=404)
    await api.create(card(cardId="2Lght"), 404)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        pytest.param({"title": ""}, "title", id="empty title"),
        pytest.param({"title": "x" * 101}, "title", id="long title"),
        pytest.param({"title": 7}, "title", id="title no text"),
        pytest.param({"cardId": "toolong"}, "cardId", id="long id"),
        pytest.param({"cardId": "ab-de"}, "cardId", id="id with a dash"),
        pytest.param({"content": None}, "content", id="no content"),
        pytest.param({"content": {"chapters": []}}, "chapters", id="no chapters"),
        pytest.param({"content": {"chapters": ["x"]}}, "chapters", id="chapters no objects"),
        pytest.param(
            {"content": {"playbackType": "random", "chapters": [stream()]}},
            "playbackType",
            id="playback type",
        ),
        pytest.param({"metadata": []}, "metadata", id="metadata no object"),
    ],
)
async def test_cards_that_are_refused(api: Api, changes: Json, word: str) -> None:
    """400, naming what is wrong."""
    error = (await api.create(card(**changes), 400))["error"]
    assert error["code"] == "bad-request"
    assert word in error["message"]


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"key": ""}, "key"),
        ({"type": "video"}, "type"),
        ({"trackUrl": None}, "trackUrl"),
        ({"trackUrl": "ftp://elsewhere"}, "trackUrl"),
        ({"type": "audio"}, "trackUrl"),
        ({"type": "audio", "trackUrl": "yoto:#" + "0" * 64}, "trackUrl"),
    ],
)
async def test_tracks_that_are_refused(api: Api, changes: Json, word: str) -> None:
    """Audio has to be uploaded, a stream has to have an address."""
    chapter = stream()
    chapter["tracks"][0].update(changes)
    error = (await api.create(card(chapter), 400))["error"]
    assert f"content.chapters[0].tracks[0].{word}" in error["message"]


async def test_titles_of_one_and_a_hundred_characters(api: Api) -> None:
    """The limits themselves are allowed."""
    for title in ("x", "x" * 100):
        assert (await api.create(card(title=title)))["card"]["title"] == title


async def test_hundred_tracks(
    api: Api, simulation: Simulation, http: aiohttp.ClientSession, log_in: LogIn
) -> None:
    """101 are too many, but not in bulk."""
    await api.create(card(*(stream(f"{number}") for number in range(100))))
    many = card(*(stream(f"{number}") for number in range(101)))
    assert "100 tracks" in (await api.create(many, 400))["error"]["message"]
    bulk = "user:content:manage-bulk"
    known = simulation.clients.get(simulation.client_id)
    assert known is not None
    simulation.clients.add(type(known)(client_id=known.client_id, scopes=known.scopes | {bulk}))
    await Api(http, bearer(await log_in(bulk))).call("POST", "/content/bulk", many)


async def test_track_without_overlay_label_is_noted(api: Api, simulation: Simulation) -> None:
    """It is accepted, but players will skip through such a card (protocol §4.2)."""
    created = await api.create(card(stream("01"), stream("02", overlayLabel="")))
    (warning,) = noted(simulation, "card_warning")
    assert warning["card_id"] == created["card"]["cardId"]
    assert "chapters[1]" in warning["warning"]


async def test_library(api: Api) -> None:
    """Bought cards, without chapters; the account's own cards are not among them."""
    await api.create(card())
    cards = (await api.call("GET", "/card/family/library"))["cards"]
    assert {entry["card"]["title"] for entry in cards} == {
        "The Lighthouse Cat",
        "Songs for a Rainy Day",
        "Three Journeys to the Moon",
        "The Maze in the Garden",
    }
    for entry in cards:
        assert entry["reason"] == "physical-add"
        assert entry["inFamilyLibrary"] is True
        assert "chapters" not in entry["card"]["content"]
        assert entry["card"]["metadata"]["cover"]["imageL"].endswith(".png")


async def test_interactive_card_of_the_library(api: Api) -> None:
    """It has the shape that Yoto's own tool makes, and every jump leads somewhere (§4.5)."""
    content = (await api.call("GET", "/card/8Maze"))["card"]["content"]
    assert content["playbackType"] == "interactive"
    assert content["config"] == {
        "resumeTimeout": RESUME_TIMEOUT,
        "disableTrackNav": True,
        "disableChapterNav": True,
        "autoadvance": "none",
    }
    keys = {chapter["key"] for chapter in content["chapters"]}
    tracks = [chapter["tracks"][0] for chapter in content["chapters"]]
    assert all(track["key"] in keys for track in tracks)
    targets = {
        event["params"]["chapterKey"]
        for track in tracks
        for event in track["events"].values()
        if event["cmd"] == "goto"
    }
    assert targets <= keys
    assert len(targets) > 2


async def media_urls(api: Api) -> list[str]:
    """Return the addresses of a bought card's tracks."""
    content = (await api.call("GET", "/card/2Lght"))["card"]["content"]
    return [track["trackUrl"] for chapter in content["chapters"] for track in chapter["tracks"]]


async def test_card_detail_leads_to_audio(api: Api, http: aiohttp.ClientSession) -> None:
    """Every track has its own bytes, whose hash its address names."""
    urls = await media_urls(api)
    assert len(set(urls)) == 3
    for url in urls:
        address, fragment = urldefrag(url)
        assert {"Expires", "Policy", "Signature", "Key-Pair-Id"} <= set(
            parse_qs(urlsplit(address).query)
        )
        async with http.get(url) as response:
            assert response.status == 200
            assert response.content_type == "audio/mpeg"
            data = await response.read()
        assert fragment == f"sha256={hashlib.sha256(data).hexdigest()}"


async def test_media_in_ranges(api: Api, http: aiohttp.ClientSession) -> None:
    """Players ask for parts (protocol §6.2)."""
    url = (await media_urls(api))[0]
    async with http.head(url) as response:
        assert response.status == 200
        size = int(response.headers["Content-Length"])
        assert response.headers["Accept-Ranges"] == "bytes"
    whole = await (await http.get(url)).read()
    async with http.get(url, headers={"Range": "bytes=100-199"}) as response:
        assert response.status == 206
        assert response.headers["Content-Range"] == f"bytes 100-199/{size}"
        assert await response.read() == whole[100:200]
    async with http.get(url, headers={"Range": f"bytes={size}-"}) as response:
        assert response.status == 416


async def test_media_address_expires(
    api: Api, http: aiohttp.ClientSession, simulation: Simulation
) -> None:
    """An address is good for its time only."""
    good = (await media_urls(api))[0]
    simulation.world.faults.media_expires_in = -1
    async with http.get((await media_urls(api))[0]) as response:
        assert response.status == 403
    async with http.get(good) as response:
        assert response.status == 200


async def test_media_address_cannot_be_forged(api: Api, http: aiohttp.ClientSession) -> None:
    """The signature is for one audio and one policy."""
    first, second = (await media_urls(api))[:2]
    query = urlsplit(first).query
    policy = parse_qs(query)["Policy"][0]
    for url in (
        urlsplit(second)._replace(query=query).geturl(),
        first.replace(policy, f"{policy[:-2]}xx"),
        urlsplit(first)._replace(query="").geturl(),
    ):
        async with http.get(url) as response:
            assert response.status == 403


async def test_media_of_a_card(api: Api, http: aiohttp.ClientSession) -> None:
    """One audio of a card can be asked for by its hash."""
    sha = (await media_urls(api))[0].rpartition("=")[2]
    url = (await api.call("GET", f"/card/2Lght/media/{sha}"))["media"]["url"]
    async with http.get(url) as response:
        assert response.status == 200
    await api.call("GET", f"/card/4Drum/media/{sha}", status=404)


async def test_own_card_with_bought_audio(api: Api, http: aiohttp.ClientSession) -> None:
    """References stay references, unless the card is asked for in its playable form."""
    sha = (await media_urls(api))[0].rpartition("=")[2]
    reference = f"yoto:#{sha}"
    chapter = stream(type="audio", trackUrl=reference)
    chapter["display"] = {"icon16x16": "yoto:#" + "i" * 43}
    card_id = (await api.create(card(chapter)))["card"]["cardId"]
    read = (await api.card(card_id))["content"]["chapters"][0]
    assert read["tracks"][0]["trackUrl"] == reference
    answer = await api.call("GET", f"/content/{card_id}?playable=true&signingType=s3")
    playable = answer["card"]["content"]["chapters"][0]
    async with http.get(playable["tracks"][0]["trackUrl"]) as response:
        assert response.status == 200
    async with http.get(playable["display"]["icon16x16"]) as response:
        assert response.content_type == "image/png"


async def test_stream_addresses_are_left_alone(api: Api, simulation: Simulation) -> None:
    """A player gets them as they are on the card."""
    card_id = (await api.create(card()))["card"]["cardId"]
    playable = await simulation.cloud.shelf.playable(card_id)
    detail = (await api.call("GET", f"/card/{card_id}"))["card"]
    assert playable is not None
    assert playable["content"] == detail["content"]
    assert detail["content"]["chapters"] == [stream()]
    assert await simulation.cloud.shelf.playable("zzzzz") is None


async def test_groups(api: Api) -> None:
    """They hold bought and own cards; unknown cards are dropped silently."""
    own = (await api.create(card()))["card"]["cardId"]
    items = [{"contentId": key} for key in ("2Lght", own, "zzzzz")]
    group = await api.call(
        "POST", "/card/family/library/groups", {"name": "Bedtime", "imageId": "i", "items": items}
    )
    assert [item["contentId"] for item in group["items"]] == ["2Lght", own]
    assert [entry["title"] for entry in group["cards"]] == ["The Lighthouse Cat", "Ours"]
    assert await api.groups() == [group]
    path = f"/card/family/library/groups/{group['id']}"
    changed = await api.call("PUT", path, {"name": "Night", "items": items[:1]})
    assert changed["name"] == "Night"
    assert changed["items"] == group["items"][:1]
    assert changed["imageId"] == "i"
    assert await api.call("GET", path) == changed
    assert await api.call("DELETE", path) == {"id": group["id"]}
    for method in ("GET", "PUT", "DELETE"):
        await api.call(method, path, {}, status=404)
    assert await api.groups() == []


async def test_twenty_groups(api: Api) -> None:
    """There is no twenty-first."""
    for number in range(20):
        await api.call("POST", "/card/family/library/groups", {"name": f"Group {number}"})
    await api.call("POST", "/card/family/library/groups", {"name": "More"}, status=400)


@pytest.mark.parametrize(
    "body", [{}, {"name": ""}, {"name": "x" * 101}, {"name": "x", "items": "all"}]
)
async def test_groups_that_are_refused(api: Api, body: Json) -> None:
    """400, and nothing is made."""
    await api.call("POST", "/card/family/library/groups", body, status=400)
    assert await api.groups() == []


async def test_audio_decodes_to_its_length(tmp_path: Path) -> None:
    """What players get is real audio: a decoder finds no fault and the right number of samples."""
    ffmpeg = shutil.which("ffmpeg")
    if ffmpeg is None:
        pytest.skip("ffmpeg is not installed")
    audio = make_silence("A card, a track", 20)
    file = tmp_path / "audio.mp3"
    await asyncio.to_thread(file.write_bytes, audio)
    process = await asyncio.create_subprocess_exec(
        *(ffmpeg, "-v", "warning", "-f", "mp3", "-i", str(file), "-f", "s16le", "-"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    decoded, complaints = await process.communicate()
    assert "Header missing" not in complaints.decode()
    assert "invalid" not in complaints.decode().lower()
    seconds = len(decoded) / 2 / 44_100
    assert seconds == pytest.approx(duration(audio), abs=0.06)
    assert seconds == pytest.approx(20, abs=0.1)


@given(label=st.text(), seconds=st.floats(0, 20))
def test_audio_is_whole_frames(label: str, seconds: float) -> None:
    """Whatever the label, the frames follow each other without a gap and last long enough."""
    audio = make_silence(label, seconds)
    position = frames = 0
    while position < len(audio):
        sync, kind, rate, mode = audio[position : position + 4]
        assert (sync, kind, rate & 0xFC, mode) == (0xFF, 0xFB, 0x50, 0xC0)
        position += 208 + (rate >> 1 & 1)
        frames += 1
    assert position == len(audio)
    assert frames * 1152 / 44_100 >= seconds
    assert duration(audio) == pytest.approx(frames * 1152 / 44_100, abs=0.001)


def test_audio_is_never_the_same_twice() -> None:
    """Two tracks differ, and so do two parts of one track."""
    one, two = make_silence("one", 5), make_silence("two", 5)
    assert len(one) == len(two)
    assert one != two
    half = len(one) // 2
    assert one[:half] != one[half : 2 * half]
