"""Stories that Home Assistant tells on a player: knobs, actions, entities, triggers, restarts."""

from pathlib import Path
from typing import cast

from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er
import pytest

from custom_components.yoto_smart_stream.cards.linear import linear_key
from custom_components.yoto_smart_stream.cards.live import LiveChapter
from custom_components.yoto_smart_stream.const import DOMAIN
from custom_components.yoto_smart_stream.delivery.profile import Interactive
from custom_components.yoto_smart_stream.live.runner import LIVE_CARDS, LiveCards
from custom_components.yoto_smart_stream.opening.opener import async_get_opener
from custom_components.yoto_smart_stream.program.queue import Queue
from custom_components.yoto_smart_stream.stories.reports import StoryReport, sentence
from custom_components.yoto_smart_stream.stories.teller import TELLER
from simulator.traits import InteractiveStreams, Traits

from . import Family, settle
from .concert import make_concert
from .diary import Diary, trigger
from .examiner import find, give
from .jukebox import play, plays, song
from .storybook import SEA, Storybook


@pytest.fixture
async def book(family: Family, tmp_path: Path) -> Storybook:
    """Return a family with songs, and a story of them."""
    book = Storybook(family, await make_concert(family, tmp_path, seconds=60))
    await book.ask("save_story", text=SEA)
    return book


def chapter_of(family: Family) -> object:
    """Return the chapter of the live card that the player has told last."""
    return family.state("media_player").attributes.get("chapter_key")


async def test_a_story_is_told_by_knobs(book: Storybook, family: Family) -> None:
    """And shown; what happens is told."""
    answer = await book.act("start_story", story_id="to-the-sea")
    assert answer["outcome"] == "begun"
    await book.comes_to("beach")
    assert family.state("sensor", "story").state == "To the sea"
    node = family.state("sensor", "story_node")
    assert (node.attributes["left"], node.attributes["right"]) == ("A shell", "The boat")
    await family.player.press("left")
    await book.comes_to("shell")
    heard = chapter_of(family)
    await family.player.press("right")
    await settle(lambda: chapter_of(family) != heard)
    await book.comes_to("shell")
    assert family.state("sensor", "story_node").attributes["left"] is None
    await book.act("start_story", story_id="To the sea", restart=True)
    # The end of the shell would lead to the beach too, in a chapter for ends.
    begun = {LiveChapter.R0, LiveChapter.R1}
    await settle(
        lambda: (
            chapter_of(family) in begun
            and family.state("sensor", "story_node").attributes.get("node") == "beach"
        )
    )
    await book.comes_to("beach")
    await family.player.press("right")
    await book.comes_to("boat")
    assert family.state("sensor", "story_node").state == "The boat"
    await settle(lambda: family.state("sensor", "story").attributes.get("ended") is True)
    await settle(lambda: "story_ending_reached" in {one["type"] for one in book.told})
    assert book.happened("type", "node")[-4:] == [
        ("story_node_entered", "beach"),
        ("story_choice_made", "beach"),
        ("story_node_entered", "boat"),
        ("story_ending_reached", "boat"),
    ]
    await family.shows("idle")
    sessions = await book.ask("get_story_sessions", story_id="To the sea")
    assert [one["node"] for one in sessions["endings"]] == ["boat"]
    assert sessions["sessions"][0]["ended"] is True


@pytest.mark.parametrize(
    ("interactive", "streams"),
    [
        (Interactive.REFUSED, InteractiveStreams.REFUSED),
        (Interactive.IGNORED, InteractiveStreams.LINEAR),
    ],
)
async def test_a_story_is_told_by_turns(
    book: Storybook, family: Family, interactive: Interactive, streams: InteractiveStreams
) -> None:
    """On a player whose interactive cards play no streams: back is left, forwards is right."""
    give(family, Traits(interactive_streams=streams))
    await find(family, interactive)
    await book.act("start_story", story_id="to-the-sea")
    await book.comes_to("beach")
    await family.player.turn("right", -1)
    await book.comes_to("shell")
    # Nothing leads on from there but the end, so what plays plays on.
    await family.player.turn("right", 1)
    runs = {linear_key(LiveChapter.R0), linear_key(LiveChapter.R1)}
    await settle(lambda: chapter_of(family) in runs)
    await book.comes_to("shell")
    await book.act("start_story", story_id="To the sea", restart=True)
    await book.comes_to("beach")
    await family.player.turn("right", 1)
    await book.comes_to("boat")
    assert book.happened("type", "node").count(("story_choice_made", "beach")) == 2
    assert ("story_node_entered", "boat") in book.happened("type", "node")


async def test_a_story_goes_on_where_it_was_left(book: Storybook, family: Family) -> None:
    """After something else was played; its variables are as they were."""
    await book.act("start_story", story_id="To the sea")
    await book.comes_to("beach")
    await book.act("choose", choice="left")
    await book.comes_to("shell")
    await play(family, song(book.concert, "Dog"))
    await plays(family, "Dog")
    assert family.state("sensor", "story").state == "none"
    again = await book.act("start_story", story_id="To the sea")
    assert again["outcome"] == "continued"
    await book.comes_to("shell")
    (session,) = (await book.ask("get_story_sessions"))["sessions"]
    assert (session["title"], session["node"], session["playing"]) == ("To the sea", "shell", True)
    assert session["variables"] == {"shells": 1}
    assert book.happened("type", "node").count(("story_node_entered", "shell")) == 1


async def test_buttons_choose_and_begin_anew(book: Storybook, family: Family) -> None:
    """As the knobs do; the event entity shows what was chosen."""
    with pytest.raises(ServiceValidationError, match="has no story"):
        await book.act("choose", choice="left")
    await book.act("start_story", story_id="To the sea")
    await book.comes_to("beach")
    for key, node in (("choose_left", "shell"), ("reset_story", "beach"), ("choose_right", "boat")):
        await family.hass.services.async_call(
            "button", "press", {"entity_id": family.entity_id("button", key)}, blocking=True
        )
        await book.comes_to(node)
    chosen = family.state("event", "story_choice").attributes
    assert (chosen["event_type"], chosen["label"], chosen["target"]) == (
        "right",
        "The boat",
        "boat",
    )


async def test_automations_start_in_stories(book: Storybook, diary: Diary) -> None:
    """At nodes, choices and endings, of some stories or all."""
    await diary.keep(
        trigger("story_node_entered", node=["The boat"]),
        trigger("story_choice_made", story=["to the sea"], choice=["right"]),
        trigger("story_choice_made", choice=["left"]),
        trigger("story_ending_reached", story=["Another one"]),
    )
    await book.act("start_story", story_id="To the sea")
    await book.comes_to("beach")
    await book.act("choose", choice="right")
    await book.comes_to("boat")
    chosen, entered = await diary.tells(2)
    assert (chosen["label"], chosen["player"]) == ("The boat", "Kitchen")
    assert entered["tags"] == ["home"]


async def test_a_story_asks_home_assistant_and_acts(
    book: Storybook, family: Family, diary: Diary
) -> None:
    """Conditions hold or not at the moment of a press; actions run when a node is entered."""
    text = SEA.replace("title: To the sea", "title: By night").replace(
        "left: {to: shell, label: A shell}",
        "left:\n      - {to: boat, home: {condition: state, entity_id: sun.moon, state: full}}\n"
        "      - {to: shell}\n"
        "    actions: [{action: diary.note, data: {trigger: '{{ story }} at {{ node }}'}}]",
    )
    saved = await book.ask("save_story", text=text)
    assert saved["home"] == []
    family.hass.states.async_set("sun.moon", "new")
    await book.act("start_story", story_id="By night")
    await book.comes_to("beach")
    assert await diary.tells() == [{"text": "By night at beach"}]
    await family.player.press("left")
    await book.comes_to("shell")
    family.hass.states.async_set("sun.moon", "full")
    await book.act("reset_story")
    await book.comes_to("beach")
    await family.player.press("left")
    await book.comes_to("boat")


async def test_a_story_is_changed_while_it_is_told(book: Storybook, family: Family) -> None:
    """It goes on at the same node with the new text."""
    await book.act("start_story", story_id="To the sea")
    await book.comes_to("beach")
    other = SEA.replace("right: {to: boat, label: The boat}", "right: {to: shell, label: Dig}")
    await book.ask("save_story", story_id="To the sea", text=other)
    await settle(lambda: family.state("sensor", "story_node").attributes.get("right") == "Dig")
    await family.player.press("right")
    await book.comes_to("shell")


async def test_what_cannot_be_told_is_refused(book: Storybook, family: Family) -> None:
    """What is missing is named, and what plays is left alone."""
    await book.ask("save_story", text="title: Empty\nnodes: {a: {say: Hello}}")
    with pytest.raises(ServiceValidationError, match="not spoken yet: Hello"):
        await book.act("start_story", story_id="Empty")
    await book.act("start_story", story_id="To the sea")
    await book.comes_to("beach")
    with pytest.raises(ServiceValidationError, match="is telling a story"):
        await play(family, song(book.concert, "Dog"), "add")
    with pytest.raises(ServiceValidationError, match="is telling a story"):
        await family.act("media_player.shuffle_set", shuffle=True)
    assert family.state("sensor", "story_node").state == "beach"


async def test_a_deleted_story_is_told_to_its_end(book: Storybook, family: Family) -> None:
    """Where players were in it is forgotten."""
    await book.act("start_story", story_id="To the sea")
    await book.comes_to("beach")
    await book.ask("delete_story", story_id="To the sea")
    assert (await book.ask("get_story_sessions"))["sessions"] == []
    await family.player.press("left")
    await book.comes_to("shell")


async def test_the_logbook_tells_stories(book: Storybook) -> None:
    """In words that are read after the name of the player."""
    await book.act("start_story", story_id="To the sea")
    await book.comes_to("beach")
    await book.act("choose", choice="right")
    await settle(lambda: len(book.told) >= 3)
    assert [sentence(cast("StoryReport", one)) for one in book.told[:3]] == [
        "came to beach in To the sea",
        "chose The boat in To the sea",
        "came to The boat in To the sea",
    ]


async def test_a_restart_changes_nothing(book: Storybook) -> None:
    """What is told is written down; of a story that is gone by then, nothing is left to play."""
    await book.act("start_story", story_id="To the sea")
    await book.comes_to("beach")
    await book.act("choose", choice="left")
    await book.comes_to("shell")
    opener = await async_get_opener(book.hass)
    (session,) = book.hass.data[LIVE_CARDS].sessions
    restarted = LiveCards(book.hass, opener)
    await restarted.async_load()
    (again,) = restarted.sessions
    assert again.current.program == session.current.program
    await book.ask("delete_story", story_id="To the sea")
    restarted = LiveCards(book.hass, opener)
    await restarted.async_load()
    assert [one.current.program for one in restarted.sessions] == [Queue()]
    assert restarted.set_aside_count == 0


async def test_a_power_cut_loses_no_step_of_a_story(book: Storybook, family: Family) -> None:
    """Saved games are written late; what the live card was playing is written at once."""
    await book.act("start_story", story_id="To the sea")
    await book.comes_to("beach")
    await book.act("choose", choice="left")
    await book.comes_to("shell")
    teller = book.hass.data[TELLER]
    (game,) = teller.games.games
    teller.games.async_forget_story(game.story_id)
    assert await book.hass.config_entries.async_reload(family.entry.entry_id)
    assert teller.games.games[0].program == game.program
    again = await book.act("start_story", story_id="To the sea")
    assert again["outcome"] == "continued"
    await book.comes_to("shell")


async def test_two_children_are_told_the_same_story(book: Storybook, family: Family) -> None:
    """Each on a player of its own, and each chooses for itself."""
    other = list(family.simulation.players)[1]
    entity_id = er.async_get(book.hass).async_get_entity_id("media_player", DOMAIN, other)
    await book.act("start_story", story_id="To the sea")
    await book.comes_to("beach")
    await book.ask("start_story", entity_id=entity_id, story_id="To the sea")
    await settle(lambda: len(book.happened("node")) == 2)
    await family.simulation.players[other].press("right")
    await book.act("choose", choice="left")
    await book.comes_to("shell")
    sessions = (await book.ask("get_story_sessions"))["sessions"]
    await settle(lambda: ("story_node_entered", "boat") in book.happened("type", "node"))
    assert len({one["player"] for one in sessions}) == 2
    assert family.state("sensor", "story_node").state == "shell"
