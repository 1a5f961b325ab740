"""A card made complete."""

from dataclasses import replace

from hypothesis import given, strategies as st

from custom_components.yoto_smart_stream.cards.builder import (
    build,
    chapter_key,
    completed,
    new_card,
    streamed,
)
from custom_components.yoto_smart_stream.cards.limits import faults_of
from custom_components.yoto_smart_stream.cards.model import AUDIO, Chapter, Track
from custom_components.yoto_smart_stream.cards.reading import read

CHAPTERS = st.lists(
    st.builds(
        streamed,
        title=st.text(min_size=1, max_size=100),
        url=st.just("http://192.0.2.1:8123/api/yoto_smart_stream/s/token/01.mp3"),
        duration=st.floats(0.1, 7200),
        size=st.integers(1, 10**9),
    ),
    min_size=1,
    max_size=100,
)


@given(CHAPTERS)
def test_every_track_is_a_labelled_stream_in_a_chapter_of_its_own(chapters: list[Chapter]) -> None:
    """Players skip through tracks without labels; keys are unique and in order (protocol §4.2)."""
    payload = build(new_card(title="Songs", chapters=chapters))
    card = read(payload)
    assert [chapter.key for chapter in card.chapters] == [
        chapter_key(number) for number in range(1, len(chapters) + 1)
    ]
    for number, (chapter, wanted) in enumerate(zip(card.chapters, chapters, strict=True), 1):
        (track,) = chapter.tracks
        assert (track.kind, track.format, track.key) == ("stream", "mp3", "01")
        assert track.url == wanted.tracks[0].url
        assert track.label == chapter.label == str(number)
        assert track.icon
        assert chapter.size == track.size
    assert faults_of(card) == []


def test_the_card_says_that_it_needs_the_network() -> None:
    """Streams are never kept on the player (protocol §6.3)."""
    chapter = streamed(title="a", url="http://192.0.2.1/a.mp3", duration=60, size=960000)
    card = build(new_card(title="One", chapters=[chapter]))
    assert card["title"] == "One"
    content, metadata = card["content"], card["metadata"]
    assert isinstance(content, dict)
    assert isinstance(metadata, dict)
    assert content["config"] == {"onlineOnly": True}
    assert metadata["media"] == {"duration": 60, "fileSize": 960000, "hasStreams": True}


def test_a_card_of_which_yoto_has_a_part_may_be_played_without_network() -> None:
    """As far as that goes."""
    kept = Track(title="b", url="yoto:#x", kind=AUDIO, format="aac", duration=5, size=9)
    chapter = streamed(title="a", url="http://192.0.2.1/a.mp3", duration=60, size=1)
    only = completed(new_card(title="One", chapters=[chapter]))
    card = completed(replace(only, chapters=(*only.chapters, Chapter(title="b", tracks=(kept,)))))
    assert (only.config.online_only, card.config.online_only) == (True, None)
    assert (card.duration, card.size, card.has_streams) == (65, 10, True)


def test_keys_stay_and_labels_count() -> None:
    """Players remember places by keys; what somebody has written on a label stays."""

    def chapter(key: str | None, label: str | None) -> Chapter:
        """Return a chapter with one track."""
        one = streamed(title="a", url="http://192.0.2.1/a.mp3", duration=1, size=1)
        (track,) = one.tracks
        return replace(one, key=key, label=label, tracks=(replace(track, label=label),))

    card = completed(
        new_card(title="x", chapters=[chapter("02", "2"), chapter(None, None), chapter("q", "A")])
    )
    assert [one.key for one in card.chapters] == ["02", "01", "q"]
    assert [one.label for one in card.chapters] == ["1", "2", "A"]
    assert [track.label for track in card.tracks] == ["1", "2", "A"]
