"""Choosing an icon for a title: words of the title among the titles and tags of icons. Pure.

A word that few icons have says more than one that many have, so no list of unimportant words is
needed for any language. Words are the same if one goes on a little longer: *star*, *stars*.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
import math
import re
from typing import Final, Protocol
import unicodedata

_WORD: Final = re.compile(r"[^\W\d_]+")
_SHORTEST_PREFIX: Final = 3
_LONGEST_ENDING: Final = 3
_TAG: Final = 0.8
"""What a word of a tag counts, beside one of the title."""
_ENDING: Final = 0.7
"""What a word counts that goes on, beside an equal one."""
_BESIDE: Final = 0.12
"""What each other word of an icon's title costs: "moon" is better than "moon rocket launch"."""


class Named(Protocol):
    """An icon, as far as its words go."""

    @property
    def title(self) -> str:
        """Return what it is called."""

    @property
    def tags(self) -> Sequence[str]:
        """Return other words for it."""


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text, without capitals, accents and digits."""
    signs = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(sign for sign in signs if not unicodedata.combining(sign))
    return tuple(_WORD.findall(bare))


def choose[I: Named](icons: Iterable[I], title: str) -> list[I]:
    """Return the icons that suit a title, the best first; none where no word fits.

    Icons that suit equally well stay in their order.
    """
    described = [(icon, _weighted(icon)) for icon in icons]
    spread: defaultdict[str, int] = defaultdict(int)
    for _, words in described:
        for word in words:
            spread[word] += 1
    wanted = dict.fromkeys(words_of(title))
    likely = {
        word: fitting
        for word in wanted
        if (fitting := {other: _alike(word, other) for other in spread if _alike(word, other)})
    }
    scored: list[tuple[float, I]] = []
    for icon, words in described:
        score = 0.0
        for fitting in likely.values():
            score += max(
                (
                    likeness * words[word] * math.log(1 + len(described) / spread[word])
                    for word, likeness in fitting.items()
                    if word in words
                ),
                default=0.0,
            )
        if score:
            beside = len(set(words_of(icon.title)) - _matched(likely))
            scored.append((score / (1 + _BESIDE * beside), icon))
    scored.sort(key=lambda found: -found[0])
    return [icon for _, icon in scored]


def find[I: Named](icons: Iterable[I], query: str) -> list[I]:
    """Return the icons that have every word of a query, or words that begin with it."""
    wanted = words_of(query)
    return [
        icon
        for icon in icons
        if wanted and all(any(word.startswith(part) for word in _weighted(icon)) for part in wanted)
    ]


def _matched(likely: dict[str, dict[str, float]]) -> set[str]:
    """Return all words of icons that stand for a word of the title."""
    return {word for fitting in likely.values() for word in fitting}


def _weighted(icon: Named) -> dict[str, float]:
    """Return the words of an icon, and what each counts."""
    words = {word: _TAG for tag in icon.tags for word in words_of(tag)}
    return words | dict.fromkeys(words_of(icon.title), 1.0)


def _alike(word: str, other: str) -> float:
    """Return how much two words are the same, from 0 to 1."""
    if word == other:
        return 1.0
    short, long = sorted((word, other), key=len)
    if len(short) < _SHORTEST_PREFIX or len(long) - len(short) > _LONGEST_ENDING:
        return 0.0
    return _ENDING if long.startswith(short) else 0.0
