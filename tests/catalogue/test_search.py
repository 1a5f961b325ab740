"""What people say finds what they mean."""

from hypothesis import given, strategies as st
import pytest

from custom_components.yoto_smart_stream.catalogue.search import Hit, Part, search
from custom_components.yoto_smart_stream.cloud.cards import Card, Chapter, Group, Track


def chapter(key: str, title: str, *tracks: str) -> Chapter:
    """Return a chapter with tracks of these titles, or with one of its own."""
    return Chapter(
        key=key,
        title=title,
        tracks=tuple(
            Track(key=str(number), title=name, duration=None)
            for number, name in enumerate(tracks or (title,))
        ),
    )


CARDS = (
    Card(
        card_id="cat01",
        title="The Lighthouse Cat",
        author="Ada Fenwick",
        series="Harbour Tales",
        chapters=(chapter("01", "The storm"), chapter("02", "The lamp")),
    ),
    Card(card_id="dog01", title="The Harbour Dog", author="Ada Fenwick", series="Harbour Tales"),
    Card(card_id="cats1", title="Cats", author="The Puddle Band"),
    Card(
        card_id="moon1",
        title="Three Journeys to the Moon",
        author="Juno Marsh",
        chapters=(chapter("01", "Ready", "Count down", "Lift off"), chapter("02", "Storm")),
    ),
    Card(card_id="lea01", title="Anna's Été", author="Zoë"),
)
GROUPS = (Group(group_id="g1", name="Bedtime"),)


def name(hit: Hit) -> str:
    """Return a short name of what was found."""
    match hit.found:
        case Card(card_id=card_id):
            return card_id
        case Group(group_id=group_id):
            return group_id
        case Part(card=card, chapter=part, track=track):
            return "/".join([card.card_id, part.key, *([track.key] if track else [])])


def found(text: str) -> list[str]:
    """Return the names of what a text finds."""
    return [name(hit) for hit in search(text, CARDS, GROUPS)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        pytest.param("the lighthouse cat", "cat01", id="title"),
        pytest.param("THE LIGHTHOUSE CAT!", "cat01", id="capitals and punctuation"),
        pytest.param("lighthouse cat", "cat01", id="without the article"),
        pytest.param("light house cat", "cat01", id="words apart"),
        pytest.param("lighthous kat", "cat01", id="not understood to the letter"),
        pytest.param("the story of the lighthouse cat", "cat01", id="more than the title"),
        pytest.param("anna's ete", "lea01", id="without accents"),
        pytest.param("annas ete", "lea01", id="without an apostrophe"),
        pytest.param("cats", "cats1", id="the equal one before a part"),
        pytest.param("juno marsh", "moon1", id="author"),
        pytest.param("moon juno marsh", "moon1", id="title and author"),
        pytest.param("harbour dog", "dog01", id="title before series"),
        pytest.param("storm", "moon1/02", id="the equal chapter before a part"),
        pytest.param("lift off", "moon1/01/1", id="track"),
        pytest.param("bedtime", "g1", id="group"),
        pytest.param("three jour", "moon1", id="while it is being typed"),
    ],
)
def test_the_first_is_what_is_meant(text: str, first: str) -> None:
    """Voice assistants play the first."""
    assert found(text)[0] == first


def test_a_series_finds_all_of_it() -> None:
    """In their order."""
    assert found("harbour tales") == ["cat01", "dog01"]


def test_an_author_finds_everything_by_them() -> None:
    """In their order."""
    assert found("Ada Fenwick") == ["cat01", "dog01"]


def test_a_chapter_of_one_track_is_found_once() -> None:
    """Its track says nothing more."""
    assert found("the lamp") == ["cat01/02"]


@pytest.mark.parametrize("text", ["", "  ", "?!", "xylophone quartet"])
def test_nothing_is_found_where_nothing_fits(text: str) -> None:
    """Better nothing than anything."""
    assert found(text) == []


@given(st.sampled_from(CARDS))
def test_every_title_finds_its_card_first(card: Card) -> None:
    """Whatever else there is."""
    assert found(card.title)[0] == card.card_id


@given(st.text())
def test_any_text_can_be_searched_for(text: str) -> None:
    """Results are in order of their score."""
    scores = [hit.score for hit in search(text, CARDS, GROUPS)]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)
