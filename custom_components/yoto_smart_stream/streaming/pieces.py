"""Pieces: what a stream is made of once every name in it has been looked up. Pure.

A piece has the same number of bytes in each of its passes, whatever the order: the same items and
the same gaps. So the pass that a byte lies in is a division, and only the pass itself needs prefix
sums.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from itertools import accumulate
from typing import Final

from ..audio.plan import Part, Plan
from .order import order_of
from .stream import AudioItem, SeedPolicy

_PASSES_KEPT: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AudioPiece:
    """An audio as it is stored now. `identity` changes with its content, as a digest of it does."""

    identity: str
    part: Part
    kind: str

    @property
    def total(self) -> int:
        """Return the bytes of the audio."""
        return self.part.length

    @property
    def digest(self) -> str:
        """Return what tells this audio from others."""
        return self.identity


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StreamPiece:
    """A stream whose list has been chosen: its pieces in the order of the list.

    `gap` is the silence after each piece. `total` is the bytes of one pass that ends with its last
    piece, `period` those of a pass that another one follows. `sizes` are the bytes of each piece
    with its gap; `kinds` is what `order_of` asks for.
    """

    stream_id: str
    pieces: tuple[Piece, ...]
    gap: Plan
    is_shuffled: bool
    seed: SeedPolicy
    total: int = field(init=False)
    period: int = field(init=False)
    sizes: Sequence[int] = field(init=False, repr=False)
    kinds: Sequence[int] = field(init=False, repr=False)
    digest: str = field(init=False)

    def __post_init__(self) -> None:
        """Work out what does not depend on the order, once."""
        sizes = [piece.total + self.gap.total for piece in self.pieces]
        period = sum(sizes)
        object.__setattr__(self, "sizes", sizes)
        object.__setattr__(self, "period", period)
        object.__setattr__(self, "total", period - self.gap.total)
        first: dict[str, int] = {}
        kinds = tuple(first.setdefault(piece.kind, at) for at, piece in enumerate(self.pieces))
        is_distinct = len(first) == len(kinds)
        object.__setattr__(self, "kinds", range(len(kinds)) if is_distinct else kinds)
        facts = (self.stream_id, self.gap.total, self.is_shuffled, self.seed.value)
        digest = sha256(repr(facts).encode())
        for piece in self.pieces:
            digest.update(f"{piece.kind}\n{piece.digest}\n".encode())
        object.__setattr__(self, "digest", digest.hexdigest())

    @property
    def kind(self) -> str:
        """Return what this piece is, whatever it holds at the moment."""
        return f"stream {self.stream_id}"


type Piece = AudioPiece | StreamPiece


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """Hold what drawn orders come from.

    `play` is drawn for each play, `day` is the local day on which the play began, in ISO 8601.
    """

    play: str
    day: str

    def key(self, piece: StreamPiece) -> bytes:
        """Return the key of a piece's orders, empty where nothing is drawn."""
        return self.key_of(piece.stream_id, piece.seed) if piece.is_shuffled else b""

    def key_of(self, stream_id: str, seed: SeedPolicy) -> bytes:
        """Return the key of the orders of a stream that is shuffled."""
        lasting = {
            SeedPolicy.EACH_PLAY: self.play,
            SeedPolicy.DAILY: self.day,
            SeedPolicy.FIXED: "",
        }
        return f"{stream_id} {seed} {lasting[seed]}".encode()


@dataclass(frozen=True, slots=True)
class _Pass:
    """One pass in its order: for each place the piece, and where its gap ends."""

    order: Sequence[int]
    ends: Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Say which audio lies at a byte, and from where to where, with the silence after it."""

    audio: AudioPiece
    start: int
    stop: int

    @property
    def item(self) -> AudioItem:
        """Return the audio as the item of a stream that it is."""
        return AudioItem(audio_id=self.audio.kind)

    def moved(self, by: int) -> Place:
        """Return the same place of something that begins so many bytes earlier."""
        return Place(audio=self.audio, start=self.start + by, stop=self.stop + by)


class Passes:
    """Find the parts of passes.

    The order and the prefix sums of the passes in use are kept, never those of all: 12 bytes for
    each item of each of the last eight. In a pass that is kept any byte is found in O(log n), and
    a pass is made when it is first needed. May be used from several threads.
    """

    def __init__(self, draw: Draw) -> None:
        """Start without any pass."""
        self._draw = draw
        self._pass = lru_cache(_PASSES_KEPT)(self._made)

    def parts(self, piece: StreamPiece, number: int, start: int, stop: int) -> Iterator[Part]:
        """Yield the parts of the bytes [start, stop) of a pass, its last gap included."""
        current = self._pass(piece, number if piece.is_shuffled else 0)
        place = bisect_right(current.ends, start)
        count = len(piece.pieces)
        while start < stop:
            end = current.ends[place]
            at = current.order[place]
            inner = piece.pieces[at]
            border = end - piece.gap.total
            first = border - inner.total
            if start < border:
                inside, until = start - first, min(stop, border) - first
                if isinstance(inner, StreamPiece):
                    # Each time that a stream is played within another is a pass of its own.
                    yield from self.parts(inner, number * count + at, inside, until)
                elif until - inside == inner.total:
                    yield inner.part
                else:
                    yield inner.part.cut(inside, until)
            if stop > border:
                yield from piece.gap.slices(max(start - border, 0), min(stop, end) - border)
            start = end
            place += 1

    def place(self, piece: StreamPiece, number: int, position: int) -> Place:
        """Return which audio lies at a byte of a pass; a gap belongs to what comes before it."""
        current = self._pass(piece, number if piece.is_shuffled else 0)
        place = bisect_right(current.ends, position)
        end = current.ends[place]
        at = current.order[place]
        inner = piece.pieces[at]
        first = end - piece.gap.total - inner.total
        if isinstance(inner, AudioPiece):
            return Place(audio=inner, start=first, stop=end)
        inside = min(position - first, inner.total - 1)
        found = self.place(inner, number * len(piece.pieces) + at, inside).moved(first)
        is_last = found.stop >= first + inner.total
        return Place(audio=found.audio, start=found.start, stop=end if is_last else found.stop)

    def endless(self, piece: StreamPiece, start: int, stop: int) -> Iterator[Part]:
        """Yield the parts of the bytes [start, stop) of pass after pass."""
        while start < stop:
            number, inside = divmod(start, piece.period)
            until = min(stop - number * piece.period, piece.period)
            yield from self.parts(piece, number, inside, until)
            start = number * piece.period + until

    def _made(self, piece: StreamPiece, number: int) -> _Pass:
        """Draw the order of a pass and add up what comes before each of its places."""
        key = self._draw.key(piece)
        order = order_of(piece.kinds, key, number) if key else range(len(piece.pieces))
        return _Pass(order, array("Q", accumulate(map(piece.sizes.__getitem__, order))))
