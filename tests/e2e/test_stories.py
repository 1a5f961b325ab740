"""Stories from their text to a child's ears: what is heard is what was spoken for the node."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from itertools import groupby
import sys

import pytest
import pytest_asyncio

from custom_components.yoto_smart_stream.cards.live import LiveChapter
from custom_components.yoto_smart_stream.story import engine
from custom_components.yoto_smart_stream.story.fate import NO_FATE
from custom_components.yoto_smart_stream.story.model import Spoken
from custom_components.yoto_smart_stream.story.situation import End, Input, Knob, Play, Press
from demo.api import Json
from demo.login import DOMAIN
from demo.stack import Stack
from demo.waiting import until

from .conftest import allow_sockets
from .home import BOUGHT, Home
from .phone import Phone
from .tale import Recording, Tale, body, told_tale
from .wander import Sky, Wanderer

SPEED = 10.0
"""How fast the players of this module live: a word takes a twenty-fifth of a second."""
LONGEST_SILENCE = 9.0
"""Seconds of silence that the example waits for a knob, and a frame more."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def quick_stack(
    _sockets_for_the_stack: None, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[Stack]:
    """Start a stack of this module's own, whose Home Assistant may be stopped and killed."""
    # Whichever test comes first: it may have forbidden them since the session began.
    allow_sockets()
    folder = tmp_path_factory.mktemp("stories")
    async with Stack(
        folder, players=2, speed=SPEED, at_noon=True, interpreter=sys.executable
    ) as running:
        yield running


@pytest.fixture
async def quick_home(quick_stack: Stack) -> Home:
    """Return that home: logged in, nothing is wrong, no card is in a player."""
    home = Home(quick_stack)
    await home.settle()
    return home


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def sea(quick_stack: Stack) -> Tale:
    """Return the story in which Home Assistant takes part, spoken."""
    return await _spoken(quick_stack, "the_sea_in_the_bedroom")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def wood(quick_stack: Stack) -> Tale:
    """Return the story that a card can hold, spoken."""
    return await _spoken(quick_stack, "the_way_home")


async def _spoken(stack: Stack, example: str) -> Tale:
    """Keep an example, and have it spoken."""
    allow_sockets()
    home = Home(stack)
    await home.settle()
    return await told_tale(home, example)


def texts_by(tale: Tale, way: Sequence[Input]) -> list[str]:
    """Return what the engine has a way play, without its silences."""
    state, happened = engine.begin(tale.script, 0, NO_FATE)
    effects = [*happened]
    for one in way:
        state, happened = engine.step(tale.script, state, one, NO_FATE)
        effects += happened
    return [
        one.audio.text.strip()
        for one in effects
        if isinstance(one, Play) and isinstance(one.audio, Spoken)
    ]


async def downloaded(home: Home, phone: Phone, card_id: str) -> None:
    """Wait until the player has all audio of the card that is in it."""
    chapters = (await phone.card(card_id))["content"]["chapters"]
    wanted = {track["trackUrl"] for chapter in chapters for track in chapter["tracks"]}

    async def look() -> bool:
        fetches = await home.simulation.fetches(home.player.player_id)
        return len({one["url"] for one in fetches if one["bytes"]}) >= len(wanted)

    await until(look, "the player has downloaded the card")


async def is_heard(home: Home, other_than: Json | None = None) -> Json:
    """Wait until something is heard in another chapter than before; return what is on."""

    async def look() -> Json | None:
        now = await home.device()
        is_on = now["hearing"] is not None and now["hearing"]["seconds"] > 0
        is_new = other_than is None or now["playing"] != other_than
        return now["playing"] if is_on and is_new else None

    return await until(look, "another chapter is heard")


async def walk_to_the_end(home: Home, presses: Sequence[str]) -> None:
    """Press the knobs while something is heard, and listen where the way says so."""
    at = await is_heard(home)
    for number, press in enumerate(presses):
        if press != "end":
            await home.operate("press", button=press)
        if number < len(presses) - 1:
            at = await is_heard(home, at)

    async def is_over() -> bool:
        return bool((await home.device())["status"] == "paused")

    await until(is_over, "the story is over")


async def heard_texts(played: Sequence[Json], tale: Tale) -> list[str]:
    """Return the texts of what was played, without the silences in which a question waits.

    Yoto keeps the very audio of the library, behind a tag of its own.
    """
    found: list[tuple[str, bool]] = []
    for one in played:
        assert one["error"] is None, one
        kept = await body(one["url"])
        texts = [text for text, audio in tale.audio.items() if kept.endswith(audio)]
        if not texts:
            # The silence after a question, which was heard to its end before.
            assert found[-1][1], found
            assert one["seconds"] < LONGEST_SILENCE
            continue
        (text,) = texts
        audio = tale.audio[text]
        recording = Recording(audio, kept.removesuffix(audio))
        assert recording.is_beginning(one), (text, one)
        found.append((text, recording.is_whole(one)))
    return [text for text, _ in groupby(text for text, _ in found)]


@pytest.mark.timeout(300)
async def test_a_story_on_a_card_needs_no_home_assistant(quick_home: Home, wood: Tale) -> None:
    """All its endings are come to by the knobs, with Home Assistant stopped and no network."""
    home, tale = quick_home, wood
    simulated = await home.api.ask(f"{DOMAIN}.simulate_story", story_id=tale.story_id, walks=0)
    assert simulated["all_found"]
    assert len(simulated["endings"]) > 1
    published = await home.api.ask(
        f"{DOMAIN}.publish_story", story_id=tale.story_id, delivery="native"
    )
    card_id: str = published["card_id"]
    phone = await Phone.of(home.simulation)
    # A player goes on where a card was left, so each way gets a card of its own.
    copies = [await phone.copy(card_id) for _ in simulated["endings"]]
    await home.operate("insert", card_id=card_id)
    await downloaded(home, phone, card_id)
    await home.operate("remove")
    await home.becomes("idle")
    await home.stack.home_assistant.stop()
    fetches = await home.simulation.fetches(home.player.player_id)
    ways = []
    for copy, ending in zip(copies, simulated["endings"], strict=True):
        before = len(await home.simulation.played(home.player.player_id))
        await home.operate("insert", card_id=copy)
        await is_heard(home)
        await home.operate("wifi", up=False)
        await walk_to_the_end(home, ending["presses"])
        for knob in Knob:
            await home.operate("press", button=knob.value)
        now = await home.device()
        assert (now["status"], now["error"]) == ("paused", None)
        ways.append((await home.simulation.played(home.player.player_id))[before:])
        await home.operate("remove")
        await home.operate("wifi", up=True)
    assert await home.simulation.fetches(home.player.player_id) == fetches
    last = set()
    for played, ending in zip(ways, simulated["endings"], strict=True):
        presses = [End() if one == "end" else Press(Knob(one)) for one in ending["presses"]]
        heard = await heard_texts(played, tale)
        assert heard == texts_by(tale, presses)
        assert played[-1]["sha256"] != played[0]["sha256"]
        last.add(heard[-1])
    assert len(last) == len(ways)
    await home.stack.home_assistant.start()
    await home.live()


async def comes_to(home: Home, node: str) -> None:
    """Wait until a node is told, and something of it is heard."""
    entity_id = home.player.entity("sensor", "story_node")

    async def look() -> bool:
        told, hearing = await home.api.state(entity_id), (await home.device())["hearing"]
        is_there = told is not None and told.attributes.get("node") == node
        return is_there and hearing is not None and hearing["seconds"] > 0

    await until(look, f"{node} is told")


def assert_heard(played: Sequence[Json], tale: Tale, texts: Sequence[str], taken_up: int) -> None:
    """Assert that texts were heard one after the other, with silences in which a question waits.

    Where the card was put in again, at `taken_up`, the player goes on in the middle of a text.
    """
    recordings = [tale.recordings[text] for text in texts]
    places = {-1}
    for number, one in enumerate(played):
        assert one["error"] is None, one
        if number == taken_up:
            assert one["url"] == played[number - 1]["url"]
        elif not any(each.is_beginning(one) for each in tale.recordings.values()):
            assert one["seconds"] < LONGEST_SILENCE, one
        else:
            reached = places | {at + 1 for at in places if at + 1 < len(texts)}
            places = {at for at in reached if at >= 0 and recordings[at].is_beginning(one)}
        assert places, (number, one)
    assert places == {len(texts) - 1}
    assert any(recordings[-1].is_whole(one) for one in played)


async def test_a_story_begins_with_its_own_card(quick_home: Home, wood: Tale) -> None:
    """Its knobs lead where the engine says, and taken out and put in again it goes on."""
    home = quick_home
    (kept,) = (await home.api.ask(f"{DOMAIN}.get_stories", story_id=wood.story_id))["stories"]
    for card in kept["cards"]:
        # A player goes on where it left a card, be it another one since.
        await home.api.ask(f"{DOMAIN}.delete_card", card_id=card["card_id"])
    published = await home.api.ask(
        f"{DOMAIN}.publish_story", story_id=wood.story_id, delivery="live"
    )
    assert published["delivery"] == "live"
    before = len(await home.simulation.played(home.player.player_id))
    await home.operate("insert", card_id=published["card_id"])
    state, _ = engine.begin(wood.script, 0, NO_FATE)
    await comes_to(home, state.situation.node)
    left, right = Press(Knob.LEFT), Press(Knob.RIGHT)
    way: list[Input] = [left, right, left, End(), right, left, End()]
    taken_up = 0
    for number, one in enumerate(way):
        if isinstance(one, Press):
            await home.operate("press", button=one.knob.value)
        state, _ = engine.step(wood.script, state, one, NO_FATE)
        if number < len(way) - 1 and isinstance(way[number + 1], Press):
            # A question stays until somebody answers.
            await comes_to(home, state.situation.node)
        if number == 1:
            await home.operate("remove")
            await home.becomes("idle")
            taken_up = len(await home.simulation.played(home.player.player_id)) - before
            await home.operate("insert", card_id=published["card_id"])
            await comes_to(home, state.situation.node)
    assert state.situation.node == "soup_with_mouse"
    await home.becomes("idle")
    played = (await home.simulation.played(home.player.player_id))[before:]
    assert {one["card_id"] for one in played} == {published["card_id"]}
    assert_heard(played, wood, texts_by(wood, way), taken_up)
    ways = [LiveChapter(one["chapter_key"]).way.value for one in played]
    del ways[taken_up]
    pressed = [one.knob.value for one in way if isinstance(one, Press)]
    assert [one for one in ways if one in set(Knob)] == pressed
    await home.operate("remove")
    await home.operate("insert", card_id=published["card_id"])
    await comes_to(home, wood.script.story.start)
    await home.operate("remove")
    await home.becomes("idle")


async def test_a_card_begins_a_story(quick_home: Home, sea: Tale) -> None:
    """A bought card is put in, an automation of the family's has the story told, knobs choose."""
    automation = {
        "alias": "This card tells of the sea",
        "triggers": [
            {"trigger": f"{DOMAIN}.card_inserted", "options": {"card_id": [BOUGHT]}},
        ],
        "actions": [
            {
                "action": f"{DOMAIN}.start_story",
                "target": {"entity_id": "{{ trigger.entity_id }}"},
                "data": {"story_id": sea.script.story.title, "restart": True},
            }
        ],
    }
    path = "/api/config/automation/config/sea"
    await quick_home.api.request("POST", path, body=automation)
    try:
        child = Wanderer(quick_home, quick_home.player, sea, Sky(quick_home), seed=3)
        await child.begin_with(BOUGHT)
        await child.go(8)
        assert await child.end()
    finally:
        await quick_home.api.request("DELETE", path)


async def test_two_children_are_told_the_same_story(quick_home: Home, sea: Tale) -> None:
    """Each goes a way of its own on a player of its own, at the same time."""
    sky = Sky(quick_home)
    children = [
        Wanderer(quick_home, player, sea, sky, seed=number)
        for number, player in enumerate(quick_home.players)
    ]
    assert len(children) == 2
    await asyncio.gather(*(child.begin() for child in children))
    await asyncio.gather(*(child.go(30) for child in children))
    for child in children:
        assert await child.end()


@pytest.mark.timeout(900)
async def test_three_hundred_presses_and_restarts(quick_home: Home, sea: Tale) -> None:
    """Home Assistant is killed now and then, and the player fetches in all manners."""
    child = Wanderer(quick_home, quick_home.player, sea, Sky(quick_home), seed=7)
    await child.begin()
    for _ in range(3):
        await child.go(75)
        await quick_home.kill()
        await quick_home.stack.home_assistant.start()
        await quick_home.live()
    await child.go(75)
    assert child.presses >= 300
    texts = await child.end()
    assert len(texts) > len(sea.script.story.nodes) / 2
