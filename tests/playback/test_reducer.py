"""What messages make of a player's state."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, strategies as st
import pytest

from custom_components.yoto_smart_stream.playback.messages import (
    CardInsertion,
    Events,
    Message,
    PlaybackStatus,
    Presence,
    Status,
)
from custom_components.yoto_smart_stream.playback.reducer import reduce
from custom_components.yoto_smart_stream.playback.snapshot import Snapshot

START = datetime(2026, 11, 21, 7, tzinfo=UTC)
PLAYING = Events(
    status=PlaybackStatus.PLAYING,
    card_id="7JtVV",
    chapter_key="03",
    chapter_title="Snow and Tell",
    track_key="03",
    track_title="Snow and Tell",
    track_length=315,
    position=40,
    source="card",
    volume=5,
    volume_max=8,
)


def after(messages: Iterable[Message], begin: Snapshot | None = None) -> Snapshot:
    """Return the snapshot after messages that arrive a second apart."""
    snapshot = begin or Snapshot()
    for number, message in enumerate(messages):
        snapshot = reduce(snapshot, message, START + timedelta(seconds=number))
    return snapshot


def test_partial_messages_are_merged() -> None:
    """A turn of the knob leaves the song alone, and 0 is a volume."""
    snapshot = after([PLAYING, Events(volume=0)])
    assert (snapshot.volume, snapshot.track_title, snapshot.status) == (
        0,
        "Snow and Tell",
        PlaybackStatus.PLAYING,
    )


def test_a_card_that_is_gone_takes_its_chapter_along() -> None:
    """The wire repeats stale keys after a stop; nobody should see them (protocol §3.8)."""
    snapshot = after(
        [PLAYING, replace(PLAYING, card_id="", status=PlaybackStatus.STOPPED, position=41)]
    )
    assert snapshot.status is PlaybackStatus.STOPPED
    assert snapshot.card_id is None
    assert snapshot.chapter_key is None
    assert snapshot.track_title is None
    assert snapshot.position is None
    assert snapshot.volume == 5


def test_another_card_does_not_inherit_the_last_one_s_titles() -> None:
    """A new card begins with what its own message says."""
    snapshot = after([PLAYING, Events(card_id="abc12", chapter_key="01")])
    assert (snapshot.card_id, snapshot.chapter_key, snapshot.track_title) == ("abc12", "01", None)


def test_any_data_proves_that_the_player_is_there() -> None:
    """REST and retained presence may lag behind (protocol §8)."""
    assert after([Presence(online=False), Events(volume=3)]).online is True
    assert after([Presence(online=False), Status(battery_level=50)]).online is True


def test_offline_keeps_what_was_known() -> None:
    """The battery of a lost player is still worth knowing."""
    snapshot = after([Status(battery_level=71, charging=True), Presence(online=False)])
    assert (snapshot.online, snapshot.battery_level, snapshot.charging) == (False, 71, True)


def test_status_blocks_are_merged() -> None:
    """The small battery block does not blank the rest (protocol §3.8)."""
    snapshot = after(
        [
            Status(battery_level=80, charging=True, card_insertion=CardInsertion.PHYSICAL),
            Status(battery_level=79, charging=False),
        ]
    )
    assert snapshot.battery_level == 79
    assert snapshot.charging is False
    assert snapshot.card_insertion is CardInsertion.PHYSICAL


@pytest.mark.parametrize(
    ("message", "seconds"),
    [
        pytest.param(Events(position=45), 1, id="tick"),
        pytest.param(Events(volume=3), 0, id="volume"),
        pytest.param(Events(status=PlaybackStatus.PAUSED), 0, id="pause"),
    ],
)
def test_the_position_is_dated_when_it_is_said(message: Message, seconds: int) -> None:
    """A position counts from the message that carried it, not from any later one."""
    snapshot = after([PLAYING, message])
    assert snapshot.position_at == START + timedelta(seconds=seconds)


def test_resuming_counts_from_then_on() -> None:
    """After a pause the old position holds from the moment that playing goes on."""
    snapshot = after(
        [
            PLAYING,
            Events(status=PlaybackStatus.PAUSED),
            Events(status=PlaybackStatus.PLAYING),
        ]
    )
    assert (snapshot.position, snapshot.position_at) == (40, START + timedelta(seconds=2))


def test_an_unknown_length_is_not_zero_seconds() -> None:
    """Streams report 0 where they do not know (protocol §3.8)."""
    assert after([replace(PLAYING, track_length=0)]).track_length is None


EVENTS = st.builds(
    Events,
    status=st.none() | st.sampled_from(PlaybackStatus),
    waiting=st.none() | st.booleans(),
    card_id=st.none() | st.sampled_from(["", "7JtVV", "abc12"]),
    chapter_key=st.none() | st.sampled_from(["01", "02"]),
    position=st.none() | st.integers(0, 300),
    volume=st.none() | st.integers(0, 16),
)
MESSAGES = st.lists(
    EVENTS
    | st.builds(Presence, online=st.booleans())
    | st.builds(Status, battery_level=st.none() | st.integers(0, 100)),
    max_size=12,
)


@given(MESSAGES)
def test_without_a_card_there_is_nothing_of_a_card(messages: list[Message]) -> None:
    """Whatever happens, no chapter is shown without its card."""
    snapshot = after(messages)
    if snapshot.card_id is None:
        assert snapshot.chapter_key is None
        assert snapshot.position is None
        assert snapshot.position_at is None


@given(MESSAGES, EVENTS)
def test_a_message_said_twice_changes_nothing_more(
    messages: list[Message], message: Events
) -> None:
    """Players send twins, and two connections overlap for a moment."""
    once = after([*messages, message])
    again = reduce(once, message, START + timedelta(seconds=len(messages)))
    assert again == once


@given(MESSAGES)
def test_the_last_volume_said_is_the_volume(messages: list[Message]) -> None:
    """No merge loses a value, 0 included."""
    said = [m.volume for m in messages if isinstance(m, Events) and m.volume is not None]
    assert after(messages).volume == (said[-1] if said else None)
