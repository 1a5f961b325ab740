"""The figures of a compiled story, and which variables have multiplied its chapters."""

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence

from ..situation import Silence, Situation
from .card import CompiledStory
from .errors import Multiplier
from .report import Crowd, Report


def count_up(
    names: Sequence[str],
    situations: Sequence[Situation],
    blocks: Sequence[Sequence[int]],
    card: CompiledStory,
) -> Report:
    """Return what compiling has come to.

    `names` are those of the variables, `blocks` has the situations of each chapter.
    """
    crowds = Counter(chapter.nodes[0] for chapter in card.chapters)
    return Report(
        nodes=len({situation.node for situation in situations}),
        situations=len(situations),
        chapters=len(card.chapters),
        audios=len(card.audios),
        silences=sum(isinstance(chapter.audio, Silence) for chapter in card.chapters),
        multipliers=tuple(_multipliers(names, situations, blocks)),
        crowds=tuple(
            Crowd(node=node, chapters=count) for node, count in crowds.most_common() if count > 1
        ),
    )


def _multipliers(
    names: Sequence[str], situations: Sequence[Situation], blocks: Sequence[Sequence[int]]
) -> list[Multiplier]:
    """Return the variables without which there would be fewer chapters, the worst first."""
    found = []
    for number, name in enumerate(names):
        without = _without(number, situations, blocks)
        if without < len(blocks):
            found.append(Multiplier(variable=name, without=without))
    return sorted(found, key=lambda each: each.without)


def _without(number: int, situations: Sequence[Situation], blocks: Sequence[Sequence[int]]) -> int:
    """Return how many chapters there were if those that differ by one variable alone were one."""
    heads = list(range(len(blocks)))
    first: dict[Hashable, int] = {}
    for block, states in enumerate(blocks):
        for known in _known(number, states, situations):
            one, other = _head(heads, block), _head(heads, first.setdefault(known, block))
            heads[one] = other
    return sum(head == block for block, head in enumerate(heads))


def _known(
    number: int, states: Sequence[int], situations: Sequence[Situation]
) -> Iterator[Hashable]:
    """Yield what is known in situations, but for one variable."""
    for state in states:
        each = situations[state]
        others = each.values[:number] + each.values[number + 1 :]
        yield each.node, each.phase, each.ending, others


def _head(heads: list[int], block: int) -> int:
    """Return which block stands for all that have become one with it."""
    while heads[block] != block:
        heads[block] = heads[heads[block]]
        block = heads[block]
    return block
