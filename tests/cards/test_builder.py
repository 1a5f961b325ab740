"""The payload of a streaming card."""

from hypothesis import given, strategies as st

from custom_components.yoto_smart_stream.cards.builder import build, chapter_key
from custom_components.yoto_smart_stream.cards.model import StreamingCard, StreamTrack

TRACKS = st.lists(
    st.builds(
        StreamTrack,
        title=st.text(min_size=1, max_size=100),
        url=st.just("http://192.0.2.1:8123/api/yoto_smart_stream/s/token/01.mp3"),
        duration=st.floats(0.1, 7200),
        size=st.integers(1, 10**9),
    ),
    min_size=1,
    max_size=100,
)


@given(TRACKS)
def test_every_track_is_a_labelled_stream_in_a_chapter_of_its_own(
    tracks: list[StreamTrack],
) -> None:
    """Players skip through tracks without labels; keys are unique and in order (protocol §4.2)."""
    card = build(StreamingCard(title="Songs", tracks=tuple(tracks)))
    content = card["content"]
    assert isinstance(content, dict)
    chapters = content["chapters"]
    assert isinstance(chapters, list)
    keys = [chapter["key"] for chapter in chapters if isinstance(chapter, dict)]
    assert keys == [chapter_key(number) for number in range(1, len(tracks) + 1)]
    assert len(set(keys)) == len(tracks)
    for chapter, track in zip(chapters, tracks, strict=True):
        assert isinstance(chapter, dict)
        inner = chapter["tracks"]
        assert isinstance(inner, list)
        (only,) = inner
        assert isinstance(only, dict)
        assert only["type"] == "stream"
        assert only["format"] == "mp3"
        assert only["trackUrl"] == track.url
        assert only["overlayLabel"]
        assert chapter["overlayLabel"]


def test_the_card_says_that_it_needs_the_network() -> None:
    """Streams are never kept on the player (protocol §6.3)."""
    card = build(
        StreamingCard(
            title="One",
            tracks=(
                StreamTrack(title="a", url="http://192.0.2.1/a.mp3", duration=60, size=960000),
            ),
        )
    )
    assert card["title"] == "One"
    content = card["content"]
    assert isinstance(content, dict)
    assert content["config"] == {"onlineOnly": True}
    metadata = card["metadata"]
    assert isinstance(metadata, dict)
    assert metadata["media"] == {"duration": 60, "fileSize": 960000, "hasStreams": True}
