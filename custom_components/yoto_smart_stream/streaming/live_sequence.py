"""Live sequences: a stream with live items, as what is to be heard one after the other. Pure.

It has no length, so that it is no file: items of the library come as their frames, live ones as
they come, and an endless one goes on until nobody listens.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
import secrets
from typing import Final

from ..audio.plan import Part
from ..audio.profile import Profile
from ..audio.silence import Silence
from .order import order_of
from .pieces import AudioPiece, Draw
from .pinning import Pinned
from .plays import AGAIN
from .reading import read_part
from .stream import AudioItem, Item, LiveItem, Stream, StreamItem

_BLOCK: Final = 64 * 1024

_DRAWS_KEPT: Final = 256

type Element = Part | LiveItem


class LiveDraws:
    """Keep what was drawn for a listener a moment ago: who asks again hears the same order."""

    def __init__(self, draw: Callable[[], str] = lambda: secrets.token_hex(16)) -> None:
        """Start with none; `draw` returns another text each time."""
        self._draw = draw
        self._drawn: OrderedDict[tuple[str, str], tuple[str, datetime]] = OrderedDict()

    def of(self, token: str, listener: str, now: datetime) -> Draw:
        """Return the draw for a request; `now` is in the zone of the family, as for `Plays`."""
        key = (token, listener)
        drawn, began = self._drawn.get(key, ("", datetime.min.replace(tzinfo=UTC)))
        if now - began >= AGAIN:
            drawn = self._draw()
            self._drawn[key] = (drawn, now)
            self._drawn.move_to_end(key)
            if len(self._drawn) > _DRAWS_KEPT:
                self._drawn.popitem(last=False)
        return Draw(play=drawn, day=now.date().isoformat())


class LiveSequence:
    """One play of a stream with live items. One thread at a time may use it."""

    def __init__(
        self,
        pinned: Pinned,
        audio: Callable[[str], AudioPiece | None],
        silence: Silence,
        draw: Draw,
    ) -> None:
        """Describe a play; audio that is gone when its turn comes is left out."""
        self.profile: Final[Profile] = pinned.profile
        self._pinned = pinned
        self._audio = audio
        self._silence = silence
        self._draw = draw
        self._elements = self._every()
        self._part: Part | None = None
        self._is_heard = False
        self.turn: int = 0
        """How many items have had their turn, with the one that is in it."""
        self.item: AudioItem | LiveItem | None = None
        """The item that what came last belongs to; None for the silence before the first."""

    def next(self) -> bytes | LiveItem | None:
        """Return what comes next: bytes, a live item, or nothing at the end (blocking).

        Raises:
            PartChangedError: A file is not the one any more that was begun.
            AudioError: The file of silence is missing.
        """
        if self._part is None:
            match next(self._elements, None):
                case Part() as part:
                    self._part = part
                case element:
                    return element
        part, self._part = self._part, None
        if part.length > _BLOCK:
            self._part = part.cut(_BLOCK, part.length)
            part = part.cut(0, _BLOCK)
        return read_part(part)

    @property
    def is_heard(self) -> bool:
        """Tell whether there was more than silence in this pass."""
        return self._is_heard

    def note_heard(self) -> None:
        """Take note that a live item brought something, so that it is worth going on."""
        self._is_heard = True

    def _every(self) -> Iterator[Element]:
        """Yield everything; an endless one ends after a pass in which nothing was heard."""
        stream = self._pinned.streams[self._pinned.name]
        yield from self._silence.parts(stream.lead_in)
        number = 0
        while True:
            self._is_heard = False
            yield from self._pass(stream, number)
            if not stream.play_mode.is_endless or not self._is_heard:
                return
            yield from self._silence.parts(stream.gap)
            number += 1

    def _pass(self, stream: Stream, number: int) -> Iterator[Element]:
        """Yield one pass of a stream, without the gap after it."""
        count = len(stream.items)
        for place, at in enumerate(self._order(stream, number)):
            if place:
                yield from self._silence.parts(stream.gap)
            match stream.items[at]:
                case StreamItem(name=name):
                    # Each time that a stream is played within another is a pass of its own.
                    yield from self._pass(self._pinned.streams[name], number * count + at)
                case AudioItem(audio_id=audio_id) as item:
                    if (piece := self._audio(audio_id)) is not None:
                        self._is_heard = True
                        self._take_turn(item)
                        yield piece.part
                case live:
                    self._take_turn(live)
                    yield live

    def _take_turn(self, item: AudioItem | LiveItem) -> None:
        """Take note of the item that comes now."""
        self.turn += 1
        self.item = item

    def _order(self, stream: Stream, number: int) -> Iterator[int]:
        """Yield the places of the items in the order of a pass."""
        if not stream.play_mode.is_shuffled:
            return iter(range(len(stream.items)))
        first: dict[Item, int] = {}
        kinds = [first.setdefault(item, at) for at, item in enumerate(stream.items)]
        return iter(order_of(kinds, self._draw.key_of(stream.stream_id, stream.seed), number))
