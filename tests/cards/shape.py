"""Looking into the payload of a card."""

from custom_components.yoto_smart_stream.json import Json


def chapters_of(payload: dict[str, Json]) -> list[dict[str, Json]]:
    """Return the chapters of a card, in their order."""
    content = payload["content"]
    assert isinstance(content, dict)
    chapters = content["chapters"]
    assert isinstance(chapters, list)
    return [chapter for chapter in chapters if isinstance(chapter, dict)]


def tracks_in(chapter: dict[str, Json]) -> list[dict[str, Json]]:
    """Return the tracks of a chapter."""
    tracks = chapter["tracks"]
    assert isinstance(tracks, list)
    return [track for track in tracks if isinstance(track, dict)]


def tracks_of(payload: dict[str, Json]) -> list[dict[str, Json]]:
    """Return all tracks of a card, in their order."""
    return [track for chapter in chapters_of(payload) for track in tracks_in(chapter)]
