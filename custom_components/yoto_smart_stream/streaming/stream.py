"""Streams: named lists of items, as a family defines them. Frozen values, pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum
from typing import Final

from ..json import Json

LONGEST_NAME: Final = 100
"""Characters of a name, which is also the title of the card's track (protocol §4.2)."""
ENDLESS_HOURS: Final = 12.0
"""How long an endless stream is if nothing else is chosen."""
MAX_ENDLESS_HOURS: Final = 24.0
MAX_PAUSE: Final = 10.0
"""The longest gap, and the longest lead-in, in seconds."""


class PlayMode(StrEnum):
    """Say in which order the items are played, and whether that ever ends."""

    SEQUENTIAL = "sequential"
    LOOP = "loop"
    SHUFFLE = "shuffle"
    ENDLESS_SHUFFLE = "endless_shuffle"

    @property
    def is_endless(self) -> bool:
        """Tell whether the items are played again and again."""
        return self in {PlayMode.LOOP, PlayMode.ENDLESS_SHUFFLE}

    @property
    def is_shuffled(self) -> bool:
        """Tell whether the order of the items is drawn."""
        return self in {PlayMode.SHUFFLE, PlayMode.ENDLESS_SHUFFLE}


class SeedPolicy(StrEnum):
    """Say how long a drawn order lasts."""

    EACH_PLAY = "each_play"
    DAILY = "daily"
    FIXED = "fixed"


class StreamErrorCode(StrEnum):
    """Name what is wrong with a stream."""

    UNKNOWN_STREAM = "unknown_stream"
    UNKNOWN_AUDIO = "unknown_audio"
    CYCLE = "cycle"
    TOO_DEEP = "too_deep"
    TOO_LONG = "too_long"
    OTHER_PROFILE = "other_profile"
    """An audio of another bit rate, sample rate or number of channels than the others."""
    EMPTY = "empty"
    LIVE = "live"
    """A live source has no length: it is played as it comes and not as a file."""


class StreamError(Exception):
    """Report that a stream cannot be played.

    `names` leads from the stream to the fault: stream names, and last the id or source at fault.
    In a cycle the first and the last name of the circle are the same.
    """

    def __init__(self, code: StreamErrorCode, names: tuple[str, ...]) -> None:
        """Remember what is wrong, and where."""
        super().__init__(f"{code}: {' > '.join(names)}")
        self.code = code
        self.names = names


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioItem:
    """An audio of the library."""

    audio_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamItem:
    """Another stream: one pass of it, in its own play mode and with its own gaps."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveItem:
    """A source that is rendered while it is played, such as a radio station or a media id."""

    source: str


type Item = AudioItem | StreamItem | LiveItem


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Name the items that are played instead when a play starts under conditions.

    All that are given must hold: the local time is in [`start`, `end`), which may go over
    midnight; the weekday (Monday is 0) is one of `weekdays`, where the hours after midnight belong
    to the day on which the window began; the player is one of `players`; `template`, which only
    the caller can read, is true. Only one of `start` and `end` means from or until midnight.
    """

    items: tuple[Item, ...]
    start: time | None = None
    end: time | None = None
    weekdays: frozenset[int] = frozenset()
    players: frozenset[str] = frozenset()
    template: str | None = None

    def __post_init__(self) -> None:
        """Refuse days that no week has, and times of a zone of their own."""
        if not self.weekdays <= set(range(7)):
            raise ValueError("A weekday is a number from 0 to 6")
        if any(limit is not None and limit.tzinfo is not None for limit in (self.start, self.end)):
            raise ValueError("The times of a rule are local and have no time zone")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """Define a stream. `gap` and `lead_in` are in seconds, `revision` grows with every edit.

    `stream_id` is a ULID; it, the name and the slug never change. `endless_hours` is how long it is
    where its play mode never ends. `unknown` holds the fields of its record that this version does
    not know, so that a newer one finds them again.
    """

    stream_id: str
    slug: str
    name: str
    revision: int
    items: tuple[Item, ...]
    play_mode: PlayMode = PlayMode.SEQUENTIAL
    seed: SeedPolicy = SeedPolicy.EACH_PLAY
    gap: float = 0.0
    lead_in: float = 0.0
    rules: tuple[Rule, ...] = ()
    endless_hours: float = ENDLESS_HOURS
    unknown: Mapping[str, Json] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        """Refuse names that cannot be shown, and times that are none."""
        if not is_name(self.name):
            raise ValueError(f"A name is one line of 1 to {LONGEST_NAME} characters")
        if not 0 < self.endless_hours <= MAX_ENDLESS_HOURS:
            raise ValueError(f"An endless stream has up to {MAX_ENDLESS_HOURS} hours")
        if not (0 <= self.gap <= MAX_PAUSE and 0 <= self.lead_in <= MAX_PAUSE):
            raise ValueError(f"A pause lasts from 0 to {MAX_PAUSE} seconds")

    def lists(self) -> Iterator[tuple[Item, ...]]:
        """Yield every list of items that a play may be made of."""
        yield self.items
        for rule in self.rules:
            yield rule.items

    def audio_ids(self) -> frozenset[str]:
        """Return every audio that any of its lists names."""
        return frozenset(
            item.audio_id for items in self.lists() for item in items if isinstance(item, AudioItem)
        )


def is_name(text: str) -> bool:
    """Tell whether a stream can have a name: one line without blanks around it, not too long."""
    return 0 < len(text) <= LONGEST_NAME and text.isprintable() and text == text.strip()
