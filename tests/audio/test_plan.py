"""Plans: which bytes of which files make up a stream."""

from datetime import UTC, datetime
import os
from pathlib import Path

from hypothesis import given, strategies as st
import pytest

from custom_components.yoto_smart_stream.audio.errors import AudioError, AudioErrorCode
from custom_components.yoto_smart_stream.audio.plan import Part, Plan, plan_of_files


def _part(name: str, offset: int, length: int, *, size: int = 1000, mtime_ns: int = 0) -> Part:
    return Part(path=Path("/", name), offset=offset, length=length, size=size, mtime_ns=mtime_ns)


def _positions(plan: Plan, start: int, stop: int) -> list[tuple[str, int]]:
    """Return file and place of every byte that a slice serves, in order."""
    return [
        (part.path.name, part.offset + index)
        for part in plan.slices(start, stop)
        for index in range(part.length)
    ]


_PLANS = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(0, 40), st.integers(0, 40)), max_size=6
).map(lambda rows: Plan(parts=tuple(_part(*row) for row in rows), content_type="audio/mpeg"))


@given(plan=_PLANS, data=st.data())
def test_a_slice_is_what_a_slice_of_the_joined_bytes_is(plan: Plan, data: st.DataObject) -> None:
    """Slicing a plan and slicing its bytes come to the same, at every border."""
    everything = _positions(plan, 0, plan.total)
    assert len(everything) == plan.total
    start = data.draw(st.integers(0, plan.total))
    stop = data.draw(st.integers(start, plan.total))
    assert _positions(plan, start, stop) == everything[start:stop]
    assert all(part.length for part in plan.slices(start, stop))


@pytest.mark.parametrize(("start", "stop"), [(-1, 5), (5, 4), (0, 101)])
def test_a_slice_outside_the_plan_is_refused(start: int, stop: int) -> None:
    """A caller that asks for bytes that are not there has a fault, not fewer bytes."""
    plan = Plan(parts=(_part("a", 0, 100),), content_type="audio/mpeg")
    with pytest.raises(ValueError, match="inside the plan"):
        list(plan.slices(start, stop))


@pytest.mark.parametrize(("offset", "length"), [(-1, 5), (0, 1001), (990, 11), (0, -1)])
def test_a_part_outside_its_file_is_refused(offset: int, length: int) -> None:
    """A part never promises bytes that its file does not have."""
    with pytest.raises(ValueError, match="inside its file"):
        _part("a", offset, length)


def test_every_fact_of_a_part_shows_in_the_tag() -> None:
    """Two plans that serve different bytes never share a tag."""
    a, b = _part("a", 0, 100), _part("b", 0, 100)
    plans = [
        (a,),
        (b,),
        (a, b),
        (b, a),
        (_part("a", 1, 100),),
        (_part("a", 0, 99),),
        (_part("a", 0, 100, size=1001),),
        (_part("a", 0, 100, mtime_ns=1),),
    ]
    tags = {Plan(parts=parts, content_type="audio/mpeg").etag for parts in plans}
    assert len(tags) == len(plans)


def test_whole_files_one_after_the_other(tmp_path: Path) -> None:
    """Files are joined in order; the newest of them dates the plan."""
    first, second = tmp_path / "1", tmp_path / "2"
    first.write_bytes(b"abc")
    second.write_bytes(b"defgh")
    os.utime(first, ns=(0, 1_700_000_000_900_000_000))
    os.utime(second, ns=(0, 1_600_000_000_000_000_000))
    plan = plan_of_files([first, second], "audio/mpeg")
    assert plan.total == 8
    assert _positions(plan, 2, 5) == [("1", 2), ("2", 0), ("2", 1)]
    assert plan.modified == datetime.fromtimestamp(1_700_000_000, UTC)


@pytest.mark.parametrize("change", ["grow", "touch", "remove", "replace by a folder"])
def test_a_plan_notices_that_a_file_changed(tmp_path: Path, change: str) -> None:
    """A plan is current only while every file is exactly what was planned."""
    path = tmp_path / "1"
    path.write_bytes(b"abc")
    os.utime(path, ns=(0, 1_700_000_000_000_000_000))
    plan = plan_of_files([path], "audio/mpeg")
    assert plan.is_current()
    match change:
        case "grow":
            path.write_bytes(b"abcd")
            os.utime(path, ns=(0, 1_700_000_000_000_000_000))
        case "touch":
            os.utime(path, ns=(0, 1_700_000_000_000_000_001))
        case "remove":
            path.unlink()
        case _:
            path.unlink()
            path.mkdir()
    assert not plan.is_current()


def test_what_cannot_be_planned(tmp_path: Path) -> None:
    """A missing file, a folder and an empty file are refused, each with its reason."""
    empty = tmp_path / "empty"
    empty.touch()
    for path, code in (
        (tmp_path / "none", AudioErrorCode.MISSING),
        (tmp_path, AudioErrorCode.MISSING),
        (empty, AudioErrorCode.EMPTY),
    ):
        with pytest.raises(AudioError) as caught:
            plan_of_files([path], "audio/mpeg")
        assert caught.value.code is code
