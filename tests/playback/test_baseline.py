"""Coming and going: what is news, and what only tells how things have been for long."""

import pytest

from .witness import IDLE, Witness, playing


def known(*, slot: int = 1) -> Witness:
    """Return a witness of a player that has said that it is there and what it plays."""
    witness = Witness()
    witness.presence("online")
    witness.settle(playing(position=40), slot=slot)
    return witness


def test_the_first_words_of_a_player_cause_nothing() -> None:
    """Whatever they are, and whether they were asked for or not."""
    for body in (playing(), playing(source="remote"), IDLE, {"volume": 3}, {"cardId": "7JtVV"}):
        assert Witness().events(body) == []
    for state in ("online", "offline"):
        assert Witness().presence(state) == []
    assert Witness().status(charging=1, headphones=1, cardInserted=1) == []


def test_deltas_before_the_baseline_are_not_so_sure() -> None:
    """Something has changed, but what it was before is not known for sure."""
    witness = Witness()
    assert witness.events(volume=5) == []
    assert witness.events(volume=6) == ["volume_changed 5>6 ?"]


def test_after_a_reconnect_the_first_full_message_is_a_baseline() -> None:
    """What went on meanwhile is no news."""
    witness = known()
    witness.wait(1000)
    witness.arm()
    assert witness.events(volume=9) == ["volume_changed 8>9"]
    assert witness.events(playing(card_id="story", key="cave", volume=2)) == []
    assert witness.snapshot.card_id == "story"
    assert witness.events(volume=3) == ["volume_changed 2>3"]


def test_only_one_message_is_the_baseline() -> None:
    """A new track is told in full too, and is news."""
    witness = known()
    witness.arm()
    assert witness.events(playing(position=61)) == []
    witness.wait(1)
    assert "track_changed" in witness.events(playing(key="03"))


def test_an_answer_that_never_comes_is_not_waited_for() -> None:
    """A full message much later is news."""
    witness = known()
    witness.arm()
    witness.wait(11)
    assert "track_changed" in witness.events(playing(key="03"))


def test_a_baseline_tells_where_the_card_is() -> None:
    """A card that plays from the slot is in the slot."""
    witness = Witness()
    witness.events(playing())
    assert (witness.snapshot.card_in, witness.snapshot.slot_card) == (True, "7JtVV")


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("userShutdown", ["offline switched_off"]),
        ("idleShutdown", ["offline switched_off automatic"]),
    ],
)
def test_a_player_that_says_farewell_was_switched_off(reason: str, expected: list[str]) -> None:
    """The reason comes right before the presence (protocol §3.8)."""
    witness = known()
    assert witness.hear("status", {"status": {"shutDown": reason, "batteryLevel": 5}}) == []
    witness.wait(20)
    assert witness.presence("offline") == expected


def test_a_restart_of_ours() -> None:
    """It explains why the player goes."""
    witness = known()
    witness.command("reboot")
    witness.answer("reboot")
    witness.hear("status", {"status": {"shutDown": "reboot"}})
    assert witness.presence("offline") == ["offline switched_off home_assistant"]


def test_a_player_without_a_farewell_is_lost() -> None:
    """The Wi-Fi, or an empty battery."""
    witness = known()
    assert witness.presence("offline") == ["offline lost automatic"]
    assert witness.presence("offline") == []


def test_a_farewell_of_long_ago_explains_nothing() -> None:
    """A player that has spoken since did not go."""
    witness = known()
    witness.hear("status", {"status": {"shutDown": "userShutdown"}})
    witness.wait(10)
    witness.status(shutDown="nA", batteryLevel=50)
    witness.wait(10)
    assert witness.presence("offline") == ["offline lost automatic"]


def test_a_farewell_after_the_end_brings_nobody_back() -> None:
    """The two come by different topics."""
    witness = known()
    witness.presence("offline")
    assert witness.hear("status", {"status": {"shutDown": "userShutdown"}}) == []
    assert witness.snapshot.online is False


def test_a_late_twin_brings_nobody_back() -> None:
    """It was said before the player went."""
    witness = known()
    last = {"volume": 9, "eventUtc": int(witness.now.timestamp())}
    witness.hear("events", last)
    witness.presence("offline")
    assert witness.hear("data/events", last) == []
    assert witness.snapshot.online is False


@pytest.mark.parametrize("how", ["presence", "events", "status", "answer"])
def test_a_player_comes_back(how: str) -> None:
    """By its own word or by any other sign of life (protocol §8)."""
    witness = known()
    witness.presence("offline")
    witness.wait(100)
    acts = {
        "presence": lambda: witness.presence("online"),
        "events": lambda: witness.events(volume=8),
        "status": lambda: witness.status(batteryLevel=50),
        "answer": lambda: witness.answer("events"),
    }
    assert acts[how]() == ["online automatic"]
    assert witness.snapshot.online is True
    assert witness.snapshot.offline_reason is None
    assert acts[how]() == []


def test_what_changed_while_a_player_was_away_is_no_news() -> None:
    """Its first words after its return are a baseline of their own."""
    witness = known()
    witness.hear("status", {"status": {"shutDown": "userShutdown"}})
    witness.presence("offline")
    witness.wait(3600)
    assert witness.presence("online") == ["online ?"]
    assert witness.status(charging=1, headphones=1, cardInserted=1, activeCard="none") == []
    witness.arm()
    assert witness.events(IDLE) == []
    witness.wait(2)
    # The card that is in begins by itself.
    assert witness.events(playing()) == ["playback_started automatic ?"]


def test_silence_is_noticed() -> None:
    """A player that was asked again and again and says nothing is lost."""
    witness = known()
    told = [witness.tick() for _ in range(6)]
    assert told == [[], [], [], ["offline lost automatic ?"], [], []]
    assert witness.events(volume=8) == ["online automatic"]


def test_an_answer_between_the_ticks_is_life() -> None:
    """However seldom."""
    witness = known()
    for _ in range(5):
        assert [witness.tick() for _ in range(2)] == [[], []]
        witness.wait(1)
        witness.status(batteryLevel=50)


def test_silence_while_nobody_asked_is_not_held_against_a_player() -> None:
    """Ticks stop while there is no connection."""
    witness = known()
    witness.tick()
    witness.wait(3600)
    assert [witness.tick() for _ in range(3)] == [[], [], []]


def test_presence_that_is_retained_comes_again() -> None:
    """With each subscription; it is no news."""
    witness = known()
    assert witness.presence("online") == []
