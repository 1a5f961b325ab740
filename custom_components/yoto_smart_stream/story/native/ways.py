"""Where a story leads to, whatever its variables are, and what spreads along its ways."""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from ..model import ALWAYS, Chance, Choice, Ending, Goto, Guard, Node, Repeat, Story, Then, Wait


class _Guarded(Protocol):
    """Something that applies while a guard holds."""

    @property
    def guard(self) -> Guard: ...


def in_use[T: _Guarded](guarded: Sequence[T]) -> Sequence[T]:
    """Return what can apply of a list: nothing does that stands behind what always applies."""
    for number, each in enumerate(guarded, 1):
        if each.guard == ALWAYS:
            return guarded[:number]
    return guarded


def choices_of(node: Node) -> Iterator[Choice]:
    """Yield what the knobs can lead to."""
    yield from in_use(node.left)
    yield from in_use(node.right)


def outcomes_of(ending: Ending) -> Iterator[Then]:
    """Yield what can become of an ending, after its wait if it has one."""
    then = ending.then.then if isinstance(ending.then, Wait) else ending.then
    if isinstance(then, Chance):
        yield from (lot.then for lot in then.lots)
    else:
        yield then


def may_be_silent(node: Node) -> bool:
    """Tell whether it can be that a node has no audio to play."""
    variants = in_use(node.variants)
    return not variants or variants[-1].guard != ALWAYS


def _may_repeat(node: Node) -> bool:
    """Tell whether a node can play once more without being entered again."""
    return any(
        isinstance(then, Repeat) for ending in in_use(node.on_end) for then in outcomes_of(ending)
    )


def targets_of(node: Node) -> Iterator[str]:
    """Yield the ids of the nodes that can come right after one."""
    yield from (choice.target for choice in choices_of(node))
    yield from ended_at(node)


def ended_at(node: Node) -> Iterator[str]:
    """Yield the ids of the nodes that the end of a node can lead to."""
    for ending in in_use(node.on_end):
        yield from (then.target for then in outcomes_of(ending) if isinstance(then, Goto))


def may_circle(story: Story) -> frozenset[str]:
    """Return the ids of silent nodes that may lead to each other, or to themselves, for ever.

    Those from which such a circle can be come to without a sound are among them.
    """
    ways = {
        node.id: {*ended_at(node), *([node.id] if _may_repeat(node) else [])}
        for node in story.nodes.values()
        if may_be_silent(node)
    }
    comes_from: defaultdict[str, list[str]] = defaultdict(list)
    for name, targets in ways.items():
        targets.intersection_update(ways)
        for target in targets:
            comes_from[target].append(name)
    left = {name: len(targets) for name, targets in ways.items()}
    leaving = [name for name, count in left.items() if not count]
    for name in leaving:
        del left[name]
        for before in comes_from[name]:
            left[before] -= 1
            if not left[before]:
                leaving.append(before)
    return frozenset(left)


def nodes_in_use(story: Story) -> frozenset[str]:
    """Return the ids of the nodes that can be come to, if every guard could hold."""
    found = {story.start}
    left = [story.start]
    while left:
        for target in targets_of(story.nodes[left.pop()]):
            if target not in found:
                found.add(target)
                left.append(target)
    return frozenset(found)


def spread(
    story: Story,
    ways: Callable[[Node], Iterable[str]],
    rule: Callable[[Node, Mapping[str, int]], int],
) -> dict[str, int]:
    """Return the least sets, one for each node, that follow a rule.

    A set is a number, of which each bit stands for a variable. The rule makes the set of a node of
    the sets of the nodes that its `ways` lead to, and of its own; it may look at no other.
    """
    comes_from: dict[str, list[str]] = {name: [name] for name in story.nodes}
    for node in story.nodes.values():
        for target in ways(node):
            comes_from[target].append(node.id)
    sets = dict.fromkeys(story.nodes, 0)
    waiting = deque(reversed(tuple(story.nodes)))
    queued = set(waiting)
    while waiting:
        name = waiting.popleft()
        queued.discard(name)
        found = rule(story.nodes[name], sets)
        if found != sets[name]:
            sets[name] = found
            again = [each for each in dict.fromkeys(comes_from[name]) if each not in queued]
            waiting.extend(again)
            queued.update(again)
    return sets
