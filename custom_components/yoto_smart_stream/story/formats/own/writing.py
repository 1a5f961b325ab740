"""A story in our own format, in its shortest forms."""

from collections.abc import Iterable, Mapping, Sequence

from ....json import Json
from ...expression.tree import Expression, Literal
from ...expression.writing import write_value
from ...model import (
    ALWAYS,
    RESUME_TIMEOUT,
    Assignment,
    Audio,
    Chance,
    Choice,
    Ending,
    Goto,
    Guard,
    LibraryAudio,
    Lot,
    Node,
    Position,
    Repeat,
    Spoken,
    Stop,
    Story,
    StreamAudio,
    Then,
    Variant,
    Wait,
)
from ...variables import Flag, Number, OneOf, Variable
from .ways import REPEAT, STOP

type Described = dict[str, Json]


def describe(story: Story) -> Described:
    """Return a story as fields, which `read_own` makes the same story of."""
    return _filled(
        {
            "title": story.title,
            "id": story.id,
            "author": story.author,
            "description": story.description,
            "language": story.language,
            "cover": story.cover,
            "voice": story.voice,
            "resume_timeout": None
            if story.resume_timeout == RESUME_TIMEOUT
            else story.resume_timeout,
            "start": story.start,
            "variables": {name: _variable(each) for name, each in story.variables.items()},
            "nodes": {},
            "twine": {**story.twine},
        }
    ) | {"nodes": {name: _node(each, story.variables) for name, each in story.nodes.items()}}


def _filled(fields: Mapping[str, Json]) -> Described:
    """Return the fields that say something."""
    return {name: each for name, each in fields.items() if each not in (None, {}, [])}


def _variable(variable: Variable) -> Json:
    match variable:
        case Flag(initial=initial):
            return initial
        case Number(minimum=minimum, maximum=maximum, initial=start):
            return {"min": minimum, "max": maximum, "start": start}
        case OneOf(words=words, initial=word):
            return {"one_of": [*words], "start": word}


def _node(node: Node, variables: Mapping[str, Variable]) -> Described:
    return _filled(
        {
            "title": node.title,
            **_sounds(node.variants),
            "icon": node.icon,
            "set": _assignments(node.on_enter, variables),
            "left": _one_or_list([_choice(each, variables) for each in node.left]),
            "right": _one_or_list([_choice(each, variables) for each in node.right]),
            "end": _one_or_list([_ending(each, variables) for each in node.on_end]),
            "actions": [*node.actions],
            "tags": [*node.tags],
            "position": _position(node.position),
        }
    )


def _sounds(variants: Sequence[Variant]) -> Described:
    if len(variants) == 1 and variants[0].guard == ALWAYS:
        return _audio(variants[0].audio)
    return {"sounds": [{**_guard(each.guard), **_audio(each.audio)} for each in variants]}


def _audio(audio: Audio) -> Described:
    match audio:
        case Spoken(text=text, voice=voice):
            return _filled({"say": text, "voice": voice})
        case LibraryAudio(audio_id=audio_id):
            return {"audio": audio_id}
        case StreamAudio(name=name):
            return {"stream": name}


def _guard(guard: Guard) -> Described:
    when = None if guard.when is None else _expression(guard.when)
    return _filled({"when": when, "home": [*guard.home]})


def _expression(expression: Expression) -> Json:
    """Return an expression: as a value, where it is written as one."""
    value = expression.term.value if isinstance(expression.term, Literal) else None
    if value is None or isinstance(value, str) or write_value(value) != expression.text:
        return expression.text
    return value


def _assignments(assignments: Iterable[Assignment], variables: Mapping[str, Variable]) -> Json:
    """Return assignments as one mapping, or as several where a variable is set twice."""
    parts: list[Described] = []
    for each in assignments:
        if not parts or each.variable in parts[-1]:
            parts.append({})
        parts[-1][each.variable] = _value(each.value, variables.get(each.variable))
    return _one_or_list([*parts])


def _value(value: Expression, variable: Variable | None) -> Json:
    words = variable.words if isinstance(variable, OneOf) else ()
    match value.term:
        case Literal(str(word)) if word in words and value.text == write_value(word):
            return word
    # What looks like a word would be read as one.
    return f"({value.text})" if value.text in words else _expression(value)


def _choice(choice: Choice, variables: Mapping[str, Variable]) -> Json:
    fields = _filled(
        {
            **_guard(choice.guard),
            "label": choice.label,
            "to": choice.target,
            "set": _assignments(choice.assignments, variables),
        }
    )
    return choice.target if fields.keys() == {"to"} else fields


def _ending(ending: Ending, variables: Mapping[str, Variable]) -> Json:
    then, wait = (
        (ending.then.then, ending.then.seconds)
        if isinstance(ending.then, Wait)
        else (ending.then, None)
    )
    fields = _filled(
        {
            **_guard(ending.guard),
            "set": _assignments(ending.assignments, variables),
            "wait": wait,
        }
    ) | ({"random": _lots(then.lots)} if isinstance(then, Chance) else _then(then))
    return fields["then"] if fields.keys() == {"then"} else fields


def _then(then: Then) -> Described:
    """Return where it goes; a node that is called like something else is named as a node."""
    match then:
        case Stop():
            return {"then": STOP}
        case Repeat():
            return {"then": REPEAT}
        case Goto(target) if target in (STOP, REPEAT):
            return {"to": target}
        case Goto(target):
            return {"then": target}


def _lots(lots: Sequence[Lot]) -> Json:
    """Return chances by what they lead to, or as a list where that would not be clear."""
    named = [(_then(each.then).get("then"), each.weight) for each in lots]
    short: Described = {name: weight for name, weight in named if isinstance(name, str)}
    if len(short) == len(lots):
        return short
    return [{**_then(each.then), "weight": each.weight} for each in lots]


def _position(position: Position | None) -> Json:
    if position is None:
        return None
    fields: Described = {
        "x": position.x,
        "y": position.y,
        "width": position.width,
        "height": position.height,
    }
    return _filled(fields)


def _one_or_list(parts: list[Json] | list[Described]) -> Json:
    return parts[0] if len(parts) == 1 else [*parts]
