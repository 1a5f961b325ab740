"""Stories on story cards: whoever has the card is told the story, each child in its own place."""

from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant, State
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er, issue_registry as ir
import pytest
from yarl import URL

from custom_components.yoto_smart_stream.const import DOMAIN
from custom_components.yoto_smart_stream.delivery.profile import Interactive
from custom_components.yoto_smart_stream.live import holders
from custom_components.yoto_smart_stream.live.serving import async_setup_live_cards
from custom_components.yoto_smart_stream.opening.opener import async_get_opener
from custom_components.yoto_smart_stream.streaming.registry import async_get_registry
from simulator.player import VirtualPlayer
from simulator.traits import InteractiveStreams, Traits

from . import Family, settle
from .concert import PLAYER, make_concert
from .examiner import find, give
from .jukebox import heard, play, plays, song
from .storybook import SEA, Storybook

CHANCE = SEA.replace("end: stop", "end: {random: {shell: 1, boat: 1}}")
PHONE = {"User-Agent": "Dalvik/2.1.0 (Linux; U; Android 14)"}
_LONG = 60.0


@pytest.fixture
def apart() -> bool:
    """Let each player fetch from an address of its own, as on a real network."""
    return True


@pytest.fixture
def speed() -> float:
    """Let players live as slowly as we do, so that nothing is over before it is looked at."""
    return 1


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a busy machine take its time to hear of a card."""
    monkeypatch.setattr(holders, "PATIENCE", _LONG)


@pytest.fixture
async def book(family: Family, tmp_path: Path) -> Storybook:
    """Return a family with songs, and a story of them."""
    book = Storybook(family, await make_concert(family, tmp_path, seconds=60))
    await book.ask("save_story", text=SEA)
    return book


@pytest.fixture
async def card_id(book: Storybook) -> str:
    """Return the story card."""
    published = await book.ask("publish_story", story_id="To the sea", delivery="live")
    assert published["delivery"] == "live"
    assert published["warnings"] == []
    return str(published["card_id"])


def other_player(family: Family) -> VirtualPlayer:
    """Return the second player."""
    return list(family.simulation.players.values())[1]


def other_state(family: Family, platform: str, key: str | None = None) -> State:
    """Return the state of an entity of the second player."""
    player_id = other_player(family).device.device_id
    unique_id = player_id if key is None else f"{player_id}_{key}"
    entity_id = er.async_get(family.hass).async_get_entity_id(platform, DOMAIN, unique_id)
    state = None if entity_id is None else family.hass.states.get(entity_id)
    assert state is not None
    return state


async def other_comes_to(family: Family, node: str) -> None:
    """Wait until the second player is told a node."""
    await settle(
        lambda: (
            other_state(family, "sensor", "story_node").attributes.get("node") == node
            and other_state(family, "media_player").state == "playing"
        )
    )


async def addresses(family: Family, card_id: str) -> dict[str, str]:
    """Return the paths on a card as Yoto has it, by chapter."""
    card = await family.entry.runtime_data.account.own_card(card_id)
    content: Any = card["content"]
    tracks = [chapter["tracks"][0] for chapter in content["chapters"]]
    return {track["key"]: URL(track["trackUrl"]).path for track in tracks}


@pytest.mark.parametrize("speed", [10])
async def test_a_story_is_told_to_who_puts_its_card_in(
    book: Storybook, family: Family, card_id: str
) -> None:
    """Knobs choose; who takes the card out and puts it in again goes on; at the end it stops."""
    await family.player.insert(card_id)
    await book.comes_to("beach")
    assert family.state("sensor", "story").state == "To the sea"
    assert family.state("media_player").attributes["media_album_name"] == "To the sea"
    assert family.state("media_player").attributes["media_title"] == "Ant"
    await family.player.press("left")
    await book.comes_to("shell")
    await family.player.remove()
    await family.shows("idle")
    assert family.state("sensor", "story").state == "none"
    await family.player.insert(card_id)
    await book.comes_to("shell")
    assert book.happened("type", "node").count(("story_node_entered", "shell")) == 1
    (session,) = (await book.ask("get_story_sessions"))["sessions"]
    assert (session["node"], session["variables"]) == ("shell", {"shells": 1})
    await book.comes_to("beach")
    await family.player.press("right")
    await book.comes_to("boat")
    await settle(lambda: family.state("sensor", "story").attributes.get("ended") is True)
    await family.shows("idle")
    assert heard(book.concert).endswith("C")
    await family.player.remove()
    await family.player.insert(card_id)
    await book.comes_to("beach")


async def test_presses_on_a_story_card_are_told_as_such(
    book: Storybook, family: Family, card_id: str
) -> None:
    """As on the live card; how the chapters lead on is known."""
    await family.player.insert(card_id)
    await book.comes_to("beach")
    await family.player.press("left")
    await book.comes_to("shell")
    occurrences = family.entry.runtime_data.recent(family.player_id)
    assert [str(one.choice) for one in occurrences if one.kind == "choice_made"] == ["left"]


async def test_a_saved_game_goes_on(book: Storybook, family: Family, card_id: str) -> None:
    """After a song in between; `choose` and an announcement do what they do on the live card."""
    await family.player.insert(card_id)
    await book.comes_to("beach")
    await book.act("choose", choice="left")
    await book.comes_to("shell")
    assert family.entry.runtime_data.data[family.player_id].snapshot.card_id != card_id
    await play(family, song(book.concert, "Dog"))
    await plays(family, "Dog")
    assert family.state("sensor", "story").state == "none"
    await family.player.remove()
    await family.player.insert(card_id)
    await book.comes_to("shell")
    await family.act(
        "media_player.play_media",
        media_content_id=song(book.concert, "Elk"),
        media_content_type="music",
        announce=True,
    )
    await plays(family, "Elk")
    await family.player.press("right")
    await book.comes_to("shell")
    assert (await book.act("start_story", story_id="To the sea"))["outcome"] == "continued"


async def test_two_children_have_the_same_card(
    book: Storybook, family: Family, card_id: str
) -> None:
    """Each goes its own way at the same time."""
    await family.player.insert(card_id)
    await book.comes_to("beach")
    await other_player(family).insert(card_id)
    await other_comes_to(family, "beach")
    await family.player.press("left")
    await other_player(family).press("right")
    await book.comes_to("shell")
    await other_comes_to(family, "boat")
    await family.player.press("right")
    await settle(lambda: family.state("media_player").state == "playing")
    sessions = (await book.ask("get_story_sessions"))["sessions"]
    assert {one["node"] for one in sessions} == {"shell", "boat"}
    assert not issues_of(family)


def issues_of(family: Family) -> list[tuple[str, str]]:
    """Return the issues about story cards."""
    every = ir.async_get(family.hass).issues
    return [key for key in every if key[1].startswith("story_card_players_unclear")]


@pytest.mark.parametrize("apart", [False])
async def test_players_that_cannot_be_told_apart_are_not_guessed(
    book: Storybook,
    family: Family,
    card_id: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Both are behind one address: nothing is played, and it is said once which players."""
    await family.player.insert(card_id)
    await book.comes_to("beach")
    monkeypatch.setattr(holders, "PATIENCE", 1.0)
    await other_player(family).insert(card_id)
    await settle(lambda: bool(issues_of(family)))
    await settle(lambda: other_state(family, "media_player").state == "idle")
    (found,) = (ir.async_get(family.hass).issues[key] for key in issues_of(family))
    assert found.translation_placeholders is not None
    names = [state.player.name for state in family.entry.runtime_data.data.values()]
    assert all(name in found.translation_placeholders["players"] for name in names)
    assert family.state("sensor", "story_node").attributes["node"] == "beach"
    assert len([one for one in caplog.messages if "cannot be told apart" in one]) == 1
    await other_player(family).remove()
    monkeypatch.setattr(holders, "PATIENCE", _LONG)
    await family.player.press("left")
    await book.comes_to("shell")
    assert not issues_of(family)


async def test_who_is_no_player_with_the_card_gets_nothing(
    book: Storybook,
    family: Family,
    card_id: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Not before it is in a player, and no phone afterwards; a player may ask again."""
    paths = await addresses(family, card_id)
    assert paths.keys() == {"start", "L0", "R0", "E0", "L1", "R1", "E1"}
    monkeypatch.setattr(holders, "PATIENCE", 0.1)
    for _ in range(2):
        answer = await family.client.get(paths["start"], headers=PLAYER)
        assert (answer.status, answer.headers["Retry-After"]) == (503, "2")
    said = [one for one in caplog.messages if "no player says that it has the card" in one]
    assert len(said) == 1
    assert paths["start"].split("/")[-2] not in caplog.text
    monkeypatch.setattr(holders, "PATIENCE", _LONG)
    await family.player.insert(card_id)
    await book.comes_to("beach")
    monkeypatch.setattr(holders, "PATIENCE", 0.1)
    assert (await family.client.get(paths["L1"], headers=PHONE)).status == 503
    assert family.state("sensor", "story_node").attributes["node"] == "beach"
    wrong = paths["start"].replace("start", "X1")
    assert (await family.client.get(wrong, headers=PLAYER)).status == 404


async def test_a_story_goes_on_after_a_restart(
    book: Storybook, family: Family, card_id: str
) -> None:
    """Also before the account is there again, and so before players have said anything."""
    paths = await addresses(family, card_id)
    await family.player.insert(card_id)
    await book.comes_to("beach")
    assert await book.hass.config_entries.async_unload(family.entry.entry_id)
    await async_setup_live_cards(book.hass, await async_get_opener(book.hass))
    answer = await family.client.get(paths["start"])
    assert await answer.read() == book.concert.content("Ant")
    assert await book.hass.config_entries.async_setup(family.entry.entry_id)
    await family.player.press("left")
    await book.comes_to("shell")


async def test_a_story_is_published_to_the_same_card(book: Storybook, family: Family) -> None:
    """Whatever its delivery was before, so that a plastic card needs no new link."""
    native = await book.ask("publish_story", story_id="To the sea")
    assert native["delivery"] == "native"
    live = await book.ask("publish_story", story_id="To the sea", delivery="live")
    assert live["card_id"] == native["card_id"]
    assert live["deliveries"]["native"]["possible"]
    (found,) = (await book.ask("get_stories", story_id="To the sea"))["stories"]
    assert found["cards"] == [{"card_id": live["card_id"], "delivery": "live"}]
    versions = (await book.ask("get_card_versions", card_id=live["card_id"]))["versions"]
    assert len(versions) == 1
    again = await book.ask("publish_story", story_id="To the sea", delivery="live")
    assert (again["card_id"], again["changes"]) == (live["card_id"], [])
    assert again["urls"] == live["urls"]
    back = await book.ask("publish_story", story_id="To the sea", delivery="native")
    assert back["card_id"] == native["card_id"]
    assert (await async_get_registry(family.hass)).story_cards() == ()


async def test_the_best_delivery_is_chosen(book: Storybook) -> None:
    """And why the other one is not possible; nothing is made for a mere look."""
    await book.ask("save_story", text=CHANCE.replace("To the sea", "By chance"))
    planned = await book.ask("publish_story", story_id="By chance", dry_run=True)
    assert planned["delivery"] == "live"
    assert planned["problems"] == []
    assert len(planned["payload"]["content"]["chapters"]) == 7
    for path in ("s/new/start.mp3", "i/new/start.png"):
        assert f"https://home.invalid/api/{DOMAIN}/{path}" in str(planned["payload"])
    assert (await async_get_registry(book.hass)).story_cards() == ()
    published = await book.ask("publish_story", story_id="By chance")
    assert published["delivery"] == "live"
    (reason,) = published["deliveries"]["native"]["reasons"]
    assert "chance" in reason
    for action in ("copy_card", "export_card"):
        with pytest.raises(ServiceValidationError, match="a story that Home Assistant tells"):
            await book.ask(action, card_id=published["card_id"])


async def test_only_a_whole_story_is_told_by_a_card(book: Storybook) -> None:
    """What is missing is named."""
    await book.ask("save_story", text="title: Hush\nnodes: {a: {say: Hush now}}")
    with pytest.raises(ServiceValidationError, match="not spoken yet: Hush now"):
        await book.ask("publish_story", story_id="Hush", delivery="live")


async def test_a_deleted_story_is_told_to_its_end(
    book: Storybook, family: Family, card_id: str
) -> None:
    """Where it is being told; the card is silent afterwards, and can be deleted as all others."""
    paths = await addresses(family, card_id)
    await family.player.insert(card_id)
    await book.comes_to("beach")
    deleted = await book.ask("delete_story", story_id="To the sea")
    assert deleted["cards"] == [{"card_id": card_id, "delivery": "live"}]
    await family.player.press("left")
    await book.comes_to("shell")
    await play(family, song(book.concert, "Dog"))
    await plays(family, "Dog")
    await family.player.remove()
    await family.player.insert(card_id)
    await family.shows("idle")
    await book.ask("delete_card", card_id=card_id)
    assert (await family.client.get(paths["start"], headers=PLAYER)).status == 404
    assert (await async_get_registry(family.hass)).story_cards() == ()


@pytest.mark.parametrize(
    ("interactive", "streams"),
    [
        (Interactive.REFUSED, InteractiveStreams.REFUSED),
        (Interactive.IGNORED, InteractiveStreams.LINEAR),
    ],
)
async def test_a_player_with_a_plain_card_is_told_the_story_there(
    book: Storybook,
    family: Family,
    card_id: str,
    interactive: Interactive,
    streams: InteractiveStreams,
) -> None:
    """Since the story card cannot play in it; turns choose."""
    give(family, Traits(interactive_streams=streams))
    await find(family, interactive)
    await family.player.insert(card_id)
    await book.comes_to("beach")
    assert family.entry.runtime_data.data[family.player_id].snapshot.card_id != card_id
    await family.player.turn("right", -1)
    await book.comes_to("shell")


async def test_an_account_takes_its_tokens_along(
    family: Family, hass: HomeAssistant, card_id: str
) -> None:
    """The card stays, as all that a family has made; it is silent then."""
    assert await hass.config_entries.async_remove(family.entry.entry_id)
    assert (await async_get_registry(hass)).story_cards() == ()
    assert family.simulation.cloud.cards.find(card_id) is not None
    await hass.config_entries.async_add(family.entry)
