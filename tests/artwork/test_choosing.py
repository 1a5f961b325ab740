"""An icon is chosen by the words of a title."""

from dataclasses import dataclass

from hypothesis import given, strategies as st
import pytest

from custom_components.yoto_smart_stream.artwork.choosing import choose
from custom_components.yoto_smart_stream.artwork.emoji import emoji_name, is_emoji


@dataclass(frozen=True)
class Known:
    """An icon that is known by its words."""

    title: str
    tags: tuple[str, ...] = ()


ICONS = [
    Known("Crescent moon", ("night", "sky", "sleep")),
    Known("Moon", ("night", "sky")),
    Known("Star", ("night", "sky")),
    Known("Train", ("travel",)),
    Known("Cat", ("animal", "pet")),
    Known("School bus", ("travel",)),
    Known("Café", ()),
    Known("", ()),
]


@pytest.mark.parametrize(
    ("title", "best"),
    [
        ("The cat who lost the moon", {"Cat", "Moon"}),
        ("Stars", {"Star"}),
        ("MOON", {"Moon"}),
        ("A crescent moon", {"Crescent moon"}),
        ("01 - Trains!", {"Train"}),
        ("Sleep well", {"Crescent moon"}),
        ("Im cafe", {"Café"}),
        ("Night travel by bus", {"School bus"}),
        ("Caterpillars", None),
        ("Zzz 12", None),
        ("", None),
    ],
)
def test_what_suits_a_title(title: str, best: set[str] | None) -> None:
    """Words that few icons have count most; endings do not matter, capitals and accents neither."""
    found = choose(ICONS, title)
    assert (not found) if best is None else (found[0].title in best)


@given(
    titles=st.lists(st.text(max_size=12), max_size=12),
    title=st.text(max_size=30),
)
def test_any_text_is_a_title(titles: list[str], title: str) -> None:
    """What is found is among the icons, once each; a title of an icon finds it or its equal."""
    icons = [Known(one) for one in titles]
    found = choose(icons, title)
    assert len({id(icon) for icon in found}) == len(found)
    assert {id(icon) for icon in found} <= {id(icon) for icon in icons}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("\U0001f319", "crescent moon"),
        ("\u2764\ufe0f", "heart"),
        ("\U0001f9d1\u200d\U0001f680", "adult rocket"),
        ("\U0001f44d\U0001f3fd", "thumbs up"),
    ],
)
def test_an_emoji_has_a_name(text: str, name: str) -> None:
    """Which says what it shows."""
    assert is_emoji(text)
    assert emoji_name(text) == name


@pytest.mark.parametrize("text", ["Moon", "", " ", "Moon \U0001f319", "7", "/media/moon.png"])
def test_other_texts_are_no_emoji(text: str) -> None:
    """They may be titles, addresses or paths."""
    assert not is_emoji(text)
