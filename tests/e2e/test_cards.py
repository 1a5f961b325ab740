"""Cards from a folder to the child's ears: uploaded, streamed, changed by others, interrupted."""

import asyncio
from collections.abc import Awaitable, Callable
import itertools
import json
from pathlib import Path
import shutil
import subprocess

from aiohttp import ClientSession
import pytest

from demo.api import ApiError, Json
from demo.child_process import REPOSITORY
from demo.login import DOMAIN, loaded_entry
from demo.waiting import until

from .home import Home
from .phone import Phone

COVER = REPOSITORY / "custom_components" / DOMAIN / "brand" / "icon.png"
CHAPTERS = ["One", "Two"]
SECONDS = 16
"""How long each song is for the player."""
HELD_BACK = 4.0
"""Seconds for which each answer of Yoto's is held back, so that something can come in between."""

_TONES = itertools.count(300, 110)


def filled(folder: Path, hertz: int) -> str:
    """Put audio that is like no other and a cover into a folder, and return its path (blocking)."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for number, name in enumerate(CHAPTERS):
        tone = f"sine=f={hertz + 50 * number}:d={SECONDS}"
        command = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", tone, "-b:a", "128k"]
        subprocess.run([*command, folder / f"{name}.mp3"], check=True)  # noqa: S603 - our own
    shutil.copy(COVER, folder / "cover.png")
    return str(folder)


@pytest.fixture
async def folder(home: Home) -> str:
    """Return a folder with two songs and a cover."""
    media = home.stack.home_assistant.media_dir
    return await asyncio.to_thread(filled, media / "Winter", next(_TONES))


async def body(url: str) -> bytes:
    """Return what is behind an address."""
    async with ClientSession() as session, session.get(url) as answer:
        assert answer.ok
        return await answer.read()


async def titled(home: Home, title: str) -> list[str]:
    """Return the ids of the cards of that title at Yoto."""
    cards: list[Json] = await home.simulation.get("/sim/cards")
    return [card["card_id"] for card in cards if card["title"] == title]


async def played_so_far(home: Home) -> int:
    """Return how many tracks the player has put behind it."""
    return len(await home.simulation.played(home.player.player_id))


async def hear(home: Home, card_id: str) -> list[Json]:
    """Put a card in, hear its two tracks, and take it out."""
    before = await played_so_far(home)
    await home.operate("insert", card_id=card_id)

    async def look() -> list[Json] | None:
        played = (await home.simulation.played(home.player.player_id))[before:]
        return played[:2] if len(played) > 1 else None

    both = await until(look, "the player has played both tracks")
    await home.operate("remove")
    assert [one["error"] for one in both] == [None, None]
    return both


@pytest.mark.timeout(240)
async def test_a_folder_becomes_a_card_that_plays_without_a_network(
    home: Home, folder: str
) -> None:
    """Uploaded, it plays when the network is cut; the same card as a stream does not."""
    made = await home.api.ask(
        f"{DOMAIN}.create_card", folder=folder, delivery="upload", resume_seconds=0
    )
    card_id: str = made["card_id"]
    assert await titled(home, "Winter") == [card_id]
    online = await hear(home, card_id)
    await home.operate("wifi", up=False)
    offline = await hear(home, card_id)
    assert [one["sha256"] for one in offline] == [one["sha256"] for one in online]
    at_yoto = [await body(one["url"]) for one in online]
    await home.operate("wifi", up=True)
    await home.becomes("idle")

    streamed = await home.api.ask(f"{DOMAIN}.update_card", card_id=card_id, delivery="stream")
    assert streamed["card_id"] == card_id
    assert [url.startswith(home.api.url) for url in streamed["urls"]] == [True, True]
    assert [one["url"] for one in await hear(home, card_id)] == streamed["urls"]
    # Yoto keeps the very audio of the library, behind a tag of its own.
    for url, kept in zip(streamed["urls"], at_yoto, strict=True):
        assert kept.endswith(await body(url))
    await home.operate("wifi", up=False)
    before = await played_so_far(home)
    await home.operate("insert", card_id=card_id)

    async def waits() -> bool:
        return bool((await home.device())["waiting"])

    await until(waits, "the player waits for its network")
    assert await played_so_far(home) == before
    assert (await home.device())["hearing"]["seconds"] == 0


@pytest.mark.timeout(240)
async def test_what_somebody_else_has_changed_is_not_lost(home: Home, folder: str) -> None:
    """Home Assistant refuses, and with force keeps a version of it that can be brought back."""
    made = await home.api.ask(f"{DOMAIN}.create_card", folder=folder, title="Snow")
    card_id: str = made["card_id"]
    phone = await Phone.of(home.simulation)
    await phone.rename(card_id, "Snow, by the phone")
    change = {"card_id": card_id, "description": "For cold days"}
    with pytest.raises(ApiError) as refusal:
        await home.api.ask(f"{DOMAIN}.update_card", **change)
    assert refusal.value.translation_key == "card_changed"
    assert (await phone.card(card_id))["title"] == "Snow, by the phone"
    forced = {**change, "title": "Snow, by the house", "force": True}
    await home.api.ask(f"{DOMAIN}.update_card", **forced)
    assert (await phone.card(card_id))["title"] == "Snow, by the house"
    shown = await home.api.ask(f"{DOMAIN}.get_card_versions", card_id=card_id)
    assert shown["versions"][0]["title"] == "Snow, by the phone"
    await home.api.ask(f"{DOMAIN}.restore_card", card_id=card_id)
    assert (await phone.card(card_id))["title"] == "Snow, by the phone"


def stored(home: Home, name: str) -> Json:
    """Return what Home Assistant has written into one of our stores (blocking)."""
    path = home.stack.home_assistant.config_dir / ".storage" / f"{DOMAIN}.{name}"
    if not path.is_file():
        return {}
    found: Json = json.loads(path.read_text())["data"]
    return found


async def tokens(home: Home) -> dict[str, str | None]:
    """Return the tokens of files and audio, each with the card that it is noted to be on."""
    found = await asyncio.to_thread(stored, home, "streams")
    return {
        one["token"]: one["card_id"] for kind in ("files", "audio") for one in found.get(kind, [])
    }


async def uploading(home: Home, before: Json) -> bool:
    """Tell whether audio is being sent: Yoto has been asked where to, and has told."""
    return bool(len(await home.noted("upload_begun")) > before["upload_begun"])


async def received(home: Home, before: Json) -> bool:
    """Tell whether Yoto has audio, and is converting it."""
    return bool(len(await home.noted("upload_received")) > before["upload_received"])


async def sending(home: Home, _before: Json) -> bool:
    """Tell whether a card is about to be sent: its addresses have been written down."""
    return None in (await tokens(home)).values()


async def reading(home: Home, _before: Json) -> bool:
    """Tell whether a card has been sent, and is being read again."""
    cards = set(await titled(home, "Ice"))
    return bool(cards & set((await tokens(home)).values()))


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("faults", "delivery", "begun"),
    [
        ({"upload_speed": 20_000}, "upload", uploading),
        ({"transcode_seconds": 600.0}, "upload", received),
        ({"latency": HELD_BACK}, "stream", sending),
        ({"latency": HELD_BACK}, "stream", reading),
    ],
    ids=["uploading", "converting", "sending", "reading"],
)
async def test_nothing_is_left_over_where_home_assistant_is_killed(
    home: Home,
    folder: str,
    faults: dict[str, float],
    delivery: str,
    begun: Callable[[Home, Json], Awaitable[bool]],
) -> None:
    """The next start finishes or clears away what was begun, and it can be done again."""
    before = {kind: len(await home.noted(kind)) for kind in ("upload_begun", "upload_received")}
    await home.faults(**faults)
    fields = {"folder": folder, "title": "Ice", "delivery": delivery}
    attempt = asyncio.create_task(home.api.ask(f"{DOMAIN}.create_card", **fields))
    await until(lambda: begun(home, before), "the card is being made", seconds=60)
    await home.kill()
    await asyncio.gather(attempt, return_exceptions=True)
    await home.faults()
    await home.stack.home_assistant.start()
    await loaded_entry(home.api)

    async def tidy() -> bool:
        return None not in (await tokens(home)).values()

    await until(tidy, "every address is on a card, or gone", seconds=60)
    left = await titled(home, "Ice")
    assert set((await tokens(home)).values()) >= set(left)
    job = await home.api.state("sensor.audio_library_job")
    assert job is not None
    assert (job.state, job.attributes["running"], job.attributes["waiting"]) == ("idle", 0, 0)
    phone = await Phone.of(home.simulation)
    for card_id in left:
        chapters = (await phone.card(card_id))["content"]["chapters"]
        assert [await body(each["tracks"][0]["trackUrl"]) for each in chapters]
    made = await home.api.ask(f"{DOMAIN}.create_card", **fields)
    assert sorted(await titled(home, "Ice")) == sorted([*left, made["card_id"]])
    for card_id in (*left, made["card_id"]):
        await home.api.act(f"{DOMAIN}.delete_card", card_id=card_id)
    assert await titled(home, "Ice") == []
