"""Where a card goes from a track, for any card."""

from hypothesis import given, strategies as st

from simulator.player.card import Card, Chapter, Rule, Spot, Track, Verb, read_card
from simulator.player.moves import Finish, Go, Nothing, Signal, Wait, react, skip
from simulator.world import Json, JsonObject

_KEYS = ["01", "1", "02", "a", "A", "end"]

rules = st.none() | st.builds(
    Rule,
    verb=st.sampled_from(Verb),
    chapter_key=st.sampled_from(_KEYS),
    track_key=st.sampled_from([*_KEYS, ""]),
)
tracks = st.builds(
    Track,
    key=st.sampled_from(_KEYS),
    title=st.just("T"),
    url=st.just("http://127.0.0.1/t.mp3"),
    on_end=rules,
    on_left=rules,
    on_right=rules,
)
chapters = st.builds(
    Chapter,
    key=st.sampled_from(_KEYS),
    title=st.just("C"),
    tracks=st.lists(tracks, min_size=1, max_size=3).map(tuple),
)
cards = st.builds(
    Card,
    card_id=st.just("abcde"),
    title=st.just("Card"),
    chapters=st.lists(chapters, min_size=1, max_size=5).map(tuple),
    interactive=st.booleans(),
    can_skip=st.booleans(),
    autoadvance=st.sampled_from(["next", "repeat", "none"]),
)


def rule_of(track: Track, signal: Signal) -> Rule | None:
    """Return what a track says about a signal."""
    return {Signal.END: track.on_end, Signal.LEFT: track.on_left, Signal.RIGHT: track.on_right}[
        signal
    ]


@given(card=cards, data=st.data(), repeat=st.booleans())
def test_every_way_through_a_card_obeys_its_rules(
    card: Card, data: st.DataObject, repeat: bool
) -> None:
    """Follow signals from the start and compare every step with what the track says."""
    spot = card.spots[0]
    for signal in data.draw(st.lists(st.sampled_from(Signal), max_size=15)):
        rule = rule_of(card.track(spot), signal)
        move = react(card, spot, signal, repeat_all=repeat)
        if not card.interactive or rule is None or rule.verb is Verb.NONE:
            if signal is not Signal.END:
                assert move == Nothing()
            else:
                assert isinstance(move, Go | Finish)
        elif rule.verb is Verb.STOP:
            assert move == Wait()
        elif rule.verb is Verb.REPEAT:
            assert move == Go(spot)
        elif isinstance(move, Go):
            assert card.chapter(move.spot).key == rule.chapter_key
            assert rule.track_key in {"", card.track(move.spot).key}
        else:
            assert move == (Wait() if signal is Signal.END else Nothing())
            assert not any(
                card.chapter(other).key == rule.chapter_key
                and rule.track_key in {"", card.track(other).key}
                for other in card.spots
            )
        if isinstance(move, Go):
            assert move.spot in card.spots
            spot = move.spot


@given(card=cards)
def test_a_linear_card_is_played_in_order_to_its_end(card: Card) -> None:
    """Every track once, in order, and then it is over, unless the card does not advance."""
    linear = Card(card_id="abcde", title="Card", chapters=card.chapters)
    spot, seen = linear.spots[0], [linear.spots[0]]
    while isinstance(move := react(linear, spot, Signal.END, repeat_all=False), Go):
        spot = move.spot
        seen.append(spot)
    assert seen == list(linear.spots)
    assert move == Finish()
    assert react(linear, spot, Signal.END, repeat_all=True) == Go(linear.spots[0])


@given(card=cards, data=st.data(), clicks=st.integers(-9, 9))
def test_the_knob_goes_to_the_start_of_a_chapter(
    card: Card, data: st.DataObject, clicks: int
) -> None:
    """By as many chapters as clicks, as far as there are chapters, unless the card forbids it."""
    spot = data.draw(st.sampled_from(card.spots))
    move = skip(card, spot, clicks)
    last = len(card.chapters) - 1
    if not card.can_skip or clicks == 0 or (clicks > 0 and spot.chapter == last):
        assert move == Nothing()
    else:
        assert move == Go(Spot(max(0, min(last, spot.chapter + clicks))))


@given(card=cards)
def test_found_tracks_have_exactly_the_keys_asked_for(card: Card) -> None:
    """Keys are compared letter by letter: `01` is not `1` (protocol §3.4)."""
    for chapter_key in _KEYS:
        for track_key in [*_KEYS, None]:
            spot = card.find(chapter_key, track_key)
            if spot is not None:
                assert card.chapter(spot).key == chapter_key
                assert track_key in {None, card.track(spot).key}


def test_a_card_is_read_as_tools_write_it() -> None:
    """The shape that Yoto's own story tools produce (protocol §4.5)."""
    track: JsonObject = {
        "key": "start",
        "title": "Start",
        "trackUrl": "http://127.0.0.1/start.mp3",
        "type": "stream",
        "duration": None,
        "events": {
            "onLhb": {
                "cmd": "goto",
                "params": {"chapterKey": "cave", "trackKey": "cave"},
            },
            "onEnd": {"cmd": "stop"},
            "onRhb": {"cmd": "dance"},
        },
    }
    tracks_json: list[Json] = [track]
    card = read_card(
        {
            "cardId": "abcde",
            "title": "Story",
            "content": {
                "playbackType": "interactive",
                "config": {"disableTrackNav": True, "autoadvance": "none", "resumeTimeout": 60},
                "chapters": [
                    {"key": "start", "title": "Start", "tracks": tracks_json},
                    {"key": "empty", "title": "Empty", "tracks": []},
                ],
            },
        }
    )
    assert card.interactive
    assert not card.can_skip
    assert (card.autoadvance, card.resume_timeout) == ("none", 60.0)
    assert len(card.chapters) == 1
    read = card.track(card.spots[0])
    assert (read.is_stream, read.seconds) == (True, 0)
    assert read.on_left == Rule(verb=Verb.GOTO, chapter_key="cave", track_key="cave")
    assert read.on_end == Rule(verb=Verb.STOP)
    assert read.on_right is None
