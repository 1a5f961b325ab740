"""The digest of what a story plays, to know a play-through's story again after a change."""

from collections.abc import Iterable
from hashlib import sha256
import json

from ..json import Json
from .expression.writing import write
from .model import (
    Assignment,
    Audio,
    Chance,
    Choice,
    Ending,
    Goto,
    Guard,
    LibraryAudio,
    Node,
    Repeat,
    Spoken,
    Stop,
    Story,
    StreamAudio,
    Wait,
)
from .variables import Flag, Number, OneOf, Variable


def digest(story: Story) -> str:
    """Return the digest of all that decides what is played.

    What only people read is left out, and so are tags, icons, and where things stand in a text or
    in an editor. Expressions count by what they mean, not by how they are written.
    """
    content: Json = [
        story.start,
        story.voice,
        [_variable(each) for each in story.variables.values()],
        {node.id: _node(node) for node in story.nodes.values()},
    ]
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def _variable(variable: Variable) -> Json:
    match variable:
        case Flag(name=name, initial=initial):
            return ["flag", name, initial]
        case Number(name=name, minimum=minimum, maximum=maximum, initial=initial):
            return ["number", name, minimum, maximum, initial]
        case OneOf(name=name, words=words, initial=initial):
            return ["one_of", name, [*words], initial]


def _node(node: Node) -> Json:
    return [
        [[_guard(each.guard), _audio(each.audio)] for each in node.variants],
        _assignments(node.on_enter),
        [_choice(each) for each in node.left],
        [_choice(each) for each in node.right],
        [_ending(each) for each in node.on_end],
        [*node.actions],
    ]


def _audio(audio: Audio) -> Json:
    match audio:
        case LibraryAudio(audio_id=audio_id):
            return ["library", audio_id]
        case StreamAudio(name=name):
            return ["stream", name]
        case Spoken(text=text, voice=voice):
            return ["spoken", text, voice]


def _guard(guard: Guard) -> Json:
    return [None if guard.when is None else write(guard.when.term), [*guard.home]]


def _assignments(assignments: Iterable[Assignment]) -> Json:
    return [[each.variable, write(each.value.term)] for each in assignments]


def _choice(choice: Choice) -> Json:
    return [_guard(choice.guard), _assignments(choice.assignments), choice.target]


def _ending(ending: Ending) -> Json:
    return [_guard(ending.guard), _assignments(ending.assignments), _then(ending.then)]


def _then(then: Goto | Stop | Repeat | Wait | Chance) -> Json:
    match then:
        case Goto(target):
            return ["goto", target]
        case Stop():
            return ["stop"]
        case Repeat():
            return ["repeat"]
        case Wait(seconds=seconds, then=after):
            return ["wait", seconds, _then(after)]
        case Chance(lots):
            return ["chance", [[each.weight, _then(each.then)] for each in lots]]
