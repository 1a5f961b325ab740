"""Finding cards by what people call them. Pure.

Titles count more than series, series more than groups and chapters, and those more than authors.
Within each, an equal text counts more than a beginning, that more than a part, and that more than
single words. Only where nothing is found at all, words that merely look alike count too: speech is
not always understood to the letter.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum
from functools import lru_cache
import re
from typing import Final
import unicodedata

from ..cloud.cards import Card, Chapter, Group, Track

_WORD: Final = re.compile(r"[^\W_]+")
_APOSTROPHES: Final = "'\N{RIGHT SINGLE QUOTATION MARK}"
_REMEMBERED: Final = 32_768
"""Texts whose words are kept: those of a large library."""
_ALIKE: Final = 0.75
"""How much two texts must have in common, from 0 to 1, to be taken for the same."""

type Words = tuple[str, ...]
type Likeness = Callable[[Words, Words], float]
"""How well words that are wanted fit those of a text, from 0 (not at all) to 1."""


class Field(Enum):
    """What has been found; the value is its weight."""

    TITLE = 1.0
    SERIES = 0.9
    GROUP = 0.85
    CHAPTER = 0.8
    AUTHOR = 0.7
    TOGETHER = 0.6
    """Words of title, series and author."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A chapter of a card, or a track of one."""

    card: Card
    chapter: Chapter
    track: Track | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Something that a text may mean."""

    found: Card | Part | Group
    field: Field
    score: float


def search(text: str, cards: Iterable[Card], groups: Iterable[Group] = ()) -> list[Hit]:
    """Return what a text may mean, the best first; equally good ones stay in their order."""
    wanted = _words(text)
    if not wanted:
        return []
    cards, groups = tuple(cards), tuple(groups)
    hits = list(_hits(wanted, cards, groups, _likeness))
    hits = hits or list(_hits(wanted, cards, groups, _resemblance))
    return sorted(hits, key=lambda hit: hit.score, reverse=True)


def _hits(
    wanted: Words, cards: Iterable[Card], groups: Iterable[Group], likeness: Likeness
) -> Iterator[Hit]:
    """Yield everything that fits at all."""
    for card in cards:
        field, score = max(_of_card(wanted, card, likeness), key=lambda found: found[1])
        if score:
            yield Hit(found=card, field=field, score=score)
        yield from _of_chapters(wanted, card, likeness)
    for group in groups:
        if score := _score(wanted, group.name, Field.GROUP, likeness):
            yield Hit(found=group, field=Field.GROUP, score=score)


def _of_card(wanted: Words, card: Card, likeness: Likeness) -> Iterator[tuple[Field, float]]:
    """Yield how well each text of a card itself fits."""
    texts = (card.title, card.series or "", card.author or "")
    for field, text in zip((Field.TITLE, Field.SERIES, Field.AUTHOR), texts, strict=True):
        yield field, _score(wanted, text, field, likeness)
    yield Field.TOGETHER, _score(wanted, " ".join(texts), Field.TOGETHER, likeness)


def _of_chapters(wanted: Words, card: Card, likeness: Likeness) -> Iterator[Hit]:
    """Yield the chapters of a card that fit, and the tracks of those that have several."""
    for chapter in card.chapters:
        if score := _score(wanted, chapter.title or "", Field.CHAPTER, likeness):
            part = Part(card=card, chapter=chapter)
            yield Hit(found=part, field=Field.CHAPTER, score=score)
        for track in chapter.tracks if len(chapter.tracks) > 1 else ():
            if score := _score(wanted, track.title or "", Field.CHAPTER, likeness):
                part = Part(card=card, chapter=chapter, track=track)
                yield Hit(found=part, field=Field.CHAPTER, score=score)


def _score(wanted: Words, text: str, field: Field, likeness: Likeness) -> float:
    """Return how well a text fits, with the weight of its field."""
    words = _words(text)
    return field.value * likeness(wanted, words) if words else 0.0


def _likeness(wanted: Words, words: Words) -> float:
    """Return how well words fit to the letter."""
    if wanted == words:
        return 1.0
    if "".join(wanted) == "".join(words):
        return 0.98
    if words[: len(wanted)] == wanted:
        return 0.9
    if _inside(wanted, words):
        return 0.8
    if all(any(word.startswith(part) for word in words) for part in wanted):
        return 0.6
    if _inside(words, wanted):
        # More has been said than the name: "the story of the lighthouse cat".
        return 0.5 * len(words) / len(wanted)
    return 0.0


def _resemblance(wanted: Words, words: Words) -> float:
    """Return how much words look alike, or 0 where that is little."""
    whole = _ratio("".join(wanted), "".join(words))
    each = min(max(_ratio(part, word) for word in words) for part in wanted)
    return max(whole * 0.5, each * 0.4)


def _ratio(one: str, other: str) -> float:
    """Return how much two texts have in common, or 0 where that is little."""
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    # The quick ones are never below the true one.
    if matcher.real_quick_ratio() < _ALIKE or matcher.quick_ratio() < _ALIKE:
        return 0.0
    ratio = matcher.ratio()
    return ratio if ratio >= _ALIKE else 0.0


def _inside(part: Words, whole: Words) -> bool:
    """Return whether words stand next to each other in others."""
    return any(
        whole[start : start + len(part)] == part for start in range(len(whole) - len(part) + 1)
    )


@lru_cache(maxsize=_REMEMBERED)
def _words(text: str) -> Words:
    """Return the words of a text without capitals, accents and punctuation."""
    letters = (
        letter
        for letter in unicodedata.normalize("NFKD", text.casefold())
        if letter not in _APOSTROPHES and not unicodedata.combining(letter)
    )
    return tuple(_WORD.findall("".join(letters)))
