"""Reading a card and writing it again loses nothing."""

from dataclasses import replace
import json

from hypothesis import given, strategies as st
import pytest

from custom_components.yoto_smart_stream.cards.payload import sendable
from custom_components.yoto_smart_stream.cards.reading import read
from custom_components.yoto_smart_stream.cards.writing import write
from custom_components.yoto_smart_stream.json import Json

_LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
)
_ANY = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=8,
)


def _objects(**known: st.SearchStrategy[Json]) -> st.SearchStrategy[dict[str, Json]]:
    """Return objects with some of the fields, each as it should be or anything else, and more."""
    fields = {name: value | _ANY for name, value in known.items()}
    return st.builds(
        lambda more, some: {**more, **some},
        st.dictionaries(st.text(max_size=6), _ANY, max_size=2),
        st.fixed_dictionaries({}, optional=fields),
    )


_DISPLAY = _objects(icon16x16=st.text(), iconUrl16x16=st.text())
_TRACK = _objects(
    key=st.text(),
    title=st.text(),
    trackUrl=st.text(),
    type=st.sampled_from(["audio", "stream"]),
    format=st.text(),
    duration=st.integers(),
    fileSize=st.integers(),
    channels=st.sampled_from(["mono", "stereo"]),
    overlayLabel=st.text(),
    display=_DISPLAY,
    ambient=_objects(),
    events=_objects(),
)
_CHAPTER = _objects(
    key=st.text(),
    title=st.text(),
    overlayLabel=st.text(),
    display=_DISPLAY,
    ambient=_objects(),
    duration=st.integers(),
    fileSize=st.integers(),
    tracks=st.lists(_TRACK, max_size=3),
)
_CARDS = _objects(
    cardId=st.text(),
    title=st.text(),
    metadata=_objects(
        author=st.text(),
        description=st.text(),
        category=st.text(),
        languages=st.lists(st.text()),
        minAge=st.integers(),
        maxAge=st.integers(),
        cover=_objects(imageL=st.text()),
        media=_objects(duration=st.integers(), fileSize=st.integers(), hasStreams=st.booleans()),
    ),
    content=_objects(
        playbackType=st.text(),
        config=_objects(
            resumeTimeout=st.integers(),
            autoadvance=st.text(),
            onlineOnly=st.booleans(),
            disableTrackNav=st.booleans(),
            disableChapterNav=st.booleans(),
            shuffle=st.lists(
                _objects(start=st.integers(), end=st.integers(), limit=st.integers()), max_size=2
            ),
        ),
        chapters=st.lists(_CHAPTER, max_size=3),
    ),
)


def _written(value: Json) -> str:
    """Return JSON as text, so that true is not 1 and 1.0 is not 1."""
    return json.dumps(value, sort_keys=True)


@given(_CARDS)
def test_whatever_is_read_is_written_again(payload: dict[str, Json]) -> None:
    """Unknown fields, fields of another kind and empty ones stay as they are."""
    before = _written(payload)
    assert _written(write(read(payload))) == before
    assert _written(payload) == before


@given(_CARDS)
def test_a_change_leaves_all_else_alone(payload: dict[str, Json]) -> None:
    """Another title is all that differs."""
    changed = write(replace(read(payload), title="Another"))
    assert changed["title"] == "Another"
    assert _written({**changed, "title": None}) == _written({**payload, "title": None})


def test_the_fields_of_a_card_are_read() -> None:
    """As the protocol writes them."""
    card = read(
        {
            "cardId": "abc12",
            "title": "Songs",
            "metadata": {
                "author": "Nana",
                "languages": ["en"],
                "minAge": 3,
                "cover": {"imageL": "c"},
            },
            "content": {
                "playbackType": "linear",
                "config": {"autoadvance": "next", "shuffle": [{"start": 0, "end": 1, "limit": 1}]},
                "chapters": [
                    {
                        "key": "01",
                        "title": "Fox",
                        "ambient": {"defaultTrackDisplay": "x"},
                        "tracks": [{"key": "01", "trackUrl": "yoto:#a", "events": {"onEnd": 1}}],
                    }
                ],
            },
        }
    )
    assert (card.card_id, card.author, card.languages, card.min_age) == (
        "abc12",
        "Nana",
        ("en",),
        3,
    )
    assert (card.cover, card.config.autoadvance, card.config.shuffle[0].end) == ("c", "next", 1)
    assert card.chapters[0].ambient == {"defaultTrackDisplay": "x"}
    assert card.tracks[0].url == "yoto:#a"
    assert card.tracks[0].rest == {"events": {"onEnd": 1}}


@pytest.mark.parametrize("field", ["createdAt", "updatedAt", "userId", "deleted"])
def test_what_yoto_alone_writes_is_not_sent(field: str) -> None:
    """It would be taken for ours."""
    assert sendable({field: "x", "title": "Songs", "slug": "songs"}) == {
        "title": "Songs",
        "slug": "songs",
    }
