"""Where the audio of a track is: an address that is signed and expires, so it is never kept."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ..web import is_web_address


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackAddress:
    """Where a track can be fetched for a while.

    `format` is as Yoto writes it (`aac`, `mp3`); `is_stream` tells that somebody else serves it,
    and that the address is no secret (protocol §4.2).
    """

    url: str = field(repr=False)
    format: str | None
    is_stream: bool


def read_track_address(
    answer: Mapping[str, object], chapter_key: str | None, track_key: str | None
) -> TrackAddress | None:
    """Read the address of a track out of a card's details; without keys, that of the first one.

    None where there is no such track, or no address of the web in it.
    """
    content = _mapping(_mapping(answer.get("card")).get("content"))
    for chapter in _mappings(content.get("chapters")):
        if chapter_key is not None and _key(chapter) != chapter_key:
            continue
        for track in _mappings(chapter.get("tracks")):
            if track_key is None or _key(track) == track_key:
                return _address(track)
    return None


def _address(track: Mapping[str, object]) -> TrackAddress | None:
    """Read the address of a track."""
    url, form = track.get("trackUrl"), track.get("format")
    if not isinstance(url, str) or not is_web_address(url):
        return None
    return TrackAddress(
        url=url,
        format=form if isinstance(form, str) and form else None,
        is_stream=track.get("type") == "stream",
    )


def _key(part: Mapping[str, object]) -> str | None:
    """Return a key as text; a few clients have written numbers."""
    key = part.get("key")
    return None if key is None else str(key)


def _mapping(value: object) -> Mapping[str, object]:
    """Return a JSON object, or an empty one where something else stands."""
    return value if isinstance(value, dict) else {}


def _mappings(value: object) -> Iterator[Mapping[str, object]]:
    """Yield the objects of an array."""
    for one in value if isinstance(value, list) else ():
        if isinstance(one, dict):
            yield one
