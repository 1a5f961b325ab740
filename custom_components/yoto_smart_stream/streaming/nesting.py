"""Nesting: streams within streams, looked up by name. Pure but for reading where silence lies."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from ..audio.plan import Plan
from ..audio.profile import CONTENT_TYPE
from ..audio.silence import Silence
from .choosing import Circumstances, chosen_items
from .pieces import AudioPiece, Piece, StreamPiece
from .stream import AudioItem, Item, LiveItem, Stream, StreamError, StreamErrorCode, StreamItem

MAX_DEPTH: Final = 8
"""How many streams may lie within each other, the outermost counted."""
_FOLLOWED: Final = 100
_MAX_BYTES: Final = 1 << 48


def check_nesting(name: str, streams: Mapping[str, Stream]) -> None:
    """Refuse a stream that leads back to itself, or too deep, by any of its lists.

    Raises:
        StreamError: Of the codes CYCLE, TOO_DEEP and UNKNOWN_STREAM.
    """
    _Heights(streams).of(name, ())


def names_within(name: str, streams: Mapping[str, Stream]) -> frozenset[str]:
    """Return the names of all streams that a stream may play, its own among them."""
    found = {name}
    left = [name]
    while left:
        stream = streams.get(left.pop())
        if stream is not None:
            new = {item.name for item in _inner(stream)} - found
            found |= new
            left.extend(new)
    return frozenset(found)


def has_live(name: str, streams: Mapping[str, Stream]) -> bool:
    """Tell whether any list of a stream, or of one within it, names a live source."""
    return any(
        isinstance(item, LiveItem)
        for inner in names_within(name, streams)
        if (stream := streams.get(inner)) is not None
        for items in stream.lists()
        for item in items
    )


class Resolver:
    """Look up everything that a stream plays under some circumstances.

    Each stream is looked up once, however often it is named, so that a few streams that name each
    other many times cost no more than they have items.
    """

    def __init__(
        self,
        streams: Mapping[str, Stream],
        audio: Callable[[str], AudioPiece | None],
        silence: Silence,
        circumstances: Circumstances,
    ) -> None:
        """Take what names are looked up in; `audio` returns None for an unknown id."""
        self._streams = streams
        self._audio = audio
        self._silence = silence
        self._circumstances = circumstances
        self._found: dict[str, StreamPiece] = {}
        self._heights = _Heights(streams)

    def piece(self, name: str) -> StreamPiece:
        """Return a stream with everything in it (blocking: a few stats).

        Raises:
            StreamError: Something in it cannot be played as a file.
            AudioError: The file of silence is missing.
        """
        self._heights.of(name, ())
        return self._piece(name, (name,))

    def silent(self, seconds: float) -> Plan:
        """Return silence as a plan (blocking: one stat)."""
        return Plan(parts=tuple(self._silence.parts(seconds)), content_type=CONTENT_TYPE)

    def _piece(self, name: str, path: tuple[str, ...]) -> StreamPiece:
        """Return a stream that was reached by a path of names, its own included."""
        if (known := self._found.get(name)) is not None:
            return known
        stream = self._streams[name]
        pieces = tuple(self._item(item, path) for item in chosen_items(stream, self._circumstances))
        if not pieces:
            raise StreamError(StreamErrorCode.EMPTY, path)
        gap = self.silent(stream.gap)
        if sum(piece.total + gap.total for piece in pieces) > _MAX_BYTES:
            raise StreamError(StreamErrorCode.TOO_LONG, path)
        piece = self._found[name] = StreamPiece(
            stream_id=stream.stream_id,
            pieces=pieces,
            gap=gap,
            is_shuffled=stream.play_mode.is_shuffled,
            seed=stream.seed,
        )
        return piece

    def _item(self, item: Item, path: tuple[str, ...]) -> Piece:
        """Return one item of a stream."""
        match item:
            case AudioItem(audio_id=audio_id):
                if (audio := self._audio(audio_id)) is None:
                    raise StreamError(StreamErrorCode.UNKNOWN_AUDIO, (*path, audio_id))
                return audio
            case StreamItem(name=name):
                return self._piece(name, (*path, name))
            case LiveItem(source=source):
                raise StreamError(StreamErrorCode.LIVE, (*path, source))


class _Heights:
    """Find how many streams lie within each other, and the circles that have no end."""

    def __init__(self, streams: Mapping[str, Stream]) -> None:
        """Start without any."""
        self._streams = streams
        self._known: dict[str, tuple[str, ...]] = {}

    def of(self, name: str, above: tuple[str, ...]) -> tuple[str, ...]:
        """Return the longest way down from a stream, itself first, reached by the names above it.

        Raises:
            StreamError: It is unknown, lies in a circle, or too deep.
        """
        path = (*above, name)
        if name in above:
            raise StreamError(StreamErrorCode.CYCLE, path[above.index(name) :])
        if (stream := self._streams.get(name)) is None:
            raise StreamError(StreamErrorCode.UNKNOWN_STREAM, path)
        longest = self._known.get(name)
        if longest is None:
            # A way down is followed beyond what is allowed, so that a circle is told as one.
            if len(path) > _FOLLOWED:
                raise StreamError(StreamErrorCode.TOO_DEEP, path)
            below = dict.fromkeys(item.name for item in _inner(stream))
            ways = [self.of(inner, path) for inner in below]
            longest = self._known[name] = (name, *max(ways, key=len, default=()))
        if len(above) + len(longest) > MAX_DEPTH:
            raise StreamError(StreamErrorCode.TOO_DEEP, (*above, *longest))
        return longest


def _inner(stream: Stream) -> Iterator[StreamItem]:
    """Yield every stream that a stream names in any of its lists."""
    for items in stream.lists():
        for item in items:
            if isinstance(item, StreamItem):
                yield item
