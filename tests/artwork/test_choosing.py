"""An icon is chosen by the words of a title."""

from dataclasses import dataclass

from hypothesis import given, strategies as st
import pytest

from custom_components.yoto_smart_stream.artwork.choosing import choose


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
