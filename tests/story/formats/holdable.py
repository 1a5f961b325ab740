"""What of a story that is made up a format can hold."""

from dataclasses import replace

from custom_components.yoto_smart_stream.story.model import (
    ALWAYS,
    Chance,
    Choice,
    Ending,
    Goto,
    Node,
    Repeat,
    Spoken,
    Stop,
    Story,
    Variant,
    Wait,
)

TWINE = {"ifid": "6B1F0F5E-0000-4000-8000-000000000000", "format": "Harlowe"}


def in_twee(story: Story) -> Story:
    """Return a story with only what Twee can hold."""
    nodes = {name: _node(each) for name, each in story.nodes.items()}
    return replace(story, nodes=nodes, twine=TWINE)


def _node(node: Node) -> Node:
    return replace(
        node,
        title=None,
        icon=None,
        actions=(),
        variants=tuple(_variant(each, node.id) for each in _reachable(node.variants)),
        left=_reachable(node.left),
        right=_reachable(node.right),
        on_end=_endings([_ending(each, node) for each in _reachable(node.on_end)]),
    )


def _reachable[Part: (Variant, Choice, Ending)](parts: tuple[Part, ...]) -> tuple[Part, ...]:
    found: list[Part] = []
    for each in parts:
        if each.guard.home:
            continue
        found.append(each)
        if each.guard == ALWAYS:
            break
    return tuple(found)


def _variant(variant: Variant, node: str) -> Variant:
    audio = variant.audio
    text = audio.text if isinstance(audio, Spoken) else f"{node} {audio}"
    return replace(variant, audio=Spoken(text=text.replace("`", "'")))


def _ending(ending: Ending, node: Node) -> Ending:
    then = ending.then.then if isinstance(ending.then, Wait) else ending.then
    if isinstance(then, Chance):
        then = then.lots[0].then
    if isinstance(then, Repeat):
        then = Goto(node.id)
    assignments = () if isinstance(then, Stop) else ending.assignments
    return replace(ending, then=then, assignments=assignments)


def _endings(endings: list[Ending]) -> tuple[Ending, ...]:
    while endings and endings[-1].then == Stop():
        endings.pop()
    return tuple(endings)
