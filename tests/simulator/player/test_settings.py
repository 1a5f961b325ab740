"""Reading the loosely typed config."""

from datetime import UTC, datetime

import pytest

from simulator.player.settings import colour, is_day, local_time, noon_zone, number, switch


@pytest.mark.parametrize(
    ("value", "expected"),
    [("1", True), (1, True), (True, True), ("true", True), ("0", False), (0, False), (None, False)],
)
def test_switches_come_in_many_types(value: str | int | None, expected: bool) -> None:
    """The cloud mixes text, numbers and booleans."""
    assert switch({"repeatAll": value}, "repeatAll") is expected


@pytest.mark.parametrize(("value", "expected"), [("8", 8), (8, 8), (None, 3), ("auto", 3), ("", 3)])
def test_numbers_may_be_text(value: str | int | None, expected: int) -> None:
    """What is no number counts as missing."""
    assert number({"maxVolumeLimit": value}, "maxVolumeLimit", 3) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [("#40bfd9", "0x40bfd9"), ("#0", "off"), (None, "off")]
)
def test_colours_are_written_as_status_blocks_do(value: str | None, expected: str) -> None:
    """The config has a hash, status blocks have `0x`."""
    assert colour({"ambientColour": value}, "ambientColour") == expected


@pytest.mark.parametrize(
    ("day", "night", "hour", "expected"),
    [
        ("06:30", "18:20", 12, True),
        ("06:30", "18:20", 6, False),
        ("06:30", "18:20", 19, False),
        ("10:00", "02:00", 1, True),
        ("10:00", "02:00", 3, False),
        ("never", "18:20", 23, True),
    ],
)
def test_the_night_lies_between_its_start_and_the_day(
    day: str, night: str, hour: int, expected: bool
) -> None:
    """Nights may begin after midnight; without readable times it is day."""
    moment = datetime(2026, 11, 21, hour, 5, tzinfo=UTC).timestamp()
    assert is_day({"dayTime": day, "nightTime": night}, moment) is expected


def test_the_time_zone_of_the_config_counts() -> None:
    """Noon in London is night in Auckland."""
    moment = datetime(2026, 11, 21, 12, 0, tzinfo=UTC).timestamp()
    times = {"dayTime": "06:30", "nightTime": "18:20"}
    assert is_day({**times, "timezone": "Europe/London"}, moment)
    assert not is_day({**times, "timezone": "Pacific/Auckland"}, moment)


@pytest.mark.parametrize("hour", range(24))
def test_somewhere_it_is_noon(hour: int) -> None:
    """Whenever a simulation begins, its players may live where it is noon."""
    moment = datetime(2026, 11, 21, hour, 40, tzinfo=UTC).timestamp()
    there = local_time({"timezone": noon_zone(moment)}, moment)
    assert (there.hour, there.minute) == (12, 40)
