"""A stream from its first audio to the child's ears, and after a change, with the same card."""

from hashlib import sha256

from aiohttp import ClientSession, FormData
import pytest

from demo.api import Json
from demo.humming_voice.humming import WORD_SECONDS
from demo.login import DOMAIN
from demo.waiting import until

from .home import SHORT, SONG, Home

GOOD_NIGHT = "Good night, little fox. The moon is up, the owls are awake, and you sleep well."


async def uploaded(home: Home, name: str) -> Json:
    """Upload a tune, as a page in a browser does."""
    form = FormData()
    form.add_field("file", home.file(name).read_bytes(), filename=name, content_type="audio/mpeg")
    headers = {"Authorization": f"Bearer {home.api.token}"}
    url = f"{home.api.url}/api/{DOMAIN}/audio"
    async with ClientSession() as session, session.post(url, data=form, headers=headers) as answer:
        assert answer.status in {200, 201}, await answer.text()
        came: Json = await answer.json()
        return came


async def fetched(url: str, **headers: str) -> tuple[str, bytes]:
    """Fetch an address; returns its tag and its bytes."""
    async with ClientSession() as session, session.get(url, headers=headers) as answer:
        assert answer.status in {200, 206}
        return answer.headers["ETag"], await answer.read()


async def sensor_shows(home: Home, name: str, *states: str) -> Json:
    """Wait until the sensor of a stream shows something, and return its attributes."""

    async def look() -> Json | None:
        state = await home.api.state(f"sensor.audio_library_{name}")
        return dict(state.attributes) if state is not None and state.state in states else None

    return await until(look, f"the sensor of {name} shows {states}")


@pytest.fixture
async def audio(home: Home) -> tuple[Json, Json, Json]:
    """Return an uploaded song, something spoken, and audio joined of another upload and that."""
    song, short = await uploaded(home, SONG), await uploaded(home, SHORT)
    spoken = await home.api.ask(
        f"{DOMAIN}.import_audio",
        text=GOOD_NIGHT,
        engine="tts.humming_voice",
        title="Good night",
        tags=["evening"],
    )
    keys = [short["audio_id"], spoken["audio_id"]]
    joined = await home.api.ask(f"{DOMAIN}.stitch_audio", items=keys, gap=1, title="Sleep well")
    return song, spoken, joined


async def test_a_stream_is_heard_changed_and_heard_again(
    home: Home, audio: tuple[Json, Json, Json]
) -> None:
    """Item 1, then item 2 after a skip; the next play of the same card has the new list."""
    song, spoken, joined = audio
    # The voice takes the same time for each word; an encoder rounds to whole frames.
    assert spoken["duration"] == pytest.approx(
        len(GOOD_NIGHT.split()) * WORD_SECONDS, abs=3 * 1152 / 22_050
    )
    made = await home.api.ask(
        f"{DOMAIN}.set_stream",
        name="Evening",
        items=[{"audio": song["audio_id"]}, {"audio": spoken["audio_id"]}],
    )
    assert made["duration"] == pytest.approx(song["duration"] + spoken["duration"], abs=0.1)
    card = await home.api.ask(f"{DOMAIN}.create_stream_card", name="Evening")
    await home.hear(card["card_id"])
    attributes = await sensor_shows(home, "evening", song["title"])
    assert attributes["certain"] is True
    assert attributes["players"] == [home.player.name]
    # A card of one track has no next one: a skip is a step forward in time.
    await home.act("media_player.media_seek", seek_position=int(song["duration"]) + 1)
    await sensor_shows(home, "evening", "Good night")
    changed = await home.api.ask(
        f"{DOMAIN}.set_stream", name="Evening", items=[{"audio": joined["audio_id"]}]
    )
    await home.act("media_player.media_stop")
    await home.becomes("idle")
    await home.operate("remove")
    _, new = await fetched((await home.api.ask(f"{DOMAIN}.get_stream_url", name="Evening"))["url"])
    assert len(new) / 16_000 == pytest.approx(changed["duration"], abs=0.03)
    await home.api.act(
        f"{DOMAIN}.play_card",
        entity_id=home.player.media_player,
        card_id=card["card_id"],
        chapter_key="01",
        seconds=0,
    )
    await home.becomes("playing")

    async def heard() -> bool:
        played = await home.simulation.played(home.player.player_id)
        return any(
            each["url"] == card["url"] and each["sha256"] == sha256(new).hexdigest()
            for each in played
        )

    await until(heard, "the player has played the changed stream to its end")
