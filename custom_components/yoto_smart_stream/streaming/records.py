"""Stored records of streams: as JSON and back, without losing anything. Pure.

A record that cannot be read is set aside and kept as it is; it is tried again the next time, since
a newer version may understand it. Fields that are not known are kept with their stream.
"""

from collections.abc import Iterable
from datetime import time
import re
from typing import Final

from ..json import Json, JsonObject
from ..library.fields import Fields, RecordError
from ..library.sifting import Sifted, listed, sift
from .stream import AudioItem, Item, LiveItem, PlayMode, Rule, SeedPolicy, Stream, StreamItem

MAJOR: Final = 1
MINOR: Final = 1

_STREAMS: Final = "streams"
_ULID: Final = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")
_SLUG: Final = re.compile(r"[0-9a-z]+(?:-[0-9a-z]+)*")


type Contents = Sifted[Stream]


def read_contents(data: Json) -> Contents:
    """Read everything that is stored; whatever it is, nothing of it is lost."""
    return sift(
        data,
        _STREAMS,
        read_stream,
        lambda one: (one.stream_id, f"slug {one.slug}", f"name {one.name.casefold()}"),
    )


def write_contents(contents: Contents) -> JsonObject:
    """Return what is to be stored."""
    return contents.stored(_STREAMS, write_stream)


def read_stream(record: Json) -> Stream:
    """Read the record of a stream.

    Raises:
        ValueError: It is none.
    """
    fields = Fields(record)
    stream_id, slug = fields.text("id"), fields.text("slug")
    if not _ULID.fullmatch(stream_id) or not _SLUG.fullmatch(slug):
        raise RecordError("A stream has a ULID and a slug")
    if (revision := fields.whole("revision")) < 1:
        raise RecordError("A revision is counted from 1")
    rules = fields.value("rules")
    return Stream(
        stream_id=stream_id,
        slug=slug,
        name=fields.text("name"),
        revision=revision,
        items=_items(fields),
        play_mode=PlayMode(fields.text("play_mode")),
        seed=SeedPolicy(fields.text("seed")),
        gap=fields.number("gap"),
        lead_in=fields.number("lead_in"),
        rules=tuple(_rule(one) for one in listed(rules)),
        endless_hours=fields.number("endless_hours"),
        unknown=fields.rest,
    )


def write_stream(stream: Stream) -> JsonObject:
    """Return the record of a stream."""
    return {
        **stream.unknown,
        "id": stream.stream_id,
        "slug": stream.slug,
        "name": stream.name,
        "revision": stream.revision,
        "items": write_items(stream.items),
        "play_mode": stream.play_mode.value,
        "seed": stream.seed.value,
        "gap": stream.gap,
        "lead_in": stream.lead_in,
        "rules": [_written_rule(rule) for rule in stream.rules],
        "endless_hours": stream.endless_hours,
    }


def write_items(items: Iterable[Item]) -> list[Json]:
    """Return the records of items."""
    return [_written_item(item) for item in items]


def _items(fields: Fields) -> tuple[Item, ...]:
    """Read the items of a stream or of a rule."""
    records = fields.value("items")
    if not isinstance(records, list):
        raise RecordError("items is no list")
    return tuple(_item(record) for record in records)


def _item(record: Json) -> Item:
    """Read one item, which says what it is by its only field."""
    if isinstance(record, dict) and len(record) == 1 and "" not in record.values():
        match record:
            case {"audio": str(audio_id)}:
                return AudioItem(audio_id=audio_id)
            case {"stream": str(name)}:
                return StreamItem(name=name)
            case {"live": str(source)}:
                return LiveItem(source=source)
    raise RecordError("An item is an audio, a stream or a live source")


def _written_item(item: Item) -> JsonObject:
    """Return the record of one item."""
    match item:
        case AudioItem(audio_id=audio_id):
            return {"audio": audio_id}
        case StreamItem(name=name):
            return {"stream": name}
        case LiveItem(source=source):
            return {"live": source}


def _rule(record: Json) -> Rule:
    """Read a rule. One that this version does not fully know might hold when it should not."""
    fields = Fields(record)
    weekdays = fields.value("weekdays")
    rule = Rule(
        items=_items(fields),
        start=_time(fields.text_or_none("start")),
        end=_time(fields.text_or_none("end")),
        weekdays=frozenset(_weekday(day) for day in listed(weekdays)),
        players=frozenset(fields.texts("players")),
        template=fields.text_or_none("template"),
    )
    if fields.rest:
        raise RecordError("A rule has a condition that is not known")
    return rule


def _written_rule(rule: Rule) -> JsonObject:
    """Return the record of a rule."""
    return {
        "items": write_items(rule.items),
        "start": None if rule.start is None else rule.start.isoformat(),
        "end": None if rule.end is None else rule.end.isoformat(),
        "weekdays": [*sorted(rule.weekdays)],
        "players": [*sorted(rule.players)],
        "template": rule.template,
    }


def _time(text: str | None) -> time | None:
    """Read a time of day."""
    return None if text is None else time.fromisoformat(text)


def _weekday(value: Json) -> int:
    """Read the number of a weekday."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise RecordError("A weekday is a number")
    return value
