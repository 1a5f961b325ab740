"""The cache: audio that was made canonical once, each file named by what it was made from.

Files are used in place. The one that was asked for longest ago goes first when there are too many
bytes; its time of access is set here, since file systems rarely keep it. Blocking throughout.
"""

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Cached:
    """A file of the cache, and what its tags say."""

    path: Path
    title: str | None = None


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
        title = about.get("title") if isinstance(about, dict) else None
        return Cached(path=path, title=title if isinstance(title, str) else None)

    def note(self, key: str, title: str | None) -> None:
        """Keep what is known of a file that has just been made.

        Raises:
            OSError: The disk failed or is full.
        """
        with replace_file(self.path(key).with_suffix(_ABOUT)) as file:
            file.write(json.dumps({"title": title}).encode())

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
            path.with_suffix(_ABOUT).unlink(missing_ok=True)
            path.unlink(missing_ok=True)
            total -= size
