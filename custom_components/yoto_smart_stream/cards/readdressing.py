"""Other addresses on a card that is at Yoto already; everything else on it stays as it is. Pure."""

from collections.abc import Callable, Mapping

from ..json import Json, JsonObject
from .payload import sendable


def addresses(card: Mapping[str, Json]) -> list[str]:
    """Return the addresses of all streams and icons on a card, in its order."""
    found: list[str] = []

    def note(url: str) -> str:
        found.append(url)
        return url

    readdressed(card, note)
    return found


def readdressed(
    card: Mapping[str, Json], change: Callable[[str], str]
) -> tuple[dict[str, Json], int]:
    """Return what to send to replace a card, and how many of its addresses are others now.

    Args:
        card: as Yoto gives it, of protocol §4.2.
        change: returns what to write in the place of an address; the same one leaves it.
    """
    changed = 0

    def other(url: str) -> str:
        nonlocal changed
        instead = change(url)
        changed += instead != url
        return instead

    payload = sendable(card)
    content = payload.get("content")
    chapters = content.get("chapters") if isinstance(content, dict) else None
    if isinstance(content, dict) and isinstance(chapters, list):
        payload["content"] = {
            **content,
            "chapters": [_chapter(chapter, other) for chapter in chapters],
        }
    return payload, changed


def is_as_sent(payload: Mapping[str, Json], card: Mapping[str, Json]) -> bool:
    """Return whether Yoto has kept a card as it was sent: its title, and all that plays."""
    return all(card.get(key) == payload.get(key) for key in ("title", "content"))


def _chapter(chapter: Json, change: Callable[[str], str]) -> Json:
    """Return a chapter with other addresses."""
    if not isinstance(chapter, dict):
        return chapter
    chapter = _with_icon(chapter, change)
    tracks = chapter.get("tracks")
    if not isinstance(tracks, list):
        return chapter
    return {**chapter, "tracks": [_track(track, change) for track in tracks]}


def _track(track: Json, change: Callable[[str], str]) -> Json:
    """Return a track with other addresses: that of its audio, if it is a stream, and its icon's."""
    if not isinstance(track, dict):
        return track
    url = track.get("trackUrl")
    if track.get("type") == "stream" and isinstance(url, str):
        track = {**track, "trackUrl": change(url)}
    return _with_icon(track, change)


def _with_icon(part: JsonObject, change: Callable[[str], str]) -> JsonObject:
    """Return a chapter or a track with another address of its icon, if it has one."""
    display = part.get("display")
    url = display.get("iconUrl16x16") if isinstance(display, dict) else None
    if not isinstance(display, dict) or not isinstance(url, str):
        return part
    return {**part, "display": {**display, "iconUrl16x16": change(url)}}
