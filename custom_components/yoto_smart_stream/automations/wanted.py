"""Which reports a trigger is for."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, Self

from .report import Report

TITLE: Final = "title"
_FIELDS: Final = ("card_id", "cause", "side", "gesture", "choice", "reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked of a report. Nothing is asked of a field with an empty list."""

    types: frozenset[str]
    values: Mapping[str, Collection[str]]
    """What is accepted, by field."""
    titles: tuple[str, ...] = ()
    """Parts of titles of cards, one of which is enough."""

    @classmethod
    def from_options(cls, types: frozenset[str], options: Mapping[str, object]) -> Self:
        """Read the options of a trigger, which its schema has checked."""
        return cls(
            types=types,
            values={field: given for field in _FIELDS if (given := _texts(options, field))},
            titles=_texts(options, TITLE),
        )

    def accepts(self, report: Report) -> bool:
        """Return whether everything but the title is as it should be."""
        told: Mapping[str, object] = dict(report)
        return report["type"] in self.types and all(
            told[field] in given for field, given in self.values.items()
        )

    def accepts_title(self, title: str | None) -> bool:
        """Return whether a title is as it should be; capitals do not matter."""
        return is_titled(title, self.titles)


def is_titled(title: str | None, parts: Collection[str]) -> bool:
    """Return whether a title holds one of some parts, or nothing is asked of it."""
    if not parts:
        return True
    known = (title or "").casefold()
    return any(part.casefold() in known for part in parts)


def _texts(options: Mapping[str, object], key: str) -> tuple[str, ...]:
    """Return the texts that an option lists."""
    given = options.get(key)
    return tuple(str(text) for text in given) if isinstance(given, list) else ()
