"""A folder or a playlist as chapters: their order, and what they are called by their names.

Files of the folder itself are chapters; a folder in it is one chapter, and its files are the
tracks. Blocking: files are looked at and not opened, but for the playlist.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
import re
from typing import Final

from ..audio.stoppable import Watch
from ..opening.playlist import LONGEST_TEXT, read_playlist
from ..sources.errors import SourceError, SourceFault
from ..sources.folders import files_in
from ..web import web_address

PLAYLISTS: Final = frozenset({".m3u", ".m3u8"})
_AUDIO: Final = frozenset(
    {
        *(".mp3", ".m4a", ".m4b", ".mp4", ".aac", ".flac", ".ogg", ".oga", ".opus"),
        *(".wav", ".wma", ".aif", ".aiff", ".mka"),
    }
)
_PICTURES: Final = frozenset({".jpg", ".jpeg", ".png", ".gif", ".webp"})
_COVERS: Final = ("cover", "folder", "front")
_NUMBER: Final = re.compile(r"(\d+)")
_COUNTED: Final = re.compile(r"\d{1,3}\s*[.)_-]*\s+|\d{1,3}[._-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A file or an address; `title` is what the playlist says, `name` what the name of it says."""

    source: Path | str
    name: str
    title: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The parts of a chapter; `title` is None where that has the title of its one part."""

    parts: tuple[Part, ...]
    title: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Album:
    """What there is in a folder or a playlist; `cover` is a picture beside the audio."""

    title: str
    groups: tuple[Group, ...]
    cover: Path | None = None


def read_album(path: Path, is_allowed: Callable[[str], bool], watch: Watch) -> Album:
    """Return what is in a folder or a playlist (blocking).

    Raises:
        SourceError: There is no audio in it, or too much.
        OSError: It cannot be read.
    """
    if path.suffix.lower() in PLAYLISTS:
        return _of_playlist(path, is_allowed)
    files = files_in(path, is_allowed, watch)
    audio = sorted(
        (file for file in files if file.suffix.lower() in _AUDIO),
        key=lambda file: _natural(file.relative_to(path)),
    )
    groups: list[Group] = []
    for name, some in groupby(audio, key=lambda file: file.relative_to(path).parts[:-1][:1]):
        parts = tuple(_part(file) for file in some)
        if name:
            groups.append(Group(title=_cleaned(name[0]), parts=parts))
        else:
            groups.extend(Group(parts=(part,)) for part in parts)
    if not groups:
        raise SourceError(SourceFault.FOLDER_EMPTY)
    return Album(title=_cleaned(path.name), groups=tuple(groups), cover=_cover(files, path))


def _of_playlist(path: Path, is_allowed: Callable[[str], bool]) -> Album:
    """Return what is in a playlist; its files are beside it, unless it says where they are."""
    with path.open("rb") as file:
        content = file.read(LONGEST_TEXT * 4)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # What M3U meant before there was M3U8.
        text = content.decode("latin-1")
    groups = []
    for entry in read_playlist(text).entries:
        if (address := web_address(entry.address)) is not None:
            part = Part(source=address, name=address, title=entry.title)
        else:
            file_path = (path.parent / entry.address.replace("\\", "/")).resolve()
            if not is_allowed(str(file_path)):
                raise SourceError(SourceFault.PATH_NOT_ALLOWED)
            part = Part(source=file_path, name=_cleaned(file_path.stem), title=entry.title)
        groups.append(Group(parts=(part,)))
    if not groups:
        raise SourceError(SourceFault.FOLDER_EMPTY)
    beside = [one for one in path.parent.iterdir() if is_allowed(str(one)) and one.is_file()]
    return Album(title=_cleaned(path.stem), groups=tuple(groups), cover=_cover(beside, path.parent))


def _part(file: Path) -> Part:
    """Return a file as a part."""
    return Part(source=file, name=_cleaned(file.stem))


def _cover(files: list[Path], folder: Path) -> Path | None:
    """Return the picture of a folder, None where there is none by one of the usual names."""
    pictures = {
        file.stem.lower(): file
        for file in files
        if file.parent == folder and file.suffix.lower() in _PICTURES
    }
    return next((pictures[name] for name in _COVERS if name in pictures), None)


def _cleaned(name: str) -> str:
    """Return a name without the number that it begins with, if there is more to it."""
    spaced = name.replace("_", " ").strip()
    return _COUNTED.sub("", spaced, count=1).strip() if _COUNTED.match(spaced) else spaced


def _natural(path: Path) -> list[tuple[bool, list[tuple[bool, int, str]]]]:
    """Return what sorts 2 before 10, and the files of a folder before the folders in it."""
    return [
        (
            number < len(path.parts) - 1,
            [
                (not piece.isdecimal(), int(piece) if piece.isdecimal() else 0, piece.casefold())
                for piece in _NUMBER.split(part)
                if piece
            ],
        )
        for number, part in enumerate(path.parts)
    ]
