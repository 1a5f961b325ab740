"""Stored records of plays: what lets them go on after a restart. Pure.

Plays of one edition share its record, since a stream may be long and be played by many.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..audio.profile import Profile
from ..json import Json, JsonObject
from ..library.fields import Fields, RecordError
from .pieces import Draw
from .pinning import Pinned
from .plays import PlayRecord
from .records import read_stream, write_stream

VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPlays:
    """Hold plays, and by digest the editions that they are of."""

    plays: tuple[PlayRecord, ...] = ()
    editions: Mapping[str, Pinned]


def write_plays(plays: Iterable[PlayRecord], editions: Mapping[str, Pinned]) -> JsonObject:
    """Return what is to be stored of plays; those of an edition that is not known are left out."""
    kept = [play for play in plays if play.digest in editions]
    return {
        "plays": [_written_play(play) for play in kept],
        "editions": {digest: _written(editions[digest]) for digest in {one.digest for one in kept}},
    }


def read_plays(data: Json) -> KeptPlays:
    """Read plays. One that cannot be read is over: the next request begins another."""
    if not isinstance(data, dict):
        return KeptPlays(editions={})
    editions: dict[str, Pinned] = {}
    stored = data.get("editions")
    for digest, record in stored.items() if isinstance(stored, dict) else ():
        try:
            editions[digest] = _pinned(record)
        except ValueError:
            continue
    plays: list[PlayRecord] = []
    listed = data.get("plays")
    for record in listed if isinstance(listed, list) else ():
        try:
            play = _play(record)
        except ValueError:
            continue
        if play.digest in editions:
            plays.append(play)
    return KeptPlays(plays=tuple(plays), editions=editions)


def _written_play(play: PlayRecord) -> JsonObject:
    """Return the record of a play."""
    return {
        "token": play.token,
        "listener": play.listener,
        "edition": play.digest,
        "draw": play.draw.play,
        "day": play.draw.day,
        "began": play.began.isoformat(),
        "until": play.until.isoformat(),
    }


def _play(record: Json) -> PlayRecord:
    """Read the record of a play."""
    fields = Fields(record)
    return PlayRecord(
        token=fields.text("token"),
        listener=fields.text("listener"),
        digest=fields.text("edition"),
        draw=Draw(play=fields.text("draw"), day=fields.text("day")),
        began=fields.moment("began"),
        until=fields.moment("until"),
    )


def _written(pinned: Pinned) -> JsonObject:
    """Return the record of what plays are made of."""
    return {
        "name": pinned.name,
        "revision": pinned.revision,
        "bit_rate": pinned.profile.bit_rate,
        "sample_rate": pinned.profile.sample_rate,
        "channels": pinned.profile.channels,
        "streams": [write_stream(stream) for stream in pinned.streams.values()],
    }


def _pinned(record: Json) -> Pinned:
    """Read what plays are made of."""
    fields = Fields(record)
    listed = fields.value("streams")
    if not isinstance(listed, list):
        raise RecordError("streams is no list")
    streams = {stream.name: stream for stream in map(read_stream, listed)}
    pinned = Pinned(
        name=fields.text("name"),
        revision=fields.text("revision"),
        profile=Profile(
            bit_rate=fields.whole("bit_rate"),
            sample_rate=fields.whole("sample_rate"),
            channels=fields.whole("channels"),
        ),
        streams=streams,
    )
    if pinned.name not in streams:
        raise RecordError("A play is of a stream")
    return pinned
