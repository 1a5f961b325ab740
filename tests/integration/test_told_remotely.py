"""Stories on plain story cards: turns of the knob choose, on every player that has such a card."""

from typing import Any

import pytest
from yarl import URL

from custom_components.yoto_smart_stream.cards.linear import FRONT, LAST, TRACK_KEY, linear_key
from custom_components.yoto_smart_stream.cards.live import LiveChapter
from custom_components.yoto_smart_stream.cloud.commands import start_card
from custom_components.yoto_smart_stream.delivery.profile import Interactive
from custom_components.yoto_smart_stream.streaming.registry import async_get_registry
from simulator.traits import InteractiveStreams, Traits

from . import Family, settle
from .examiner import find, give
from .jukebox import play, plays, song
from .storybook import Storybook
from .test_told_by_card import (
    _patient,
    apart,
    book,
    issues_of,
    other_comes_to,
    other_player,
    speed,
)

__all__ = ["_patient", "apart", "book", "speed"]

RUNS = {linear_key(LiveChapter.R0), linear_key(LiveChapter.R1)}
ROUND = """\
title: Round
nodes:
  a: {audio: Ant, end: b}
  b: {audio: Bee, left: a, end: a}
"""
"""A story without an end."""


@pytest.fixture
async def card_id(book: Storybook) -> str:
    """Return the story card."""
    published = await book.ask("publish_story", story_id="To the sea", delivery="remote")
    assert published["delivery"] == "remote"
    assert published["warnings"] == []
    return str(published["card_id"])


def is_on(family: Family, card_id: str) -> bool:
    """Tell whether the player says that it has a card in play."""
    return str(family.entry.runtime_data.data[family.player_id].snapshot.card_id) == card_id


async def content_of(family: Family, card_id: str) -> dict[str, Any]:
    """Return what Yoto has of a card."""
    card = await family.entry.runtime_data.account.own_card(card_id)
    content = card["content"]
    assert isinstance(content, dict)
    return content


@pytest.mark.parametrize(
    ("interactive", "streams"),
    [
        (None, InteractiveStreams.PLAYED),
        (None, InteractiveStreams.REFUSED),
        (Interactive.PLAYED, InteractiveStreams.PLAYED),
        (Interactive.REFUSED, InteractiveStreams.REFUSED),
        (Interactive.IGNORED, InteractiveStreams.LINEAR),
    ],
)
async def test_turns_tell_a_story_on_every_player(
    book: Storybook,
    family: Family,
    card_id: str,
    interactive: Interactive | None,
    streams: InteractiveStreams,
) -> None:
    """Back is left, forwards is right, whatever a check has found, and on the card itself."""
    give(family, Traits(interactive_streams=streams))
    if interactive is not None:
        await find(family, interactive)
    await family.player.insert(card_id)
    await book.comes_to("beach")
    assert family.state("sensor", "story").state == "To the sea"
    await family.player.turn("right", -1)
    await book.comes_to("shell")
    # Nothing leads on from there but the end, so what plays plays on.
    await family.player.turn("right", 1)
    await settle(lambda: family.state("media_player").attributes.get("chapter_key") in RUNS)
    await book.comes_to("shell")
    await book.act("start_story", story_id="To the sea", restart=True)
    await book.comes_to("beach")
    assert is_on(family, card_id)
    await family.player.turn("right", 1)
    await book.comes_to("boat")
    assert is_on(family, card_id)
    choices = [one for one in book.told if one["type"] == "story_choice_made"]
    assert [(one["choice"], one["target"]) for one in choices] == [
        ("left", "shell"),
        ("right", "boat"),
    ]


async def test_it_goes_on_where_it_was_left(book: Storybook, family: Family, card_id: str) -> None:
    """Also where the player begins the card anew."""
    await family.player.insert(card_id)
    await book.comes_to("beach")
    await family.player.remove()
    await family.shows("idle")
    await family.player.insert(card_id)
    await book.comes_to("beach")
    await family.player.turn("right", -1)
    await book.comes_to("shell")
    await family.act("media_player.media_stop")
    await family.shows("idle")
    await family.player.insert(card_id)
    await book.comes_to("shell")
    assert book.happened("type", "node").count(("story_node_entered", "shell")) == 1
    # In front of the story there is silence, wherever that was left.
    await family.act("media_player.media_stop")
    await family.shows("idle")
    await family.entry.runtime_data.async_command(
        family.player_id, start_card(card_id, chapter_key=FRONT, track_key=TRACK_KEY, seconds=0)
    )
    await book.comes_to("shell")


@pytest.mark.parametrize("speed", [10])
async def test_it_begins_anew_after_an_ending(
    book: Storybook, family: Family, card_id: str
) -> None:
    """When the card is put in again."""
    await family.player.insert(card_id)
    await book.comes_to("beach")
    await family.player.turn("right", 1)
    await book.comes_to("boat")
    await settle(lambda: family.state("sensor", "story").attributes.get("ended") is True)
    await family.shows("idle")
    await family.player.insert(card_id)
    await book.comes_to("beach")


async def test_home_assistant_sends_the_player_on_along_the_card(
    book: Storybook, family: Family, card_id: str
) -> None:
    """With `choose` and by announcements; a queue is played on the live card."""
    await family.player.insert(card_id)
    await book.comes_to("beach")
    await book.act("choose", choice="left")
    await book.comes_to("shell")
    assert is_on(family, card_id)
    await family.act(
        "media_player.play_media",
        media_content_id=song(book.concert, "Elk"),
        media_content_type="music",
        announce=True,
    )
    await plays(family, "Elk")
    assert is_on(family, card_id)
    await family.player.turn("right", 1)
    await plays(family, "Bee")
    assert is_on(family, card_id)
    await play(family, song(book.concert, "Dog"))
    await plays(family, "Dog")
    assert not is_on(family, card_id)
    assert family.state("sensor", "story").state == "none"
    await family.player.insert(card_id)
    await book.comes_to("shell")
    assert is_on(family, card_id)


async def test_two_children_have_the_same_plain_card(
    book: Storybook, family: Family, card_id: str
) -> None:
    """Each goes its own way at the same time."""
    await family.player.insert(card_id)
    await book.comes_to("beach")
    await other_player(family).insert(card_id)
    await other_comes_to(family, "beach")
    await family.player.turn("right", -1)
    await other_player(family).turn("right", 1)
    await book.comes_to("shell")
    await other_comes_to(family, "boat")
    assert not issues_of(family)


@pytest.mark.parametrize("speed", [10])
@pytest.mark.parametrize(("repeat", "left"), [("off", [LAST]), ("all", [LAST, FRONT])])
async def test_a_story_goes_on_after_the_last_chapter(
    book: Storybook, family: Family, repeat: str, left: list[str]
) -> None:
    """The player stops there and is sent to the beginning again, or goes there by itself."""
    await family.act("media_player.repeat_set", repeat=repeat)
    await settle(lambda: family.state("media_player").attributes["repeat"] == repeat)
    await book.ask("save_story", text=ROUND)
    card_id = (await book.ask("publish_story", story_id="Round", delivery="remote"))["card_id"]
    await family.player.insert(card_id)
    await book.comes_to("a")
    await family.act("media_player.media_stop")
    await family.shows("idle")
    await family.entry.runtime_data.async_command(
        family.player_id, start_card(card_id, chapter_key=LAST, track_key=TRACK_KEY, seconds=0)
    )
    await settle(lambda: family.state("media_player").attributes.get("chapter_key") == LAST)
    await book.comes_to("b")
    assert family.state("media_player").attributes["chapter_key"] == linear_key(LiveChapter.R0)
    assert is_on(family, card_id)
    assert [one["chapter_key"] for one in family.player.played()[-len(left) :]] == left


async def test_a_card_changes_its_delivery(book: Storybook, family: Family) -> None:
    """It stays the same card, and is what each delivery makes of it."""
    planned = await book.ask(
        "publish_story", story_id="To the sea", delivery="remote", dry_run=True
    )
    assert planned["delivery"] == "remote"
    assert planned["problems"] == []
    assert planned["deliveries"]["remote"] == {"possible": True, "reasons": []}
    assert planned["payload"]["content"]["playbackType"] == "linear"
    assert (await async_get_registry(book.hass)).story_cards() == ()
    native = await book.ask("publish_story", story_id="To the sea", delivery="native")
    before = await content_of(family, native["card_id"])
    for delivery, playback in (
        ("remote", "linear"),
        ("live", "interactive"),
        ("remote", "linear"),
    ):
        answer = await book.ask("publish_story", story_id="To the sea", delivery=delivery)
        assert (answer["card_id"], answer["delivery"]) == (native["card_id"], delivery)
        assert answer["deliveries"][delivery]["possible"]
        content = await content_of(family, native["card_id"])
        assert content["playbackType"] == playback
        assert ("editSettings" in content) == (playback == "interactive")
        (found,) = (await book.ask("get_stories", story_id="To the sea"))["stories"]
        assert found["cards"] == [{"card_id": native["card_id"], "delivery": delivery}]
    again = await book.ask("publish_story", story_id="To the sea", delivery="remote")
    assert again["changes"] == []
    await book.ask("publish_story", story_id="To the sea", delivery="native")
    assert await content_of(family, native["card_id"]) == before
    assert (await async_get_registry(family.hass)).story_cards() == ()


async def test_a_plain_card_is_plain_at_yoto(family: Family, card_id: str) -> None:
    """No rule is on it, and its addresses name chapters of a live card, beginning in front."""
    content = await content_of(family, card_id)
    tracks = [chapter["tracks"][0] for chapter in content["chapters"]]
    assert all("events" not in track for track in tracks)
    names = [URL(track["trackUrl"]).path.split("/")[-1].split(".")[0] for track in tracks]
    assert names[:4] == ["start", "R0", "E1", "E0"]
    assert len({URL(track["trackUrl"]).path.split("/")[-2] for track in tracks}) == 1


async def test_what_is_missing_keeps_a_story_from_being_told(book: Storybook) -> None:
    """However it is delivered."""
    await book.ask("save_story", text="title: Hole\nnodes: {a: {audio: Nothing}}")
    checked = await book.ask("validate_story", story_id="Hole")
    live, remote = (checked["deliveries"][one] for one in ("live", "remote"))
    assert not remote["possible"]
    assert remote == live
