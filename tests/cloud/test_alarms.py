"""Alarms, whose lines are kept to the letter (protocol §2.6)."""

from datetime import time

from hypothesis import given, strategies as st
import pytest

from custom_components.yoto_smart_stream.cloud.alarms import (
    Alarm,
    Alarms,
    read_alarms,
    recognise,
    write_alarms,
)

ALARMS = st.builds(
    Alarm,
    at=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    days=st.frozensets(st.integers(0, 6)),
    sound=st.text("abcXYZ019", min_size=5, max_size=5),
    volume=st.integers(0, 16),
    enabled=st.booleans(),
)
ODD_LINES = st.one_of(
    st.text(),
    st.integers(),
    st.none(),
    st.sampled_from(["1111100", "1111100,25:00,4OD25,,,5", "1111,0700,4OD25,,,5", ",,,,,,"]),
)


def only(line: str) -> Alarm:
    """Return the alarm of a line that can be read."""
    ((_, alarm),) = Alarms((line,))
    return alarm


@pytest.mark.parametrize(
    ("line", "alarm"),
    [
        (
            "1111111,1100,5WsQg,,,8",
            Alarm(at=time(11), days=frozenset(range(7)), sound="5WsQg", volume=8),
        ),
        (
            "1111100,07:00,4OD25,,,5,1",
            Alarm(at=time(7), days=frozenset(range(5)), sound="4OD25", volume=5),
        ),
        (
            "0000011,9:30,4OD25,,,0,0",
            Alarm(at=time(9, 30), days=frozenset({5, 6}), sound="4OD25", volume=0, enabled=False),
        ),
    ],
)
def test_both_forms_of_a_line_are_read(line: str, alarm: Alarm) -> None:
    """The time comes with a colon and without, and the last field may be missing."""
    assert only(line) == alarm


@given(before=st.lists(ODD_LINES), alarm=ALARMS, after=st.lists(ODD_LINES), new=ALARMS)
def test_lines_that_nobody_understands_survive_every_write(
    before: list[str], alarm: Alarm, after: list[str], new: Alarm
) -> None:
    """The list is written whole, so what is lost here is lost for good."""
    alarms = Alarms(tuple(before)).added(alarm)
    alarms = Alarms((*alarms.lines, *after))
    changed = alarms.changed(len(before), new)
    assert write_alarms(changed) == [*before, *Alarms().added(new).lines, *after]
    assert write_alarms(changed.removed(len(before))) == [*before, *after]


@given(alarm=ALARMS, new=ALARMS)
def test_a_change_says_what_it_should(alarm: Alarm, new: Alarm) -> None:
    """Reading what was written gives the alarm that was meant."""
    alarms = Alarms().added(alarm).changed(0, new)
    assert list(alarms) == [(0, new)]


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("1111100,0700,4OD25,,,5", "1111100,0700,4OD25,,,5,0"),
        ("1111100,07:00,4OD25,a,b,5,1", "1111100,07:00,4OD25,a,b,5,0"),
        ("1111100,7:00,4OD25,,,05,1,new,fields", "1111100,7:00,4OD25,,,05,0,new,fields"),
    ],
)
def test_only_what_is_changed_is_written_anew(line: str, written: str) -> None:
    """Fields that we do not know, and ways of writing, stay."""
    alarm = only(line)
    off = Alarm(at=alarm.at, days=alarm.days, sound=alarm.sound, volume=5, enabled=False)
    assert Alarms((line,)).changed(0, off).lines == (written,)


def test_a_config_without_alarms_is_told_apart_from_one_with_none() -> None:
    """Nothing may be removed because a key is missing."""
    assert read_alarms(None) is None
    assert read_alarms([]) == Alarms()


@given(alarms=st.lists(ALARMS, unique_by=lambda alarm: alarm.key), data=st.data())
def test_alarms_are_recognised_in_any_order(alarms: list[Alarm], data: st.DataObject) -> None:
    """A list in another order, or with fewer alarms, is still the same alarms."""
    known = {f"key {place}": alarm for place, alarm in enumerate(alarms)}
    shuffled = data.draw(st.permutations(alarms))
    kept = shuffled[: data.draw(st.integers(0, len(shuffled)))]
    assert [known[str(key)] for key in recognise(known, kept)] == kept


MORNING = Alarm(at=time(7), days=frozenset(range(5)), sound="4OD25", volume=5)


@pytest.mark.parametrize(
    ("now", "same"),
    [
        pytest.param({"at": time(6, 45)}, True, id="time"),
        pytest.param({"days": frozenset({5, 6})}, True, id="days"),
        pytest.param({"sound": "2Lght"}, True, id="sound"),
        pytest.param({"volume": 9, "enabled": False}, True, id="volume"),
        pytest.param({"at": time(6, 45), "days": frozenset({5, 6})}, False, id="time and days"),
    ],
)
def test_an_alarm_is_the_same_after_one_edit(now: dict[str, object], same: bool) -> None:
    """Of time, days and sound two have to stay."""
    fields = {name: getattr(MORNING, name) for name in ("at", "days", "sound", "volume")}
    edited = Alarm(**{**fields, **now})
    assert recognise({"morning": MORNING}, [edited]) == ["morning" if same else None]
