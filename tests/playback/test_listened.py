"""How long a player has been heard today."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import example, given, strategies as st
import pytest

from custom_components.yoto_smart_stream.playback.listened import Listened

MIDNIGHT = datetime(2026, 3, 3, tzinfo=UTC)
NOON = MIDNIGHT + timedelta(hours=12)
NOTHING = Listened(day_began=MIDNIGHT)


def after(seconds: float, start: datetime = NOON) -> datetime:
    """Return a moment."""
    return start + timedelta(seconds=seconds)


def midnight_before(moment: datetime) -> datetime:
    """Return the midnight that a day in UTC began with."""
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def test_only_what_is_heard_counts() -> None:
    """Silence before, between and after does not."""
    listened = NOTHING.count(NOON, MIDNIGHT).hear(NOON, NOON)
    assert listened.is_heard
    listened = listened.count(after(30), MIDNIGHT).hear(after(30), None)
    assert not listened.is_heard
    listened = listened.count(after(90), MIDNIGHT).hear(after(90), after(90))
    listened = listened.count(after(100), MIDNIGHT)
    assert listened.seconds == 40


def test_a_player_that_falls_silent_is_not_believed_for_long() -> None:
    """Two minutes after its last word nobody knows whether it still plays; its next word tells."""
    listened = NOTHING.hear(NOON, NOON)
    for minutes in range(1, 60):
        moment = after(60 * minutes)
        listened = listened.count(moment, MIDNIGHT).hear(moment, NOON)
    assert listened.seconds == 120
    listened = listened.count(after(3600), MIDNIGHT).hear(after(3600), after(3600))
    assert listened.count(after(3630), MIDNIGHT).seconds == 150


def test_a_day_begins_at_nought() -> None:
    """What is heard over midnight belongs to two days."""
    late = MIDNIGHT + timedelta(hours=23, minutes=59)
    listened = NOTHING.count(late, MIDNIGHT).hear(late, late)
    assert listened.count(after(59, late), MIDNIGHT).seconds == 59
    tomorrow = MIDNIGHT + timedelta(days=1)
    listened = listened.count(after(90, late), tomorrow)
    assert (listened.day_began, listened.seconds) == (tomorrow, 30)


@pytest.mark.parametrize(("before", "moment"), [(100, 50), (100, 100), (0, -3600)])
def test_a_clock_that_goes_back_takes_nothing_away(before: int, moment: int) -> None:
    """And what was counted is not counted again."""
    listened = NOTHING.hear(NOON, NOON).count(after(before), MIDNIGHT)
    listened = listened.count(after(moment), MIDNIGHT)
    assert listened.seconds == before
    assert listened.count(after(before + 5), MIDNIGHT).seconds == before + 5


def test_the_hour_that_summer_takes_is_not_heard() -> None:
    """Clocks on the wall jump; what is heard does not."""
    berlin = ZoneInfo("Europe/Berlin")
    midnight = datetime(2026, 3, 29, tzinfo=berlin)
    before = datetime(2026, 3, 29, 1, 59, tzinfo=berlin)
    then = datetime(2026, 3, 29, 3, 0, tzinfo=berlin)
    listened = Listened(day_began=midnight).hear(before, before)
    assert listened.count(then, midnight).seconds == 60


@given(
    st.lists(
        st.tuples(st.floats(0.1, 40_000, allow_nan=False), st.booleans()), min_size=1, max_size=30
    )
)
@example([(40_000.0, False), (40_000.0, True), (6_401.0, False)])
def test_the_last_day_alone_is_counted(steps: list[tuple[float, bool]]) -> None:
    """However often it is counted, and whenever midnights fall; a playing player always speaks."""
    moment, plays = MIDNIGHT, False
    listened = Listened(day_began=MIDNIGHT)
    heard: list[tuple[datetime, bool]] = []
    for seconds, will_play in steps:
        end = moment + timedelta(seconds=seconds)
        while moment < end:
            moment = min(moment + timedelta(seconds=100), end)
            listened = listened.count(moment, midnight_before(moment))
            listened = listened.hear(moment, moment if plays else None)
            heard.append((moment, plays))
        plays = will_play
        listened = listened.hear(moment, moment if plays else None)
    today = midnight_before(moment)
    expected = sum(
        (later - max(sooner, today)).total_seconds()
        for (sooner, _), (later, played) in pairwise([(MIDNIGHT, False), *heard])
        if played and later > today
    )
    assert listened.day_began == today
    assert listened.seconds == pytest.approx(expected, abs=1e-3)
