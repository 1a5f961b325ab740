"""What has happened with cards and knobs: the rows of docs/yoto-protocol.md §3.8."""

from collections.abc import Callable

import pytest

from custom_components.yoto_smart_stream.playback.context import CardMap
from custom_components.yoto_smart_stream.playback.occurrences import Kind

from .beginnings import (
    NONE,
    START_CARD,
    Act,
    Row,
    after,
    idle,
    listening,
    paused,
    remote,
    stopped_with_its_card_in,
)
from .witness import START, STORY, Witness, playing

ROWS: list[Row] = [
    # Cards
    (
        "a card is put in",
        idle,
        lambda w: w.events(playing()),
        ["card_inserted", "playback_started"],
    ),
    (
        "a card is put in, in the other case of `source`",
        idle,
        lambda w: w.events(playing(source="CARD")),
        ["card_inserted", "playback_started"],
    ),
    (
        "a card comes and nobody says from where",
        idle,
        lambda w: w.events(
            cardId="7JtVV", chapterKey="01", trackKey="01", playbackStatus="playing"
        ),
        ["card_inserted ?", "playback_started ?"],
    ),
    (
        "a card is taken out",
        listening,
        lambda w: w.events(NONE),
        ["card_removed", "playback_stopped"],
    ),
    (
        "a paused card is taken out",
        paused,
        lambda w: w.events(NONE),
        ["card_removed", "playback_stopped"],
    ),
    (
        "a card is swapped for another",
        listening,
        lambda w: w.events(playing(card_id="abc12", key="01")),
        ["card_removed", "card_inserted", "playback_started"],
    ),
    (
        "a card is put in while a remote one plays",
        remote,
        lambda w: w.events(playing(card_id="abc12", key="01")),
        ["card_inserted", "playback_started"],
    ),
    (
        "the card that is played by a command is put in",
        remote,
        lambda w: w.events(playing(key="02", position=60)),
        ["card_inserted"],
    ),
    (
        "a status alone shows a card that cannot be played",
        idle,
        lambda w: w.status(cardInserted=1, activeCard="none"),
        ["card_inserted ?"],
    ),
    (
        "a status alone shows that a card has gone after it was stopped by a command",
        stopped_with_its_card_in,
        lambda w: w.status(cardInserted=0, activeCard="none"),
        ["card_removed"],
    ),
    (
        "a press begins the card that was stopped by a command",
        stopped_with_its_card_in,
        lambda w: w.events(playing()),
        ["button_pressed right press ?", "playback_started ?"],
    ),
    (
        "a press without a card begins a shortcut",
        lambda: idle(shortcuts=frozenset({"3nC80"})),
        lambda w: w.events(playing(card_id="3nC80", source="remote")),
        ["button_pressed right press ?", "playback_started ?"],
    ),
    (
        "something else begins a card",
        idle,
        lambda w: w.events(playing(source="MQTT")),
        ["playback_started other_app ?"],
    ),
    # Commands
    (
        "we play a card",
        idle,
        lambda w: [
            *w.command("card/start", START_CARD),
            *w.answer("card-play", START_CARD),
            *w.events(playing(key="04", source="remote")),
        ],
        ["playback_started home_assistant"],
    ),
    (
        "another app plays a card",
        idle,
        lambda w: [
            *w.answer("card-play", START_CARD),
            *w.events(playing(key="04", source="remote")),
        ],
        ["playback_started other_app"],
    ),
    (
        "we go to another chapter",
        listening,
        lambda w: [
            *w.command("card/start", START_CARD),
            *w.answer("card-play", START_CARD),
            *w.events(playing(key="04", source="remote")),
        ],
        ["chapter_changed home_assistant", "track_changed home_assistant"],
    ),
    (
        "a hand turns while we go to another chapter",
        listening,
        lambda w: [*w.command("card/start", START_CARD), *w.events(playing(key="03"))],
        ["button_pressed right next", "chapter_changed", "track_changed"],
    ),
    (
        "we pause",
        listening,
        lambda w: [*w.command("card/pause"), *w.events(playbackStatus="paused", position=60)],
        ["playback_paused home_assistant"],
    ),
    (
        "a pause explains one pause",
        listening,
        lambda w: [
            *w.command("card/pause"),
            *w.answer("card-pause"),
            *w.events(playbackStatus="paused", position=60),
            *w.events(playbackStatus="playing", position=60),
            *w.events(playbackStatus="paused", position=61),
        ],
        [
            "playback_paused home_assistant",
            *("button_pressed right press", "playback_resumed"),
            *("button_pressed right press", "playback_paused"),
        ],
    ),
    (
        "a refusal explains nothing",
        listening,
        lambda w: [
            *w.command("card/pause"),
            *w.answer("card-pause", verdict="FAIL"),
            *w.events(playbackStatus="paused", position=60),
        ],
        ["button_pressed right press", "playback_paused"],
    ),
    (
        "a pause of long ago explains nothing",
        listening,
        lambda w: [
            *w.command("card/pause"),
            *w.answer("card-pause"),
            *after(w, 3, lambda: w.events(playbackStatus="paused", position=63)),
        ],
        ["button_pressed right press", "playback_paused"],
    ),
    (
        "another app pauses",
        listening,
        lambda w: [*w.answer("card-pause"), *w.events(playbackStatus="paused", position=60)],
        ["playback_paused other_app"],
    ),
    (
        "another app pauses, heard over two connections",
        listening,
        lambda w: [
            *w.answer("card-pause"),
            *w.answer("card-pause"),
            *w.events(playbackStatus="paused", position=60),
            *w.events(playbackStatus="playing", position=60),
            *w.events(playbackStatus="paused", position=61),
        ],
        [
            "playback_paused other_app",
            *("button_pressed right press", "playback_resumed"),
            *("button_pressed right press", "playback_paused"),
        ],
    ),
    (
        "we resume, answered by the word for a start",
        paused,
        lambda w: [
            *w.command("card/resume"),
            *w.answer("card-play"),
            *w.events(playbackStatus="playing", position=40),
        ],
        ["playback_resumed home_assistant"],
    ),
    (
        "a volume command explains no pause",
        listening,
        lambda w: [
            *w.command("volume/set", '{"volume":50}'),
            *w.answer("set-volume", '{"volume":50}'),
            *w.events(playbackStatus="paused", position=60),
        ],
        ["button_pressed right press", "playback_paused"],
    ),
    (
        "a volume command explains no turn",
        listening,
        lambda w: [
            *w.answer("set-volume", '{"volume":50}'),
            *w.events(playing(key="03")),
        ],
        ["button_pressed right next", "chapter_changed", "track_changed"],
    ),
    (
        "a volume command explains no card that is taken out",
        listening,
        lambda w: [*w.answer("set-volume", '{"volume":50}'), *w.events(NONE)],
        ["card_removed", "playback_stopped"],
    ),
    (
        "a stop leaves the card in its slot",
        listening,
        lambda w: [*w.command("card/stop"), *w.answer("card-stop"), *w.events(NONE)],
        ["playback_stopped home_assistant"],
    ),
    (
        "another app stops a remote card",
        remote,
        lambda w: [*w.answer("card-stop"), *w.events(NONE)],
        ["playback_stopped other_app"],
    ),
    # The right knob on linear cards
    (
        "a press pauses",
        listening,
        lambda w: w.events(playbackStatus="paused", position=60),
        ["button_pressed right press", "playback_paused"],
    ),
    (
        "a press resumes",
        paused,
        lambda w: w.events(playbackStatus="playing", position=40),
        ["button_pressed right press", "playback_resumed"],
    ),
    (
        "a turn to the next chapter",
        listening,
        lambda w: w.events(playing(key="03")),
        ["button_pressed right next", "chapter_changed", "track_changed"],
    ),
    (
        "a turn to the previous chapter",
        listening,
        lambda w: w.events(playing(key="01")),
        ["button_pressed right previous", "chapter_changed", "track_changed"],
    ),
    (
        "a fast turn by several clicks",
        listening,
        lambda w: w.events(playing(key="05")),
        ["button_pressed right next", "chapter_changed", "track_changed"],
    ),
    (
        "a turn while paused goes on playing",
        paused,
        lambda w: w.events(playing(key="03")),
        ["button_pressed right next", "chapter_changed", "track_changed", "playback_resumed"],
    ),
    (
        "a turn that a delta tells",
        listening,
        lambda w: w.events(chapterKey="03", trackKey="03", position=0),
        ["button_pressed right next", "chapter_changed", "track_changed"],
    ),
    (
        "a turn back on the first chapter begins it anew",
        lambda: listening(key="01"),
        lambda w: w.events(position=0),
        ["button_pressed right previous ?"],
    ),
    (
        "a turn in a stream whose length nobody knows",
        lambda: listening(trackLength=0, streaming=True),
        lambda w: w.events(playing(key="03", trackLength=0, streaming=True)),
        ["button_pressed right next ?", "chapter_changed ?", "track_changed ?"],
    ),
    (
        "a turn while the player waits",
        lambda: listening(playbackWait=True),
        lambda w: w.events(playing(key="03")),
        ["button_pressed right next ?", "chapter_changed ?", "track_changed ?"],
    ),
    (
        "another chapter of a card that nobody knows",
        lambda: listening(card_id="abc12"),
        lambda w: w.events(playing(card_id="abc12", key="03")),
        ["chapter_changed ?", "track_changed ?"],
    ),
    (
        "a press on a card that nobody knows",
        lambda: listening(card_id="abc12"),
        lambda w: w.events(playbackStatus="paused"),
        ["button_pressed right press ?", "playback_paused ?"],
    ),
    (
        "a new chapter that our map does not have yet",
        listening,
        lambda w: w.events(playing(key="17")),
        ["button_pressed right next ?", "chapter_changed ?", "track_changed ?"],
    ),
    (
        "a new chapter whose key has no order",
        listening,
        lambda w: w.events(playing(key="bonus")),
        ["chapter_changed ?", "track_changed ?"],
    ),
    # Ends
    (
        "a track comes to its end",
        lambda: listening(at=159),
        lambda w: w.events(playing(key="03")),
        ["chapter_changed automatic", "track_changed automatic"],
    ),
    (
        "a track changes near its end",
        lambda: listening(at=156),
        lambda w: w.events(playing(key="03")),
        ["chapter_changed automatic ?", "track_changed automatic ?"],
    ),
    (
        "a turn back near the end of a track",
        lambda: listening(at=156),
        lambda w: w.events(playing(key="01")),
        ["button_pressed right previous ?", "chapter_changed ?", "track_changed ?"],
    ),
    (
        "a turn well before the end of a track",
        lambda: listening(at=154),
        lambda w: w.events(playing(key="03")),
        ["button_pressed right next", "chapter_changed", "track_changed"],
    ),
    (
        "the last track ends and all is repeated",
        lambda: listening(key="05", at=159, repeatAll=True),
        lambda w: w.events(playing(key="01", repeatAll=True)),
        ["chapter_changed automatic", "track_changed automatic"],
    ),
    (
        "a card comes to its end and stays in its slot",
        lambda: listening(key="05", at=159),
        lambda w: w.events(playbackStatus="stopped", position=180),
        ["playback_ended automatic"],
    ),
    (
        "a remote card comes to its end",
        lambda: remote(key="05", at=159),
        lambda w: w.events(NONE),
        ["playback_ended automatic"],
    ),
    (
        "a remote stream of unknown length is over",
        lambda: remote(key="05", trackLength=0, streaming=True),
        lambda w: w.events(NONE),
        ["playback_ended automatic ?"],
    ),
    (
        "a remote card breaks off",
        remote,
        lambda w: w.events(NONE),
        ["playback_stopped automatic ?"],
    ),
    (
        "a press after the end begins anew",
        lambda: listening(key="05", at=180, playbackStatus="stopped"),
        lambda w: w.events(playing(key="01")),
        [
            *("button_pressed right press ?", "chapter_changed ?", "track_changed ?"),
            "playback_started ?",
        ],
    ),
    # Interactive cards
    (
        "left",
        lambda: listening("story", "gate"),
        lambda w: w.events(playing("story", "cave")),
        ["button_pressed left press", "choice_made left", "chapter_changed", "track_changed"],
    ),
    (
        "right",
        lambda: listening("story", "gate"),
        lambda w: w.events(playing("story", "lake")),
        ["button_pressed right press", "choice_made right", "chapter_changed", "track_changed"],
    ),
    (
        "neither",
        lambda: listening("story", "gate", at=159),
        lambda w: w.events(playing("story", "inn")),
        [
            "choice_made none automatic",
            "chapter_changed automatic",
            "track_changed automatic",
        ],
    ),
    (
        "left, where neither leads too, before the end",
        lambda: listening("story", "cave"),
        lambda w: w.events(playing("story", "gate")),
        ["button_pressed left press", "choice_made left", "chapter_changed", "track_changed"],
    ),
    (
        "left or neither, at the end",
        lambda: listening("story", "cave", at=159),
        lambda w: w.events(playing("story", "gate")),
        [
            "choice_made none automatic ?",
            "chapter_changed automatic ?",
            "track_changed automatic ?",
        ],
    ),
    (
        "left, where neither leads too, after it has halted",
        lambda: listening("story", "cave", at=180, playbackStatus="paused"),
        lambda w: w.events(playing("story", "gate")),
        [
            *("button_pressed left press", "choice_made left"),
            *("chapter_changed", "track_changed", "playback_resumed"),
        ],
    ),
    (
        "left or right, which lead to the same place",
        lambda: listening("story", "twin"),
        lambda w: w.events(playing("story", "lake")),
        ["chapter_changed", "track_changed"],
    ),
    (
        "right, which begins the same track anew",
        lambda: listening("story", "loop"),
        lambda w: w.events(playing("story", "loop")),
        ["button_pressed right press ?", "choice_made right ?"],
    ),
    (
        "a halt at the end, to wait for a press",
        lambda: listening("story", "loop", at=159),
        lambda w: w.events(playbackStatus="paused", position=180),
        ["playback_paused automatic"],
    ),
    (
        "we choose",
        lambda: listening("story", "gate"),
        lambda w: [
            *w.command("card/start", '{"uri":"https://yoto.io/story","chapterKey":"cave"}'),
            *w.events(playing("story", "cave")),
        ],
        ["chapter_changed home_assistant", "track_changed home_assistant"],
    ),
    # Nothing at all
    ("a tick of the position", listening, lambda w: w.events(position=62), []),
    ("a wait for audio", listening, lambda w: w.events(playbackWait=True), []),
    ("a length that becomes known", listening, lambda w: w.events(trackLength=200), []),
    ("stale keys after a stop", idle, lambda w: w.events(chapterKey="03", trackKey="03"), []),
    ("the same status again", listening, lambda w: w.status(cardInserted=1, charging=0), []),
    (
        "a status that was sent before the card came",
        idle,
        lambda w: [*w.events(playing()), *w.status(cardInserted=0, activeCard="none")],
        ["card_inserted", "playback_started"],
    ),
]


@pytest.mark.parametrize(
    ("begin", "act", "expected"), [pytest.param(*row[1:], id=row[0]) for row in ROWS]
)
def test_what_has_happened(begin: Callable[[], Witness], act: Act, expected: list[str]) -> None:
    """Each row of the protocol, and what may look like it."""
    witness = begin()
    assert act(witness) == expected


def test_an_occurrence_says_where_and_when() -> None:
    """Player, place, position and both clocks."""
    witness = listening()
    witness.skew = 5
    witness.events(playing(key="03", position=1))
    first = witness.seen[0]
    assert first.kind is Kind.BUTTON_PRESSED
    assert (first.player_id, first.received_at) == ("kitchen", witness.now)
    assert first.device_time is not None
    assert (first.device_time - START).total_seconds() == 25
    assert (first.card_id, first.chapter_key, first.track_key) == ("7JtVV", "03", "03")
    assert first.position == 1.0


def test_a_card_that_is_gone_is_named() -> None:
    """Which card was removed, and where it was left."""
    witness = listening()
    witness.events(NONE)
    removed = witness.seen[0]
    assert (removed.kind, removed.card_id, removed.track_key) == (Kind.CARD_REMOVED, "7JtVV", "02")
    assert removed.position == 60


def test_tracks_of_one_chapter() -> None:
    """Only the track changes, and their order is that of the card."""
    places = (("01", "01"), ("01", "02"), ("02", "01"))
    witness = Witness({"7JtVV": CardMap(places=places)})
    witness.settle(playing(chapterKey="01", trackKey="01"), slot=1)
    assert witness.events(playing(chapterKey="01", trackKey="02")) == [
        "button_pressed right next",
        "track_changed",
    ]
    witness.wait(9)
    assert witness.events(playing(chapterKey="02", trackKey="01")) == [
        "button_pressed right next",
        "chapter_changed",
        "track_changed",
    ]


def test_lengths_that_the_card_knows() -> None:
    """They tell an end from a turn where the player does not know how long its stream is."""
    places = (("01", "01"), ("02", "02"))
    witness = Witness({"7JtVV": CardMap(places=places, lengths={places[0]: 60.0})})
    witness.settle(playing(key="01", position=39, trackLength=0), slot=1)
    assert witness.events(playing(key="02", trackLength=0)) == [
        "chapter_changed automatic",
        "track_changed automatic",
    ]


def test_an_interactive_card_that_nobody_can_read() -> None:
    """That something was chosen is not known; that the place has changed is."""
    witness = Witness({"story": CardMap(places=STORY.places, interactive=True)})
    witness.settle(playing("story", "gate", 40), slot=1)
    assert witness.events(playing("story", "cave")) == ["chapter_changed ?", "track_changed ?"]
