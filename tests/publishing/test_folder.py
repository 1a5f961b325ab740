"""Folders and playlists as chapters."""

from pathlib import Path

import pytest

from custom_components.yoto_smart_stream.publishing.folder import Album, read_album
from custom_components.yoto_smart_stream.sources.errors import SourceError, SourceFault


def album_of(path: Path, *, allowed: bool = True) -> Album:
    """Return what is in a folder or a playlist."""
    return read_album(path, lambda _: allowed, lambda: None)


def made(folder: Path, *names: str) -> Path:
    """Make empty files."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return folder


def test_files_are_chapters_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    """2 before 10; numbers at the beginning are no title; what is no audio is left out."""
    folder = made(
        tmp_path / "My_songs",
        *("10 - Ice.mp3", "2. Snow.mp3", "1_Rain.MP3", "notes.txt", "Cover.JPG", "99.mp3"),
    )
    album = album_of(folder)
    assert album.title == "My songs"
    names = [part.name for group in album.groups for part in group.parts]
    assert names == ["Rain", "Snow", "Ice", "99"]
    assert album.cover == folder / "Cover.JPG"


def test_a_folder_in_it_is_a_chapter_of_several_tracks(tmp_path: Path) -> None:
    """After the files, in the order of the folders."""
    folder = made(tmp_path / "Book", "CD 10/1.mp3", "CD 2/02 b.mp3", "CD 2/01 a.mp3", "intro.mp3")
    groups = album_of(folder).groups
    assert [group.title for group in groups] == [None, "CD 2", "CD 10"]
    assert [part.name for part in groups[1].parts] == ["a", "b"]


def test_a_playlist_has_its_own_order_and_titles(tmp_path: Path) -> None:
    """Files beside it and addresses of the web."""
    made(tmp_path, "b.mp3", "sub/01 a.mp3", "folder.png")
    playlist = tmp_path / "Evening.m3u"
    playlist.write_text(
        "#EXTM3U\n#EXTINF:10,The bee\nb.mp3\nsub\\01 a.mp3\n#EXTINF:-1,Radio\nhttps://example.com/r\n"
    )
    album = album_of(playlist)
    parts = [group.parts[0] for group in album.groups]
    assert (album.title, album.cover) == ("Evening", tmp_path / "folder.png")
    assert [(part.title, part.name) for part in parts] == [
        ("The bee", "b"),
        (None, "a"),
        ("Radio", "https://example.com/r"),
    ]
    assert parts[1].source == tmp_path / "sub" / "01 a.mp3"


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        pytest.param("", SourceFault.FOLDER_EMPTY, id="empty"),
        pytest.param("../../etc/x.mp3", SourceFault.PATH_NOT_ALLOWED, id="elsewhere"),
    ],
)
def test_a_playlist_that_cannot_be_used_is_refused(
    tmp_path: Path, content: str, fault: SourceFault
) -> None:
    """With the reason."""
    playlist = tmp_path / "x.m3u8"
    playlist.write_text(content)
    with pytest.raises(SourceError) as caught:
        album_of(playlist, allowed=False)
    assert caught.value.code == fault


def test_a_folder_without_audio_is_refused(tmp_path: Path) -> None:
    """Pictures are none."""
    with pytest.raises(SourceError) as caught:
        album_of(made(tmp_path / "x", "cover.jpg"))
    assert caught.value.code == SourceFault.FOLDER_EMPTY
