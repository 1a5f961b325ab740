"""Rebuilding: streams of a parcel become streams of the family, those that are there already stay.

Pure but for the index, which the caller writes or resets.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from itertools import count
from typing import Final

from ..library.errors import ParcelError, ParcelFault
from ..streaming.index import StreamIndex
from ..streaming.nesting import MAX_DEPTH
from ..streaming.stream import (
    LONGEST_NAME,
    AudioItem,
    Item,
    Stream,
    StreamError,
    StreamItem,
)
from .manifest import portable

_ROOM: Final = 8
"""Characters that a number at the end of a name may take."""


@dataclass(slots=True)
class Rebuilt:
    """What became of the streams of a parcel, by the names that they have in it."""

    streams: dict[str, Stream] = field(default_factory=dict)
    made: list[Stream] = field(default_factory=list)


def rebuild(
    index: StreamIndex, packed: Sequence[Stream], audio_ids: Mapping[str, str], now: datetime
) -> Rebuilt:
    """Make streams of those of a parcel, the innermost first.

    Args:
        index: the family's streams.
        packed: those of the parcel.
        audio_ids: by their digests, the ids of audio in the library.
        now: the time.

    Raises:
        ParcelError: They lead back to themselves, or are too deep (BROKEN). The index may have
            some of them then.
    """
    rebuilt = Rebuilt()
    for stream in _innermost_first(packed):
        names = {name: one.name for name, one in rebuilt.streams.items()}
        wanted = _translated(stream, audio_ids, names)
        name = next(_names(stream.name, index, wanted))
        there = index.find(name)
        if there is None:
            try:
                there = index.set(name, partial(_defined, wanted), now)
            except StreamError as err:
                raise ParcelError(ParcelFault.BROKEN, reason=str(err)) from err
            rebuilt.made.append(there)
        rebuilt.streams[stream.name] = there
    return rebuilt


def _innermost_first(packed: Sequence[Stream]) -> Iterator[Stream]:
    """Yield streams, each after those that it plays."""
    left = {stream.name: stream for stream in packed}
    for _ in range(MAX_DEPTH):
        ready = [one for one in left.values() if not _inner(one) & left.keys()]
        for stream in ready:
            del left[stream.name]
            yield stream
    if left:
        raise ParcelError(ParcelFault.BROKEN, reason=f"{next(iter(left))} leads back to itself")


def _inner(stream: Stream) -> set[str]:
    """Return the names of the streams that one plays itself."""
    return {item.name for items in stream.lists() for item in items if isinstance(item, StreamItem)}


def _translated(stream: Stream, audio_ids: Mapping[str, str], names: Mapping[str, str]) -> Stream:
    """Return a stream that names what there is here."""

    def here(item: Item) -> Item:
        match item:
            case AudioItem(audio_id=sha256):
                return AudioItem(audio_id=audio_ids[sha256])
            case StreamItem(name=name):
                return StreamItem(name=names[name])
        return item

    def every(items: tuple[Item, ...]) -> tuple[Item, ...]:
        return tuple(here(item) for item in items)

    rules = tuple(replace(rule, items=every(rule.items)) for rule in stream.rules)
    return replace(stream, items=every(stream.items), rules=rules)


def _names(name: str, index: StreamIndex, wanted: Stream) -> Iterator[str]:
    """Yield names that are free, or that of a stream which is what is wanted."""
    for number in count(1):
        tried = name if number == 1 else f"{name[: LONGEST_NAME - _ROOM].rstrip()} ({number})"
        there = index.find(tried)
        if there is None or _is_same(there, wanted):
            yield tried


def _is_same(there: Stream, wanted: Stream) -> bool:
    """Tell whether a stream plays what is wanted, but for rules that are for one home only."""
    kept, _ = portable(there)
    return _defined(wanted, kept) == kept


def _defined(wanted: Stream, plain: Stream) -> Stream:
    """Return a stream that plays what is wanted."""
    return replace(
        plain,
        items=wanted.items,
        play_mode=wanted.play_mode,
        seed=wanted.seed,
        gap=wanted.gap,
        lead_in=wanted.lead_in,
        rules=wanted.rules,
        endless_hours=wanted.endless_hours,
    )
