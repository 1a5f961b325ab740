"""What is kept of a card, as JSON and back."""

from datetime import UTC, datetime
import json
from pathlib import Path

from hypothesis import given, strategies as st

from custom_components.yoto_smart_stream.cards.differences import Difference
from custom_components.yoto_smart_stream.json import Json
from custom_components.yoto_smart_stream.publishing.records import (
    Kept,
    Version,
    Written,
    read_kept,
    write_kept,
)
from custom_components.yoto_smart_stream.publishing.served import (
    ServedAudio,
    ServedFile,
    ServedStream,
)

_TIMES = st.datetimes(timezones=st.just(UTC))
_SERVED = (
    st.builds(ServedAudio, audio_id=st.text(min_size=1, max_size=5))
    | st.builds(ServedStream, stream_id=st.text(min_size=1, max_size=5))
    | st.builds(ServedFile, path=st.just(Path("/media/a.mp3")), content_type=st.just("audio/mpeg"))
)
_DIFFERENCES = st.builds(
    Difference,
    what=st.text(min_size=1, max_size=5),
    before=st.none() | st.text(max_size=5),
    after=st.none() | st.integers(),
    key=st.none() | st.text(max_size=5),
)
_KEPT = st.builds(
    Kept,
    written=st.none() | st.builds(Written, at=_TIMES, fingerprint=st.text(max_size=5)),
    versions=st.lists(
        st.builds(
            Version,
            number=st.integers(1, 99),
            at=_TIMES,
            payload=st.dictionaries(st.text(max_size=5), st.integers(), max_size=3),
            changes=st.lists(_DIFFERENCES, max_size=2).map(tuple),
        ),
        max_size=3,
        unique_by=lambda version: version.number,
    ).map(lambda every: tuple(sorted(every, key=lambda version: version.number))),
    served=st.dictionaries(st.text(max_size=5), _SERVED, max_size=3),
)


@given(_KEPT)
def test_what_is_written_is_read_again(kept: Kept) -> None:
    """Through JSON."""
    assert read_kept(json.loads(json.dumps(write_kept(kept)))) == kept


def test_a_bad_record_is_kept_and_the_others_are_read() -> None:
    """It is tried again the next time."""
    good: Json = {"number": 2, "at": datetime(2026, 1, 1, tzinfo=UTC).isoformat(), "payload": {}}
    bad: list[Json] = [{"number": "x"}, 7, {"number": 1, "at": "never", "payload": {}}]
    kept = read_kept(
        {
            "versions": [*bad, good],
            "served": {"a": {"audio_id": "x"}, "b": {"path": "relative"}, "c": 3},
            "written": {"at": 1},
        }
    )
    assert [version.number for version in kept.versions] == [2]
    assert kept.served == {"a": ServedAudio(audio_id="x")}
    assert kept.written is None
    assert [one for one in kept.set_aside if one in bad] == bad
    assert len(kept.set_aside) == len(bad) + 3
    assert read_kept(write_kept(kept)).set_aside == kept.set_aside


def test_what_is_no_record_at_all_is_kept() -> None:
    """Whatever it is."""
    assert read_kept(["x"]).set_aside == (["x"],)
    assert read_kept(None) == Kept()
