"""The figures of a compiled story, and which variables have multiplied its chapters."""

from collections import Counter
from collections.abc import Hashable, Sequence

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
    columns = _columns(len(names), situations)
    codes = [sum(column) for column in zip(*columns, strict=True)]
    found = []
    for name, column in zip(names, columns, strict=False):
        without = _without(codes, column, blocks)
        if without < len(blocks):
            found.append(Multiplier(variable=name, without=without))
    return sorted(found, key=lambda each: each.without)


def _columns(variables: int, situations: Sequence[Situation]) -> list[list[int]]:
    """Return numbers for what is known in each situation: a list for each variable, and the rest.

    The sum over the lists tells situations apart, and without one list those but for its variable.
    """
    columns = []
    weight = 1
    for number in range(variables):
        values = {value: n for n, value in enumerate({each.values[number] for each in situations})}
        columns.append([values[each.values[number]] * weight for each in situations])
        weight *= len(values)
    places: dict[Hashable, int] = {}
    columns.append(
        [
            places.setdefault((each.node, each.phase, each.ending), len(places)) * weight
            for each in situations
        ]
    )
    return columns


def _without(codes: Sequence[int], column: Sequence[int], blocks: Sequence[Sequence[int]]) -> int:
    """Return how many chapters there were if those that differ by one variable alone were one."""
    heads = list(range(len(blocks)))
    first: dict[int, int] = {}
    for block, states in enumerate(blocks):
        for state in states:
            same = first.setdefault(codes[state] - column[state], block)
            if same != block:
                heads[_head(heads, block)] = _head(heads, same)
    return sum(head == block for block, head in enumerate(heads))


def _head(heads: list[int], block: int) -> int:
    """Return which block stands for all that have become one with it."""
    while heads[block] != block:
        heads[block] = heads[heads[block]]
        block = heads[block]
    return block
