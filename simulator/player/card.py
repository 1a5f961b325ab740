"""A card as a player reads it (protocol §4.2, §4.4)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from simulator.world import Json, JsonObject

from .settings import switch

_HASH: Final = "#sha256="
"""What addresses of uploaded audio end with, and its hash (protocol §4.2)."""
_RESUME_TIMEOUT: Final = 2_592_000.0
"""Seconds that a position is remembered unless the card says otherwise (protocol §4.2)."""


class Verb(StrEnum):
    """What a track says should happen (protocol §4.4)."""

    NONE = "none"
    STOP = "stop"
    REPEAT = "repeat"
    GOTO = "goto"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One entry of a track's events."""

    verb: Verb
    chapter_key: str = ""
    track_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """One audio file or stream."""

    key: str
    title: str
    url: str
    is_stream: bool = False
    kept_as: str = ""
    """The hash of audio that was uploaded and can be kept; empty for all else."""
    seconds: int = 0
    """As the card declares it; 0 is unknown."""
    icon: str | None = None
    icon_url: str | None = None
    """Where an icon is fetched instead (protocol §5.3)."""
    on_end: Rule | None = None
    on_left: Rule | None = None
    on_right: Rule | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """What a click of the right knob moves by."""

    key: str
    title: str
    tracks: tuple[Track, ...]
    icon: str | None = None
    icon_url: str | None = None


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """A track on a card, by the positions of its chapter and of itself in the chapter."""

    chapter: int
    track: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What is on a card."""

    card_id: str
    title: str
    chapters: tuple[Chapter, ...]
    updated_at: str = ""
    interactive: bool = False
    can_skip: bool = True
    """Whether the right knob may change the chapter."""
    autoadvance: str = "next"
    """`next`, `repeat` or `none`."""
    resume_timeout: float = _RESUME_TIMEOUT
    spots: tuple[Spot, ...] = field(init=False)
    """Every track, in the order of playing."""

    def __post_init__(self) -> None:
        """Put the tracks in order."""
        spots = tuple(
            Spot(chapter, track)
            for chapter, content in enumerate(self.chapters)
            for track in range(len(content.tracks))
        )
        object.__setattr__(self, "spots", spots)

    def chapter(self, spot: Spot) -> Chapter:
        """Return the chapter of a spot."""
        return self.chapters[spot.chapter]

    def track(self, spot: Spot) -> Track:
        """Return the track of a spot."""
        return self.chapters[spot.chapter].tracks[spot.track]

    def find(self, chapter_key: str, track_key: str | None = None) -> Spot | None:
        """Find a track by its exact keys; without a track key, the chapter's first one."""
        for spot in self.spots:
            if self.chapter(spot).key == chapter_key and (
                track_key is None or self.track(spot).key == track_key
            ):
                return spot
        return None


def read_card(body: JsonObject) -> Card:
    """Read a card's JSON. Chapters without tracks are left out."""
    content = _object(body.get("content"))
    config = _object(content.get("config"))
    online_only = switch(config, "onlineOnly")
    chapters = tuple(
        _chapter(chapter, online_only=online_only) for chapter in _objects(content.get("chapters"))
    )
    advance = str(config.get("autoadvance") or "next").lower()
    timeout = config.get("resumeTimeout")
    return Card(
        card_id=_text(body.get("cardId")),
        title=_text(body.get("title")),
        chapters=tuple(chapter for chapter in chapters if chapter.tracks),
        updated_at=_text(body.get("updatedAt")),
        interactive=content.get("playbackType") == "interactive",
        can_skip=not (switch(config, "disableTrackNav") or switch(config, "disableChapterNav")),
        autoadvance=advance if advance in {"repeat", "none"} else "next",
        resume_timeout=float(timeout) if isinstance(timeout, int | float) else _RESUME_TIMEOUT,
    )


def _chapter(body: JsonObject, *, online_only: bool) -> Chapter:
    return Chapter(
        key=_text(body.get("key")),
        title=_text(body.get("title")),
        tracks=tuple(
            _track(track, online_only=online_only) for track in _objects(body.get("tracks"))
        ),
        icon=_icon(body, "icon16x16"),
        icon_url=_icon(body, "iconUrl16x16"),
    )


def _track(body: JsonObject, *, online_only: bool) -> Track:
    url, is_stream = _text(body.get("trackUrl")), body.get("type") == "stream"
    is_kept = not (is_stream or online_only or body.get("onlineOnly") is True)
    events = _object(body.get("events"))
    duration = body.get("duration")
    return Track(
        key=_text(body.get("key")),
        title=_text(body.get("title")),
        url=url,
        is_stream=is_stream,
        kept_as=url.partition(_HASH)[2] if is_kept else "",
        seconds=int(duration) if isinstance(duration, int | float) else 0,
        icon=_icon(body, "icon16x16"),
        icon_url=_icon(body, "iconUrl16x16"),
        on_end=_rule(events.get("onEnd")),
        on_left=_rule(events.get("onLhb")),
        on_right=_rule(events.get("onRhb")),
    )


def _rule(body: Json) -> Rule | None:
    """Read a rule; one with an unknown verb counts as none (protocol §4.5: faults are silent)."""
    if not isinstance(body, dict):
        return None
    try:
        verb = Verb(_text(body.get("cmd")))
    except ValueError:
        return None
    params = _object(body.get("params"))
    return Rule(
        verb=verb,
        chapter_key=_text(params.get("chapterKey")),
        track_key=_text(params.get("trackKey")),
    )


def _icon(body: JsonObject, field: str) -> str | None:
    icon = _object(body.get("display")).get(field)
    return icon if isinstance(icon, str) and icon else None


def _text(value: Json) -> str:
    return "" if value is None else str(value)


def _object(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, dict) else {}


def _objects(value: Json) -> list[JsonObject]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
