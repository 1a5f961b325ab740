"""The index: every stream that a family has, found by id, name or slug. Pure.

What the index hands out as a mapping never changes, so that other threads may read it while streams
are edited.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from ulid_transform import ulid_at_time

from ..library.slugs import Slugs
from .choosing import templates_of
from .nesting import check_nesting, has_live, names_within
from .stream import Item, Stream, StreamError, StreamErrorCode, StreamItem


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Hold what is asked of a stream each time that it is asked for.

    `within` is the stream with all that it may play, `revision` changes with every edit of any of
    them, `templates` are those of their rules, `asks_for_player` tells whether a rule does, and
    `is_live` whether a source may be played that has no length.
    """

    within: tuple[Stream, ...]
    revision: str
    templates: frozenset[str]
    asks_for_player: bool
    is_live: bool


class StreamInUseError(Exception):
    """Report that a stream is played by others, so that it is not deleted without force."""

    def __init__(self, stream: Stream, streams: tuple[str, ...]) -> None:
        """Remember the stream and the names of those that play it."""
        super().__init__(f"{stream.name!r} is played by {streams}")
        self.stream = stream
        self.streams = streams


class StreamIndex:
    """All streams by name. `on_change` is called after every change."""

    def __init__(
        self, streams: Iterable[Stream] = (), *, on_change: Callable[[], None] = lambda: None
    ) -> None:
        """Start with streams whose ids, slugs and names differ."""
        self._streams: Mapping[str, Stream] = {stream.name: stream for stream in streams}
        self._slugs = Slugs(lambda slug: any(one.slug == slug for one in self._streams.values()))
        self._on_change = on_change
        self._facts: dict[str, Facts] = {}

    @property
    def streams(self) -> Mapping[str, Stream]:
        """Return the streams of this moment by name."""
        return MappingProxyType(self._streams)

    def by_id(self, stream_id: str) -> Stream | None:
        """Return the stream with an id."""
        return next((one for one in self._streams.values() if one.stream_id == stream_id), None)

    def find(self, key: str) -> Stream | None:
        """Return the stream with an id, a name in whatever case, or a slug."""
        if (stream := self._streams.get(key)) is not None:
            return stream
        folded = key.strip().casefold()
        every = self._streams.values()
        return next(
            (one for one in every if folded in {one.name.casefold(), one.stream_id.casefold()}),
            next((one for one in every if one.slug == folded), None),
        )

    def get(self, key: str) -> Stream:
        """Return what `find` does.

        Raises:
            StreamError: There is none (UNKNOWN_STREAM).
        """
        if (stream := self.find(key)) is None:
            raise StreamError(StreamErrorCode.UNKNOWN_STREAM, (key,))
        return stream

    def set(self, name: str, define: Callable[[Stream], Stream], now: datetime) -> Stream:
        """Make a stream, or another one of that name: `define` fills it in. Its id stays.

        Raises:
            StreamError: It would lead back to itself, too deep, or to a stream that is not there.
            ValueError: It cannot be called that.
        """
        before = next(
            (one for one in self._streams.values() if one.name.casefold() == name.casefold()), None
        )
        plain = before or Stream(
            stream_id=ulid_at_time(now.timestamp()),
            slug=self._slugs.make(name),
            name=name,
            revision=0,
            items=(),
        )
        return self._put(define(plain))

    def edit(self, key: str, change: Callable[[tuple[Item, ...]], tuple[Item, ...]]) -> Stream:
        """Change the items of a stream; raises as `get` and `set` do."""
        stream = self.get(key)
        return self._put(replace(stream, items=change(stream.items)))

    def users_of(self, name: str) -> tuple[str, ...]:
        """Return the names of the streams that name a stream themselves."""
        return tuple(
            sorted(
                other.name
                for other in self._streams.values()
                if any(StreamItem(name=name) in items for items in other.lists())
            )
        )

    def delete(self, key: str, *, force: bool = False) -> tuple[Stream, tuple[str, ...]]:
        """Forget a stream; return it, and the names of the streams from which force has taken it.

        Raises:
            StreamInUseError: Others play it, and no force is meant.
            StreamError: There is none (UNKNOWN_STREAM).
        """
        stream = self.get(key)
        users = self.users_of(stream.name)
        if users and not force:
            raise StreamInUseError(stream, users)
        changed = {name: _without(self._streams[name], stream.name) for name in users}
        self._streams = {
            name: changed.get(name, one) for name, one in self._streams.items() if one != stream
        }
        self._changed()
        return stream, users

    def facts(self, name: str) -> Facts:
        """Return the facts of a stream, worked out once.

        Raises:
            KeyError: There is no such stream.
        """
        known = self._facts
        if (facts := known.get(name)) is None:
            facts = known[name] = _facts(name, self._streams)
        return facts

    def reset(self, streams: Mapping[str, Stream]) -> None:
        """Go back to what `streams` has been before, such as when it could not be written."""
        self._streams = dict(streams)
        self._changed()

    def _changed(self) -> None:
        """Tell of a change."""
        self._facts = {}
        self._on_change()

    def _put(self, stream: Stream) -> Stream:
        """Keep a stream as a new revision, if it can be played."""
        stream = replace(stream, revision=stream.revision + 1)
        streams = {**self._streams, stream.name: stream}
        check_nesting(stream.name, streams)
        for user in streams:
            if user != stream.name and stream.name in names_within(user, streams):
                _check_user(user, streams)
        self._streams = streams
        self._changed()
        return stream


def _facts(name: str, streams: Mapping[str, Stream]) -> Facts:
    """Work out the facts of a stream."""
    within = tuple(
        streams[inner]
        for inner in sorted(names_within(name, streams))
        if inner == name or inner in streams
    )
    return Facts(
        within=within,
        revision=" ".join(sorted(f"{one.stream_id}.{one.revision}" for one in within)),
        templates=templates_of(within),
        asks_for_player=any(rule.players for one in within for rule in one.rules),
        is_live=has_live(name, streams),
    )


def _check_user(name: str, streams: Mapping[str, Stream]) -> None:
    """Refuse what makes another stream too deep; what is missing in that one is no news."""
    try:
        check_nesting(name, streams)
    except StreamError as err:
        if err.code is not StreamErrorCode.UNKNOWN_STREAM:
            raise


def _without(stream: Stream, name: str) -> Stream:
    """Return a stream that does not play another one any more."""
    gone = StreamItem(name=name)

    def left(items: tuple[Item, ...]) -> tuple[Item, ...]:
        return tuple(item for item in items if item != gone)

    rules = tuple(replace(rule, items=left(rule.items)) for rule in stream.rules)
    return replace(stream, items=left(stream.items), rules=rules, revision=stream.revision + 1)
