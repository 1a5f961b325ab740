"""What was sent live, and which item was where in it."""

from hypothesis import given, strategies as st

from custom_components.yoto_smart_stream.streaming.live_play import LivePlay
from custom_components.yoto_smart_stream.streaming.stream import AudioItem, LiveItem

from .songs import PROFILE

_ITEMS = st.sampled_from(
    [AudioItem(audio_id="a"), AudioItem(audio_id="b"), LiveItem(source="radio")]
)
_TURNS = st.lists(st.tuples(_ITEMS, st.lists(st.integers(1, 50), min_size=1)), min_size=1)


@given(before=st.lists(st.integers(1, 50)), turns=_TURNS)
def test_each_byte_belongs_to_the_item_that_it_was_sent_for(
    before: list[int], turns: list[tuple[AudioItem | LiveItem, list[int]]]
) -> None:
    """The silence in front belongs to the first; the last one goes on, and the same may follow."""
    play = LivePlay(PROFILE)
    for length in before:
        assert not play.note(0, None, length)
    ends = []
    for turn, (item, lengths) in enumerate(turns, 1):
        begun = [play.note(turn, item, length) for length in lengths]
        assert begun == [True] + [False] * (len(lengths) - 1)
        ends.append(play.sent)
    start = 0
    for (item, _), end in zip(turns, ends, strict=True):
        stop = None if end == play.sent else end
        for position in (start, end - 1):
            place = play.place_at(position)
            assert place is not None
            assert (place.item, place.start, place.stop) == (item, start, stop)
        start = end
    assert play.place_at(-1) is None
    assert play.place_at(play.sent) is None


def test_what_is_long_over_is_forgotten() -> None:
    """A station between songs may play for weeks."""
    play = LivePlay(PROFILE)
    for turn in range(1000):
        play.note(turn, AudioItem(audio_id=str(turn)), 1)
    assert play.place_at(0) is None
    place = play.place_at(999)
    assert place is not None
    assert place.item == AudioItem(audio_id="999")
