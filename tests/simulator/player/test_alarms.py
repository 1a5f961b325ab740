"""When alarms ring (protocol §2.6)."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest

from simulator.player.alarms import Ring, ringing
from simulator.world import JsonObject

SATURDAY = datetime(2026, 11, 21, 6, 59, 59, tzinfo=UTC).timestamp()
SUNDAY = SATURDAY + 86_400


@pytest.mark.parametrize(
    ("line", "since", "rings"),
    [
        ("0000010,0700,abcde,,,5", SATURDAY, True),
        ("0000010,07:00,abcde,,,5,1", SATURDAY, True),
        ("0000010,07:00,abcde,,,5,0", SATURDAY, False),
        ("0000010,07:00,abcde,,,5,1", SUNDAY, False),
        ("0000001,07:00,abcde,,,5,1", SUNDAY, True),
        ("0000010,07:01,abcde,,,5,1", SATURDAY, False),
        ("every day", SATURDAY, False),
    ],
)
def test_an_alarm_rings_on_its_days_at_its_time(line: str, since: float, rings: bool) -> None:
    """Lines of both forms, and only those that are switched on."""
    found = ringing({"alarms": [line]}, since, since + 1)
    assert found == (Ring(card_id="abcde", volume=5) if rings else None)


def test_an_alarm_rings_once() -> None:
    """However often the player looks at the clock."""
    config: JsonObject = {"alarms": ["0000010,0700,abcde,,,5"]}
    seconds = [SATURDAY + second for second in range(120)]
    rung = [ringing(config, one, other) for one, other in pairwise(seconds)]
    assert len([ring for ring in rung if ring]) == 1


def test_no_alarm_is_missed_between_two_looks() -> None:
    """A player may be busy for a while."""
    config: JsonObject = {"alarms": ["0000010,0700,abcde,,,5"], "timezone": "Europe/London"}
    assert ringing(config, SATURDAY - 300, SATURDAY + 300)
    assert ringing({}, SATURDAY, SATURDAY + 1) is None
