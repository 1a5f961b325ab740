"""Identifiers: what is written is read again, and junk is none."""

from hypothesis import given, strategies as st

from custom_components.yoto_smart_stream.media.identifiers import (
    Everything,
    Identifier,
    InLibrary,
    InStreams,
    OnShelf,
    read_identifier,
)

NAMES = st.text(st.characters(exclude_characters="/"), min_size=1)


@given(
    wanted=st.builds(Everything)
    | st.builds(InLibrary, audio_id=st.none() | NAMES)
    | st.builds(InStreams, stream_id=st.none() | NAMES)
    | st.builds(OnShelf, entry_id=NAMES, media_id=st.none() | st.text(min_size=1))
)
def test_an_identifier_comes_back(wanted: Identifier) -> None:
    """Whatever it stands for."""
    assert read_identifier(str(wanted)) == wanted


@given(text=st.text())
def test_junk_is_nothing_or_is_written_the_same(text: str) -> None:
    """Nothing is guessed."""
    found = read_identifier(text)
    assert found is None or str(found) == text
