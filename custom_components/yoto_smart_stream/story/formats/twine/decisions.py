"""What a passage with conditions says and where it leads, each as an ordered list.

A passage may have any number of conditions, side by side and in each other. A node has a list
for each of its parts, of which the first entry counts whose conditions hold. The last entry
has none.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from ...expression.tree import AllOf, Not, Term
from .markup import Branches, Link, Part, Words

type Conditions = tuple[Term, ...]
type Decision[Outcome] = list[tuple[Conditions, Outcome]]

MOST: Final = 64
"""Entries that a list may have."""


class TooManyError(Exception):
    """A passage has more combinations of conditions than can be told apart."""

    def __init__(self, count: int) -> None:
        """Keep how many there are."""
        super().__init__(str(count))
        self.count = count


def words(parts: Sequence[Part]) -> Decision[str]:
    """Return what is spoken.

    Raises:
        TooManyError: There are too many combinations.
    """
    found: Decision[str] = [((), "")]
    for part in parts:
        match part:
            case Words(text):
                found = [(conditions, said + text) for conditions, said in found]
            case Branches():
                inner = [(branch.condition, words(branch.parts)) for branch in part.branches]
                chosen = _chosen(inner, "", complete=part.is_complete)
                found = _product(found, chosen, str.__add__)
    return found


def slots(parts: Sequence[Part]) -> list[Decision[Link | None]]:
    """Return the links in their order, each for itself as far as they do not shift each other.

    Raises:
        TooManyError: There are too many combinations.
    """
    found: list[Decision[Link | None]] = []
    for number, part in enumerate(parts):
        match part:
            case Link():
                found.append([((), part if part.target else None)])
            case Branches():
                count = _count([part])
                if count is None:
                    return found + _columns(_rows(parts[number:]))
                inner = [(branch.condition, slots(branch.parts)) for branch in part.branches]
                for each in range(count):
                    column = [(condition, of_branch[each]) for condition, of_branch in inner]
                    found.append(_chosen(column, None, complete=part.is_complete))
    return found


def without_nothing[Outcome](decision: Decision[Outcome | None]) -> Decision[Outcome]:
    """Return a list without entries of which nothing comes: what follows them must not hold."""
    found: Decision[Outcome] = []
    excluded: list[Term] = []
    for conditions, outcome in decision:
        if outcome is None:
            if not conditions:
                break
            excluded.append(Not(joined(conditions)))
        else:
            found.append(((*conditions, *excluded), outcome))
            if not conditions:
                break
    return found


def joined(conditions: Conditions) -> Term:
    """Return conditions as one; at least one condition."""
    return conditions[0] if len(conditions) == 1 else AllOf(conditions)


def _count(parts: Iterable[Part]) -> int | None:
    """Return how many links there are whatever holds, or None if that depends."""
    total = 0
    for part in parts:
        if isinstance(part, Link):
            total += 1
        elif isinstance(part, Branches):
            counts = {_count(branch.parts) for branch in part.branches}
            if not part.is_complete:
                counts.add(0)
            if len(counts) > 1 or (count := counts.pop()) is None:
                return None
            total += count
    return total


def _rows(parts: Sequence[Part]) -> Decision[tuple[Link | None, ...]]:
    """Return all links that are there together."""
    found: Decision[tuple[Link | None, ...]] = [((), ())]
    for part in parts:
        match part:
            case Link():
                link = part if part.target else None
                found = [(conditions, (*links, link)) for conditions, links in found]
            case Branches():
                inner = [(branch.condition, _rows(branch.parts)) for branch in part.branches]
                chosen = _chosen(inner, (), complete=part.is_complete)
                found = _product(found, chosen, lambda links, more: links + more)
    return found


def _columns(rows: Decision[tuple[Link | None, ...]]) -> list[Decision[Link | None]]:
    width = max(len(links) for _, links in rows)
    return [
        [(conditions, links[each] if each < len(links) else None) for conditions, links in rows]
        for each in range(width)
    ]


def _chosen[Outcome](
    branches: list[tuple[Term | None, Decision[Outcome]]], otherwise: Outcome, *, complete: bool
) -> Decision[Outcome]:
    """Return the list of several of which the first counts whose condition holds."""
    found: Decision[Outcome] = []
    for condition, decision in branches:
        own = () if condition is None else (condition,)
        found += [((*own, *conditions), outcome) for conditions, outcome in decision]
    if not complete:
        found.append(((), otherwise))
    return _few(found)


def _product[Outcome](
    one: Decision[Outcome],
    other: Decision[Outcome],
    put_together: Callable[[Outcome, Outcome], Outcome],
) -> Decision[Outcome]:
    """Return the list of two lists' outcomes put together."""
    if len(one) * len(other) > MOST:
        raise TooManyError(len(one) * len(other))
    return [
        ((*conditions, *others), put_together(outcome, more))
        for conditions, outcome in one
        for others, more in other
    ]


def _few[Outcome](decision: Decision[Outcome]) -> Decision[Outcome]:
    """Return a list without what makes no difference."""
    if all(outcome == decision[0][1] for _, outcome in decision):
        return [((), decision[0][1])]
    if len(decision) > MOST:
        raise TooManyError(len(decision))
    return decision
