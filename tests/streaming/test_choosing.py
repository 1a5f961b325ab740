"""Rules: which list a play is made of."""

from datetime import UTC, datetime, time

import pytest

from custom_components.yoto_smart_stream.streaming.choosing import (
    Circumstances,
    chosen_items,
    templates_of,
)
from custom_components.yoto_smart_stream.streaming.stream import Rule, Stream

from .songs import items, stream


def _stream(**conditions: object) -> Stream:
    return stream("A", "a", rules=(Rule(items=items("b"), **conditions),))  # type: ignore[arg-type]


def _at(text: str) -> datetime:
    """Return a moment of the week of Monday 23 November 2026, such as `tue 18:30`."""
    day, _, clock = text.partition(" ")
    number = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].index(day)
    return datetime.combine(datetime(2026, 11, 23 + number), time.fromisoformat(clock), UTC)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("start", "end", "days", "moment", "holds"),
    [
        ("18:00", "20:00", "", "mon 17:59", False),
        ("18:00", "20:00", "", "mon 18:00", True),
        ("18:00", "20:00", "", "mon 19:59:59", True),
        ("18:00", "20:00", "", "mon 20:00", False),
        ("22:00", "06:00", "", "tue 23:00", True),
        ("22:00", "06:00", "", "tue 05:59", True),
        ("22:00", "06:00", "", "tue 12:00", False),
        ("22:00", "06:00", "0", "mon 23:00", True),
        ("22:00", "06:00", "0", "tue 05:00", True),
        ("22:00", "06:00", "0", "mon 05:00", False),
        ("22:00", "06:00", "6", "mon 05:00", True),
        ("18:00", None, "", "mon 23:59", True),
        ("18:00", None, "", "mon 17:00", False),
        (None, "07:00", "", "mon 00:00", True),
        (None, "07:00", "0", "mon 06:59", True),
        (None, "07:00", "", "mon 07:00", False),
        (None, None, "56", "sat 10:00", True),
        (None, None, "56", "fri 10:00", False),
        (None, None, "", "fri 10:00", True),
    ],
)
def test_time_and_weekday(
    start: str | None, end: str | None, days: str, moment: str, holds: bool
) -> None:
    """The window is half open, may go over midnight, and belongs to the day on which it began."""
    one = _stream(
        start=None if start is None else time.fromisoformat(start),
        end=None if end is None else time.fromisoformat(end),
        weekdays=frozenset(map(int, days)),
    )
    found = chosen_items(one, Circumstances(moment=_at(moment)))
    assert found == items("b" if holds else "a")


@pytest.mark.parametrize(("player", "chosen"), [("p1", "b"), ("p2", "a"), (None, "a")])
def test_player(player: str | None, chosen: str) -> None:
    """A player that is not known is none of those that are named."""
    one = _stream(players=frozenset({"p1"}))
    assert chosen_items(one, Circumstances(moment=_at("mon 08:00"), player=player)) == items(chosen)


def test_template() -> None:
    """Templates are evaluated by the caller, who is told which."""
    one = _stream(template="{{ rain }}")
    assert templates_of([one, stream("B", "a")]) == {"{{ rain }}"}
    for truth, chosen in ((True, "b"), (False, "a")):
        found = Circumstances(moment=_at("mon 08:00"), truths={"{{ rain }}": truth})
        assert chosen_items(one, found) == items(chosen)
    with pytest.raises(KeyError):
        chosen_items(one, Circumstances(moment=_at("mon 08:00")))


def test_the_first_rule_that_holds() -> None:
    """Rules are tried in their order."""
    weekend = Rule(items=items("c"), weekdays=frozenset({5, 6}))
    always = Rule(items=items("d"))
    one = stream("A", "a", rules=(weekend, always))
    assert chosen_items(one, Circumstances(moment=_at("sat 08:00"))) == items("c")
    assert chosen_items(one, Circumstances(moment=_at("mon 08:00"))) == items("d")


def test_what_no_rule_can_mean() -> None:
    """Eighth days of the week and times of another zone are refused."""
    with pytest.raises(ValueError, match="weekday"):
        _stream(weekdays=frozenset({7}))
    with pytest.raises(ValueError, match="time zone"):
        _stream(start=time(8, tzinfo=UTC))
    with pytest.raises(ValueError, match="pause"):
        stream("A", "a", gap=10.5)
