"""Media ids survive every key, and foreign ones are understood."""

from hypothesis import given, strategies as st
import pytest

from custom_components.yoto_smart_stream.catalogue.media_ids import (
    CardPlace,
    GroupOfCards,
    Section,
    read_joined,
    read_media_id,
)

KEYS = st.text(st.characters(codec=None, categories=None), min_size=1)
"""Any text, with slashes, percent signs, and halves of characters."""
SECONDS = st.none() | st.floats(min_value=0, allow_infinity=False)


@st.composite
def places(draw: st.DrawFn) -> CardPlace:
    """Return a card, a chapter or a track, with or without a second."""
    chapter_key = draw(st.none() | KEYS)
    return CardPlace(
        card_id=draw(KEYS),
        chapter_key=chapter_key,
        track_key=draw(st.none() | KEYS) if chapter_key is not None else None,
        seconds=draw(SECONDS),
    )


@given(places())
def test_a_place_comes_back_from_its_media_id(place: CardPlace) -> None:
    """Keys are opaque text, and a second is exact."""
    assert read_media_id(str(place)) == place


@given(KEYS)
def test_a_group_comes_back_from_its_media_id(group_id: str) -> None:
    """Its id is opaque text too."""
    group = GroupOfCards(group_id=group_id)
    assert read_media_id(str(group)) == group


@given(places())
def test_a_media_id_is_plain_ascii(place: CardPlace) -> None:
    """It goes through addresses, templates and databases."""
    assert str(place).isascii()
    assert " " not in str(place)


@given(st.text())
def test_any_text_can_be_asked_about(text: str) -> None:
    """What is no media id is none, without an accident."""
    for found in (read_media_id(text), read_joined(text)):
        assert found is None or isinstance(found, CardPlace | GroupOfCards | Section)


def test_ids_are_short_and_readable() -> None:
    """People write them into automations."""
    place = CardPlace(card_id="2Lght", chapter_key="01", track_key="01", seconds=30)
    assert str(place) == "yoto-card:2Lght/01/01#t=30"
    assert str(CardPlace(card_id="2Lght", seconds=1.5)) == "yoto-card:2Lght#t=1.5"
    assert str(CardPlace(card_id="2Lght", chapter_key="a/b")) == "yoto-card:2Lght/a%2Fb"


@pytest.mark.parametrize("section", Section)
def test_lists_are_told_apart(section: Section) -> None:
    """The value is the media id."""
    assert read_media_id(section.value) is section


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("yoto://card/2Lght", CardPlace(card_id="2Lght")),
        ("yoto://card/2Lght/01", CardPlace(card_id="2Lght", chapter_key="01")),
        (
            "yoto://card/2Lght/01/k%2F",
            CardPlace(card_id="2Lght", chapter_key="01", track_key="k%2F"),
        ),
        ("yoto://group/fp-1", GroupOfCards(group_id="fp-1")),
        ("https://yoto.io/2Lght", CardPlace(card_id="2Lght")),
        ("http://www.yoto.io/2Lght/", CardPlace(card_id="2Lght")),
        ("https://yoto.io/2Lght?84=QAxxx#top", CardPlace(card_id="2Lght")),
    ],
)
def test_other_ways_to_name_a_card(text: str, place: CardPlace | GroupOfCards) -> None:
    """Home Assistant's own integration, and the address on a plastic card."""
    assert read_media_id(text) == place


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("2Lght+01", CardPlace(card_id="2Lght", chapter_key="01")),
        ("2Lght+01+02", CardPlace(card_id="2Lght", chapter_key="01", track_key="02")),
        ("2Lght+01++9", CardPlace(card_id="2Lght", chapter_key="01", seconds=9)),
        ("2Lght+++30", CardPlace(card_id="2Lght", seconds=30)),
        ("2Lght++01", None),
        ("2Lght+01+02+soon", None),
        ("2Lght+01+02+3+4", None),
        ("2Lght", None),
        ("Salt + pepper", None),
    ],
)
def test_card_chapter_track_and_seconds_joined(text: str, place: CardPlace | None) -> None:
    """As the community's integration writes them."""
    assert read_joined(text) == place


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2Lght",
        "The Lighthouse Cat",
        "yoto-card:",
        "yoto-card:2Lght//01",
        "yoto-card:2Lght/01/01/01",
        "yoto-card:2Lght#t=",
        "yoto-card:2Lght#t=-1",
        "yoto-card:2Lght#t=nan",
        "yoto-card:2Lght#t=inf",
        "yoto-group:",
        "yoto-shelf:attic",
        "yoto://card/",
        "yoto://card/2Lght/01/01/01",
        "yoto://group/",
        "https://yoto.io/",
        "https://yoto.io/a/b",
        "https://example.org/2Lght",
        "media-source://media_source/local/song.mp3",
    ],
)
def test_what_is_no_media_id_is_none(text: str) -> None:
    """Nothing is guessed."""
    assert read_media_id(text) is None
