"""A position is told anew when people would be wrong about it, and not before."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, strategies as st
import pytest

from custom_components.yoto_smart_stream.playback.messages import PlaybackStatus
from custom_components.yoto_smart_stream.playback.position import DRIFT, has_jumped
from custom_components.yoto_smart_stream.playback.snapshot import Snapshot

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
PLAYING = Snapshot(
    status=PlaybackStatus.PLAYING,
    card_id="2Lght",
    chapter_key="01",
    track_key="01",
    track_length=600,
    position=10,
    position_at=NOON,
)


def after(snapshot: Snapshot, seconds: float, position: int | None) -> Snapshot:
    """Return what a player has said some seconds later."""
    return replace(
        snapshot,
        position=position,
        position_at=snapshot.position_at and snapshot.position_at + timedelta(seconds=seconds),
    )


@given(st.lists(st.floats(min_value=0.1, max_value=5), max_size=50), st.floats(0, 0.9))
def test_a_player_that_plays_on_tells_nothing_new(waits: list[float], late: float) -> None:
    """Whole seconds and slow messages are no jump."""
    heard = 10.0
    for wait in waits:
        heard += wait
        now = after(PLAYING, heard - 10 + late, int(heard))
        assert not has_jumped(PLAYING, now)


@given(st.floats(min_value=0, max_value=500), st.integers(min_value=0, max_value=590))
def test_what_is_not_told_is_nearly_right(seconds: float, position: int) -> None:
    """Whoever counts on is never off by more than that."""
    now = after(PLAYING, seconds, position)
    if not has_jumped(PLAYING, now):
        assert now.position_at is not None
        assert abs((PLAYING.position_at_moment(now.position_at) or 0) - position) <= DRIFT


def test_a_paused_player_stays_where_it_is() -> None:
    """Time passes, and the position does not."""
    paused = replace(PLAYING, status=PlaybackStatus.PAUSED)
    assert not has_jumped(paused, after(paused, 60, 10))
    assert has_jumped(paused, after(paused, 60, 15))


@pytest.mark.parametrize(
    "changed",
    [
        {"status": PlaybackStatus.PAUSED},
        {"waiting": True},
        {"track_key": "02"},
        {"chapter_key": "02"},
        {"card_id": "4Drum"},
        {"track_length": 30},
        {"position": None, "position_at": None},
    ],
)
def test_another_track_or_state_is_told_at_once(changed: dict[str, object]) -> None:
    """Even if the second is the same."""
    assert has_jumped(PLAYING, replace(PLAYING, **changed))  # type: ignore[arg-type]
