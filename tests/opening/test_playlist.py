"""Playlists as texts."""

from hypothesis import given, strategies as st

from custom_components.yoto_smart_stream.opening.playlist import (
    MOST_ENTRIES,
    Entry,
    is_playlist,
    read_playlist,
)
from custom_components.yoto_smart_stream.opening.references import PlayOfStream, joined

WORDS = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=20)
ENTRIES = st.lists(
    st.builds(
        Entry,
        address=WORDS.map(lambda word: f"http://radio.test/{word}.mp3"),
        title=st.none() | WORDS,
        length=st.none() | st.integers(1, 9999).map(float),
    ),
    max_size=20,
)


@given(ENTRIES)
def test_an_m3u_gives_what_was_written(entries: list[Entry]) -> None:
    """Whatever the entries are."""
    text = "\ufeff#EXTM3U\r\n" + "".join(
        f"#EXTINF:{-1 if one.length is None else one.length},{one.title or ''}\r\n{one.address}\r\n"
        for one in entries
    )
    assert is_playlist(text)
    assert list(read_playlist(text).entries) == entries


@given(ENTRIES)
def test_a_pls_gives_what_was_written(entries: list[Entry]) -> None:
    """By the numbers and not by the lines."""
    lines = []
    for number, one in enumerate(entries, start=1):
        lines.append(f"File{number}={one.address}")
        lines.append(f"Length{number}={-1 if one.length is None else one.length}")
        lines += [] if one.title is None else [f"Title{number}={one.title}"]
    text = "\n".join(["[playlist]", *reversed(lines)])
    assert is_playlist(text)
    assert list(read_playlist(text).entries) == entries


@given(st.text(max_size=400))
def test_any_text_can_be_read(text: str) -> None:
    """Nothing is raised, and entries make sense."""
    for entry in read_playlist(text).entries:
        assert entry.address.strip() == entry.address != ""
        assert entry.length is None or entry.length > 0


def test_a_list_is_bounded() -> None:
    """However long it is."""
    text = "#EXTM3U\n" + "a.mp3\n" * (MOST_ENTRIES * 2)
    assert len(read_playlist(text).entries) == MOST_ENTRIES


def test_segments_are_no_list() -> None:
    """They are one audio."""
    found = read_playlist("#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\na.ts\n")
    assert found.is_segmented
    assert not found.entries


def test_entries_are_relative_to_their_list() -> None:
    """And never lead out of their source."""
    base = "media-source://media_source/local/lists/all.m3u"
    assert joined(base, "../a b.mp3") == "media-source://media_source/local/a b.mp3"
    assert joined(base, "../../../secret.mp3") is None
    assert joined(base, "/etc/passwd") is None
    assert joined(base, "HTTPS://a.test/B.mp3") == "https://a.test/B.mp3"
    assert joined("http://a.test/x/l.m3u", "b.mp3") == "http://a.test/x/b.mp3"
    assert joined("http://a.test/x/l.m3u", "file:///etc/passwd") is None


def test_a_play_of_a_stream_is_read_again() -> None:
    """And nothing else is taken for one."""
    from datetime import UTC, datetime

    play = PlayOfStream.of("01ARZ3NDEKTSV4RRFFQ69G5FAV", datetime.now(UTC))
    assert PlayOfStream.read(str(play)) == play
    assert PlayOfStream.read("media-source://yoto_smart_stream/streams/x#1.2") is None
