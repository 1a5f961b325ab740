"""What has happened to the volume, the sleep timer and the plugs (docs/yoto-protocol.md §3.8)."""

from collections.abc import Callable

import pytest

from .beginnings import Act, Row, charging, listening, quiet
from .witness import Witness

ROWS: list[Row] = [
    # The volume
    ("the left knob is turned", listening, lambda w: w.events(volume=9), ["volume_changed 8>9"]),
    (
        "the left knob is turned fast",
        listening,
        lambda w: w.events(volume=5, volumeMax=13),
        ["volume_changed 8>5"],
    ),
    (
        "we set the volume",
        listening,
        lambda w: [
            *w.command("volume/set", '{"volume":32}'),
            *w.answer("set-volume", '{"volume":32}'),
            *w.events(volume=5),
        ],
        ["volume_changed 8>5 home_assistant"],
    ),
    (
        "another app sets the volume above what is allowed",
        listening,
        lambda w: [*w.answer("volume", '{"volume":100}'), *w.events(volume=13)],
        ["volume_changed 8>13 other_app"],
    ),
    (
        "the left knob is turned while we set the volume",
        listening,
        lambda w: [*w.command("volume/set", '{"volume":32}'), *w.events(volume=7)],
        ["volume_changed 8>7 ?"],
    ),
    (
        "we set the volume where it is, and it stays",
        listening,
        lambda w: [*w.command("volume/set", '{"volume":50}'), *w.answer("set-volume")],
        [],
    ),
    (
        "the night begins",
        lambda: listening(volume=10),
        lambda w: w.events(volume=8, volumeMax=8),
        ["volume_changed 10>8 automatic"],
    ),
    (
        "the night begins, and the volume follows",
        lambda: listening(volume=10),
        lambda w: [*w.events(volumeMax=8), *w.events(volume=8)],
        ["volume_changed 10>8 automatic"],
    ),
    (
        "a player that pauses when it is turned down",
        quiet,
        lambda w: w.events(volume=0, playbackStatus="paused"),
        ["playback_paused ?", "volume_changed 8>0"],
    ),
    # The sleep timer
    (
        "we set the sleep timer",
        listening,
        lambda w: [
            *w.command("sleep-timer/set", '{"seconds":600}'),
            *w.answer("sleep-timer", '{"seconds":600}'),
            *w.events(sleepTimerActive=True, sleepTimerSeconds=600),
        ],
        ["sleep_timer_started home_assistant"],
    ),
    (
        "the sleep timer is over",
        lambda: listening(sleepTimerActive=True, sleepTimerSeconds=20),
        lambda w: w.events(playbackStatus="paused", sleepTimerActive=False),
        ["playback_paused automatic", "sleep_timer_ended automatic"],
    ),
    (
        "the sleep timer is over, and playing ends a little later",
        lambda: listening(sleepTimerActive=True, sleepTimerSeconds=20),
        lambda w: [*w.events(playbackStatus="paused"), *w.events(sleepTimerActive=False)],
        ["playback_paused automatic", "sleep_timer_ended automatic"],
    ),
    (
        "the sleep timer is switched off by another app",
        lambda: listening(sleepTimerActive=True, sleepTimerSeconds=600),
        lambda w: [*w.answer("sleep-timer", '{"seconds":0}'), *w.events(sleepTimerActive=False)],
        ["sleep_timer_ended other_app"],
    ),
    (
        "a press while a sleep timer runs",
        lambda: listening(sleepTimerActive=True, sleepTimerSeconds=600),
        lambda w: w.events(playbackStatus="paused", position=60),
        ["button_pressed right press", "playback_paused"],
    ),
    # Plugs
    ("headphones", listening, lambda w: w.status(headphones=1), ["headphones True"]),
    ("the charger", listening, lambda w: w.status(charging=1), ["charging True"]),
    (
        "a battery that is full",
        charging,
        lambda w: w.status(charging=0, batteryLevel=100),
        ["charging False automatic ?"],
    ),
]


@pytest.mark.parametrize(
    ("begin", "act", "expected"), [pytest.param(*row[1:], id=row[0]) for row in ROWS]
)
def test_what_has_happened(begin: Callable[[], Witness], act: Act, expected: list[str]) -> None:
    """Each row of the protocol, and what may look like it."""
    witness = begin()
    assert act(witness) == expected
