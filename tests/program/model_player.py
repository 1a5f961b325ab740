"""A player that follows the ways of a card's payload, and knows nothing else of live cards."""

from dataclasses import dataclass, field

from custom_components.yoto_smart_stream.json import Json

_RULES = {"left": "onLhb", "right": "onRhb", "end": "onEnd"}


@dataclass
class ModelPlayer:
    """Where a player is on a card, from what Yoto would give it."""

    payload: dict[str, Json]
    chapter: str = field(init=False)
    tracks: dict[str, dict[str, Json]] = field(init=False)

    def __post_init__(self) -> None:
        """Read the card and stand at its first chapter."""
        content = self.payload["content"]
        assert isinstance(content, dict)
        assert content["playbackType"] == "interactive"
        chapters = content["chapters"]
        assert isinstance(chapters, list)
        self.tracks = {}
        for chapter in chapters:
            assert isinstance(chapter, dict)
            tracks = chapter["tracks"]
            assert isinstance(tracks, list)
            (track,) = tracks
            assert isinstance(track, dict)
            assert track["key"] == chapter["key"]
            self.tracks[str(chapter["key"])] = track
        self.chapter = next(iter(self.tracks))

    def way_of(self, signal: str) -> str:
        """Return the chapter to which a knob or the end leads."""
        events = self.tracks[self.chapter]["events"]
        assert isinstance(events, dict)
        rule = events[_RULES[signal]]
        assert isinstance(rule, dict)
        assert rule["cmd"] == "goto"
        params = rule["params"]
        assert isinstance(params, dict)
        assert params["trackKey"] == params["chapterKey"]
        return str(params["chapterKey"])

    def go(self, signal: str) -> None:
        """Follow a knob or the end."""
        self.chapter = self.way_of(signal)

    @property
    def url(self) -> str:
        """Return what it fetches."""
        return str(self.tracks[self.chapter]["trackUrl"])
