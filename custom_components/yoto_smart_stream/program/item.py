"""What can be played next, and what there is to do besides. Data only: nobody here opens a file."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ..cards.live import LiveChapter


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Something to play."""

    media: str
    """What it is to those who can open it: a media id, an address, an audio of the library."""
    title: str
    length: float | None = None
    """Seconds; None where it has no end or nobody knows."""
    artist: str | None = None
    """Who made it, as people say it."""
    cover: str | None = None
    """Where its picture is, to those who can open it."""
    chime: bool = False
    """Whether a chime comes before it, in one piece with it; `length` is that of both."""


_SILENCE: Final = "silence:"


def silent(seconds: int, title: str) -> Item:
    """Return an item that is silent for some seconds, and is shown by a title."""
    return Item(media=f"{_SILENCE}{seconds}", title=title, length=float(seconds))


def silent_seconds(item: Item) -> int | None:
    """Return for how long an item is silent, None for one that is heard."""
    seconds = item.media.removeprefix(_SILENCE)
    return int(seconds) if item.media.startswith(_SILENCE) and seconds.isdecimal() else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """Play an item."""

    item: Item
    begin_at: float = 0.0
    """Seconds into the item, where it goes on after an interruption."""

    @property
    def remaining(self) -> float | None:
        """Return for how many seconds it plays, None where nobody knows."""
        return None if self.item.length is None else max(self.item.length - self.begin_at, 0.0)


@dataclass(frozen=True, slots=True)
class Stop:
    """Play a short silence: an end cannot be left out of a live card's ways."""


type Outcome = Play | Stop


class SkipReason(StrEnum):
    """Why an item was not played."""

    MISSING = "missing"
    """It cannot be opened."""
    OVERRULED = "overruled"
    """A child pressed a knob while it was waiting to be announced."""


@dataclass(frozen=True, slots=True)
class StopCard:
    """Tell the player to stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnTo:
    """Tell the player to go on with the card that it was taken from."""

    card_id: str
    chapter_key: str | None = None
    track_key: str | None = None
    position: float | None = None
    """Seconds into the track; None for where the player itself has left the card."""
    paused: bool = False
    """Whether it was paused there, and is to be again."""


@dataclass(frozen=True, slots=True)
class TakeUp:
    """Tell the player to go on with its live card, in a chapter for which a step is laid out."""

    chapter: LiveChapter


@dataclass(frozen=True, slots=True)
class SetVolume:
    """Tell the player how loud to be."""

    volume: int
    """Steps, 0 to 16."""
    was: int | None = None
    """How loud we had made it: if it is another volume now, somebody has turned the knob."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """Say that an item was not played."""

    item: Item
    reason: SkipReason


class Moment(StrEnum):
    """What can happen in a story."""

    BEGUN = "begun"
    ENTERED = "entered"
    CHOSEN = "chosen"
    ENDED = "ended"
    STUCK = "stuck"
    """Silent nodes lead to each other without end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InStory:
    """Say that something has happened in a story, and run what its node wants."""

    story_id: str
    moment: Moment
    node: str
    """The id of the node; where a knob has led away from, if it was one."""
    target: str | None = None
    """The node that a knob has led to."""
    side: str | None = None
    """`left` or `right`, the knob."""
    label: str | None = None
    """What was chosen, in words."""
    runs: bool = False
    """Whether the actions of the node are to run."""


type Effect = StopCard | ReturnTo | TakeUp | SetVolume | Skipped | InStory
"""What the runner does. Doing it twice does no harm, since a crash may come in between."""


def without_stop(effects: tuple[Effect, ...]) -> tuple[Effect, ...]:
    """Leave out that the card is stopped: something else is to be played."""
    return tuple(effect for effect in effects if not isinstance(effect, StopCard))
