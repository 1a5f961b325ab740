"""Where a story can lead, as far as its lists tell: more than what happens, never less."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from ..model import Chance, Ending, Repeat, Stop, Story, Wait
from ..script import targets
from .finding import Finding, FindingCode, Fix, Severity
from .lists import OpenNode, place_of_node

type Leads = Mapping[str, Collection[str]]


def leads(nodes: Mapping[str, OpenNode]) -> Leads:
    """Return where each node can lead."""
    found: dict[str, set[str]] = {}
    for name, each in nodes.items():
        ways = {choice.target for choice in (*each.left, *each.right)}
        for ending in each.on_end:
            ways.update(targets(ending.then))
        found[name] = {way for way in ways if way in nodes}
    return found


def reached(begin: Iterable[str], ways: Leads) -> set[str]:
    """Return everything that some nodes lead to, with themselves."""
    found = set(begin)
    waiting = [*found]
    while waiting:
        for target in ways[waiting.pop()]:
            if target not in found:
                found.add(target)
                waiting.append(target)
    return found


def backwards(ways: Leads) -> Leads:
    """Return from where each node can be come to."""
    found: dict[str, list[str]] = {name: [] for name in ways}
    for name, some in ways.items():
        for target in some:
            found[target].append(name)
    return found


def unlinked_findings(nodes: Mapping[str, OpenNode], linked: set[str]) -> Iterator[Finding]:
    """Yield the nodes to which no way leads."""
    for name, node in nodes.items():
        if name not in linked:
            yield _finding(node, FindingCode.UNREACHABLE, Severity.WARNING, Fix.LEAD_THERE)


def endless_findings(
    story: Story, nodes: Mapping[str, OpenNode], ways: Leads, linked: set[str]
) -> Iterator[Finding]:
    """Yield the nodes with which it begins that the story never ends."""
    before = backwards(ways)
    ends = reached((name for name in nodes if _can_end(nodes[name])), before)
    for name in nodes:
        if name in linked and name not in ends:
            begins_here = name == story.start or any(
                each in ends and each in linked for each in before[name]
            )
            if begins_here:
                yield no_ending(nodes[name])


def silent_findings(nodes: Mapping[str, OpenNode]) -> Iterator[Finding]:
    """Yield the nodes that lead to each other without anything being heard."""
    silent = {name: each for name, each in nodes.items() if not each.variants}
    ways = {
        name: dict.fromkeys(
            target
            for ending in each.on_end
            for target in (*targets(ending.then), *_itself(name, ending))
            if target in silent
        )
        for name, each in silent.items()
    }
    for circle in _circles(ways):
        yield silent_loop(nodes[circle], Severity.WARNING)


def _circles(ways: Leads) -> Iterator[str]:
    """Yield a node of each circle, unless it shares a node with one of which there is one."""
    # What leads on to no circle is taken away from its end; then any way leads to a circle.
    before = backwards(ways)
    left = {name: len(some) for name, some in ways.items()}
    over = [name for name, count in left.items() if not count]
    while over:
        for name in before[over.pop()]:
            left[name] -= 1
            if not left[name]:
                over.append(name)
    walked: dict[str, str] = {}
    for begin, count in left.items():
        name = begin
        while count and name not in walked:
            walked[name] = begin
            name = next(each for each in ways[name] if left[each])
        if count and walked[name] == begin:
            yield name


def silent_loop(node: OpenNode, severity: Severity) -> Finding:
    """Return that nodes lead to each other without anything being heard."""
    return _finding(node, FindingCode.SILENT_LOOP, severity, Fix.ADD_AUDIO)


def no_ending(node: OpenNode) -> Finding:
    """Return that a story never ends from a node on."""
    return _finding(node, FindingCode.NO_ENDING, Severity.WARNING, Fix.ADD_ENDING)


def _finding(node: OpenNode, code: FindingCode, severity: Severity, fix: Fix) -> Finding:
    return Finding(code=code, severity=severity, place=place_of_node(node.node), fix=fix)


def _can_end(node: OpenNode) -> bool:
    """Return whether a stop in a node can be an ending."""
    if any(choice.guard.when is None for choice in (*node.left, *node.right)):
        return False
    return node.falls_through or any(_stops(ending.then) for ending in node.on_end)


def _stops(then: object) -> bool:
    match then:
        case Stop():
            return True
        case Wait(then=after):
            return _stops(after)
        case Chance(lots):
            return any(_stops(lot.then) for lot in lots)
    return False


def _itself(name: str, ending: Ending) -> Iterator[str]:
    """Yield the node where an ending repeats it."""
    then = ending.then.then if isinstance(ending.then, Wait) else ending.then
    each = [lot.then for lot in then.lots] if isinstance(then, Chance) else [then]
    if any(isinstance(one, Repeat) for one in each):
        yield name
