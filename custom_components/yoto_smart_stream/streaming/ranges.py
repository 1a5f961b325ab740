"""Ranges and conditions of RFC 9110, decided without any HTTP library. Pure.

The caller gives the header fields as text (several fields of one name joined by ", ") and what is
known of the representation; the answer says which status to send and which bytes.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
import re
from typing import Final

# An entity tag, RFC 9110 §8.8.3: a comma or a space may stand inside the quotes.
_TAG: Final = re.compile(r'(W/)?"([\x21\x23-\x7e\x80-\xff]*)"')
_RANGE: Final = re.compile(r"([0-9]*)-([0-9]*)")
_MANY_DIGITS: Final = 18
_BEYOND_ANY_FILE: Final = 10**_MANY_DIGITS


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """Hold what a request asks for: its method and the fields that steer the answer."""

    method: str
    range: str | None = None
    if_range: str | None = None
    if_match: str | None = None
    if_none_match: str | None = None
    if_modified_since: str | None = None
    if_unmodified_since: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Say what to answer: the bytes [start, stop) with 200 or 206, none with the others."""

    status: HTTPStatus
    start: int = 0
    stop: int = 0


def decide(conditions: Conditions, *, total: int, etag: str, modified: datetime) -> Decision:
    """Decide in the order of RFC 9110 §13.2.2.

    Args:
        conditions: What the request asks for.
        total: Length of the representation in bytes.
        etag: Its strong entity tag, without quotes.
        modified: Its modification time, aware, whole seconds.
    """
    if not _may_proceed(conditions, etag, modified):
        return Decision(status=HTTPStatus.PRECONDITION_FAILED)
    if _is_unchanged(conditions, etag, modified):
        return Decision(status=HTTPStatus.NOT_MODIFIED)
    everything = Decision(status=HTTPStatus.OK, stop=total)
    # Range is defined for GET only (§14.2): for HEAD it means nothing.
    if conditions.method != "GET" or conditions.range is None:
        return everything
    if conditions.if_range is not None and not _is_same(conditions.if_range, etag, modified):
        return everything
    return _range_decision(conditions.range, total) or everything


def _may_proceed(conditions: Conditions, etag: str, modified: datetime) -> bool:
    """Evaluate If-Match, and If-Unmodified-Since only in its absence."""
    if conditions.if_match is not None:
        return _is_listed(conditions.if_match, etag, weak=False)
    since = _date(conditions.if_unmodified_since)
    return since is None or modified <= since


def _is_unchanged(conditions: Conditions, etag: str, modified: datetime) -> bool:
    """Evaluate If-None-Match, and If-Modified-Since only in its absence."""
    if conditions.method not in {"GET", "HEAD"}:
        return False
    if conditions.if_none_match is not None:
        return _is_listed(conditions.if_none_match, etag, weak=True)
    since = _date(conditions.if_modified_since)
    return since is not None and modified <= since


def _is_same(if_range: str, etag: str, modified: datetime) -> bool:
    """Tell whether If-Range names exactly this representation (§13.1.5: strong comparison)."""
    if_range = if_range.strip()
    if '"' in if_range:
        return if_range == f'"{etag}"'
    return _date(if_range) == modified


def _is_listed(tags: str, etag: str, *, weak: bool) -> bool:
    """Tell whether a list of entity tags names ours; our own tag is a strong one."""
    if tags.strip() == "*":
        return True
    return any(found[2] == etag and (weak or not found[1]) for found in _TAG.finditer(tags))


def _date(text: str | None) -> datetime | None:
    """Read an HTTP date; None where there is none or it is malformed, as if it was not sent."""
    if text is None:
        return None
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    return date if date.tzinfo is not None else date.replace(tzinfo=UTC)


def _range_decision(field: str, total: int) -> Decision | None:
    """Decide on a Range field; None where it is to be ignored (§14.2).

    Ignored are other units, malformed and multiple ranges: players ask for one range at a time,
    and everything is a correct answer to all others. A range of nothing cannot be written into
    Content-Range, so an empty representation is always sent whole.
    """
    unit, separator, specifiers = field.partition("=")
    # Empty elements of a list are allowed and mean nothing (§5.6.1).
    ranges = [text for item in specifiers.split(",") if (text := item.strip(" \t"))]
    if not separator or unit.strip().lower() != "bytes" or len(ranges) != 1 or not total:
        return None
    if (found := _RANGE.fullmatch(ranges[0])) is None or found[0] == "-":
        return None
    if not found[1]:
        length = min(_number(found[2]), total)
        return _partial(total - length, total, total)
    first = _number(found[1])
    last = _number(found[2]) if found[2] else total - 1
    if found[2] and last < first:
        return None
    return _partial(first, min(last + 1, total), total)


def _partial(start: int, stop: int, total: int) -> Decision:
    """Return the decision for the bytes [start, stop), which may turn out to be none."""
    if start >= total:
        return Decision(status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
    return Decision(status=HTTPStatus.PARTIAL_CONTENT, start=start, stop=stop)


def _number(digits: str) -> int:
    """Read a number; Python refuses to read very long ones, which no file reaches anyway."""
    digits = digits.lstrip("0")
    return int(digits or "0") if len(digits) <= _MANY_DIGITS else _BEYOND_ANY_FILE
