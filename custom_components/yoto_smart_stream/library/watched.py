"""The watched folder: which of its files are new and have stopped growing. Pure.

A file is known by its size and the time of its last change. What was imported is remembered, so
that a restart imports nothing again, nor does deleting an item bring it back.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ..json import Json, JsonObject
from .fields import Fields
from .job import Failure, read_failure, write_failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a file looks like: bytes, and nanoseconds since 1970."""

    size: int
    changed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Handled:
    """What became of a file: the id of the item, or why there is none."""

    look: Look
    audio_id: str | None = None
    failure: Failure | None = None


class Watched:
    """The files of a watched folder, by path."""

    def __init__(self, handled: Mapping[str, Handled]) -> None:
        """Start with what was handled before."""
        self._handled = dict(handled)
        self._seen: dict[str, Look] = {}

    @property
    def handled(self) -> Mapping[str, Handled]:
        """Return what became of each file."""
        return self._handled

    @property
    def failed(self) -> dict[str, Failure]:
        """Return the files that could not be imported, and why."""
        return {path: one.failure for path, one in self._handled.items() if one.failure}

    def look(self, found: Mapping[str, Look]) -> list[str]:
        """Return the files that are new or changed, and look as they did the last time.

        What is gone is forgotten where it failed, so that nobody is told of it any more.
        """
        ready = [
            path
            for path, look in found.items()
            if look.size
            and self._seen.get(path) == look
            and (path not in self._handled or self._handled[path].look != look)
        ]
        self._seen = dict(found)
        for path in [path for path in self.failed if path not in found]:
            del self._handled[path]
        return ready

    def note(self, path: str, handled: Handled) -> None:
        """Remember what became of a file."""
        self._handled[path] = handled

    def replaced_by(self, path: str) -> str | None:
        """Return the id of the item that an earlier content of a file became."""
        before = self._handled.get(path)
        return None if before is None else before.audio_id


def write_watched(handled: Mapping[str, Handled]) -> JsonObject:
    """Return the records of what was handled."""
    return {
        "files": [
            {
                "path": path,
                "size": one.look.size,
                "changed": one.look.changed,
                "audio_id": one.audio_id,
                "failure": None if one.failure is None else write_failure(one.failure),
            }
            for path, one in handled.items()
        ]
    }


def read_watched(stored: Json) -> dict[str, Handled]:
    """Read records; what is none is left out, and the file is imported once more."""
    handled: dict[str, Handled] = {}
    records = stored.get("files") if isinstance(stored, dict) else None
    for record in records if isinstance(records, list) else ():
        try:
            path, one = _read(record)
        except ValueError:
            continue
        handled[path] = one
    return handled


def _read(record: Json) -> tuple[str, Handled]:
    """Read one record."""
    fields = Fields(record)
    failure = fields.mapping_or_none("failure")
    return fields.text("path"), Handled(
        look=Look(size=fields.whole("size"), changed=fields.whole("changed")),
        audio_id=fields.text_or_none("audio_id"),
        failure=None if failure is None else read_failure(failure),
    )
