"""The files of a folder."""

from pathlib import Path

import pytest

from custom_components.yoto_smart_stream.sources import folders
from custom_components.yoto_smart_stream.sources.errors import SourceError, SourceFault
from custom_components.yoto_smart_stream.sources.folders import files_in


def write(folder: Path, *names: str) -> None:
    """Write files with some content."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")


def found(folder: Path, allowed: str = "") -> list[str]:
    """Return the names of the files that are found."""
    paths = files_in(folder, lambda path: allowed in path, lambda: None)
    return [str(path.relative_to(folder)) for path in paths]


def test_all_files_are_found_in_order(tmp_path: Path) -> None:
    """Those of a folder before those below it; what is hidden stays hidden."""
    write(tmp_path, "b.mp3", "a.mp3", "sub/d.mp3", "sub/deep/c.mp3", ".x.mp3", "@eaDir/a.mp3")
    assert found(tmp_path) == ["a.mp3", "b.mp3", "sub/d.mp3", "sub/deep/c.mp3"]


def test_what_may_not_be_used_is_left_out(tmp_path: Path) -> None:
    """The judgement is the caller's, file by file."""
    write(tmp_path, "good/a.mp3", "bad/b.mp3")
    assert found(tmp_path, allowed="good") == ["good/a.mp3"]


def test_a_link_in_a_circle_is_not_followed(tmp_path: Path) -> None:
    """Or nothing would ever end."""
    write(tmp_path, "a.mp3")
    (tmp_path / "round").symlink_to(tmp_path)
    (tmp_path / "nowhere.mp3").symlink_to(tmp_path / "gone.mp3")
    assert found(tmp_path) == ["a.mp3"]


def test_too_many_files_and_none_are_errors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each with its own code."""
    with pytest.raises(SourceError) as error:
        found(tmp_path)
    assert error.value.fault is SourceFault.FOLDER_EMPTY
    monkeypatch.setattr(folders, "MOST_FILES", 2)
    write(tmp_path, "1", "2", "3")
    with pytest.raises(SourceError) as error:
        found(tmp_path)
    assert error.value.fault is SourceFault.FOLDER_TOO_BIG


def test_a_folder_that_is_gone_is_an_error_of_the_disk(tmp_path: Path) -> None:
    """So that a drive that is not plugged in does not look empty."""
    with pytest.raises(FileNotFoundError):
        found(tmp_path / "gone")


def test_the_walk_ends_when_nobody_waits(tmp_path: Path) -> None:
    """It asks at each folder."""
    write(tmp_path, "a/b.mp3")

    def stop() -> None:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        files_in(tmp_path, lambda _: True, stop)
