"""The cache: audio that was made canonical once, each file named by what it was made from.

Files are used in place. The one that was asked for longest ago goes first when there are too many
bytes; its time of access is set here, since file systems rarely keep it. Blocking throughout.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
import json
import os
from pathlib import Path
from typing import Final

from ..audio.partial import remove_partial_files, replace_file
from ..audio.profile import Profile

MOST_BYTES: Final = 2 * 1024**3
_AUDIO: Final = ".mp3"
_ABOUT: Final = ".json"
_COVER: Final = ".cover"


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What the tags of a file said."""

    title: str | None = None
    artist: str | None = None
    has_cover: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cached:
    """A file of the cache, and what is known of it."""

    path: Path
    about: About = About()


def key_of(profile: Profile, *identity: object) -> str:
    """Return the name for what was made from something; `identity` changes with its content."""
    return sha256(repr((profile, identity)).encode()).hexdigest()


class AudioCache:
    """The files of a folder, which nobody else uses."""

    def __init__(self, folder: Path, most_bytes: int = MOST_BYTES) -> None:
        """Prepare; `open` makes the folder."""
        self.folder: Final = folder
        self._most = most_bytes

    def open(self) -> None:
        """Make the folder, and remove what a power cut left in it.

        Raises:
            OSError: It cannot be used.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        remove_partial_files(self.folder)
        for path in self.folder.glob("arriving-*"):
            path.unlink(missing_ok=True)

    def path(self, key: str) -> Path:
        """Return where the audio of a key lies, or would."""
        return self.folder / f"{key}{_AUDIO}"

    def find(self, key: str, now: float) -> Cached | None:
        """Return what is there for a key, and note that it was asked for; `now` in Unix seconds."""
        path = self.path(key)
        try:
            found = path.stat()
            # The time of modification stays: plans know the file by it.
            os.utime(path, ns=(round(now * 1e9), found.st_mtime_ns))
            about = json.loads(path.with_suffix(_ABOUT).read_text())
        except OSError, ValueError:
            return None
        return Cached(path=path, about=_about(about if isinstance(about, dict) else {}))

    def note(self, key: str, about: About, cover: bytes | None = None) -> None:
        """Keep what is known of a file that has just been made, and its picture.

        Raises:
            OSError: The disk failed or is full.
        """
        path = self.path(key)
        if cover is not None:
            with replace_file(path.with_suffix(_COVER)) as file:
                file.write(cover)
        facts = asdict(about) | {"has_cover": cover is not None}
        with replace_file(path.with_suffix(_ABOUT)) as file:
            file.write(json.dumps(facts).encode())

    def cover(self, key: str) -> bytes | None:
        """Return the picture of a file, None where it has none, or is not there any more."""
        try:
            return self.path(key).with_suffix(_COVER).read_bytes()
        except OSError:
            return None

    def remove(self, key: str) -> None:
        """Remove a file and what is known of it, as far as it is there."""
        for suffix in (_ABOUT, _COVER, _AUDIO):
            self.path(key).with_suffix(suffix).unlink(missing_ok=True)

    def trim(self, kept: frozenset[str] = frozenset()) -> None:
        """Remove what was asked for longest ago until the rest fits; `kept` are keys that stay."""
        files = []
        for path in self.folder.glob(f"*{_AUDIO}"):
            try:
                found = path.stat()
            except OSError:
                continue
            files.append((found.st_atime_ns, found.st_size, path))
        total = sum(size for _, size, _ in files)
        for _, size, path in sorted(files):
            if total <= self._most:
                return
            if path.stem in kept:
                continue
            self.remove(path.stem)
            total -= size


def _about(facts: Mapping[str, object]) -> About:
    """Read what was noted."""
    title, artist = facts.get("title"), facts.get("artist")
    return About(
        title=title if isinstance(title, str) else None,
        artist=artist if isinstance(artist, str) else None,
        has_cover=facts.get("has_cover") is True,
    )
