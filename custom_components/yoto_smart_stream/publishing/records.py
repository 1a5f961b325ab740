"""What is kept of a card: its versions, and what we last wrote. As JSON and back, losing nothing.

A version that cannot be read is set aside and kept as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from ..cards.differences import Difference
from ..json import Json, JsonObject
from ..library.fields import Fields, RecordError
from ..library.sifting import listed
from .served import Served, read_served, write_served

MAJOR: Final = 1
MINOR: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A card as it was before a change; `number` counts the versions of the card from 1."""

    number: int
    at: datetime
    payload: Mapping[str, Json] = field(hash=False)
    changes: tuple[Difference, ...] = field(default=(), hash=False)
    """What was changed then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What we last wrote: when, and a digest of it as Yoto gave it back."""

    at: datetime
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Everything that is kept of a card, the oldest version first.

    `served` says what tokens stood for, of which some may be revoked.
    """

    written: Written | None = None
    versions: tuple[Version, ...] = ()
    served: Mapping[str, Served] = field(default_factory=dict, hash=False)
    set_aside: tuple[Json, ...] = ()


def read_kept(record: Json) -> Kept:
    """Read what is kept; whatever it is, nothing of it is lost."""
    if record is None:
        return Kept()
    if not isinstance(record, dict):
        return Kept(set_aside=(record,))
    versions: list[Version] = []
    set_aside: list[Json] = []
    for one in (*listed(record.get("versions")), *listed(record.get("set_aside"))):
        try:
            versions.append(_version(one))
        except ValueError:
            set_aside.append(one)
    served: dict[str, Served] = {}
    records = record.get("served")
    for token, one in records.items() if isinstance(records, dict) else ():
        try:
            served[token] = read_served(one)
        except ValueError:
            set_aside.append({"token": token, "served": one})
    try:
        written = _written(record.get("written"))
    except ValueError:
        written = None
        set_aside.append({"written": record.get("written")})
    return Kept(
        written=written,
        versions=tuple(sorted(versions, key=lambda version: version.number)),
        served=served,
        set_aside=tuple(set_aside),
    )


def write_kept(kept: Kept) -> JsonObject:
    """Return what is to be stored."""
    written: JsonObject | None = None
    if kept.written is not None:
        at = kept.written.at.isoformat()
        written = {"at": at, "fingerprint": kept.written.fingerprint}
    return {
        "written": written,
        "versions": [
            {
                "number": version.number,
                "at": version.at.isoformat(),
                "payload": {**version.payload},
                "changes": [write_difference(one) for one in version.changes],
            }
            for version in kept.versions
        ],
        "served": {token: write_served(served) for token, served in kept.served.items()},
        "set_aside": [*kept.set_aside],
    }


def with_version(
    kept: Kept,
    at: datetime,
    before: Mapping[str, Json],
    changes: tuple[Difference, ...],
    served: Mapping[str, Served],
) -> Kept:
    """Return what is kept of a card with one more version."""
    number = max((version.number for version in kept.versions), default=0) + 1
    version = Version(number=number, at=at, payload=before, changes=changes)
    return replace(kept, versions=(*kept.versions, version), served={**kept.served, **served})


def write_difference(one: Difference) -> JsonObject:
    """Return a difference for people and for the store."""
    key: JsonObject = {} if one.key is None else {"key": one.key}
    return {"what": one.what, **key, "before": one.before, "after": one.after}


def _version(record: Json) -> Version:
    """Read a version."""
    fields = Fields(record)
    payload = fields.mapping_or_none("payload")
    if payload is None:
        raise RecordError("A version has a payload")
    return Version(
        number=fields.whole("number"),
        at=fields.moment("at"),
        payload=payload,
        changes=tuple(_difference(one) for one in fields.records("changes")),
    )


def _difference(record: Json) -> Difference:
    """Read a difference."""
    fields = Fields(record)
    return Difference(
        what=fields.text("what"),
        key=fields.text_or_none("key"),
        before=fields.value("before"),
        after=fields.value("after"),
    )


def _written(record: Json) -> Written | None:
    """Read what we last wrote."""
    if record is None:
        return None
    fields = Fields(record)
    return Written(at=fields.moment("at"), fingerprint=fields.text("fingerprint"))
