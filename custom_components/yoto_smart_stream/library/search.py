"""Searching the library: words in titles, authors, tags and descriptions. Pure.

Every word of a query has to be in a text somewhere. Titles that begin with the query come first,
then those with all its words in the title, then the others; equal ones are in the order of titles.
A search looks through the different words that there are, of which there are far fewer than texts,
and finds a part of a word as well as its beginning.
"""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
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


# Not frozen, since there are many of them and freezing takes most of the time; told apart by
# identity, so that they can be in sets.
@dataclass(slots=True, eq=False)
class _Row:
    """The folded texts of an item: words with one blank before each.

    `order` is what sorts it: its title and its id. `names` is its title, its author behind an
    `_AUTHOR`, and each tag between two `_MARK`.
    """

    order: str
    names: str
    item: AudioItem


class SearchTable:
    """The items that can be found."""

    def __init__(self, items: Iterable[AudioItem] = ()) -> None:
        """Fold the texts of all items."""
        # A row is there as often as it has the word, since finding that out takes longer.
        self._by_word: defaultdict[str, list[_Row]] = defaultdict(list)
        self._rows = sorted(map(self._noted, items), key=_order)
        # One text to look through; None when it has to be put together again.
        self._all_words: str | None = None

    def add(self, item: AudioItem) -> None:
        """Let an item be found."""
        insort(self._rows, self._noted(item), key=_order)
        self._all_words = None

    def remove(self, item: AudioItem) -> None:
        """Let an item, as it was added, be found no more."""
        noted, words = _row(item)
        row = self._rows.pop(bisect_left(self._rows, noted.order, key=_order))
        for word in words:
            rows = self._by_word[word]
            rows.remove(row)
            if not rows:
                del self._by_word[word]
        self._all_words = None

    def find(
        self, query: str = "", chosen: Filter | None = None, *, limit: int = 50, offset: int = 0
    ) -> Page:
        """Return what a query and a filter find, the best first; no query finds everything."""
        rows = self._rows
        if words := folded(query).split():
            found = set.intersection(*(self._with(word) for word in words))
            rows = [row for row in rows if row in found]
        if chosen is not None:
            rows = _narrowed(rows, chosen)
        begin = max(offset, 0)
        end = begin + max(limit, 0)
        best = _ranked(rows, folded(query), end)[begin:end]
        return Page(items=tuple(row.item for row in best), total=len(rows))

    def titled(self, title: str) -> list[AudioItem]:
        """Return the items whose titles count as equal to one."""
        key, words = title_key(title), folded(title)
        rows = _beginning_with(self._rows, words + _MARK)
        return [row.item for row in rows if words or title_key(row.item.title) == key]

    def _noted(self, item: AudioItem) -> _Row:
        """Return the row of an item, whose words are noted."""
        row, words = _row(item)
        for word in words:
            self._by_word[word].append(row)
        return row

    def _with(self, part: str) -> set[_Row]:
        """Return the rows that have a word with this in it."""
        if self._all_words is None:
            self._all_words = "\n".join(("", *self._by_word, ""))
        words, found = self._all_words, set[_Row]()
        at = words.find(part)
        while at >= 0 and len(found) < len(self._rows):
            end = words.index("\n", at)
            found.update(self._by_word[words[words.rindex("\n", 0, at) + 1 : end]])
            at = words.find(part, end)
        return found


class _Signs(dict[int, str]):
    """What each sign is folded to, worked out when it is first met.

    Nearly all time of a start goes into folding, and a table does it at a fraction of the time.
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
    return _spaced(_folded_words(text.replace(_MARK, " ")))


def title_key(title: str) -> str:
    """Return what titles that count as equal share, be they without any letter."""
    return folded(title) or title.strip()


def _folded_words(text: str) -> list[str]:
    """Return the folded words of a text; marks are words, too."""
    if not text.isascii():
        # Python is many times faster with a text that has nothing but ASCII: so first the signs
        # that are none, of which there are few different ones in most texts.
        for sign in {*_BEYOND_ASCII.findall(text)}:
            text = text.replace(sign, _SIGNS[ord(sign)])
    return text.translate(_SIGNS).split()


def _spaced(words: list[str]) -> str:
    """Return words as one text, a blank before each."""
    return f" {' '.join(words)}" if words else ""


def _row(item: AudioItem) -> tuple[_Row, list[str]]:
    """Fold the texts of an item, all at once since that is much faster; and their words."""
    details = item.details
    # The other texts are lines, in which there is no mark.
    description = (details.description or "")[:_DESCRIPTION_SEARCHED].replace(_MARK, " ")
    named = f"{details.title} {_AUTHOR} {details.author or ''}"
    words = _folded_words(f" {_MARK} ".join((named, *details.tags, description)))
    text = _spaced(words)
    title = text[: text.index(f" {_AUTHOR}")]
    names = text[: text.rindex(_MARK) + 1]
    return _Row(f"{title}{_MARK}{item.audio_id}", names, item), words


def _order(row: _Row) -> str:
    """Return what rows are sorted by."""
    return row.order


def _beginning_with(rows: list[_Row], text: str) -> list[_Row]:
    """Return the rows whose order begins with a text; they are next to each other."""
    begin = bisect_left(rows, text, key=_order)
    return rows[begin : bisect_left(rows, text + _LAST, key=_order)]


def _narrowed(rows: list[_Row], chosen: Filter) -> list[_Row]:
    """Return the rows that a filter lets pass."""
    wanted = [f" {_MARK}{folded(tag)} {_MARK}" for tag in chosen.tags]
    if chosen.author is not None:
        wanted.append(f" {_AUTHOR}{folded(chosen.author)} {_MARK}")
    for name in wanted:
        rows = [row for row in rows if name in row.names]
    if chosen.sources:
        rows = [row for row in rows if row.item.source.kind in chosen.sources]
    if (least := chosen.min_duration) is not None:
        rows = [row for row in rows if row.item.duration >= least]
    if (most := chosen.max_duration) is not None:
        rows = [row for row in rows if row.item.duration <= most]
    return rows


def _ranked(rows: list[_Row], query: str, count: int) -> list[_Row]:
    """Return at least so many rows, or all, with the best first."""
    if not query:
        return rows
    first = _beginning_with(rows, query)
    if len(first) >= count:
        return first
    titled = rows
    for word in query.split():
        wanted = f" {word}"
        titled = [row for row in titled if wanted in row.order]
    best = dict.fromkeys((*first, *titled))
    if len(best) >= count:
        return [*best]
    others = (row for row in rows if row not in best)
    return [*best, *islice(others, count - len(best))]
