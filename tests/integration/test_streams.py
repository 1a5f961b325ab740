"""Streams: made by actions, heard over HTTP."""

import asyncio
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr, entity_registry as er, issue_registry as ir
from homeassistant.util import dt as dt_util
from homeassistant.util.file import WriteError
import pytest
import voluptuous as vol

from custom_components.yoto_smart_stream.const import DOMAIN
from custom_components.yoto_smart_stream.library.errors import AudioInUseError
from custom_components.yoto_smart_stream.library.item import User, UserKind
from custom_components.yoto_smart_stream.streaming.streams import (
    STORE_KEY,
    STREAMS,
    async_get_streams,
)
from tests.audio.sound import decode

from . import Family
from .concert import PLAYER, PROFILE, Concert, make_concert

FRAME = 1152 / 44_100


@pytest.fixture
async def concert(hass_storage: dict[str, Any], family: Family, tmp_path: Path) -> Concert:
    """Return a library with songs."""
    return await make_concert(family, tmp_path)


async def test_the_items_are_heard_in_their_order(concert: Concert) -> None:
    """By id, slug and title; the bytes are those of the items, with nothing between them."""
    ant, bee = concert.songs["Ant"], concert.songs["Bee"]
    made = await concert.set("Bedtime", "Cat", ant.audio_id, bee.slug)
    path = await concert.url("Bedtime")
    content = await concert.heard(path)
    assert content == concert.joined("Cat", "Ant", "Bee")
    assert made["duration"] == pytest.approx(len(content) / PROFILE.bytes_per_second, abs=1e-3)
    assert [item["title"] for item in made["items"]] == ["Cat", "Ant", "Bee"]


async def test_gaps_and_a_lead_in_are_silence(concert: Concert) -> None:
    """In frames, so that the joined audio is as canonical as its items."""
    await concert.set("Bedtime", "Cat", "Ant", gap=1.5, lead_in=1)
    content = await concert.heard(await concert.url("Bedtime"))
    assert content == concert.joined("Cat", "Ant", gap=1.5, lead_in=1)


@pytest.mark.parametrize("mode", ["sequential", "loop", "shuffle", "endless_shuffle"])
async def test_a_real_decoder_takes_every_stream(concert: Concert, mode: str) -> None:
    """Without a warning, and the duration is bytes divided by bytes per second, to a frame."""
    await concert.set("Inner", "Ant", "Bee", gap=0.3)
    made = await concert.set(
        "All", "Cat", "Inner", "Dog", gap=0.7, lead_in=0.5, play_mode=mode, endless_hours=0.1
    )
    content = await concert.heard(await concert.url("All"))
    samples = await asyncio.to_thread(decode, content)
    seconds = len(samples) / 44_100
    assert seconds == pytest.approx(len(content) / PROFILE.bytes_per_second, abs=FRAME)
    assert seconds == pytest.approx(made["duration"], abs=FRAME)


async def test_ranges_are_parts_of_the_whole(concert: Concert) -> None:
    """Any of them, over the borders of items too."""
    await concert.set("Bedtime", "Cat", "Ant", "Bee", gap=0.2)
    path = await concert.url("Bedtime")
    whole = await concert.heard(path)
    random = Random(1)
    for _ in range(20):
        start = random.randrange(len(whole))
        stop = random.randrange(start, len(whole)) + 1
        part = await concert.heard(path, Range=f"bytes={start}-{stop - 1}")
        assert part == whole[start:stop]
    answer = await concert.family.client.get(path, headers={"Range": f"bytes={len(whole)}-"})
    assert answer.status == 416


@pytest.mark.parametrize("mode", ["sequential", "shuffle"])
async def test_connections_that_drop_are_resumed_by_range(concert: Concert, mode: str) -> None:
    """A player whose connection ends twenty times hears exactly the same bytes."""
    await concert.set("Bedtime", *concert.songs, gap=0.5, play_mode=mode)
    path = await concert.url("Bedtime")
    random = Random(2)
    heard = b""
    total = None
    drops = 0
    while total is None or len(heard) < total:
        headers = {**PLAYER, "Range": f"bytes={len(heard)}-"}
        answer = await concert.family.client.get(path, headers=headers)
        assert answer.status == 206
        total = int(answer.headers["Content-Range"].rpartition("/")[2])
        left = total - len(heard)
        if drops < 20:
            drops += 1
            heard += await answer.content.readexactly(random.randrange(1, max(left // 5, 2)))
            answer.close()
        else:
            heard += await answer.read()
    assert drops == 20
    again = await concert.heard(path, Range="bytes=1-")
    assert heard[1:] == again


async def test_an_edit_is_for_the_next_play(concert: Concert) -> None:
    """One that goes on is finished as it was; the same address then plays the new list."""
    await concert.set("Bedtime", "Cat", "Ant", "Bee")
    path = await concert.url("Bedtime")
    first = await concert.family.client.get(path, headers=PLAYER)
    etag = first.headers["ETag"]
    before = await first.content.readexactly(1000)
    first.close()
    await concert.set("Bedtime", "Dog")
    rest = await concert.heard(path, Range="bytes=1000-")
    assert before + rest == concert.joined("Cat", "Ant", "Bee")
    again = await concert.heard(path, Range="bytes=1000-", **{"If-Range": etag})
    assert again == rest
    after = await concert.family.client.get(path, headers=PLAYER)
    assert await after.read() == concert.joined("Dog")
    assert after.headers["ETag"] != etag


async def test_a_play_goes_on_after_a_restart(
    concert: Concert, hass_storage: dict[str, Any]
) -> None:
    """In the same drawn order, and as the stream was, though it has been edited meanwhile."""
    await concert.set("Bedtime", *concert.songs, play_mode="endless_shuffle", endless_hours=0.1)
    path = await concert.url("Bedtime")
    whole = await concert.heard(path)
    await concert.set("Bedtime", "Dog")
    await concert.restart(hass_storage)
    assert await concert.heard(path, Range="bytes=30000-") == whole[30_000:]
    assert concert.songs["Dog"].title == "Dog"
    assert await concert.heard(path) == concert.joined("Dog")


async def test_an_order_that_is_fixed_stays(concert: Concert, hass_storage: dict[str, Any]) -> None:
    """Whoever asks, and after a restart; passes differ and never repeat an item at once."""
    await concert.set(
        "Bedtime", *concert.songs, play_mode="endless_shuffle", seed="fixed", endless_hours=0.1
    )
    first = await concert.heard(await concert.url("Bedtime"))
    titles = concert.titles_in(first)
    assert len(titles) > 50
    assert all(one != other for one, other in pairwise(titles))
    passes = {titles[at : at + 5] for at in range(0, 50, 5)}
    assert len(passes) > 3
    assert all(sorted(one) == sorted("ABCDE") for one in passes)
    await concert.restart(hass_storage)
    other = await concert.url("Bedtime", rotate=True)
    assert await concert.heard(other) == first


async def test_an_order_that_is_drawn_for_each_play_changes(concert: Concert) -> None:
    """Each listener's play is a draw of its own."""
    await concert.set("Bedtime", *concert.songs, play_mode="shuffle")
    orders = {
        concert.titles_in(await concert.heard(await concert.url("Bedtime", rotate=True)))
        for _ in range(8)
    }
    assert len(orders) > 1
    assert all(sorted(one) == sorted("ABCDE") for one in orders)


async def test_streams_play_streams(concert: Concert) -> None:
    """By name; an edit of the inner one is heard, with the tag changed."""
    await concert.set("Inner", "Ant", "Bee", gap=0.2)
    await concert.set("Outer", "Cat", {"stream": "inner"}, "Dog")
    path = await concert.url("Outer")
    first = await concert.family.client.head(path)
    inner = concert.joined("Ant", "Bee", gap=0.2)
    whole = concert.content("Cat") + inner + concert.content("Dog")
    assert await concert.heard(path) == whole
    await concert.act("edit_stream", name="Inner", operation="remove", index=1)
    second = await concert.family.client.head(path)
    assert first.headers["ETag"] != second.headers["ETag"]
    assert await concert.heard(path) == concert.joined("Cat", "Bee", "Dog")


async def test_a_rule_chooses_when_a_play_begins(concert: Concert, hass: HomeAssistant) -> None:
    """By a template, by the weekday and time; the first that holds counts."""
    hass.states.async_set("input_boolean.holiday", "off")
    await concert.set(
        "Bedtime",
        "Ant",
        rules=[
            {"template": "{{ is_state('input_boolean.holiday', 'on') }}", "items": ["Bee"]},
            {"template": "{{ no_such_function() }}", "items": ["Elk"]},
            {"weekdays": [], "start": "00:00:00", "end": "00:00:00", "items": ["Cat"]},
        ],
    )
    assert await concert.heard(await concert.url("Bedtime")) == concert.joined("Cat")
    hass.states.async_set("input_boolean.holiday", "on")
    path = await concert.url("Bedtime", rotate=True)
    assert await concert.heard(path) == concert.joined("Bee")
    # What has begun stays as it is.
    hass.states.async_set("input_boolean.holiday", "off")
    assert await concert.heard(path, Range="bytes=10-") == concert.joined("Bee")[10:]


async def test_a_rule_of_another_day_does_not_hold(concert: Concert) -> None:
    """Today is another day than the one after tomorrow."""
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    later = days[(dt_util.now().weekday() + 2) % 7]
    await concert.set("Bedtime", "Ant", rules=[{"weekdays": [later], "items": ["Bee"]}])
    assert await concert.heard(await concert.url("Bedtime")) == concert.joined("Ant")


async def test_items_are_edited(concert: Concert) -> None:
    """Added at a place, moved, removed by place and by name, cleared."""

    async def edited(operation: str, **more: object) -> str:
        made = await concert.act("edit_stream", name="bedtime", operation=operation, **more)
        return "".join(item["title"][0] for item in made["items"])

    await concert.set("Bedtime", "Ant")
    assert await edited("add", items=["Bee", "Cat"]) == "ABC"
    assert await edited("add", items=["Dog"], index=1) == "DABC"
    assert await edited("move", index=1, to=4) == "ABCD"
    assert await edited("remove", index=2) == "ACD"
    assert await edited("remove", items=["Dog"]) == "AC"
    assert await concert.heard(await concert.url("Bedtime")) == concert.joined("Ant", "Cat")
    assert await edited("clear") == ""
    answer = await concert.family.client.get(await concert.url("Bedtime", rotate=True))
    assert answer.status == 404


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"operation": "add"}, "say items"),
        ({"operation": "remove"}, "say items"),
        ({"operation": "remove", "items": ["Dog"]}, "not all of these|Not all of these"),
        ({"operation": "remove", "index": 3}, "no place 3 .* 1 to 2"),
        ({"operation": "move", "index": 1}, "say to"),
        ({"operation": "move", "index": 1, "to": 5}, "no place 5"),
        ({"operation": "add", "items": ["Nothing"]}, "nothing to play called Nothing"),
        ({"operation": "clear", "name": "Breakfast"}, "no such stream: Breakfast"),
    ],
)
async def test_a_wrong_edit_is_explained(
    concert: Concert, data: dict[str, object], said: str
) -> None:
    """Nothing is changed, and the text says what to do."""
    made = await concert.set("Bedtime", "Ant", "Bee")
    with pytest.raises(ServiceValidationError, match=said):
        await concert.act("edit_stream", **{"name": "Bedtime", **data})
    [found] = (await concert.act("get_streams", name="Bedtime"))["streams"]
    assert found == made


async def test_a_stream_that_would_play_itself_is_refused(concert: Concert) -> None:
    """The way round is named, however long it is."""
    await concert.set("A", "Ant")
    await concert.set("B", {"stream": "A"})
    await concert.set("C", "Bee", {"stream": "B"})
    with pytest.raises(ServiceValidationError, match="A > C > B > A"):
        await concert.act("edit_stream", name="A", operation="add", items=[{"stream": "C"}])
    with pytest.raises(ServiceValidationError, match="A > A"):
        await concert.act("edit_stream", name="A", operation="add", items=[{"stream": "A"}])


async def test_too_many_streams_within_each_other_are_refused(concert: Concert) -> None:
    """Nine deep, also where the new one comes at the bottom."""
    await concert.set("1", "Ant")
    for number in range(2, 9):
        await concert.set(str(number), {"stream": str(number - 1)})
    with pytest.raises(ServiceValidationError, match=r"9 > 8 > 7 .* > 1"):
        await concert.set("9", {"stream": "8"})
    await concert.set("0", "Bee")
    with pytest.raises(ServiceValidationError, match=r"8 > 7 .* > 1 > 0"):
        await concert.set("1", {"stream": "0"})
    assert await concert.heard(await concert.url("8")) == concert.joined("Ant")


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ("Unicorn", "nothing to play called Unicorn"),
        ({"audio": "Unicorn"}, "nothing to play called Unicorn"),
        ({"stream": "Unicorn"}, "nothing to play called Unicorn"),
        ("Cat", "Both an audio and a stream"),
    ],
)
async def test_an_item_that_is_none_or_two_is_explained(
    concert: Concert, item: object, said: str
) -> None:
    """By its name."""
    await concert.set("Cat", "Ant")
    with pytest.raises(ServiceValidationError, match=said):
        await concert.set("Bedtime", item)
    assert len((await concert.act("get_streams"))["streams"]) == 1
    # Either is meant where it is said which.
    await concert.set("Bedtime", {"audio": "Cat"}, {"stream": "Cat"})
    heard = await concert.heard(await concert.url("Bedtime"))
    assert heard == concert.joined("Cat", "Ant")


async def test_two_audios_of_one_title_are_told_apart(concert: Concert) -> None:
    """By their slugs, which the text names."""
    index = concert.catalog.collection.index
    item = concert.songs["Ant"]
    index.add(details=item.details, file=item.file, source=item.source, now=dt_util.utcnow())
    with pytest.raises(ServiceValidationError, match="ant, ant-2"):
        await concert.set("Bedtime", "Ant")


@pytest.mark.parametrize("name", ["", "a" * 101, "two\nlines"])
async def test_a_name_that_is_none_is_explained(concert: Concert, name: str) -> None:
    """It is what the track on a card is called."""
    with pytest.raises(ServiceValidationError, match="1 to 100 characters"):
        await concert.set(name, "Ant")


@pytest.mark.parametrize(
    "data",
    [
        {"gap": 11},
        {"lead_in": -1},
        {"play_mode": "backwards"},
        {"seed": "never"},
        {"endless_hours": 25},
        {"rules": [{"items": ["Ant"], "weekdays": ["someday"]}]},
        {"rules": [{"items": ["Ant"], "template": "{{ open"}]},
        {"rules": [{"start": "10:00"}]},
    ],
)
async def test_values_that_make_no_sense_are_refused(
    concert: Concert, data: dict[str, object]
) -> None:
    """By Home Assistant's own check of fields."""
    with pytest.raises(vol.Invalid):
        await concert.set("Bedtime", "Ant", **data)
    assert (await concert.act("get_streams"))["streams"] == []


async def test_audio_that_cannot_be_joined_is_refused(concert: Concert, tmp_path: Path) -> None:
    """It was imported with other settings."""
    other = await make_concert(concert.family, tmp_path, bit_rate=160)
    with pytest.raises(ServiceValidationError, match="other settings"):
        await concert.set("Bedtime", concert.songs["Ant"].slug, other.songs["Bee"].slug)


async def test_audio_of_a_stream_is_kept(concert: Concert) -> None:
    """The library knows who uses it, also in a rule, and is told when that ends."""
    index = concert.catalog.collection.index
    bee = concert.songs["Bee"]
    await concert.set("Bedtime", "Ant", rules=[{"items": ["Bee"], "template": "{{ false }}"}])
    with pytest.raises(AudioInUseError) as refused:
        index.delete("Bee", now=dt_util.utcnow())
    assert refused.value.users == (User(kind=UserKind.STREAM, reference="Bedtime"),)
    await concert.set("Bedtime", "Ant")
    index.delete(bee.audio_id, now=dt_util.utcnow())


async def test_audio_that_was_deleted_by_force_is_left_out(concert: Concert) -> None:
    """The rest of the stream plays on, and the list says what is missing."""
    await concert.set("Bedtime", "Ant", "Bee", "Cat")
    concert.catalog.collection.index.delete("Bee", now=dt_util.utcnow(), force=True)
    assert await concert.heard(await concert.url("Bedtime")) == concert.joined("Ant", "Cat")
    [found] = (await concert.act("get_streams"))["streams"]
    assert [item["missing"] for item in found["items"]] == [False, True, False]


async def test_audio_that_came_again_with_other_settings_is_left_out(
    concert: Concert, tmp_path: Path
) -> None:
    """It cannot be joined any more, and the list says which one it is."""
    await concert.set("Bedtime", "Ant", concert.songs["Bee"].audio_id, "Cat")
    other = await make_concert(concert.family, tmp_path, bit_rate=160)
    concert.catalog.collection.index.replace(
        concert.songs["Bee"].audio_id,
        file=other.songs["Bee"].file,
        source=other.songs["Bee"].source,
    )
    assert await concert.heard(await concert.url("Bedtime")) == concert.joined("Ant", "Cat")
    [found] = (await concert.act("get_streams"))["streams"]
    assert [item["unfit"] for item in found["items"]] == [False, True, False]


async def test_an_address_is_replaced(concert: Concert) -> None:
    """The same as long as nobody wants another; the old one is nothing then."""
    await concert.set("Bedtime", "Ant")
    first = await concert.url("Bedtime")
    assert await concert.url("Bedtime") == first
    second = await concert.url("Bedtime", rotate=True)
    assert second != first
    assert (await concert.family.client.get(first)).status == 404
    assert await concert.heard(second) == concert.joined("Ant")


async def test_a_stream_that_is_in_use_is_not_deleted(concert: Concert) -> None:
    """The text says by what; force takes it out of there, and its addresses are nothing then."""
    await concert.set("Inner", "Ant")
    await concert.set("Outer", "Bee", {"stream": "Inner"})
    path = await concert.url("Inner")
    outer = await concert.url("Outer")
    with pytest.raises(ServiceValidationError, match="Outer"):
        await concert.act("delete_stream", name="Inner")
    assert await concert.heard(path) == concert.joined("Ant")
    answer = await concert.act("delete_stream", name="Inner", force=True)
    assert answer["removed_from"] == ["Outer"]
    assert (await concert.family.client.get(path)).status == 404
    assert await concert.heard(outer) == concert.joined("Bee")
    concert.catalog.collection.index.delete("Ant", now=dt_util.utcnow())


async def test_a_stream_on_a_card_is_not_deleted(concert: Concert) -> None:
    """Unless it is forced: then the card is silent."""
    await concert.set("Bedtime", "Ant")
    made = await concert.act("create_stream_card", name="Bedtime")
    path = made["url"].removeprefix(str(concert.family.client.make_url("")).rstrip("/"))
    with pytest.raises(ServiceValidationError, match=made["card_id"]):
        await concert.act("delete_stream", name="Bedtime")
    [found] = (await concert.act("get_streams"))["streams"]
    assert found["cards"] == [made["card_id"]]
    # The stream's own address is another one than the card's.
    await concert.url("Bedtime", rotate=True)
    assert await concert.heard(path) == concert.joined("Ant")
    answer = await concert.act("delete_stream", name="Bedtime", force=True)
    assert answer["cards"] == [made["card_id"]]
    assert (await concert.family.client.get(path)).status == 404


async def test_a_card_of_nothing_is_not_made(concert: Concert) -> None:
    """It would be silent."""
    await concert.set("Bedtime")
    with pytest.raises(ServiceValidationError, match="nothing to play: Bedtime"):
        await concert.act("create_stream_card", name="Bedtime")


async def test_a_live_source_is_kept_and_not_served_as_a_file(concert: Concert) -> None:
    """What has no length has no ranges. Phones begin an address with a capital."""
    made = await concert.set("Radio", "Http://radio.example/stream.mp3")
    assert (made["live"], made["duration"], made["problem"]) == (True, None, None)
    assert made["items"] == [{"media": "http://radio.example/stream.mp3"}]


async def test_a_disk_that_is_full_changes_nothing(concert: Concert) -> None:
    """The caller hears of it, and the stream is as it was."""
    await concert.set("Bedtime", "Ant")
    with (
        patch(
            "homeassistant.helpers.storage.Store._async_write_data", side_effect=WriteError("full")
        ),
        pytest.raises(HomeAssistantError, match="could not be saved"),
    ):
        await concert.set("Bedtime", "Bee")
    assert await concert.heard(await concert.url("Bedtime")) == concert.joined("Ant")


async def test_a_record_that_cannot_be_read_is_set_aside(
    concert: Concert, hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    """The others play, nothing is lost, and a repair issue says so."""
    await concert.set("Good", "Ant")
    await concert.set("Bad", "Bee")
    stored = hass_storage[STORE_KEY]["data"]["streams"]
    bad = next(record for record in stored if record["name"] == "Bad")
    bad["play_mode"] = "of the future"
    await hass.config_entries.async_unload(concert.family.entry.entry_id)
    del hass.data[STREAMS]
    streams = await async_get_streams(hass)
    assert streams.set_aside_count == 1
    assert [*streams.index.streams] == ["Good"]
    from custom_components.yoto_smart_stream import _async_setup_streams

    await _async_setup_streams(hass)
    assert ir.async_get(hass).async_get_issue(DOMAIN, "stream_lists_set_aside") is not None
    await hass.config_entries.async_setup(concert.family.entry.entry_id)
    await concert.set("Good", "Cat")
    assert bad in hass_storage[STORE_KEY]["data"]["set_aside"]
    # What the unreadable one uses is not given up.
    with pytest.raises(AudioInUseError):
        concert.catalog.collection.index.delete("Bee", now=dt_util.utcnow())


async def test_each_stream_has_a_sensor_on_the_page_of_the_library(
    concert: Concert, hass: HomeAssistant
) -> None:
    """It comes with the stream and goes with it, and the page stays when players are looked up."""
    made = await concert.set("Bedtime songs", "Ant")
    await hass.async_block_till_done()
    registry = er.async_get(hass)
    unique_id = f"stream_{made['stream_id']}"
    entity_id = registry.async_get_entity_id("sensor", DOMAIN, unique_id)
    assert entity_id is not None
    entity = registry.async_get(entity_id)
    state = hass.states.get(entity_id)
    assert entity is not None
    assert entity.device_id is not None
    assert state is not None
    assert state.state == "idle"
    assert state.attributes["friendly_name"] == "Audio library Bedtime songs"
    await concert.family.entry.runtime_data.async_refresh()
    assert dr.async_get(hass).async_get(entity.device_id) is not None
    await concert.act("delete_stream", name="Bedtime songs")
    await hass.async_block_till_done()
    assert registry.async_get(entity_id) is None
