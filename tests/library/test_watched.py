"""Which files of a watched folder are to be imported."""

import json

from hypothesis import given, strategies as st

from custom_components.yoto_smart_stream.json import Json
from custom_components.yoto_smart_stream.library.job import Failure
from custom_components.yoto_smart_stream.library.watched import (
    Handled,
    Look,
    Watched,
    read_watched,
    write_watched,
)

from .samples import JSON

PATHS = st.sampled_from(["/a", "/b", "/c"])
LOOKS = st.builds(Look, size=st.integers(0, 2), changed=st.integers(0, 2))
FOUND = st.dictionaries(PATHS, LOOKS)
HANDLED = st.dictionaries(
    PATHS,
    st.builds(
        Handled,
        look=LOOKS,
        audio_id=st.none() | st.just("01"),
        failure=st.none() | st.builds(Failure, code=st.just("broken"), facts=st.just({"a": 1})),
    ),
)


@given(st.lists(FOUND, max_size=8))
def test_a_file_is_ready_once_when_two_looks_agree(looks: list[dict[str, Look]]) -> None:
    """Whatever comes, goes, grows and shrinks."""
    watched = Watched({})
    before: dict[str, Look] = {}
    done: dict[str, Look] = {}
    for found in looks:
        ready = watched.look(found)
        wanted = [
            path
            for path, look in found.items()
            if look.size and before.get(path) == look and done.get(path) != look
        ]
        assert ready == wanted
        for path in ready:
            done[path] = found[path]
            watched.note(path, Handled(look=found[path], audio_id="01"))
        before = found


def test_a_failure_is_told_until_its_file_is_gone() -> None:
    """What came in is remembered for good."""
    look = Look(size=1, changed=1)
    bad = Handled(look=look, failure=Failure(code="broken"))
    watched = Watched({"/bad": bad, "/good": Handled(look=look, audio_id="01")})
    watched.look({"/bad": look})
    assert list(watched.failed) == ["/bad"]
    watched.look({})
    assert watched.failed == {}
    assert watched.replaced_by("/good") == "01"
    assert watched.replaced_by("/new") is None


@given(HANDLED)
def test_what_is_written_is_read_again(handled: dict[str, Handled]) -> None:
    """Through JSON, as a store keeps it."""
    assert read_watched(json.loads(json.dumps(write_watched(handled)))) == handled


@given(JSON)
def test_a_record_that_is_none_is_left_out(value: Json) -> None:
    """The file is imported once more, which finds the same item."""
    good = write_watched({"/a": Handled(look=Look(size=1, changed=1))})["files"]
    assert isinstance(good, list)
    assert set(read_watched({"files": [*good, value]})) == {"/a"}
    assert isinstance(read_watched(value), dict)
