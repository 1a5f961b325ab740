"""Other addresses on a card that is at Yoto already; everything else on it stays as it is. Pure."""

from collections.abc import Callable, Iterator, Mapping

from ..json import Json
from .payload import sendable


def addresses(card: Mapping[str, Json]) -> list[str]:
    """Return the addresses of all streams on a card, in its order."""
    return [url for track in _tracks(card) if (url := _address(track)) is not None]


def readdressed(
    card: Mapping[str, Json], change: Callable[[str], str]
) -> tuple[dict[str, Json], int]:
    """Return what to send to replace a card, and how many of its addresses are others now.

    Args:
        card: as Yoto gives it, of protocol §4.2.
        change: returns what to write in the place of an address; the same one leaves it.
    """
    changed = 0

    def with_other(track: Json) -> Json:
        nonlocal changed
        url = _address(track)
        if url is None or not isinstance(track, dict) or (other := change(url)) == url:
            return track
        changed += 1
        return {**track, "trackUrl": other}

    payload = sendable(card)
    content = payload.get("content")
    chapters = content.get("chapters") if isinstance(content, dict) else None
    if isinstance(content, dict) and isinstance(chapters, list):
        payload["content"] = {
            **content,
            "chapters": [_with_tracks(chapter, with_other) for chapter in chapters],
        }
    return payload, changed


def is_as_sent(payload: Mapping[str, Json], card: Mapping[str, Json]) -> bool:
    """Return whether Yoto has kept a card as it was sent: its title, and all that plays."""
    return all(card.get(key) == payload.get(key) for key in ("title", "content"))


def _with_tracks(chapter: Json, change: Callable[[Json], Json]) -> Json:
    """Return a chapter with other tracks."""
    tracks = chapter.get("tracks") if isinstance(chapter, dict) else None
    if not isinstance(chapter, dict) or not isinstance(tracks, list):
        return chapter
    return {**chapter, "tracks": [change(track) for track in tracks]}


def _tracks(card: Mapping[str, Json]) -> Iterator[Json]:
    """Yield the tracks of a card, whatever stands in their place."""
    content = card.get("content")
    chapters = content.get("chapters") if isinstance(content, dict) else None
    for chapter in chapters if isinstance(chapters, list) else ():
        tracks = chapter.get("tracks") if isinstance(chapter, dict) else None
        yield from tracks if isinstance(tracks, list) else ()


def _address(track: Json) -> str | None:
    """Return the address of a track that is a stream."""
    if not isinstance(track, dict) or track.get("type") != "stream":
        return None
    url = track.get("trackUrl")
    return url if isinstance(url, str) else None
