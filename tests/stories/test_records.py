"""Stored stories and play-throughs: nothing is lost, whatever is in the store."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.yoto_smart_stream.json import Json
from custom_components.yoto_smart_stream.library.sifting import Sifted
from custom_components.yoto_smart_stream.stories.errors import (
    AmbiguousStoryError,
    TitleTakenError,
    UnknownStoryError,
)
from custom_components.yoto_smart_stream.stories.index import StoryIndex
from custom_components.yoto_smart_stream.stories.play_records import (
    EndingFound,
    Kept,
    SavedGame,
    read_kept,
    write_kept,
)
from custom_components.yoto_smart_stream.stories.records import (
    read_contents,
    write_contents,
)
from custom_components.yoto_smart_stream.stories.stored import Manner, StoredStory
from custom_components.yoto_smart_stream.story.model import Node, Spoken, Story

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
TEXT = st.text(max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
MANNERS = st.none() | st.builds(
    Manner,
    engine=st.none() | TEXT,
    language=st.none() | TEXT,
    voice=st.none() | TEXT,
    options=st.dictionaries(TEXT, JSON, max_size=2),
)


@st.composite
def stored(draw: st.DrawFn) -> StoredStory:
    """Return a story that is kept."""
    number = draw(st.integers(0, 999))
    return StoredStory(
        story_id=f"01JD9Q4J7H5R2M8X3K6V0T1{number:03}",
        slug=f"story-{number}",
        title=draw(TEXT),
        format=draw(TEXT),
        text=draw(TEXT),
        revision=draw(st.integers(1, 99)),
        created=NOW,
        changed=NOW,
        manner=draw(MANNERS),
        spoken=draw(st.dictionaries(TEXT, TEXT, max_size=2)),
        cards=draw(st.dictionaries(TEXT, TEXT, max_size=2)),
        unknown=draw(st.dictionaries(st.just("later"), JSON.filter(bool), max_size=1)),
    )


@given(st.lists(stored(), max_size=3, unique_by=lambda one: one.story_id), st.lists(JSON))
def test_stories_come_back_as_they_were(stories: list[StoredStory], others: list[Any]) -> None:
    """What is no story is set aside, and is there the next time."""
    aside = [one for one in others if not isinstance(one, dict)]
    contents = read_contents(write_contents(Sifted(records=tuple(stories), set_aside=tuple(aside))))
    assert contents.records == tuple(stories)
    assert [one.unknown for one in contents.records] == [one.unknown for one in stories]
    assert list(contents.set_aside) == aside
    assert read_contents(write_contents(contents)) == contents


@given(JSON)
def test_any_store_is_read(data: Json) -> None:
    """And written without a loss."""
    contents = read_contents(data)
    assert read_contents(write_contents(contents)) == contents
    kept = read_kept(data)
    assert read_kept(write_kept(kept.games, kept.endings, kept.set_aside)) == kept


def test_a_store_holds_no_story_twice() -> None:
    """The second one is set aside, as nobody knows which is right."""
    story = StoryIndex().add(title="Sea", form="yaml", text="title: Sea", now=NOW)
    data = write_contents(Sifted(records=(story, story)))
    contents = read_contents(data)
    assert (contents.records, len(contents.set_aside)) == ((story,), 1)


@given(st.integers(0, 3), st.booleans())
def test_play_throughs_come_back_as_they_were(count: int, ended: bool) -> None:
    """With what is set aside."""
    games = tuple(
        SavedGame(
            player_id=f"player{number}",
            story_id="sea",
            program={"kind": "story", "seed": number},
            node=None if number else "beach",
            ended=ended,
            began=NOW,
            changed=NOW,
        )
        for number in range(count)
    )
    endings = (EndingFound(player_id="player0", story_id="sea", node="boat", at=NOW),)
    written = write_kept(games, endings, ({"program": 1}, "what"))
    assert read_kept(written) == Kept(
        games=games, endings=endings, set_aside=({"program": 1}, "what")
    )


def test_a_story_is_found_by_what_people_call_it() -> None:
    """Whatever the capitals; a title that two have is told apart by slugs."""
    index = StoryIndex()
    story = index.add(title="The Sea", form="yaml", text="a", now=NOW)
    for key in (story.story_id.lower(), "the-sea", " the sea "):
        assert index.get(key) is story
    with pytest.raises(UnknownStoryError) as unknown:
        index.get("The moon")
    assert unknown.value.known == ("The Sea",)
    with pytest.raises(TitleTakenError):
        index.add(title="the sea", form="yaml", text="b", now=NOW)
    other = index.add(title="The moon", form="yaml", text="c", now=NOW)
    with pytest.raises(TitleTakenError):
        index.rewrite(other.story_id, title="The Sea", form="yaml", text="c", now=NOW)
    # Two may still have one title in a store that somebody has edited.
    index.put(StoredStory(**{**_fields(other), "title": "The Sea"}))
    with pytest.raises(AmbiguousStoryError) as ambiguous:
        index.get("The Sea")
    assert ambiguous.value.slugs == ("the-moon", "the-sea")


def _fields(story: StoredStory) -> dict[str, Any]:
    """Return the fields of a story."""
    return {name: getattr(story, name) for name in StoredStory.__slots__}


def test_a_text_is_known_by_how_it_is_spoken() -> None:
    """Blanks around it make no difference; every part of the manner does."""
    story = Story(id="a", title="A", start="a", nodes={"a": Node(id="a")})
    spoken, manner = Spoken(text="Hello"), Manner(engine="tts.parrot")
    assert manner.digest(story, spoken) == manner.digest(story, Spoken(text=" Hello\n"))
    others = [
        Manner(engine="tts.other"),
        Manner(engine="tts.parrot", language="de"),
        Manner(engine="tts.parrot", voice="grey"),
        Manner(engine="tts.parrot", options={"speed": 2}),
    ]
    digests = {one.digest(story, spoken) for one in (manner, *others)}
    digests.add(manner.digest(story, Spoken(text="Hello", voice="loud")))
    digests.add(manner.digest(story, Spoken(text="Hallo")))
    assert len(digests) == 7
