"""A player that knows nothing but the payload of a card (protocol §4.4, §4.5).

Written from the protocol alone: it shares no code with what makes payloads, nor with the simulator.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Payload = Mapping[str, Any]

LEFT = "onLhb"
RIGHT = "onRhb"
END = "onEnd"


@dataclass(frozen=True)
class Moment:
    """Where a player is on a card."""

    chapter: str
    track: str
    is_playing: bool = True


@dataclass(frozen=True)
class Heard:
    """What begins to be heard and to be seen."""

    url: str
    title: str
    icon: str


class PayloadPlayer:
    """Plays an interactive card."""

    def __init__(self, payload: Payload) -> None:
        """Read a card, and complain about what would make a player stumble."""
        content = payload["content"]
        assert content["playbackType"] == "interactive"
        assert content["config"]["disableTrackNav"] is True
        assert content["config"]["disableChapterNav"] is True
        assert content["config"]["autoadvance"] == "none"
        self._tracks: dict[tuple[str, str], dict[str, Any]] = {}
        for chapter in content["chapters"]:
            (track,) = chapter["tracks"]
            place = chapter["key"], track["key"]
            assert place not in self._tracks, "two tracks have the same keys"
            assert track["overlayLabel"], "players skip what has no label"
            assert track["events"][END]["cmd"] in {"stop", "goto", "repeat"}
            self._tracks[place] = track

    @property
    def beginning(self) -> Moment:
        """Return where the card begins."""
        return Moment(*next(iter(self._tracks)))

    @property
    def moments(self) -> list[Moment]:
        """Return the beginning of each chapter."""
        return [Moment(*place) for place in self._tracks]

    def heard(self, moment: Moment) -> Heard:
        """Return what is heard and seen of a chapter."""
        track = self._tracks[moment.chapter, moment.track]
        return Heard(track["trackUrl"], track["title"], track["display"]["icon16x16"])

    def after(self, moment: Moment, event: str) -> tuple[Moment, Heard | None]:
        """Return what an event leads to, and what begins to be heard.

        Knobs work while a track plays and after it has stopped; it ends only while it plays.
        """
        if event == END and not moment.is_playing:
            return moment, None
        rule = self._tracks[moment.chapter, moment.track]["events"].get(event)
        match rule:
            case None:
                return moment, None
            case {"cmd": "stop"}:
                return Moment(moment.chapter, moment.track, is_playing=False), None
            case {"cmd": "repeat"}:
                target = Moment(moment.chapter, moment.track)
            case {"cmd": "goto", "params": {"chapterKey": chapter, "trackKey": track}}:
                target = Moment(chapter, track)
            case _:
                raise AssertionError(f"no player knows {rule}")
        return target, self.heard(target)
