"""Archives of packs that anybody may have made: what is of use is read, and nothing does harm."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_BZIP2, ZipFile

from hypothesis import given
import pytest

from custom_components.yoto_smart_stream.library.errors import PackError, PackFault
from custom_components.yoto_smart_stream.sources import archives
from custom_components.yoto_smart_stream.stories import pack_files
from custom_components.yoto_smart_stream.stories.pack_files import (
    PackFile,
    extract,
    read_pack_file,
)
from custom_components.yoto_smart_stream.story.errors import StoryError, StoryProblem
from tests.parcels.damage import damaged
from tests.story.formats.packs import FARM, assets

from .pack_archives import archive

SONGS = {name: f"the sound of {name}".encode() for name in assets(FARM)}


def _watch() -> None:
    """Let work go on."""


def look(path: Path, content: bytes) -> PackFile:
    """Read a pack."""
    path.write_bytes(content)
    return read_pack_file(path, _watch)


def with_more(content: bytes, *more: tuple[str, bytes]) -> bytes:
    """Return an archive with more files."""
    out = BytesIO(content)
    with ZipFile(out, "a") as file:
        for name, added in more:
            file.writestr(name, added)
    return out.getvalue()


@pytest.mark.parametrize("folder", ["", "My pack/"])
def test_a_pack_is_read(tmp_path: Path, folder: str) -> None:
    """As STUdio packs it, or as a folder that somebody has packed; with whatever else is there."""
    made = with_more(
        archive(FARM, SONGS, folder=folder),
        ("thumbnail.png", b"x"),
        ("__MACOSX/._story.json", b"x"),
        (f"{folder}assets/", b""),
        ("../../secrets.yaml", b"x"),
    )
    file = look(tmp_path / "a.zip", made)
    assert set(file.pack.audio) == set(SONGS)
    for name, sound in SONGS.items():
        target = tmp_path / name
        extract(file, name, target, _watch)
        assert target.read_bytes() == sound
    assert {one.name for one in tmp_path.iterdir()} == {"a.zip", *SONGS}


def test_a_pack_with_a_mark_at_its_beginning_is_read(tmp_path: Path) -> None:
    """As some editors write it."""
    text = b'\xef\xbb\xbf{"stageNodes": [{"uuid": "a", "controlSettings": {}}], "actionNodes": []}'
    assert look(tmp_path / "a.zip", archive(text, {})).pack.start == "a"


@pytest.mark.parametrize(
    ("made", "fault"),
    [
        pytest.param(lambda: b"", PackFault.BROKEN, id="nothing"),
        pytest.param(lambda: archive(FARM, SONGS)[:-30], PackFault.BROKEN, id="cut off"),
        pytest.param(lambda: archive(b"\xff\xfe", SONGS), PackFault.BROKEN, id="no text"),
        pytest.param(lambda: archive(None, SONGS), PackFault.NO_STORY, id="no story"),
        pytest.param(
            lambda: archive(FARM, SONGS, folder="a/b/"), PackFault.NO_STORY, id="far too deep"
        ),
        pytest.param(
            lambda: archive(FARM, SONGS, compress=ZIP_BZIP2), PackFault.STRANGE, id="bzip2"
        ),
        pytest.param(
            lambda: archive(" " * (pack_files.LARGEST_STORY + 1), {}),
            PackFault.TOO_BIG,
            id="a bomb",
        ),
        pytest.param(
            lambda: with_more(
                archive(FARM, SONGS), *((f"x{number}", b"") for number in range(5000))
            ),
            PackFault.STRANGE,
            id="too many files",
        ),
    ],
)
def test_what_is_no_pack_is_refused(
    tmp_path: Path, made: Callable[[], bytes], fault: PackFault
) -> None:
    """And it is said why."""
    with pytest.raises(PackError) as caught:
        look(tmp_path / "a.zip", made())
    assert caught.value.fault is fault


def test_more_than_a_disk_may_hold_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything of it is read."""
    monkeypatch.setattr(archives, "LARGEST_ARCHIVE", 100)
    with pytest.raises(PackError) as caught:
        look(tmp_path / "a.zip", archive(FARM, SONGS))
    assert caught.value.fault is PackFault.TOO_BIG


def test_missing_audio_is_named(tmp_path: Path) -> None:
    """All of it."""
    with pytest.raises(StoryError) as caught:
        look(tmp_path / "a.zip", archive(FARM, {"cover.mp3": b"x"}))
    missing = {
        one.detail["name"] for one in caught.value.problems if one.code is StoryProblem.UNKNOWN_FILE
    }
    assert missing == set(SONGS) - {"cover.mp3"}


def test_audio_that_is_gone_meanwhile_is_noticed(tmp_path: Path) -> None:
    """The file may be another one by then."""
    file = look(tmp_path / "a.zip", archive(FARM, SONGS))
    file.path.write_bytes(archive(FARM, {}))
    with pytest.raises(PackError) as caught:
        extract(file, "cow.mp3", tmp_path / "cow", _watch)
    assert caught.value.fault is PackFault.NO_STORY


GOOD = archive(FARM, SONGS)


@given(damaged(GOOD))
def test_any_damage_is_noticed_or_does_nothing(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    """However it is damaged, nothing else happens, and audio is what was packed."""
    folder = tmp_path_factory.mktemp("damaged")
    try:
        file = look(folder / "a.zip", content)
        extract(file, "cow.mp3", folder / "cow", _watch)
    except PackError, StoryError:
        return
    assert (folder / "cow").read_bytes() == SONGS["cow.mp3"]


def test_the_page_says_how_many_files_there_may_be() -> None:
    """As many as are read."""
    page = Path(__file__).parents[2] / "docs" / "story-format.md"
    assert f"An archive may have up to {archives.MOST_FILES:,} files." in page.read_text("utf-8")
