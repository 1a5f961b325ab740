"""Looking into the payload of a card."""

from custom_components.yoto_smart_stream.json import Json


def tracks_of(payload: dict[str, Json]) -> list[dict[str, Json]]:
    """Return all tracks of a card, in their order."""
    content = payload["content"]
    assert isinstance(content, dict)
    chapters = content["chapters"]
    assert isinstance(chapters, list)
    found: list[dict[str, Json]] = []
    for chapter in chapters:
        assert isinstance(chapter, dict)
        tracks = chapter["tracks"]
        assert isinstance(tracks, list)
        found += [track for track in tracks if isinstance(track, dict)]
    return found
