"""What is looked at before a card is made: pictures, folders and limits, all of it at once."""

from io import BytesIO
from pathlib import Path

from homeassistant.exceptions import ServiceValidationError
from mutagen.mp4 import MP4, MP4Cover
from PIL import Image
import pytest

from tests.audio.sound import make

from . import Family
from .concert import Concert, make_concert
from .test_artwork import requests, seen
from .test_card_making import PICTURE, at_yoto, chapters_of, count, kinds_of, titles_of
from .test_uploads import QUICK


@pytest.fixture
async def concert(family: Family, tmp_path: Path) -> Concert:
    """Return a library with a few songs, and a folder that may be used."""
    concert = await make_concert(family, tmp_path)
    concert.hass.config.allowlist_external_dirs = {str(tmp_path)}
    family.entry.runtime_data.account.uploads.patience = QUICK
    (tmp_path / "picture.png").write_bytes(PICTURE)
    (tmp_path / "story.png").write_text("Once upon a time")
    return concert


def sent(family: Family) -> int:
    """Return how many pictures and cards Yoto was sent."""
    return sum(
        one["kind"] == "request" and one.get("method") == "POST" and "oauth" not in str(one["path"])
        for one in family.simulation.world.log
    )


def _book(folder: Path) -> Path:
    """Make a folder with audio of several formats, one of which has a cover."""
    (folder / "CD 2").mkdir(parents=True)
    make(folder / "1 Start.mp3", source="sine=f=300:d=2")
    first = make(folder / "2 Go.m4a", "-metadata", "title=Going", source="sine=f=400:d=3")
    make(folder / "CD 2" / "1 Stop.flac", source="sine=f=500:d=2")
    make(folder / "CD 2" / "2 End.ogg", source="sine=f=600:d=2")
    audio = MP4(first)
    audio["covr"] = [MP4Cover(PICTURE, MP4Cover.FORMAT_PNG)]
    audio.save()
    return folder


async def test_a_dry_run_looks_at_pictures(concert: Concert, tmp_path: Path) -> None:
    """What is wrong with them is told beside all else, the cover can be seen, nothing is sent."""
    before = sent(concert.family)
    shown = await concert.act(
        "create_card",
        title="Songs",
        dry_run=True,
        category="lullabies",
        cover=str(tmp_path / "picture.png"),
        chapters=[
            {"audio_id": "Ant", "icon": str(tmp_path / "picture.png")},
            {"audio_id": "Bee", "icon": "No such icon"},
            {"audio_id": "Cat", "icon": str(tmp_path / "story.png")},
            {"audio_id": "Dog", "icon": "choose"},
        ],
    )
    problems = shown["problems"]
    assert len(problems) == 3
    assert "no category lullabies" in problems[0]
    assert problems[1].startswith("Chapter 2: ")
    assert problems[2].startswith("Chapter 3: ")
    chapters = shown["payload"]["content"]["chapters"]
    assert chapters[0]["display"]["icon16x16"] == "yoto:#new"
    assert shown["payload"]["metadata"]["cover"]["imageL"] == "new"
    cover = await seen(concert.family, shown["cover_preview"])
    assert cover.size == (638, 1011)
    blind = await concert.act(
        "create_card",
        title="Songs",
        dry_run=True,
        cover=str(tmp_path / "story.png"),
        chapters=[{"audio_id": "Ant"}],
    )
    assert len(blind["problems"]) == 1
    assert blind["cover_preview"] is None
    assert sent(concert.family) == before
    assert requests(concert.family, "/media/coverImage") == []


async def test_nothing_is_sent_of_a_card_with_faults(concert: Concert, tmp_path: Path) -> None:
    """Neither its cover nor its icons, and all faults are told at once."""
    picture = str(tmp_path / "picture.png")
    before = sent(concert.family)
    with pytest.raises(ServiceValidationError) as caught:
        await concert.act(
            "create_card",
            title="x" * 101,
            cover=picture,
            chapters=[
                {"audio_id": "Ant", "icon": picture},
                {"audio_id": "Bee", "icon": "No such icon"},
            ],
        )
    assert "1 to 100 characters" in str(caught.value)
    assert "Chapter 2: " in str(caught.value)
    assert sent(concert.family) == before


async def test_nothing_is_sent_for_a_card_that_somebody_changed(
    concert: Concert, tmp_path: Path
) -> None:
    """The refusal comes before the cover; a dry run shows what would be."""
    made = await concert.act("create_card", title="Songs", chapters=[{"audio_id": "Ant"}])
    at_yoto(concert, made["card_id"]).metadata["author"] = "Somebody"
    picture = str(tmp_path / "picture.png")
    before = sent(concert.family)
    with pytest.raises(ServiceValidationError, match="changed by somebody else"):
        await concert.act("update_card", card_id="Songs", cover=picture)
    shown = await concert.act("update_card", card_id="Songs", cover=picture, dry_run=True)
    assert [one["what"] for one in shown["changes"]] == ["cover"]
    assert sent(concert.family) == before
    await concert.act("update_card", card_id="Songs", cover=picture, force=True)
    assert sent(concert.family) == before + 2


async def test_a_folder_is_imported_where_that_is_needed(concert: Concert, tmp_path: Path) -> None:
    """As one job; what is MP3 stays where it is, and the cover is that in the tags."""
    folder = _book(tmp_path / "Book")
    items, before = len(concert.songs), sent(concert.family)
    shown = await concert.act("create_card", folder=str(folder), dry_run=True)
    assert shown["imports"] == ["2 Go.m4a", "1 Stop.flac", "2 End.ogg"]
    assert shown["problems"] == []
    durations = [one["duration"] for one in shown["payload"]["content"]["chapters"]]
    assert durations == [2, 3, 4]
    assert (await seen(concert.family, shown["cover_preview"])).size == (638, 1011)
    assert len(concert.catalog.collection.index.items) == items
    assert sent(concert.family) == before
    made = await concert.act("create_card", folder=str(folder))
    card = at_yoto(concert, made["card_id"])
    assert titles_of(card) == ["Start", "Going", "CD 2"]
    assert [track["title"] for track in chapters_of(card)[2]["tracks"]] == ["Stop", "End"]
    assert kinds_of(card) == ["stream"] * 4
    cover = next(iter(concert.family.simulation.cloud.artwork.covers.values()))
    assert Image.open(BytesIO(cover.content)).size == (638, 1011)
    [job] = [one for one in concert.catalog.jobs.jobs if one.kind == "import"]
    assert job.title == "Book"
    with pytest.raises(ServiceValidationError, match="card"):
        await concert.act("delete_audio", audio_id="Going")
    # What the library has is not imported twice.
    await concert.act("create_card", folder=str(folder))
    assert len(concert.catalog.collection.index.items) == items + 3


async def test_a_folder_is_uploaded(concert: Concert, tmp_path: Path) -> None:
    """All of it becomes audio of the library, and plays without Home Assistant then."""
    made = await concert.act("create_card", folder=str(_book(tmp_path / "Book")), delivery="upload")
    assert made["warnings"] == []
    card = at_yoto(concert, made["card_id"])
    assert kinds_of(card) == ["audio"] * 4
    assert all(url.startswith("yoto:#") for url in made["urls"])


async def test_limits_are_known_before_anything_is_imported(
    concert: Concert, tmp_path: Path
) -> None:
    """A folder that is too much for a card changes nothing."""
    folder = tmp_path / "Much"
    folder.mkdir()
    first = make(folder / "000.flac", source="sine=f=300:d=1").read_bytes()
    for number in range(1, 101):
        (folder / f"{number:03}.flac").write_bytes(first)
    before = count(concert)
    with pytest.raises(ServiceValidationError, match="100"):
        await concert.act("create_card", folder=str(folder), delivery="upload")
    assert count(concert) == before
    assert len(concert.catalog.collection.index.items) == len(concert.songs)


async def test_files_that_cannot_be_imported_are_named(concert: Concert, tmp_path: Path) -> None:
    """Each with its place; one that is cut off is seen before, and the others on the way."""
    folder = _book(tmp_path / "Book")
    whole = (folder / "2 Go.m4a").read_bytes()
    (folder / "3 Cut.m4a").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ServiceValidationError, match=r"Chapter 3: .*3 Cut\.m4a"):
        await concert.act("create_card", folder=str(folder))
    (folder / "3 Cut.m4a").unlink()
    flac = bytearray((folder / "CD 2" / "1 Stop.flac").read_bytes())
    (folder / "CD 2" / "1 Stop.flac").write_bytes(flac[:200] + bytes(len(flac) - 200))
    with pytest.raises(ServiceValidationError, match=r"Chapter 3, track 1: .*1 Stop\.flac"):
        await concert.act("create_card", folder=str(folder))
