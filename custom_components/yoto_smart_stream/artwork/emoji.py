"""Emoji: what they are called. Nothing that Home Assistant ships can draw them."""

from typing import Final
import unicodedata

_JOINER: Final = "\N{ZERO WIDTH JOINER}"
_PARTS: Final = frozenset({"So", "Sk", "Mn", "Me", "Cf"})
_PLAIN_WORDS: Final = frozenset(
    {"heavy", "black", "white", "sign", "symbol", "with", "face", "and"}
)
"""Words in the names of signs that say nothing of what they show."""


def is_emoji(text: str) -> bool:
    """Say whether a text is one or a few emoji and nothing else."""
    signs = [sign for sign in text if not sign.isspace()]
    return any(unicodedata.category(sign) == "So" for sign in signs) and all(
        unicodedata.category(sign) in _PARTS for sign in signs
    )


def emoji_name(text: str) -> str:
    """Return what emoji show, in words: "crescent moon"."""
    names = (
        unicodedata.name(sign, "")
        for sign in text
        if sign != _JOINER and unicodedata.category(sign) == "So"
    )
    words = " ".join(names).casefold().split()
    return " ".join(word for word in words if word not in _PLAIN_WORDS) or " ".join(words)
