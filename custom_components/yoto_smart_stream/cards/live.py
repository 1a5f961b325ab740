"""The live card: seven chapters that can play anything, since their audio is decided when fetched.

From `start` and from every `*0` chapter a press on the left knob leads to `L1`, one on the right
knob to `R1` and the end to `E1`; from every `*1` chapter to `L0`, `R0` and `E0`. So the address
that a player fetches says what has happened, and the alternating phase tells a new press from a
repeated fetch.
That streams play on interactive cards is not verified on a real player (protocol §9).
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ..json import Json
from ..playback.context import CardMap, Exits, Place
from .builder import DEFAULT_ICON

_RESUME_TIMEOUT: Final = 2_592_000
"""Seconds for which players remember where a card was left: what Yoto's own tool sends."""


class Way(StrEnum):
    """How a chapter is come to."""

    START = "start"
    """The card was begun."""
    LEFT = "left"
    """The left knob was pressed."""
    RIGHT = "right"
    """The right knob was pressed."""
    END = "end"
    """What had played was over."""


class LiveChapter(StrEnum):
    """A chapter of a live card; its value is the key of the chapter and of its one track."""

    START = "start"
    L0 = "L0"
    R0 = "R0"
    E0 = "E0"
    L1 = "L1"
    R1 = "R1"
    E1 = "E1"

    @property
    def phase(self) -> int:
        """Return 0 or 1."""
        return 1 if self.value.endswith("1") else 0

    @property
    def way(self) -> Way:
        """Return how it is come to."""
        return _WAYS[self.value[0]]

    @property
    def place(self) -> Place:
        """Return where it is on the card."""
        return self.value, self.value

    def after(self, way: Way) -> LiveChapter:
        """Return where a way leads to from here."""
        if way is Way.START:
            return LiveChapter.START
        return LiveChapter(f"{_INITIALS[way]}{1 - self.phase}")

    def leads_to(self, other: LiveChapter) -> bool:
        """Return whether a knob or the end leads to another chapter from here."""
        return other is not LiveChapter.START and other.phase != self.phase


_WAYS: Final = {"s": Way.START, "L": Way.LEFT, "R": Way.RIGHT, "E": Way.END}
_INITIALS: Final = {Way.LEFT: "L", Way.RIGHT: "R", Way.END: "E"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveCard:
    """A live card as we describe it."""

    title: str
    address: Callable[[LiveChapter], str]
    """Where players fetch the audio of a chapter."""
    cover: str | None = None
    """The address of a picture that Yoto has (protocol §5.2)."""
    icon: str = DEFAULT_ICON
    icon_address: Callable[[LiveChapter], str] | None = None
    """Where players fetch the icon of a chapter; None for the icon that is always the same."""
    length: int = 0
    """Seconds that every track claims to have, 0 for unknown; some players may want a number."""


def metadata_of(card: LiveCard, category: str) -> dict[str, Json]:
    """Return the metadata of a card of streams, whatever its shape."""
    metadata: dict[str, Json] = {
        "category": category,
        "media": {"duration": 0, "fileSize": 0, "hasStreams": True},
    }
    if card.cover is not None:
        metadata["cover"] = {"imageL": card.cover}
    return metadata


def display_of(card: LiveCard, chapter: LiveChapter) -> dict[str, Json]:
    """Return what a display shows of a chapter, and of its one track (protocol §5.3)."""
    if card.icon_address is None:
        return {"icon16x16": card.icon}
    return {"iconUrl16x16": card.icon_address(chapter)}


def build_live(card: LiveCard) -> dict[str, Json]:
    """Return the payload for `POST /content`, in the shape of protocol §4.5."""
    return {
        "title": card.title,
        "metadata": metadata_of(card, "activities"),
        "content": {
            "activity": "yoto_Player",
            "version": "1",
            "playbackType": "interactive",
            "restricted": True,
            "editSettings": {
                "autoOverlayLabels": "chapters",
                "editKeys": False,
                "interactiveContent": True,
            },
            "config": {
                "resumeTimeout": _RESUME_TIMEOUT,
                "disableTrackNav": True,
                "disableChapterNav": True,
                "autoadvance": "none",
                "onlineOnly": True,
            },
            "chapters": [
                _chapter(card, chapter, number) for number, chapter in enumerate(LiveChapter, 1)
            ],
        },
    }


def live_map() -> CardMap:
    """Return the map of a live card, by which presses are told apart."""
    return CardMap(
        places=tuple(chapter.place for chapter in LiveChapter),
        interactive=True,
        exits={
            chapter.place: Exits(
                left=chapter.after(Way.LEFT).place,
                right=chapter.after(Way.RIGHT).place,
                end=chapter.after(Way.END).place,
            )
            for chapter in LiveChapter
        },
    )


def _chapter(card: LiveCard, chapter: LiveChapter, number: int) -> dict[str, Json]:
    """Return a chapter with its one track."""
    label = str(number)
    return {
        "key": chapter.value,
        "title": card.title,
        "overlayLabel": label,
        "duration": card.length,
        "fileSize": 0,
        "display": display_of(card, chapter),
        "tracks": [
            {
                "key": chapter.value,
                "title": card.title,
                "trackUrl": card.address(chapter),
                "type": "stream",
                "format": "mp3",
                # Without a label players skip through a card and play nothing (protocol §4.2).
                "overlayLabel": label,
                "duration": card.length,
                "fileSize": 0,
                "display": display_of(card, chapter),
                "events": {
                    "onLhb": _goto(chapter.after(Way.LEFT)),
                    "onRhb": _goto(chapter.after(Way.RIGHT)),
                    "onEnd": _goto(chapter.after(Way.END)),
                },
            }
        ],
    }


def _goto(chapter: LiveChapter) -> dict[str, Json]:
    """Return a rule that leads to a chapter (protocol §4.4)."""
    return {"cmd": "goto", "params": {"chapterKey": chapter.value, "trackKey": chapter.value}}
