"""Ranges and conditions, as RFC 9110 wants them."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http import HTTPStatus
from itertools import pairwise

from hypothesis import given, strategies as st
import pytest

from custom_components.yoto_smart_stream.streaming.ranges import Conditions, Decision, decide

TOTAL = 1000
ETAG = "abc"
MODIFIED = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)
AT = format_datetime(MODIFIED, usegmt=True)
EARLIER = format_datetime(MODIFIED - timedelta(seconds=1), usegmt=True)
LATER = format_datetime(MODIFIED + timedelta(seconds=1), usegmt=True)

ALL = Decision(status=HTTPStatus.OK, stop=TOTAL)
NOT_MODIFIED = Decision(status=HTTPStatus.NOT_MODIFIED)
FAILED = Decision(status=HTTPStatus.PRECONDITION_FAILED)
UNSATISFIABLE = Decision(status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)


def _decide(method: str = "GET", *, total: int = TOTAL, **fields: str) -> Decision:
    return _answer(Conditions(method=method, **fields), total)


def _answer(conditions: Conditions, total: int = TOTAL) -> Decision:
    return decide(conditions, total=total, etag=ETAG, modified=MODIFIED)


def _part(start: int, stop: int) -> Decision:
    return Decision(status=HTTPStatus.PARTIAL_CONTENT, start=start, stop=stop)


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("bytes=0-0", _part(0, 1)),
        ("bytes=0-99", _part(0, 100)),
        ("bytes=999-999", _part(999, 1000)),
        ("bytes=500-", _part(500, 1000)),
        ("bytes=0-", _part(0, 1000)),
        ("bytes=900-5000", _part(900, 1000)),
        ("bytes=-1", _part(999, 1000)),
        ("bytes=-1000", _part(0, 1000)),
        ("bytes=-5000", _part(0, 1000)),
        ("bytes=00-0099", _part(0, 100)),
        ("BYTES=0-99", _part(0, 100)),
        ("bytes= 0-99\t", _part(0, 100)),
        ("bytes=,0-99, ,", _part(0, 100)),
        ("bytes=0-" + "9" * 6000, _part(0, 1000)),
        ("bytes=-" + "9" * 6000, _part(0, 1000)),
    ],
)
def test_one_range(field: str, expected: Decision) -> None:
    """One range is served, cut to what there is."""
    assert _decide(range=field) == expected


@pytest.mark.parametrize(
    "field", ["bytes=1000-", "bytes=1000-1001", "bytes=-0", "bytes=" + "9" * 6000 + "-"]
)
def test_a_range_of_nothing(field: str) -> None:
    """A range that is well formed and holds no byte is told so."""
    assert _decide(range=field) == UNSATISFIABLE


@pytest.mark.parametrize(
    "field",
    [
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=a-b",
        "bytes=0x0-0x9",
        "bytes=1.5-2",
        "bytes=+1-2",
        "bytes=²-3",
        "bytes=٣-٤",
        "bytes=5-4",
        "bytes=--5",
        "bytes=1-2-3",
        "bytes=0 - 9",
        "bytes:0-9",
        "items=0-9",
        "bytes=0-9,20-29",
        "bytes=0-9, bytes=20-29",
        "bytes=0-9,x",
    ],
)
def test_what_is_no_single_range_means_nothing(field: str) -> None:
    """Other units, malformed and multiple ranges are answered with everything."""
    assert _decide(range=field) == ALL


def test_a_range_means_nothing_to_head() -> None:
    """HEAD describes the whole, whatever is asked for."""
    assert _decide("HEAD", range="bytes=0-9") == ALL
    assert _decide("HEAD", range="bytes=5000-") == ALL


def test_conditions_of_other_methods() -> None:
    """304 and 206 are answers to GET and HEAD only."""
    assert _decide("POST", if_none_match="*", range="bytes=0-9") == ALL


def test_nothing_cannot_be_cut() -> None:
    """An empty representation is sent whole, since 206 cannot say which bytes it has."""
    empty = Decision(status=HTTPStatus.OK)
    assert _decide(total=0, range="bytes=0-") == empty
    assert _decide(total=0, range="bytes=-5") == empty


@pytest.mark.parametrize(
    ("if_range", "same"),
    [
        (f'"{ETAG}"', True),
        (f' "{ETAG}" ', True),
        (f'W/"{ETAG}"', False),
        ('"other"', False),
        (ETAG, False),
        ('"', False),
        ("*", False),
        (AT, True),
        (EARLIER, False),
        (LATER, False),
        ("yesterday", False),
        ("", False),
    ],
)
def test_if_range(if_range: str, *, same: bool) -> None:
    """A client that resumes gets the range of exactly its own representation, else everything."""
    assert _decide(range="bytes=5-9", if_range=if_range) == (_part(5, 10) if same else ALL)
    # A range beyond a representation that the client does not have is no fault of the client.
    assert _decide(range="bytes=5000-", if_range=if_range) == (UNSATISFIABLE if same else ALL)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"if_none_match": f'"{ETAG}"'}, NOT_MODIFIED),
        ({"if_none_match": f'W/"{ETAG}"'}, NOT_MODIFIED),
        ({"if_none_match": f'"x, y", W/"z" ,"{ETAG}"'}, NOT_MODIFIED),
        ({"if_none_match": "*"}, NOT_MODIFIED),
        ({"if_none_match": '"other"'}, ALL),
        ({"if_none_match": f'"x{ETAG}"'}, ALL),
        ({"if_none_match": ETAG}, ALL),
        ({"if_modified_since": AT}, NOT_MODIFIED),
        ({"if_modified_since": LATER}, NOT_MODIFIED),
        ({"if_modified_since": EARLIER}, ALL),
        ({"if_modified_since": "nonsense"}, ALL),
        ({"if_none_match": '"other"', "if_modified_since": AT}, ALL),
        ({"if_match": f'"{ETAG}"'}, ALL),
        ({"if_match": "*"}, ALL),
        ({"if_match": f'W/"{ETAG}"'}, FAILED),
        ({"if_match": '"other"'}, FAILED),
        ({"if_unmodified_since": AT}, ALL),
        ({"if_unmodified_since": EARLIER}, FAILED),
        ({"if_unmodified_since": "nonsense"}, ALL),
        ({"if_match": f'"{ETAG}"', "if_unmodified_since": EARLIER}, ALL),
        ({"if_match": '"other"', "if_none_match": f'"{ETAG}"'}, FAILED),
        ({"if_match": f'"{ETAG}"', "if_none_match": f'"{ETAG}"'}, NOT_MODIFIED),
    ],
)
def test_conditions(method: str, fields: dict[str, str], expected: Decision) -> None:
    """The conditions are evaluated in the order of the RFC, each pair with its precedence."""
    assert _answer(Conditions(method=method, **fields)) == expected


def test_conditions_go_before_ranges() -> None:
    """A client that has everything is not sent a piece of it."""
    assert _decide(range="bytes=0-9", if_none_match=f'"{ETAG}"') == NOT_MODIFIED
    assert _decide(range="bytes=5000-", if_match='"other"') == FAILED


def test_dates_of_other_zones_and_without_one() -> None:
    """Dates are compared as times and not as text."""
    assert _decide(if_modified_since="Mon, 4 May 2026 05:02:01 +0200") == NOT_MODIFIED
    assert _decide(if_modified_since="Mon, 4 May 2026 03:02:01 -0000") == NOT_MODIFIED
    assert _decide(if_modified_since="Mon May  4 03:02:01 2026") == NOT_MODIFIED


_TEXT = st.text(max_size=40) | st.sampled_from(["bytes=0-9", f'"{ETAG}"', AT])
_FIELDS = (
    "range",
    "if_range",
    "if_match",
    "if_none_match",
    "if_modified_since",
    "if_unmodified_since",
)


@given(
    method=st.sampled_from(["GET", "HEAD"]),
    total=st.integers(0, 2000),
    fields=st.fixed_dictionaries(dict.fromkeys(_FIELDS, st.none() | _TEXT)),
)
def test_no_header_makes_it_fail_or_leave_the_file(
    method: str, total: int, fields: dict[str, str | None]
) -> None:
    """Whatever a client sends, the answer is one of the five, about bytes that exist."""
    found = _answer(Conditions(method=method, **fields), total)
    assert 0 <= found.start <= found.stop <= total
    match found.status:
        case HTTPStatus.OK:
            assert (found.start, found.stop) == (0, total)
        case HTTPStatus.PARTIAL_CONTENT:
            assert method == "GET"
            assert found.start < found.stop
        case _:
            assert found in (NOT_MODIFIED, FAILED, UNSATISFIABLE)


@given(data=st.binary(min_size=1, max_size=300), cuts=st.lists(st.integers(1, 299)))
def test_any_partition_of_ranges_gives_the_bytes_back(data: bytes, cuts: list[int]) -> None:
    """However a player cuts its requests, the pieces are the file."""
    borders = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    pieces = []
    for start, stop in pairwise(borders):
        found = _decide(total=len(data), range=f"bytes={start}-{stop - 1}")
        assert found.status is HTTPStatus.PARTIAL_CONTENT
        pieces.append(data[found.start : found.stop])
    assert b"".join(pieces) == data
