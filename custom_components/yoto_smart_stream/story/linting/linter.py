"""Everything that is odd about a story."""

from collections.abc import Iterator, Mapping
from typing import Final

from ...garbage import collection_paused
from ..errors import Place
from ..exploring import explore
from ..model import Story
from ..native.report import TRACKS
from ..script import Script
from ..sounds import Sounds
from .finding import Finding, FindingCode, Fix, Severity
from .graph import (
    Leads,
    endless_findings,
    leads,
    reached,
    silent_findings,
    unlinked_findings,
)
from .listening import knob_findings, sound_findings
from .lists import OpenNode, open_nodes
from .naming import target_findings, variable_findings
from .walking import SITUATIONS, walked_findings

_WORST: Final = (Severity.ERROR, Severity.WARNING, Severity.HINT)


def lint(
    story: Story, *, sounds: Sounds | None = None, chapters: int | None = None
) -> tuple[Finding, ...]:
    """Return what is odd about a story, in the order of its nodes.

    Args:
        story: The story.
        sounds: What audio is there; None where that is not to be looked at.
        chapters: How many chapters it has as a native card, where that is known.
    """
    with collection_paused():
        return tuple(_in_order(story, _found(story, sounds, chapters)))


def _found(story: Story, sounds: Sounds | None, chapters: int | None) -> list[Finding]:
    """Return what is odd, in no order."""
    nodes, found = open_nodes(story)
    missing = [*target_findings(story)]
    found += missing
    found += variable_findings(story)
    found += knob_findings(story, nodes)
    found += sound_findings(nodes, sounds)
    ways = leads(nodes)
    linked = reached([story.start] if story.start in nodes else [], ways)
    found += unlinked_findings(nodes, linked)
    found += silent_findings(nodes)
    found += _walked(story, nodes, ways, linked, is_whole=not missing)
    if chapters is not None and chapters > TRACKS:
        found.append(
            Finding(
                code=FindingCode.TOO_MANY_TRACKS,
                severity=Severity.HINT,
                place=Place(),
                fix=Fix.FEWER_STATES,
                detail={"count": str(chapters), "most": str(TRACKS)},
            )
        )
    return found


def _walked(
    story: Story,
    nodes: Mapping[str, OpenNode],
    ways: Leads,
    linked: set[str],
    *,
    is_whole: bool,
) -> Iterator[Finding]:
    """Yield what walking shows, or where that cannot be done or is too far, what the graph does."""
    if is_whole and len(nodes) < SITUATIONS:
        script = Script.of(story)
        explored = explore(script, SITUATIONS)
        if explored.complete:
            yield from walked_findings(script, explored, nodes, linked)
            return
    yield from endless_findings(story, nodes, ways, linked)


def _in_order(story: Story, found: list[Finding]) -> list[Finding]:
    """Return findings by node, each once."""
    order = {name: number for number, name in enumerate(story.nodes)}
    found.sort(key=lambda each: (order.get(each.place.node or "", -1), _WORST.index(each.severity)))
    seen: set[tuple[FindingCode, Place, str]] = set()
    kept: list[Finding] = []
    for each in found:
        key = (each.code, each.place, each.detail.get("knob", "") + each.detail.get("name", ""))
        if key not in seen:
            seen.add(key)
            kept.append(each)
    return kept
