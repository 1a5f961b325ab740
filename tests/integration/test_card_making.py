"""Making, changing and undoing cards, as the simulated cloud has them and a player plays them."""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import issue_registry as ir
from PIL import Image
import pytest
from yarl import URL

from custom_components.yoto_smart_stream.const import DOMAIN
from simulator.cloud.cards import ACCOUNT, StoredCard

from . import Family, settle
from .bookcase import make_group, reload_cards
from .concert import PLAYER, Concert, make_concert
from .test_uploads import QUICK


def _picture() -> bytes:
    """Return a picture."""
    file = BytesIO()
    picture = Image.new("RGB", (64, 64), "navy")
    picture.paste("gold", (16, 16, 48, 48))
    picture.save(file, "PNG")
    return file.getvalue()


PICTURE = _picture()


@pytest.fixture
async def concert(family: Family, tmp_path: Path) -> Concert:
    """Return a library with a few songs."""
    return await make_concert(family, tmp_path, seconds=3)


def at_yoto(concert: Concert, card_id: object) -> StoredCard:
    """Return a card as the cloud has it."""
    card = concert.family.simulation.cloud.cards.find(str(card_id))
    assert card is not None
    return card


def chapters_of(card: StoredCard) -> list[dict[str, Any]]:
    """Return the chapters of a card at the cloud."""
    chapters = card.content["chapters"]
    assert isinstance(chapters, list)
    return [chapter for chapter in chapters if isinstance(chapter, dict)]


def titles_of(card: StoredCard) -> list[object]:
    """Return the titles of the chapters of a card at the cloud."""
    return [chapter["title"] for chapter in chapters_of(card)]


def count(concert: Concert) -> int:
    """Return how many cards the family has."""
    return len([*concert.family.simulation.cloud.cards.mine(ACCOUNT, deleted=False)])


async def status(concert: Concert, url: object) -> int:
    """Return what an address on a card is answered with."""
    answer = await concert.family.client.get(URL(str(url)).path, headers=PLAYER)
    return answer.status


async def songs(concert: Concert, **more: object) -> dict[str, Any]:
    """Make a card of two songs."""
    chapters = [{"audio_id": "Ant"}, {"audio_id": "Bee", "title": "The bee"}]
    return await concert.act("create_card", **{"title": "Songs", "chapters": chapters, **more})


async def test_audio_of_the_library_is_heard_from_a_card(concert: Concert) -> None:
    """The player fetches it from Home Assistant, and knows how long it is."""
    made = await songs(concert, author="Nana", category="music", languages=["en"], min_age=3)
    card = at_yoto(concert, made["card_id"])
    assert titles_of(card) == ["Ant", "The bee"]
    assert card.metadata["author"] == "Nana"
    assert (card.metadata["category"], card.metadata["minAge"]) == ("music", 3)
    (track,) = chapters_of(card)[0]["tracks"]
    ant = concert.songs["Ant"]
    assert track["fileSize"] == ant.file.size_bytes
    assert track["duration"] == round(ant.duration)
    assert (track["type"], track["overlayLabel"]) == ("stream", "1")
    assert made["warnings"] == []
    assert [track["trackUrl"]] == made["urls"][:1]
    family = concert.family
    await family.act("yoto_smart_stream.play_card", card_id=made["card_id"])
    await family.shows("playing")
    await settle(lambda: bool(family.player.played()))
    assert family.player.played()[0]["error"] is None
    assert await concert.heard(URL(made["urls"][1]).path) == concert.content("Bee")


async def test_audio_on_a_card_is_not_deleted_under_it(concert: Concert) -> None:
    """It is released with the card, whose addresses end."""
    made = await songs(concert)
    with pytest.raises(ServiceValidationError, match="card"):
        await concert.act("delete_audio", audio_id="Ant")
    assert await status(concert, made["urls"][0]) == 200
    gone = await concert.act("delete_card", card_id="Songs")
    assert gone == {"card_id": made["card_id"], "title": "Songs", "warnings": []}
    assert concert.family.simulation.cloud.cards.find(made["card_id"]) is None
    assert await status(concert, made["urls"][0]) == 404
    await concert.act("delete_audio", audio_id="Ant")


async def test_audio_that_is_replaced_is_heard_from_the_card(concert: Concert) -> None:
    """The card plays what the library has."""
    made = await songs(concert)
    index = concert.catalog.collection.index
    cat = index.get("Cat")
    index.replace("Ant", file=cat.file, source=cat.source)
    assert await concert.heard(URL(made["urls"][0]).path) == concert.content("Cat")


async def test_all_sources_fit_onto_one_card(concert: Concert, tmp_path: Path) -> None:
    """Audio, streams, files and the web, and several tracks in a chapter."""
    await concert.set("Bedtime", "Ant", "Bee")
    file = concert.catalog.collection.path(concert.songs["Cat"])
    concert.hass.config.allowlist_external_dirs = {str(file.parent)}
    made = await concert.act(
        "create_card",
        title="All",
        chapters=[
            {"stream": "Bedtime"},
            {"media": str(file), "title": "A file"},
            {"url": "https://radio.example.com/live.mp3", "title": "Radio"},
            {"title": "Two", "tracks": [{"audio_id": "Dog"}, {"audio_id": "Elk", "title": "E"}]},
            {"media": f"media-source://{DOMAIN}/library/{concert.songs['Dog'].audio_id}"},
        ],
    )
    card = at_yoto(concert, made["card_id"])
    assert titles_of(card) == ["Bedtime", "A file", "Radio", "Two", "Dog"]
    assert [track["title"] for track in chapters_of(card)[3]["tracks"]] == ["Dog", "E"]
    assert [track["key"] for track in chapters_of(card)[3]["tracks"]] == ["01", "02"]
    assert made["urls"][2] == "https://radio.example.com/live.mp3"
    assert await concert.heard(URL(made["urls"][0]).path) == concert.joined("Ant", "Bee")
    assert await concert.heard(URL(made["urls"][1]).path) == concert.content("Cat")


async def test_everything_that_is_wrong_is_told_at_once(concert: Concert) -> None:
    """With its place and what to do, and nothing is sent."""
    before = count(concert)
    with pytest.raises(ServiceValidationError) as caught:
        await concert.act(
            "create_card",
            title="x" * 101,
            category="lullabies",
            languages=["tlh"],
            min_age=9,
            max_age=3,
            autoadvance="random",
            resume_seconds=-1,
            shuffle=[{"first": 1, "last": 9}],
            chapters=[{"url": "ftp://example.com/a.mp3"}, {"title": "Empty", "tracks": []}],
        )
    text = str(caught.value)
    for part in (
        "1 to 100 characters",
        "no category lullabies",
        "language tlh",
        "lowest age, 9, is above the highest, 3",
        "cannot go on by random",
        "0 seconds or more",
        "Chapters 1 to 9 cannot be shuffled",
        "Chapter 1, track 1: ftp://example.com/a.mp3 is no address",
        "Chapter 2: There is nothing to play in it",
    ):
        assert part in text
    assert count(concert) == before


async def test_names_that_mean_nothing_are_told_at_once(concert: Concert) -> None:
    """Each with its place."""
    with pytest.raises(ServiceValidationError) as caught:
        await concert.act(
            "create_card",
            title="x",
            chapters=[
                {"audio_id": "Nobody"},
                {"tracks": [{"audio_id": "Ant"}, {"stream": "None"}]},
                {"audio_id": "Ant", "url": "https://example.com"},
            ],
        )
    text = str(caught.value)
    assert "Chapter 1: " in text
    assert "Nobody" in text
    assert "Chapter 2, track 2: " in text
    assert "Chapter 3: Name exactly one thing to play" in text


async def test_a_dry_run_sends_nothing(concert: Concert) -> None:
    """It responds with the payload, the limits and what would change."""
    before = count(concert)
    shown = await songs(concert, dry_run=True)
    assert count(concert) == before
    assert shown["card_id"] is None
    assert shown["payload"]["content"]["chapters"][1]["title"] == "The bee"
    assert shown["limits"]["tracks"] == {"used": 2, "most": 100}
    assert shown["problems"] == []
    wrong = await songs(concert, dry_run=True, category="lullabies")
    assert ["no category lullabies" in one for one in wrong["problems"]] == [True]
    made = await songs(concert)
    shown = await concert.act("update_card", card_id="Songs", title="Other", dry_run=True)
    assert shown["changes"] == [{"what": "title", "before": "Songs", "after": "Other"}]
    assert at_yoto(concert, made["card_id"]).title == "Songs"


async def test_an_update_changes_what_it_names_only(concert: Concert) -> None:
    """Fields that nobody here knows stay, and so do addresses that are still right."""
    made = await songs(concert, author="Nana")
    card = at_yoto(concert, made["card_id"])
    card.metadata["copyright"] = "the family"
    chapters_of(card)[0]["availableFrom"] = "2030-01-01"
    changed = await concert.act(
        "update_card",
        card_id="Songs",
        force=True,
        author=None,
        chapters=[{"audio_id": "Cat"}, {"chapter": "Ant", "title": "The ant"}],
    )
    assert changed["card_id"] == made["card_id"]
    card = at_yoto(concert, made["card_id"])
    assert titles_of(card) == ["Cat", "The ant"]
    assert "author" not in card.metadata
    assert card.metadata["copyright"] == "the family"
    ant = chapters_of(card)[1]
    assert (ant["key"], ant["overlayLabel"], ant["availableFrom"]) == ("01", "2", "2030-01-01")
    assert ant["tracks"][0]["title"] == "The ant"
    assert changed["urls"][1] == made["urls"][0]
    assert await status(concert, made["urls"][0]) == 200
    assert await status(concert, made["urls"][1]) == 404
    assert await status(concert, changed["urls"][0]) == 200
    await concert.act("delete_audio", audio_id="Bee")


async def test_nothing_is_sent_where_nothing_changes(concert: Concert) -> None:
    """And no version is kept of it."""
    made = await songs(concert)
    before = at_yoto(concert, made["card_id"]).updated_at
    same = await songs_again(concert)
    assert at_yoto(concert, made["card_id"]).updated_at == before
    assert same["changes"] == []
    assert (await concert.act("get_card_versions", card_id="Songs"))["versions"] == []


async def songs_again(concert: Concert) -> dict[str, Any]:
    """Update the card of two songs with what is on it."""
    return await concert.act(
        "update_card",
        card_id="Songs",
        chapters=[{"audio_id": "Ant"}, {"audio_id": "Bee", "title": "The bee"}],
    )


async def test_the_change_of_somebody_else_is_not_lost(concert: Concert) -> None:
    """Both versions are named; with force theirs is kept as a version."""
    made = await songs(concert)
    await concert.act("update_card", card_id="Songs", description="Two songs")
    card = at_yoto(concert, made["card_id"])
    card.metadata["author"] = "Somebody"
    with pytest.raises(ServiceValidationError, match=r"changed by somebody else: .* at \d{4}-"):
        await concert.act("update_card", card_id="Songs", description="Others")
    assert at_yoto(concert, made["card_id"]).metadata["description"] == "Two songs"
    forced = await concert.act("update_card", card_id="Songs", description="Others", force=True)
    assert ["Somebody else" in warning for warning in forced["warnings"]] == [True]
    assert at_yoto(concert, made["card_id"]).metadata["author"] == "Somebody"
    answer = await concert.act("get_card_versions", card_id="Songs", payload=True)
    newest = answer["versions"][0]
    assert newest["payload"]["metadata"]["author"] == "Somebody"
    assert newest["changes"] == [{"what": "description", "before": "Two songs", "after": "Others"}]
    # From now on it is ours again.
    await concert.act("update_card", card_id="Songs", description="More")


async def test_a_change_is_undone(concert: Concert) -> None:
    """With what it played, though those addresses are gone."""
    made = await songs(concert)
    await concert.act("update_card", card_id="Songs", title="Other", chapters=[{"audio_id": "Cat"}])
    assert await status(concert, made["urls"][0]) == 404
    undone = await concert.act("restore_card", card_id="Other")
    assert undone["version"] == 1
    card = at_yoto(concert, made["card_id"])
    assert (card.title, titles_of(card)) == ("Songs", ["Ant", "The bee"])
    assert await concert.heard(URL(undone["urls"][0]).path) == concert.content("Ant")
    versions = (await concert.act("get_card_versions", card_id="Songs"))["versions"]
    assert [one["version"] for one in versions] == [2, 1]
    assert [one["title"] for one in versions] == ["Other", "Songs"]


async def test_a_deleted_card_comes_back_under_another_id(concert: Concert) -> None:
    """Yoto gives no id back (protocol §4.1)."""
    made = await songs(concert)
    await concert.act("delete_card", card_id="Songs")
    again = await concert.act("restore_card", card_id=made["card_id"])
    assert again["card_id"] != made["card_id"]
    assert titles_of(at_yoto(concert, again["card_id"])) == ["Ant", "The bee"]
    assert await concert.heard(URL(again["urls"][1]).path) == concert.content("Bee")


async def test_a_copy_lives_alone(concert: Concert) -> None:
    """It plays on when the card that it was made from is deleted."""
    made = await songs(concert)
    copy = await concert.act("copy_card", card_id="Songs", title="Copy")
    assert set(copy["urls"]).isdisjoint(made["urls"])
    await concert.act("delete_card", card_id=made["card_id"])
    assert titles_of(at_yoto(concert, copy["card_id"])) == ["Ant", "The bee"]
    assert await concert.heard(URL(copy["urls"][0]).path) == concert.content("Ant")


async def test_a_refusal_by_yoto_leaves_the_card_and_no_trace(concert: Concert) -> None:
    """Neither new addresses nor a version of a change that was none."""
    made = await songs(concert)
    faults = concert.family.simulation.world.faults

    async def change() -> Mapping[str, Any]:
        """Change the card."""
        return await concert.act(
            "update_card", card_id=made["card_id"], chapters=[{"audio_id": "Cat"}]
        )

    faults.server_errors = 1
    with pytest.raises(HomeAssistantError, match="Yoto did not give the card"):
        await change()
    assert titles_of(at_yoto(concert, made["card_id"])) == ["Ant", "The bee"]
    assert (await concert.act("get_card_versions", card_id="Songs"))["versions"] == []
    await change()


@pytest.mark.parametrize("action", ["update_card", "delete_card", "copy_card"])
async def test_a_bought_card_is_left_alone(concert: Concert, action: str) -> None:
    """Only own ones can be changed."""
    cards = await concert.act("get_cards", own=False)
    bought = cards["cards"][0]
    with pytest.raises(ServiceValidationError, match="no Make Your Own card"):
        await concert.act(action, card_id=bought["card_id"])


async def test_cards_are_found(concert: Concert) -> None:
    """By words and by filters; one of them with all that is on it."""
    made = await songs(concert, author="Nana")
    found = await concert.act("get_cards", query="songs", streamed=True)
    assert [one["card_id"] for one in found["cards"]] == [made["card_id"]]
    assert found["total"] == 1
    streamed = await concert.act("get_cards", streamed=True)
    assert streamed["total"] == 1
    everything = await concert.act("get_cards", limit=1)
    assert len(everything["cards"]) == 1
    assert everything["total"] > 1
    whole = (await concert.act("get_cards", card_id="Songs"))["cards"][0]
    assert (whole["own"], whole["streamed"], whole["author"]) == (True, True, "Nana")
    assert [chapter["title"] for chapter in whole["chapters"]] == ["Ant", "The bee"]
    assert whole["payload"]["metadata"]["author"] == "Nana"


async def test_versions_outlive_a_restart(concert: Concert) -> None:
    """They are read from the disk."""
    await songs(concert)
    await concert.act("update_card", card_id="Songs", title="Other")
    concert.hass.data.pop(f"{DOMAIN}_card_archive")
    versions = (await concert.act("get_card_versions", card_id="Other"))["versions"]
    assert [one["title"] for one in versions] == ["Songs"]


@pytest.fixture
def quick(concert: Concert) -> None:
    """Wait for nothing while Yoto converts audio."""
    concert.family.entry.runtime_data.account.uploads.patience = QUICK


def kinds_of(card: StoredCard) -> list[object]:
    """Return how the tracks of a card at the cloud get to players."""
    return [track["type"] for chapter in chapters_of(card) for track in chapter["tracks"]]


@pytest.mark.usefixtures("quick")
async def test_uploaded_audio_is_heard_without_home_assistant(concert: Concert) -> None:
    """Yoto keeps it, and no address of ours is on the card."""
    made = await songs(concert, delivery="upload")
    assert made["warnings"] == []
    card = at_yoto(concert, made["card_id"])
    assert kinds_of(card) == ["audio", "audio"]
    assert all(url.startswith("yoto:#") for url in made["urls"])
    (track,) = chapters_of(card)[0]["tracks"]
    assert track["duration"] == round(concert.songs["Ant"].duration)
    assert track["fileSize"]
    assert track["channels"] in {"mono", "stereo"}
    content, media = card.content, card.metadata["media"]
    assert isinstance(media, dict)
    assert media["hasStreams"] is False
    assert "onlineOnly" not in content["config"]  # type: ignore[operator]
    family = concert.family
    await family.act("yoto_smart_stream.play_card", card_id=made["card_id"])
    await settle(lambda: bool(family.player.played()))
    heard = family.player.played()[0]
    assert heard["error"] is None
    assert str(family.client.make_url("")) not in str(heard["url"])
    await concert.act("delete_audio", audio_id="Ant")


@pytest.mark.usefixtures("quick")
async def test_a_card_is_delivered_in_another_way(concert: Concert) -> None:
    """There and back; it keeps its id and its chapters."""
    made = await songs(concert)
    kept = await concert.act("update_card", card_id="Songs", delivery="upload")
    card = at_yoto(concert, made["card_id"])
    assert kept["card_id"] == made["card_id"]
    assert kinds_of(card) == ["audio", "audio"]
    assert titles_of(card) == ["Ant", "The bee"]
    assert await status(concert, made["urls"][0]) == 404
    back = await concert.act("update_card", card_id="Songs", delivery="stream")
    card = at_yoto(concert, made["card_id"])
    assert kinds_of(card) == ["stream", "stream"]
    (track,) = chapters_of(card)[0]["tracks"]
    assert track["fileSize"] == concert.songs["Ant"].file.size_bytes
    assert "channels" not in track
    assert await concert.heard(URL(back["urls"][1]).path) == concert.content("Bee")
    assert card.content["config"]["onlineOnly"] is True  # type: ignore[index, call-overload]


@pytest.mark.usefixtures("quick")
async def test_what_cannot_be_uploaded_is_told_or_streamed(concert: Concert) -> None:
    """Before anything is uploaded; a mixed card takes it as it is."""
    chapters = [{"audio_id": "Ant"}, {"url": "https://radio.example.com/live.mp3", "title": "R"}]
    with pytest.raises(ServiceValidationError, match="Chapter 2, track 1: Only audio of the lib"):
        await concert.act("create_card", title="x", chapters=chapters, delivery="upload")
    log = concert.family.simulation.world.log
    assert not [entry for entry in log if "upload" in str(entry["kind"])]
    shown = await concert.act(
        "create_card", title="x", chapters=chapters, delivery="mixed", dry_run=True
    )
    assert shown["urls"][0] == "yoto:#new"
    assert not [entry for entry in log if "upload" in str(entry["kind"])]
    made = await concert.act("create_card", title="x", chapters=chapters, delivery="mixed")
    assert kinds_of(at_yoto(concert, made["card_id"])) == ["audio", "stream"]


@pytest.mark.usefixtures("quick")
async def test_uploaded_audio_that_is_gone_here_cannot_be_streamed(concert: Concert) -> None:
    """Nothing is changed, and the text says what to do."""
    made = await songs(concert, delivery="upload")
    await concert.act("delete_audio", audio_id="Ant")
    with pytest.raises(ServiceValidationError, match="Chapter 1, track 1: Home Assistant does not"):
        await concert.act("update_card", card_id="Songs", delivery="stream")
    assert kinds_of(at_yoto(concert, made["card_id"])) == ["audio", "audio"]


async def test_a_card_is_dressed(concert: Concert, tmp_path: Path) -> None:
    """With icons by their titles and from pictures, and a cover that Yoto has."""
    icons = (await concert.act("get_icons"))["icons"]
    titled = next(icon for icon in icons if icon["title"])
    concert.hass.config.allowlist_external_dirs = {str(tmp_path)}
    picture = tmp_path / "picture.png"
    picture.write_bytes(PICTURE)
    made = await concert.act(
        "create_card",
        title="Dressed",
        cover="drawn",
        chapters=[
            {"audio_id": "Ant", "icon": titled["title"]},
            {"audio_id": "Bee", "icon": str(picture)},
            {"audio_id": "Cat", "icon": "\N{FOX FACE}"},
        ],
    )
    card = at_yoto(concert, made["card_id"])
    shown = [chapter["display"]["icon16x16"] for chapter in chapters_of(card)]
    assert shown[0] == titled["icon"]
    fox = (await concert.act("get_icons", query="fox"))["icons"]
    assert [shown[2]] == [icon["icon"] for icon in fox]
    assert len(set(shown)) == 3
    assert all(icon.startswith("yoto:#") for icon in shown)
    assert chapters_of(card)[1]["tracks"][0]["display"]["icon16x16"] == shown[1]
    cover = card.metadata["cover"]
    assert isinstance(cover, dict)
    assert str(cover["imageL"]).startswith("http")
    again = await concert.act("update_card", card_id="Dressed", cover=str(picture))
    assert [one["what"] for one in again["changes"]] == ["cover"]
    bare = await concert.act("update_card", card_id="Dressed", cover=None)
    assert [one["after"] for one in bare["changes"]] == [None]
    with pytest.raises(ServiceValidationError, match="Chapter 2: "):
        await concert.act(
            "create_card",
            title="x",
            chapters=[{"audio_id": "Ant"}, {"audio_id": "Bee", "icon": "No such icon"}],
        )


async def test_a_folder_gives_its_cover(concert: Concert, tmp_path: Path) -> None:
    """Files that are not fit are named, each with its place."""
    concert.hass.config.allowlist_external_dirs = {str(tmp_path)}
    folder = tmp_path / "Book"
    (folder / "CD 2").mkdir(parents=True)
    (folder / "cover.png").write_bytes(PICTURE)
    (folder / "1 Start.mp3").write_bytes(concert.content("Ant"))
    (folder / "CD 2" / "1 Go.mp3").write_bytes(concert.content("Bee"))
    (folder / "CD 2" / "2 Stop.mp3").write_bytes(concert.content("Cat"))
    made = await concert.act("create_card", folder=str(folder))
    card = at_yoto(concert, made["card_id"])
    assert (card.title, titles_of(card)) == ("Book", ["Start", "CD 2"])
    assert [track["title"] for track in chapters_of(card)[1]["tracks"]] == ["Go", "Stop"]
    assert "cover" in card.metadata
    (folder / "CD 2" / "3 Bad.mp3").write_bytes(b"Once upon a time" * 100)
    with pytest.raises(ServiceValidationError, match=r"Chapter 2, track 3: .*not audio"):
        await concert.act("create_card", folder=str(folder))
    for wrong, said in (
        ({"folder": "/etc"}, "may not use"),
        ({"folder": "https://example.com/x.m3u"}, "not on this machine"),
        ({"folder": str(tmp_path / "none")}, "cannot be read|no audio|There is no"),
        ({"folder": str(folder), "chapters": []}, "and not both"),
    ):
        with pytest.raises(ServiceValidationError, match=said):
            await concert.act("create_card", title="x", **wrong)


async def test_a_card_that_a_player_needs_is_not_deleted(concert: Concert) -> None:
    """Shortcuts and alarms would play nothing; a group only lacks a card then."""
    made = await songs(concert)
    family = concert.family
    await make_group(family, "Bedtime", made["card_id"])
    await reload_cards(family)
    await family.act(f"{DOMAIN}.set_shortcuts", day=[made["card_id"]])
    await family.act(f"{DOMAIN}.set_alarm", time="06:45", days=["mon"], card="Songs")
    with pytest.raises(ServiceValidationError) as caught:
        await concert.act("delete_card", card_id="Songs")
    assert "It is one of the shortcuts of Kitchen" in str(caught.value)
    assert "The alarm of Kitchen at 06:45 plays it" in str(caught.value)
    assert await status(concert, made["urls"][0]) == 200
    await family.act(f"{DOMAIN}.set_shortcuts", day=["2Lght"])
    with pytest.raises(ServiceValidationError, match="alarm of Kitchen"):
        await concert.act("delete_card", card_id="Songs")
    gone = await concert.act("delete_card", card_id="Songs", force=True)
    assert gone["warnings"] == [
        "The alarm of Kitchen at 06:45 plays it",
        "It is in the group Bedtime",
    ]
    assert family.simulation.cloud.cards.find(made["card_id"]) is None


async def test_a_family_says_how_many_versions_are_kept(concert: Concert) -> None:
    """With the gear of the account; the oldest go, and numbers stay."""
    await songs(concert)
    form = await concert.family.options("account")
    await concert.hass.config_entries.options.async_configure(form["flow_id"], {"card_versions": 2})
    await concert.hass.async_block_till_done()
    for text in ("One", "Two", "Three"):
        await concert.act("update_card", card_id="Songs", description=text)
    versions = (await concert.act("get_card_versions", card_id="Songs"))["versions"]
    assert [one["version"] for one in versions] == [3, 2]


async def test_a_version_that_cannot_be_read_is_named_and_kept(
    concert: Concert, hass_storage: dict[str, Any]
) -> None:
    """The others can be had, and Repairs says whose it is."""
    made = await songs(concert)
    for text in ("One", "Two"):
        await concert.act("update_card", card_id="Songs", description=text)
    key = f"{DOMAIN}.card_versions.{made['card_id']}"
    bad = hass_storage[key]["data"]["versions"][0]
    bad["number"] = "first"
    concert.hass.data.pop(f"{DOMAIN}_card_archive")
    versions = (await concert.act("get_card_versions", card_id="Songs"))["versions"]
    assert [one["version"] for one in versions] == [2]
    issue = ir.async_get(concert.hass).async_get_issue(DOMAIN, "card_versions_set_aside")
    assert issue is not None
    assert issue.translation_placeholders == {"count": "1", "cards": "- Songs"}
    await concert.act("update_card", card_id="Songs", description="Three")
    assert hass_storage[key]["data"]["set_aside"] == [bad]
