"""Streams as actions describe them."""

from collections.abc import Iterable
from datetime import datetime

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonObjectType, JsonValueType

from ..audio.profile import Profile
from ..streaming.nesting import has_live
from ..streaming.stream import (
    AudioItem,
    Item,
    LiveItem,
    Rule,
    Stream,
    StreamError,
    StreamErrorCode,
    StreamItem,
)
from ..streaming.streams import Streams
from .stream_fields import WEEKDAYS, player_names


async def async_describe(hass: HomeAssistant, streams: Streams, stream: Stream) -> JsonObjectType:
    """Return everything about a stream that there is to know, but for its addresses."""
    is_live = has_live(stream.name, {**streams.index.streams, stream.name: stream})
    length, problem = await hass.async_add_executor_job(_length, streams, stream, dt_util.now())
    tokens = streams.registry.of_stream(stream.stream_id)
    return {
        "stream_id": stream.stream_id,
        "slug": stream.slug,
        "name": stream.name,
        "revision": stream.revision,
        "play_mode": stream.play_mode.value,
        "seed": stream.seed.value,
        "gap": stream.gap,
        "lead_in": stream.lead_in,
        "endless_hours": stream.endless_hours,
        "items": _items(streams, stream.items),
        "rules": [_rule(hass, streams, rule) for rule in stream.rules],
        "live": is_live,
        "duration": length,
        "problem": problem,
        "used_by": [*streams.index.users_of(stream.name)],
        "cards": [token.card_id for token in tokens if token.card_id is not None],
    }


def _length(streams: Streams, stream: Stream, moment: datetime) -> tuple[float | None, str | None]:
    """Return how long a stream plays, or why it cannot be played as a file (blocking)."""
    try:
        edition = streams.present_edition(stream, moment)
    except StreamError as err:
        return None, None if err.code is StreamErrorCode.LIVE else err.code.value
    return round(edition.profile.seconds_of(edition.longest), 3), None


def _items(streams: Streams, items: Iterable[Item]) -> list[JsonValueType]:
    """Describe a list, in which the first audio says which profile all have to have."""
    items = tuple(items)
    audios = (streams.audio(item.audio_id) for item in items if isinstance(item, AudioItem))
    profile = next((audio.file.profile for audio in audios if audio is not None), None)
    return [_item(streams, item, profile) for item in items]


def _item(streams: Streams, item: Item, profile: Profile | None) -> JsonObjectType:
    """Describe an item. What is gone or does not fit is left out when the stream is played."""
    match item:
        case AudioItem(audio_id=audio_id):
            audio = streams.audio(audio_id)
            return {
                "audio": audio_id,
                "title": None if audio is None else audio.title,
                "duration": None if audio is None else round(audio.duration, 3),
                "missing": audio is None,
                "unfit": audio is not None and audio.file.profile != profile,
            }
        case StreamItem(name=name):
            return {"stream": name, "missing": name not in streams.index.streams}
        case LiveItem(source=source):
            return {"media": source}


def _rule(hass: HomeAssistant, streams: Streams, rule: Rule) -> JsonObjectType:
    """Describe a rule by the conditions that it has."""
    players: list[JsonValueType] = [*player_names(hass, rule.players)]
    described: JsonObjectType = {
        "start": None if rule.start is None else rule.start.isoformat(),
        "end": None if rule.end is None else rule.end.isoformat(),
        "weekdays": [WEEKDAYS[day] for day in sorted(rule.weekdays)],
        "players": players,
        "template": rule.template,
    }
    return {
        "items": _items(streams, rule.items),
        **{name: value for name, value in described.items() if value not in (None, [])},
    }
