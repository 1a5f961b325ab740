"""Searching the library: words in titles, authors, tags and descriptions. Pure.

Every word of a query has to be in a text somewhere. Titles that begin with the query come first,
then those with all its words in the title, then the others; equal ones are in the order of titles.
Texts are folded once, so that a search is a look at each item and no more.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
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
    """The folded texts of an item: words with one blank before each. `order` is what sorts it."""

    order: tuple[str, str]
    title: str
    text: str
    author: str
    tags: frozenset[str]
    seconds: float
    item: AudioItem


class SearchTable:
    """The items that can be found."""

    def __init__(self, items: Iterable[AudioItem] = ()) -> None:
        """Fold the texts of all items."""
        self._rows = sorted((_row(item) for item in items), key=_order)

    def add(self, item: AudioItem) -> None:
        """Let an item be found."""
        insort(self._rows, _row(item), key=_order)

    def remove(self, item: AudioItem) -> None:
        """Let an item, as it was added, be found no more."""
        order = (folded(item.title), item.audio_id)
        del self._rows[bisect_left(self._rows, order, key=_order)]

    def find(
        self, query: str = "", chosen: Filter | None = None, *, limit: int = 50, offset: int = 0
    ) -> Page:
        """Return what a query and a filter find, the best first; no query finds everything."""
        rows = self._rows
        for word in folded(query).split():
            rows = [row for row in rows if word in row.text]
        if chosen is not None:
            rows = _narrowed(rows, chosen)
        begin = max(offset, 0)
        end = begin + max(limit, 0)
        found = _ranked(rows, folded(query), end)[begin:end]
        return Page(items=tuple(row.item for row in found), total=len(rows))


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


_SIGNS: Final = _Signs(dict.fromkeys(map(ord, "'\N{RIGHT SINGLE QUOTATION MARK}"), ""))


def folded(text: str) -> str:
    """Return the words of a text without capitals, accents and punctuation, a blank before each."""
    words = text.translate(_SIGNS).split()
    return f" {' '.join(words)}" if words else ""


def _row(item: AudioItem) -> _Row:
    """Fold the texts of an item."""
    details = item.details
    title, author = folded(details.title), folded(details.author or "")
    tags = [folded(tag) for tag in details.tags]
    description = folded((details.description or "")[:_DESCRIPTION_SEARCHED])
    text = "".join((title, author, *tags, description))
    order = (title, item.audio_id)
    return _Row(order, title, text, author, frozenset(tags), item.duration, item)


def _order(row: _Row) -> tuple[str, str]:
    """Return what rows are sorted by."""
    return row.order


def _narrowed(rows: list[_Row], chosen: Filter) -> list[_Row]:
    """Return the rows that a filter lets pass."""
    if tags := {folded(tag) for tag in chosen.tags}:
        rows = [row for row in rows if tags <= row.tags]
    if chosen.author is not None:
        author = folded(chosen.author)
        rows = [row for row in rows if row.author == author]
    if chosen.sources:
        rows = [row for row in rows if row.item.source.kind in chosen.sources]
    if (least := chosen.min_duration) is not None:
        rows = [row for row in rows if row.seconds >= least]
    if (most := chosen.max_duration) is not None:
        rows = [row for row in rows if row.seconds <= most]
    return rows


def _ranked(rows: list[_Row], query: str, count: int) -> list[_Row]:
    """Return at least so many rows, or all, with the best first."""
    if not query:
        return rows
    # Rows are in the order of titles, so those that begin with the query are next to each other.
    begin = bisect_left(rows, (query, ""), key=_order)
    first = rows[begin : bisect_left(rows, (query + _LAST, ""), key=_order)]
    if len(first) >= count:
        return first
    titled = rows
    for word in query.split():
        wanted = f" {word}"
        titled = [row for row in titled if wanted in row.title]
    best = dict.fromkeys((*first, *titled))
    if len(best) >= count:
        return [*best]
    others = (row for row in rows if row not in best)
    return [*best, *islice(others, count - len(best))]
