"""What messages make of a player's state."""

from datetime import timedelta

import pytest

from custom_components.yoto_smart_stream.playback.messages import PlaybackStatus
from custom_components.yoto_smart_stream.playback.occurrences import OfflineReason

from .witness import IDLE, START, Witness, playing


@pytest.fixture
def witness() -> Witness:
    """Return somebody who has heard a player say that track 02 of a card plays."""
    witness = Witness()
    witness.settle(playing(position=40), slot=1)
    return witness


def test_partial_messages_are_merged(witness: Witness) -> None:
    """A turn of the knob leaves the song alone, and 0 is a volume."""
    witness.events(volume=0)
    snapshot = witness.snapshot
    assert (snapshot.volume, snapshot.track_title) == (0, "Track 02")
    assert snapshot.status is PlaybackStatus.PLAYING


def test_false_is_a_value(witness: Witness) -> None:
    """What is no longer so is not unknown."""
    witness.events(playbackWait=True, streaming=True, repeatAll=True)
    witness.events(playbackWait=False, streaming=False, repeatAll=False)
    snapshot = witness.snapshot
    assert (snapshot.waiting, snapshot.streaming, snapshot.repeat_all) == (False, False, False)


@pytest.mark.parametrize("card_id", ["none", ""])
def test_a_card_that_is_gone_takes_its_chapter_along(witness: Witness, card_id: str) -> None:
    """The wire repeats stale keys after a stop; nobody should see them (protocol §3.8)."""
    witness.fetch("7JtVV")
    assert witness.snapshot.fetched_here
    for _ in range(2):
        witness.events(playing(cardId=card_id, playbackStatus="stopped", streaming=True))
        snapshot = witness.snapshot
        assert snapshot.status is PlaybackStatus.STOPPED
        assert snapshot.card_id is None
        assert (snapshot.chapter_key, snapshot.chapter_title) == (None, None)
        assert (snapshot.track_key, snapshot.track_title) == (None, None)
        assert (snapshot.track_length, snapshot.position, snapshot.position_at) == (None,) * 3
        assert (snapshot.source, snapshot.streaming, snapshot.fetched_here) == (None, False, False)
        assert snapshot.volume == 8
        witness.wait(1)


def test_another_card_does_not_inherit_the_last_one_s_titles(witness: Witness) -> None:
    """A new card begins with what its own message says."""
    witness.events(cardId="abc12", chapterKey="01")
    snapshot = witness.snapshot
    assert (snapshot.card_id, snapshot.chapter_key, snapshot.track_title) == ("abc12", "01", None)


def test_any_data_proves_that_the_player_is_there() -> None:
    """REST and retained presence may lag behind (protocol §8)."""
    witness = Witness()
    witness.presence("offline")
    witness.events(volume=3)
    assert witness.snapshot.online is True
    witness.presence("offline")
    witness.status(batteryLevel=50)
    assert witness.snapshot.online is True


def test_offline_keeps_what_was_known(witness: Witness) -> None:
    """The battery of a lost player is still worth knowing; its slot may change unseen."""
    witness.status(batteryLevel=71, charging=1)
    witness.presence("offline")
    snapshot = witness.snapshot
    assert (snapshot.online, snapshot.battery_level, snapshot.charging) == (False, 71, True)
    assert snapshot.offline_reason is OfflineReason.LOST
    assert snapshot.card_in is None


def test_status_blocks_are_merged(witness: Witness) -> None:
    """The small battery block does not blank the rest (protocol §3.8)."""
    witness.status(batteryLevel=80, charging=1, fwVersion="v2", temp="24:21", wifiStrength=-55)
    witness.hear("status", {"status": {"batteryLevel": 79, "charging": 0}})
    snapshot = witness.snapshot
    assert (snapshot.battery_level, snapshot.charging, snapshot.firmware) == (79, False, "v2")
    assert (snapshot.temperature, snapshot.battery_temperature) == (21.0, 24.0)
    assert snapshot.wifi_strength == -55


def test_a_position_counts_from_the_message_that_carried_it(witness: Witness) -> None:
    """Neither a turn of the volume knob nor time makes it younger."""
    said_at = witness.snapshot.position_at
    witness.events(volume=3)
    assert (witness.snapshot.position, witness.snapshot.position_at) == (40, said_at)
    witness.events(position=62)
    assert (witness.snapshot.position, witness.snapshot.position_at) == (62, witness.now)


def test_a_pause_holds_the_position_that_was_reached(witness: Witness) -> None:
    """Also where the message does not say it; playing goes on from there."""
    witness.events(playbackStatus="paused")
    assert witness.snapshot.position == 60
    witness.wait(100)
    assert witness.snapshot.position_at_moment(witness.now) == 60
    witness.events(playbackStatus="playing")
    assert witness.snapshot.position_at == witness.now
    witness.wait(3)
    assert witness.snapshot.position_at_moment(witness.now) == 63


def test_waiting_holds_the_position_too(witness: Witness) -> None:
    """A player that fetches is silent."""
    witness.events(playbackWait=True)
    witness.wait(30)
    assert witness.snapshot.position_at_moment(witness.now) == 60


def test_a_track_without_a_position_begins_at_its_start(witness: Witness) -> None:
    """The position of the last track is not the one of the next."""
    witness.events(chapterKey="03", trackKey="03")
    assert (witness.snapshot.position, witness.snapshot.position_at) == (0, witness.now)


def test_an_unknown_length_is_not_zero_seconds(witness: Witness) -> None:
    """Streams report 0 where they do not know (protocol §3.8)."""
    witness.events(trackLength=0)
    assert witness.snapshot.track_length is None


def test_keys_are_kept_verbatim(witness: Witness) -> None:
    """`01` is not `1`, and a key is text even where the wire makes it a number."""
    witness.events(chapterKey="007", trackKey=7)
    assert (witness.snapshot.chapter_key, witness.snapshot.track_key) == ("007", "7")


def test_an_older_message_does_not_roll_back(witness: Witness) -> None:
    """The legacy twin of an earlier message comes late (protocol §3.2)."""
    witness.events(volume=9)
    witness.wait(1)
    late = int(witness.now.timestamp()) - 1
    witness.events(volume=10)
    assert witness.hear("events", {"volume": 9, "eventUtc": late}) == []
    assert witness.snapshot.volume == 10


def test_a_twin_in_the_same_second_does_not_roll_back(witness: Witness) -> None:
    """Two quick turns, told on two topics of which one lags."""
    stamp = int(witness.now.timestamp())
    first, second = ({"volume": step, "eventUtc": stamp} for step in (9, 10))
    witness.hear("events", first)
    witness.hear("events", second)
    witness.wait(0.16)
    assert witness.hear("data/events", first) == []
    assert witness.hear("data/events", second) == []
    assert witness.snapshot.volume == 10


@pytest.mark.parametrize("pause", [0.0, 0.1])
def test_a_turn_there_and_back_in_one_second_is_seen(witness: Witness, pause: float) -> None:
    """Also where a new connection brings at once what was said while it was being made."""
    stamp = int(witness.now.timestamp())
    for step in (9, 8, 9, 8):
        assert witness.hear("data/events", {"volume": step, "eventUtc": stamp}) != []
        witness.wait(pause)
    assert witness.snapshot.volume == 8


def test_a_card_in_and_out_twice_at_once_is_out(witness: Witness) -> None:
    """The same four messages within a moment."""
    stamp = {"eventUtc": int(witness.now.timestamp())}
    for _ in range(2):
        witness.hear("data/events", {**playing(card_id="story", key="cave"), **stamp})
        witness.hear(
            "data/events", {"playbackStatus": "stopped", "cardId": "none", "position": 0, **stamp}
        )
    assert (witness.snapshot.card_id, witness.snapshot.status) == (None, PlaybackStatus.STOPPED)


@pytest.mark.parametrize("back", [2, 12, 3600, 1_700_000_000])
def test_a_clock_that_is_set_back_freezes_nothing(witness: Witness, back: int) -> None:
    """A player that boots without the time counts from 0 (protocol §3.7)."""
    witness.events(volume=9)
    witness.skew = -back
    witness.wait(1)
    witness.events(volume=10)
    assert witness.snapshot.volume == 10


def test_the_end_of_the_sleep_timer_does_not_tremble(witness: Witness) -> None:
    """Players say whole seconds, and messages take their time."""
    witness.events(sleepTimerActive=True, sleepTimerSeconds=600)
    ends_at = witness.snapshot.sleep_timer_ends_at
    assert ends_at == witness.now + timedelta(seconds=600)
    witness.wait(5.7)
    witness.events(position=66, sleepTimerSeconds=596)
    assert witness.snapshot.sleep_timer_ends_at == ends_at
    witness.events(sleepTimerSeconds=900)
    assert witness.snapshot.sleep_timer_ends_at == witness.now + timedelta(seconds=900)
    witness.events(sleepTimerActive=False)
    assert witness.snapshot.sleep_timer_ends_at is None


def test_audio_that_is_fetched_here(witness: Witness) -> None:
    """Whether the fetch or the player's word comes first."""

    def after(*acts: object) -> bool:
        return witness.snapshot.fetched_here

    assert after() is False
    assert after(witness.fetch("abc12")) is False
    witness.wait(2)
    assert after(witness.events(playing(card_id="abc12"))) is True
    assert after(witness.events(playing(card_id="7JtVV"))) is False
    assert after(witness.fetch("7JtVV")) is True


def test_a_fetch_of_long_ago_says_nothing(witness: Witness) -> None:
    """Another player may have the same card."""
    witness.fetch("abc12")
    witness.wait(31)
    witness.events(playing(card_id="abc12"))
    assert witness.snapshot.fetched_here is False


def test_the_slot_is_known_whatever_plays() -> None:
    """A card in the slot stays there while another one is played by a command."""
    witness = Witness()
    witness.settle(IDLE, slot=0)
    assert witness.snapshot.card_in is False
    witness.events(playing())
    assert (witness.snapshot.card_in, witness.snapshot.slot_card) == (True, "7JtVV")
    witness.wait(20)
    witness.answer("card-play", '{"uri":"https://yoto.io/abc12"}')
    witness.events(playing(card_id="abc12", source="remote"))
    assert (witness.snapshot.card_in, witness.snapshot.slot_card) == (True, "7JtVV")
    witness.status(cardInserted=2, activeCard="abc12")
    assert witness.snapshot.card_in is True


def test_everything_starts_unknown() -> None:
    """Nothing is made up before the player has spoken."""
    snapshot = Witness().snapshot
    assert (snapshot.online, snapshot.card_in, snapshot.volume) == (None, None, None)
    assert snapshot.position_at_moment(START) is None
