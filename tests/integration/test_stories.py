"""Stories that a family keeps: saving, checking, listing, deleting, and having them spoken."""

from typing import Any

from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import issue_registry as ir
import pytest

from custom_components.yoto_smart_stream.const import DOMAIN
from custom_components.yoto_smart_stream.stories.shelf import STORE_KEY, async_get_shelf
from custom_components.yoto_smart_stream.story_examples import EXAMPLES

from .shelf import Shelf
from .storybook import SEA, SPOKEN
from .test_audio_speech import Parrot, more_components, parrot

__all__ = ["more_components", "parrot"]


async def test_a_story_is_saved_found_and_changed(shelf: Shelf) -> None:
    """By its title, its slug or its id; the text is kept as it was written."""
    saved = await shelf.ask("save_story", text=SEA)
    assert (saved["outcome"], saved["title"], saved["slug"]) == (
        "created",
        "To the sea",
        "to-the-sea",
    )
    assert [one["name"] for one in saved["variables"]] == ["shells"]
    for key in ("to the sea", "to-the-sea", saved["story_id"]):
        (found,) = (await shelf.ask("get_stories", story_id=key))["stories"]
        assert (found["text"], found["format"]) == (SEA, "yaml")
    other = SEA.replace("The boat", "A boat") + "# Written at the sea.\n"
    changed = await shelf.ask("save_story", story_id="To the sea", text=other)
    assert (changed["outcome"], changed["revision"]) == ("changed", 2)
    assert changed["story_id"] == saved["story_id"]
    again = await shelf.ask("save_story", story_id="To the sea", text=other)
    assert (again["outcome"], again["revision"]) == ("unchanged", 2)
    (found,) = (await shelf.ask("get_stories"))["stories"]
    assert "text" not in found


async def test_a_story_comes_from_a_file(shelf: Shelf) -> None:
    """That may be read by Home Assistant, and is text."""
    path = await shelf.write("sea.yaml", SEA.encode())
    saved = await shelf.ask("save_story", media=str(path))
    assert saved["title"] == "To the sea"
    with pytest.raises(ServiceValidationError, match="allowlist_external_dirs"):
        await shelf.ask("save_story", media="/etc/hostname")
    picture = await shelf.write("sea.bin", b"\xff\xfe\x00\x9f")
    with pytest.raises(ServiceValidationError, match="no file of text"):
        await shelf.ask("save_story", media=str(picture))
    with pytest.raises(ServiceValidationError, match="one of these"):
        await shelf.ask("save_story")


async def test_what_cannot_be_read_is_refused_with_all_that_is_wrong(shelf: Shelf) -> None:
    """Each with its place and what can be done; nothing is kept."""
    broken = SEA.replace("to: boat", "to: boot").replace("shells + 1", "shels + 1")
    with pytest.raises(ServiceValidationError) as refused:
        await shelf.ask("save_story", text=broken)
    said = str(refused.value)
    assert "2 things" in said
    assert "In the node beach, line 9" in said
    assert "There is no node boot. Perhaps boat is meant" in said
    assert "There is no variable shels" in said
    checked = await shelf.ask("validate_story", text=broken)
    assert checked["valid"] is False
    assert [(one["code"], one["line"]) for one in checked["problems"]] == [
        ("unknown_node", 9),
        ("unknown_variable", 13),
    ]
    assert (await shelf.ask("get_stories"))["stories"] == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("title: [", "cannot be read as", id="yaml"),
        pytest.param("title: 4\nnodes: 5", "a whole number, and a set of fields", id="kind"),
        pytest.param("title: A\nnodes: {a: {colour: red}}", "no field colour", id="field"),
        pytest.param(
            "title: A\nnodes: {a: {left: {to: a, when: open()}}}", "cannot hold", id="expression"
        ),
        pytest.param("title: A\nnodes: {a: {left: {to: a, when: ''}}}", "expression", id="empty"),
    ],
)
async def test_problems_are_told_in_words(shelf: Shelf, text: str, said: str) -> None:
    """Whatever is wrong, there is a sentence for it."""
    checked = await shelf.ask("validate_story", text=text)
    assert not checked["valid"]
    assert any(said in one["text"] for one in checked["problems"]), checked


async def test_what_a_story_lacks_is_told(shelf: Shelf, parrot: Parrot) -> None:
    """Audio, streams, and what Home Assistant cannot do."""
    text = SPOKEN + (
        "    left: song\n"
        "  song: {audio: Nobody, end: rain}\n"
        "  rain: {stream: Rain, actions: [{actoin: light.turn_on}], end: [{to: tree, home: "
        "{condition: stat, entity_id: sun.sun}}]}\n"
    )
    checked = await shelf.ask("validate_story", text=text)
    assert checked["valid"]
    said = {(one["node"], one["code"]): one for one in checked["findings"]}
    assert "speak_story" in said["tree", "not_spoken"]["fix"]
    assert "audio Nobody is not there" in said["song", "missing_audio"]["text"]
    assert said["rain", "missing_audio"]["severity"] == "error"
    assert [one["node"] for one in checked["home"]] == ["rain", "rain"]
    native, live = checked["deliveries"]["native"], checked["deliveries"]["live"]
    assert (native["possible"], live["possible"]) == (False, False)
    assert checked["deliveries"]["remote"] == live
    assert any("stream Rain" in reason for reason in native["reasons"])
    assert checked["native"] is None


async def test_names_that_fit_nothing_or_too_much(shelf: Shelf) -> None:
    """It is said what there is."""
    await shelf.ask("save_story", text=SEA)
    with pytest.raises(ServiceValidationError, match=r"no story The moon\. There are: To the sea"):
        await shelf.ask("get_stories", story_id="The moon")
    with pytest.raises(ServiceValidationError, match="called To the sea already"):
        await shelf.ask("save_story", text=SEA)
    with pytest.raises(ServiceValidationError, match="either by its id"):
        await shelf.ask("validate_story")


async def test_a_story_is_written_in_another_format(shelf: Shelf) -> None:
    """What that cannot hold is said."""
    await shelf.ask("save_story", text=SEA)
    (found,) = (await shelf.ask("get_stories", story_id="To the sea", format="twee"))["stories"]
    assert ":: beach" in found["text"]
    assert any("Audio of the library" in lost for lost in found["lost"])
    twee = found["text"].replace("To the sea", "By the sea")
    assert (await shelf.ask("save_story", text=twee))["format"] == "twee"
    with pytest.raises(ServiceValidationError, match="cannot be written as twine"):
        await shelf.ask("get_stories", story_id="To the sea", format="twine")


async def test_a_story_is_played_without_a_player(shelf: Shelf) -> None:
    """To its endings, at random and by given presses."""
    played = await shelf.ask("simulate_story", text=SEA, presses=["left", "right", "end", "right"])
    (ending,) = played["endings"]
    assert (ending["node"], ending["title"], ending["presses"]) == (
        "boat",
        "The boat",
        ["right", "end"],
    )
    assert ending["choices"] == ["The boat"]
    assert played["all_found"]
    assert played["reachable"]["missed_nodes"] == []
    assert played["walks"]["endings"] == {"boat": played["walks"]["count"]}
    turns = played["play_through"]["turns"]
    assert [(one["press"], one["node"], one["ignored"]) for one in turns][:4] == [
        (None, "beach", False),
        ("left", "shell", False),
        ("right", "shell", True),
        ("end", "beach", False),
    ]
    assert turns[1]["variables"] == {"shells": 1}


@pytest.mark.parametrize("name", EXAMPLES)
async def test_the_examples_can_be_saved(shelf: Shelf, name: str) -> None:
    """One is a native card, one needs Home Assistant, all are sound."""
    saved = await shelf.ask("save_story", example=name)
    assert saved["outcome"] == "created"
    assert {one["severity"] for one in saved["findings"]} <= {"hint"}
    (found,) = (await shelf.ask("get_stories", story_id=name))["stories"]
    assert found["story_id"] == saved["story_id"]
    is_native = name != "the_sea_in_the_bedroom"
    assert saved["deliveries"]["native"]["possible"] is is_native


async def test_every_finding_has_its_words(shelf: Shelf) -> None:
    """A story in which much is odd."""
    text = (
        "title: Odd\nvariables: {never: {min: 0, max: 3}, red: false}\nnodes:\n"
        "  a: {say: Hello, left: b, right: {to: b, label: Sea}, end: {wait: 100, to: c}}\n"
        "  b: {left: a, end: [stop, {to: c}]}\n"
        "  c: {end: d}\n  d: {end: c, set: {red: true}}\n  e: {say: Nobody}\n"
    )
    checked = await shelf.ask("validate_story", text=text)
    codes = {one["code"] for one in checked["findings"]}
    assert {"unreachable", "silent_loop", "long_wait", "no_label", "label_not_spoken"} <= codes
    assert all(one["text"] and one["fix"] for one in checked["findings"])
    assert checked["native"]["fits"] is True


async def test_a_story_is_deleted(shelf: Shelf) -> None:
    """Its text is in the response, so that nothing is lost by mistake."""
    await shelf.ask("save_story", text=SEA)
    kept = await shelf.ask("delete_story", story_id="To the sea", dry_run=True)
    assert kept["text"] == SEA
    assert len((await shelf.ask("get_stories"))["stories"]) == 1
    assert (await shelf.ask("delete_story", story_id="To the sea"))["text"] == SEA
    assert (await shelf.ask("get_stories"))["stories"] == []


async def test_a_dry_run_keeps_nothing(shelf: Shelf) -> None:
    """It says what would be kept."""
    saved = await shelf.ask("save_story", text=SEA, dry_run=True)
    assert (saved["outcome"], saved["title"]) == ("not_saved", "To the sea")
    assert (await shelf.ask("get_stories"))["stories"] == []


async def test_a_story_is_spoken_once(shelf: Shelf, parrot: Parrot) -> None:
    """Each text in its voice; what was spoken is not spoken again, and is in use."""
    await shelf.ask("save_story", text=SPOKEN)
    planned = await shelf.ask("speak_story", story_id="The owl", dry_run=True)
    assert [one["text"] for one in planned["to_speak"]] == ["Who is there?", "An owl!"]
    parrot.said.clear()
    spoken = await shelf.ask("speak_story", story_id="The owl", language="de")
    assert [one["node"] for one in spoken["spoken"]] == ["tree", "nest"]
    assert [(said, voice.get("voice")) for said, _, voice in parrot.said] == [
        ("Who is there?", None),
        ("An owl!", "grey"),
    ]
    assert {language for _, language, _ in parrot.said} == {"de"}
    checked = await shelf.ask("validate_story", story_id="The owl")
    assert [one["code"] for one in checked["findings"] if one["severity"] == "error"] == []
    assert "not_spoken" not in {one["code"] for one in checked["findings"]}
    audio = spoken["spoken"][0]["audio_id"]
    with pytest.raises(HomeAssistantError, match="story The owl"):
        await shelf.ask("delete_audio", audio_id=audio)
    again = await shelf.ask("speak_story", story_id="The owl")
    assert (again["spoken"], again["unchanged"]) == ([], 2)
    await shelf.ask("save_story", story_id="The owl", text=SPOKEN.replace("owl!", "owl?"))
    more = await shelf.ask("speak_story", story_id="The owl")
    assert [one["node"] for one in more["spoken"]] == ["nest"]
    assert len(parrot.said) == 3


async def test_what_was_spoken_before_a_failure_stays(shelf: Shelf, parrot: Parrot) -> None:
    """The next time goes on from there."""
    await shelf.ask("save_story", text=SPOKEN.replace("An owl!", "A sore owl"))
    with pytest.raises(HomeAssistantError, match="throat is sore"):
        await shelf.ask("speak_story", story_id="The owl")
    await shelf.ask("save_story", story_id="The owl", text=SPOKEN)
    spoken = await shelf.ask("speak_story", story_id="The owl")
    assert [one["node"] for one in spoken["spoken"]] == ["nest"]


async def test_speaking_needs_a_story_that_is_saved(shelf: Shelf, parrot: Parrot) -> None:
    """And an engine that can do it."""
    with pytest.raises(ServiceValidationError, match="not saved yet"):
        await shelf.ask("speak_story", text=SPOKEN)
    await shelf.ask("save_story", text=SPOKEN)
    with pytest.raises(ServiceValidationError, match="does not speak xx"):
        await shelf.ask("speak_story", story_id="The owl", language="xx")


async def test_a_record_that_cannot_be_read_is_kept_aside(
    shelf: Shelf, hass_storage: dict[str, Any]
) -> None:
    """The others work, and a restart loses nothing."""
    await shelf.ask("save_story", text=SEA)
    hass_storage[STORE_KEY]["data"]["stories"].append({"id": "?", "text": "Once"})
    hass_storage[STORE_KEY]["data"]["later"] = True
    for key in [key for key in shelf.hass.data if str(key) == f"{DOMAIN}_stories"]:
        del shelf.hass.data[key]
    again = await async_get_shelf(shelf.hass)
    assert again.set_aside_count == 1
    await shelf.ask("save_story", text=SPOKEN)
    data = hass_storage[STORE_KEY]["data"]
    assert len(data["stories"]) == 2
    assert (data["set_aside"], data["later"]) == ([{"id": "?", "text": "Once"}], True)


@pytest.fixture
def damaged(hass_storage: dict[str, Any]) -> None:
    """Store a story that is none, before Home Assistant starts."""
    hass_storage[STORE_KEY] = {
        "version": 1,
        "minor_version": 1,
        "key": STORE_KEY,
        "data": {"stories": [{"id": "?"}]},
    }


@pytest.mark.usefixtures("damaged")
async def test_a_bad_record_is_told_under_repairs(shelf: Shelf) -> None:
    """When Home Assistant starts with it."""
    assert ir.async_get(shelf.hass).async_get_issue(DOMAIN, "stories_set_aside")
