"""Searching the library: words in titles, authors, tags and descriptions. Pure.

Every word of a query has to be in a text somewhere. Titles that begin with the query come first,
then those with all its words in the title, then the others; equal ones are in the order of titles.
A search looks through the folded texts of all items, and finds a part of a word as well as its
beginning. Lists of what has each word would hardly make it faster, and would slow down every start.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter
import re
from typing import Final
import unicodedata

from .item import AudioItem, SourceKind

_LAST: Final = "\U0010ffff"
"""Comes after everything that a text goes on with."""
# A description says in its beginning what it is about.
_DESCRIPTION_SEARCHED: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Narrow a search: all of `tags`, any of `sources`, an author, seconds from and to."""

    tags: frozenset[str] = frozenset()
    sources: frozenset[SourceKind] = frozenset()
    author: str | None = None
    min_duration: float | None = None
    max_duration: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A part of what was found, and how much there is in all."""

    items: tuple[AudioItem, ...]
    total: int


class SearchTable:
    """The items that can be found, in the order of their titles and ids.

    An item, what sorts it and its folded texts have the same number in three lists.
    """

    def __init__(self, items: Iterable[AudioItem] = ()) -> None:
        """Fold the texts of all items."""
        noted = sorted([(*_folded_item(item), item) for item in items], key=itemgetter(0))
        self._orders = [order for order, _, _ in noted]
        self._texts = [text for _, text, _ in noted]
        self._items = [item for _, _, item in noted]
        self._are_texts_apart = True

    def add(self, item: AudioItem) -> None:
        """Let an item be found."""
        order, text = _folded_item(item)
        number = bisect_left(self._orders, order)
        self._orders.insert(number, order)
        self._texts.insert(number, text)
        self._items.insert(number, item)
        self._are_texts_apart = True

    def remove(self, item: AudioItem) -> None:
        """Let an item, as it was added, be found no more."""
        order, _ = _folded_item(item)
        number = bisect_left(self._orders, order)
        del self._orders[number], self._texts[number], self._items[number]

    def find(
        self, query: str = "", chosen: Filter | None = None, *, limit: int = 50, offset: int = 0
    ) -> Page:
        """Return what a query and a filter find, the best first; no query finds everything."""
        words = folded(query)
        parts = words.split()
        if chosen is not None:
            parts += _names(chosen)
        found = self._with(parts)
        if chosen is not None:
            found = [number for number in found if _is_let_pass(self._items[number], chosen)]
        begin = max(offset, 0)
        end = begin + max(limit, 0)
        best = self._ranked(found, words, end)[begin:end]
        return Page(items=tuple([self._items[number] for number in best]), total=len(found))

    def titled(self, title: str) -> list[AudioItem]:
        """Return the items whose titles count as equal to one."""
        key, words = title_key(title), folded(title)
        items = [self._items[number] for number in self._beginning_with(words + _MARK)]
        return [item for item in items if words or title_key(item.title) == key]

    def _with(self, parts: list[str]) -> Sequence[int]:
        """Return the numbers of the items whose texts have all of some parts in them."""
        if self._are_texts_apart:
            # Python puts what it splits side by side in memory, where it takes less than half the
            # time to look through. No text has more than one line.
            self._orders = "\n".join(self._orders).split("\n") if self._orders else []
            self._texts = "\n".join(self._texts).split("\n") if self._texts else []
            self._are_texts_apart = False
        texts = self._texts
        found: Sequence[int] = range(len(texts))
        # The longest first, after which there are few left to look through.
        for part in sorted(parts, key=len, reverse=True):
            found = [number for number in found if part in texts[number]]
        return found

    def _beginning_with(self, text: str) -> range:
        """Return the numbers of the items whose order begins with a text."""
        begin = bisect_left(self._orders, text)
        return range(begin, bisect_left(self._orders, text + _LAST, begin))

    def _ranked(self, found: Sequence[int], words: str, count: int) -> Sequence[int]:
        """Return at least so many of what was found, or all, with the best first."""
        if not words:
            return found
        orders, titled = self._orders, found
        for word in words.split():
            begin = f" {word}"
            titled = [number for number in titled if begin in orders[number]]
        # Those whose titles begin with the query are among those with its words in the title.
        first = self._beginning_with(words)
        best = dict.fromkeys((*(number for number in titled if number in first), *titled))
        others = (number for number in found if number not in best)
        return [*best, *islice(others, max(count - len(best), 0))]


class _Signs(dict[int, str]):
    """What each sign is folded to, worked out when it is first met.

    A start folds all texts, and a table does that at a fraction of the time.
    """

    def __missing__(self, code: int) -> str:
        """Fold a sign: without capitals and accents, blank where it is no letter and no digit."""
        bare = (
            sign
            for sign in unicodedata.normalize("NFKD", chr(code).casefold())
            if not unicodedata.combining(sign)
        )
        self[code] = "".join(sign if sign.isalnum() else " " for sign in "".join(bare).casefold())
        return self[code]


_BEYOND_ASCII: Final = re.compile(r"[^\x00-\x7f]")
_MARK: Final = "\0"
_AUTHOR: Final = "\0\0"
_SIGNS: Final = _Signs(
    {**dict.fromkeys(map(ord, "'\N{RIGHT SINGLE QUOTATION MARK}"), ""), ord(_MARK): _MARK}
)


def folded(text: str) -> str:
    """Return the words of a text without capitals, accents and punctuation, a blank before each."""
    return _spaced(_with_folded_signs(text.replace(_MARK, " ")))


def title_key(title: str) -> str:
    """Return what titles that count as equal share, be they without any letter."""
    return folded(title) or title.strip()


def _with_folded_signs(text: str) -> str:
    """Return a text whose words are folded; between them are blanks, and marks as they were."""
    if not text.isascii():
        # Python is many times faster with a text that has nothing but ASCII: so first the signs
        # that are none, of which there are few different ones in most texts.
        for sign in {*_BEYOND_ASCII.findall(text)}:
            text = text.replace(sign, _SIGNS[ord(sign)])
    return text.translate(_SIGNS)


def _spaced(text: str) -> str:
    """Return a text with one blank before each word."""
    return f" {' '.join(words)}" if (words := text.split()) else ""


def _folded_item(item: AudioItem) -> tuple[str, str]:
    """Return what sorts an item, and its folded texts, all at once since that is much faster.

    The texts are its title, its author behind an `_AUTHOR`, each tag between two `_MARK`, and its
    description. Each word has one blank before it, but in the description there may be more.
    """
    details = item.details
    # The other texts are lines, in which there is no mark.
    description = (details.description or "")[:_DESCRIPTION_SEARCHED].replace(_MARK, " ")
    named = f"{details.title} {_AUTHOR} {details.author or ''}"
    texts = _with_folded_signs(f" {_MARK} ".join((named, *details.tags, description)))
    names, _, description = texts.rpartition(_MARK)
    text = f"{_spaced(names)} {_MARK}{description}"
    title = text[: text.index(f" {_AUTHOR}")]
    return f"{title}{_MARK}{item.audio_id}", text


def _names(chosen: Filter) -> list[str]:
    """Return what a filter wants to be in a text: tags and an author, each as a whole."""
    names = [f" {_MARK}{folded(tag)} {_MARK}" for tag in chosen.tags]
    if chosen.author is not None:
        names.append(f" {_AUTHOR}{folded(chosen.author)} {_MARK}")
    return names


def _is_let_pass(item: AudioItem, chosen: Filter) -> bool:
    """Tell whether an item is from where and as long as a filter says."""
    return (
        (not chosen.sources or item.source.kind in chosen.sources)
        and (chosen.min_duration is None or item.duration >= chosen.min_duration)
        and (chosen.max_duration is None or item.duration <= chosen.max_duration)
    )
