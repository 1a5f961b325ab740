"""How long a track still lasts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from hypothesis import given, strategies as st
import pytest

from custom_components.yoto_smart_stream.cloud.account import Player
from custom_components.yoto_smart_stream.cloud.cards import Card, Chapter, Track
from custom_components.yoto_smart_stream.cloud.models import model_of
from custom_components.yoto_smart_stream.data import PlayerState
from custom_components.yoto_smart_stream.playback.messages import PlaybackStatus
from custom_components.yoto_smart_stream.playback.snapshot import Snapshot

NOON: Final = datetime(2026, 11, 21, 12, tzinfo=UTC)
PLAYER: Final = Player(
    player_id="y1",
    name="Kitchen",
    model=model_of("v3e", "v3"),
    device_type="v3e",
    generation=None,
    believed_online=True,
)
PLAYING: Final = Snapshot(
    status=PlaybackStatus.PLAYING,
    card_id="5Kz0a",
    chapter_key="01",
    track_key="01",
    track_length=60,
    position=20,
    position_at=NOON,
)
CARD: Final = Card(
    card_id="5Kz0a",
    title="Moon Stories",
    chapters=(Chapter(key="01", title=None, tracks=(Track(key="01", title=None, duration=90.0),)),),
)


def left(snapshot: Snapshot, card: Card | None = None, *, after: float = 0) -> float | None:
    """Return what is left some seconds after the player has said where it is."""
    state = PlayerState(player=PLAYER, snapshot=snapshot, card=card)
    return state.seconds_left(NOON + timedelta(seconds=after))


def test_time_passes_between_the_words_of_a_player() -> None:
    """A player tells its position every few seconds only."""
    assert left(PLAYING) == 40
    assert left(PLAYING, after=7.5) == 32.5


def test_the_card_knows_where_the_player_does_not() -> None:
    """How long the track is."""
    unknown = replace(PLAYING, track_length=None)
    assert left(unknown) is None
    assert left(unknown, CARD) == 70


@pytest.mark.parametrize(
    "silent",
    [
        replace(PLAYING, status=PlaybackStatus.PAUSED),
        replace(PLAYING, status=PlaybackStatus.STOPPED),
        replace(PLAYING, status=None),
        replace(PLAYING, waiting=True),
        replace(PLAYING, position=None),
    ],
)
def test_nothing_is_left_to_say_while_nothing_is_heard(silent: Snapshot) -> None:
    """A track that stands still has no end to come."""
    assert left(silent, CARD) is None


@given(st.floats(0, 1000), st.floats(0, 1000))
def test_it_never_grows_nor_goes_below_nothing(earlier: float, more: float) -> None:
    """However long nobody says anything."""
    first, second = left(PLAYING, after=earlier), left(PLAYING, after=earlier + more)
    assert first is not None
    assert second is not None
    assert 0 <= second <= first
