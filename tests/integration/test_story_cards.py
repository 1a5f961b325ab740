"""Stories on native cards: compiled, uploaded, played by a player without Home Assistant."""

from pathlib import Path

from homeassistant.exceptions import ServiceValidationError
import pytest

from simulator.player.player import Side

from . import Family, settle
from .concert import make_concert
from .storybook import SEA, Storybook

TREASURE = """\
title: The treasure
variables:
  key: false
nodes:
  hall:
    audio: Ant
    left: {to: cellar, label: Down}
    right: {to: gold, label: The door, when: key}
    end: {wait: 3, to: hall}
  cellar: {audio: Bee, set: {key: true}, end: hall}
  gold: {audio: Cat}
"""
"""A door that a key opens: a variable, and a wait."""


@pytest.fixture
async def book(family: Family, tmp_path: Path) -> Storybook:
    """Return a family with songs, and a story of them."""
    book = Storybook(family, await make_concert(family, tmp_path, seconds=20))
    await book.ask("save_story", text=TREASURE)
    return book


def chapter_of(family: Family) -> str | None:
    """Return the chapter that the player is in."""
    playing = family.player.view()["playing"]
    return str(playing["chapter_key"]) if isinstance(playing, dict) else None


async def presses(family: Family, knob: Side, chapter: str) -> None:
    """Press a knob, and wait for the chapter that it leads to."""
    await family.player.press(knob)
    await settle(lambda: chapter_of(family) == chapter)


async def test_a_story_with_a_variable_is_a_card(book: Storybook, family: Family) -> None:
    """The door opens for who has been in the cellar; nothing is asked of Home Assistant."""
    planned = await book.ask("publish_story", story_id="The treasure", dry_run=True)
    assert planned["deliveries"]["native"]["possible"]
    assert planned["native"]["chapters"] == len(planned["payload"]["content"]["chapters"])
    assert [one["variable"] for one in planned["native"]["variables"]] == ["key"]
    published = await book.ask("publish_story", story_id="The treasure")
    assert published["delivery"] == "native"
    assert published["warnings"] == []
    assert all(url.startswith("yoto:#") for url in published["urls"])
    await family.player.insert(published["card_id"])
    await settle(lambda: chapter_of(family) == "hall (no key)")
    asked = len(family.player.fetches())
    await family.player.press("right")
    await presses(family, "left", "cellar")
    await settle(lambda: chapter_of(family) in {"hall (key)", "hall, waiting (key)"})
    await presses(family, "right", "gold")
    own = str(book.family.client.make_url("/"))
    assert not any(str(one["url"]).startswith(own) for one in family.player.fetches()[asked:])


async def test_a_changed_story_is_published_to_the_same_card(book: Storybook) -> None:
    """So that a plastic card needs no new link; a card that was deleted is made anew."""
    first = await book.ask("publish_story", story_id="The treasure")
    await book.ask(
        "save_story", story_id="The treasure", text=TREASURE.replace("Down", "Downstairs")
    )
    again = await book.ask("publish_story", story_id="The treasure")
    assert again["card_id"] == first["card_id"]
    (found,) = (await book.ask("get_stories", story_id="The treasure"))["stories"]
    assert found["cards"] == [{"card_id": first["card_id"], "delivery": "native"}]
    await book.ask("delete_card", card_id=first["card_id"])
    other = await book.ask("publish_story", story_id="The treasure")
    assert other["card_id"] != first["card_id"]


async def test_what_cannot_be_a_card_says_why(book: Storybook) -> None:
    """With where it is, and what can be done instead."""
    text = SEA.replace("end: stop", "end: {random: {shell: 1, boat: 1}}")
    await book.ask("save_story", text=text)
    with pytest.raises(ServiceValidationError, match=r"(?s)start_story.*In the node beach.*chance"):
        await book.ask("publish_story", story_id="To the sea", delivery="native")
    planned = await book.ask(
        "publish_story", story_id="To the sea", delivery="native", dry_run=True
    )
    assert planned["payload"] is None


async def test_a_story_that_is_too_large_says_how_to_get_smaller(book: Storybook) -> None:
    """Which variable multiplies it, before anything is uploaded."""
    nodes = "".join(
        f"  n{number}: {{audio: Ant, left: {{to: n{number + 1}, set: {{coins: coins + 1}}}},"
        f" right: n{number + 1}}}\n"
        for number in range(24)
    )
    text = (
        "title: Coins\nvariables: {coins: {min: 0, max: 20, start: 0}}\nnodes:\n"
        f"{nodes}  n24: {{end: [{{to: rich, when: coins > 11}}, {{to: poor}}]}}\n"
        "  rich: {audio: Bee}\n  poor: {audio: Cat}\n"
    )
    await book.ask("save_story", text=text)
    with pytest.raises(ServiceValidationError, match=r"(?s)a card can have 100.*variable coins"):
        await book.ask("publish_story", story_id="Coins", delivery="native")
    cards = (await book.ask("get_cards"))["cards"]
    assert "Coins" not in {card["title"] for card in cards}


async def test_only_what_is_whole_is_published(book: Storybook) -> None:
    """What is missing is named; a story that is only written down is not published."""
    await book.ask("save_story", text="title: Hush\nnodes: {a: {say: Hush now}}")
    with pytest.raises(ServiceValidationError, match="not spoken yet: Hush now"):
        await book.ask("publish_story", story_id="Hush")
    with pytest.raises(ServiceValidationError, match="not saved yet"):
        await book.ask("publish_story", text=TREASURE.replace("The treasure", "New"))
    planned = await book.ask(
        "publish_story", text=TREASURE.replace("The treasure", "New"), dry_run=True
    )
    assert planned["payload"]["title"] == "New"
