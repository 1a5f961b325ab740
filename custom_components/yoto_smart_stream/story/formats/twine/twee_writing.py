"""A story as Twee 3 for Twine's format Harlowe, by Yoto's convention."""

from collections.abc import Callable, Iterable, Mapping, Sequence
import json
import re
from typing import Final
import uuid

from ....json import Json
from ....manuscript.writing import write_json
from ...expression.tree import Term
from ...model import (
    ALWAYS,
    RESUME_TIMEOUT,
    Chance,
    Choice,
    Ending,
    Goto,
    LibraryAudio,
    Node,
    Position,
    Repeat,
    Spoken,
    Stop,
    Story,
    Then,
    Variant,
    Wait,
)
from ...variables import Number, OneOf, Variable
from ..losses import Loss, Lost, Written
from ..slug import slug
from .harlowe import chain, has_fence, link, sets, setting, spoken, value
from .story import AUTHOR, REFUSED_TAGS, STYLE_TAG
from .story_init import INIT, RESUME_TIMEOUT as RESUME, STARTUP, TEXTS
from .twee import DATA, TITLE
from .usage import MAXIMUM, MINIMUM, WORDS

_SPECIAL: Final = frozenset({TITLE, DATA, INIT, AUTHOR})
_OWN_TAGS: Final = REFUSED_TAGS | {STYLE_TAG, STARTUP}
_BRACKETS: Final = re.compile(r"[\\\[\]{}]")
_HEADER_LIKE: Final = re.compile(r"^(?=\\*::)", re.MULTILINE)
_HARLOWE: Final = {"format": "Harlowe", "format-version": "3.3.9"}
_JSON_DATA: Final = ("zoom", "tag-colors")
_NOWHERE: Final = "[[]]"


def write_twee(story: Story) -> Written:
    """Return a story as Twee, and what Twee does not hold of it."""
    return _Writing(story).written()


class _Writing:
    """The writing of one story."""

    def __init__(self, story: Story) -> None:
        self._story = story
        self._lost: dict[Lost, None] = {}
        self._nodes = self._fit_names(story.nodes, lambda name: name in _SPECIAL)
        self._variables = self._fit_names(story.variables, self._means_something)

    def written(self) -> Written:
        passages = [
            _passage(TITLE, self._story.title),
            _passage(DATA, write_json(self._data()).rstrip()),
        ]
        if init := self._init():
            passages.append(_passage(INIT, "\n".join(init)))
        passages += [self._node(each) for each in self._story.nodes.values()]
        return Written("\n\n".join(passages) + "\n", tuple(self._lost))

    def _data(self) -> Json:
        story = self._story
        twine: dict[str, Json] = {
            "ifid": str(uuid.uuid5(uuid.NAMESPACE_URL, story.id)).upper(),
            **({} if "format" in story.twine else _HARLOWE),
            **story.twine,
        }
        for name in _JSON_DATA:
            if isinstance(text := twine.get(name), str):
                twine[name] = _as_json(text)
        twine["start"] = self._nodes[story.start]
        if story.author is not None:
            twine["creator"] = story.author
        return twine

    def _init(self) -> list[str]:
        """Return the settings and variables of the story."""
        story = self._story
        texts = {
            "id": None if story.id == slug(story.title) else story.id,
            "description": story.description,
            "language": story.language,
            "cover": story.cover,
            "voice": story.voice,
        }
        found = [setting(name, value(text)) for name, text in texts.items() if text is not None]
        if story.resume_timeout != RESUME_TIMEOUT:
            found.append(setting(RESUME, value(story.resume_timeout)))
        for each in story.variables.values():
            found += _declared(self._variables[each.name], each)
        return found

    def _node(self, node: Node) -> str:
        for loss, is_lost in (
            (Loss.NODE_TITLE, node.title is not None),
            (Loss.ICON, node.icon is not None),
            (Loss.ACTIONS, bool(node.actions)),
        ):
            if is_lost:
                self._lose(loss, node)
        slots = [
            self._slot(node, node.left, self._choice),
            self._slot(node, node.right, self._choice),
            self._slot(node, node.on_end, self._ending),
        ]
        while slots and slots[-1] == _NOWHERE:
            slots.pop()
        said = self._slot(node, node.variants, self._variant, "")
        lines = [*sets(node.on_enter, self._variables), said, *slots]
        name = self._nodes[node.id]
        body = "\n".join(line for line in lines if line)
        return _passage(name, body, self._tags(node), node.position)

    def _slot[Part: (Variant, Choice, Ending)](
        self,
        node: Node,
        parts: Sequence[Part],
        text: Callable[[Node, Part], str],
        otherwise: str = _NOWHERE,
    ) -> str:
        """Return the alternatives of a node's part, as far as they can be reached."""
        entries: list[tuple[Term | None, str]] = []
        for number, part in enumerate(parts):
            if part.guard.home:
                self._lose(Loss.HOME, node)
                continue
            when = part.guard.when
            entries.append((None if when is None else when.term, text(node, part)))
            if part.guard == ALWAYS and number + 1 < len(parts):
                self._lose(Loss.SHADOWED, node)
                break
        return chain(entries, otherwise, self._variables)

    def _variant(self, node: Node, variant: Variant) -> str:
        match variant.audio:
            case Spoken(text=text, voice=voice):
                if voice is not None:
                    self._lose(Loss.VOICE, node)
                if has_fence(text):
                    self._lose(Loss.BACKTICK, node)
                return spoken(text)
            case LibraryAudio(audio_id=name):
                pass
            case other:
                name = other.name
        self._lose(Loss.AUDIO, node)
        return f"<!-- {name.replace('-->', '')} -->"

    def _choice(self, _node: Node, choice: Choice) -> str:
        assignments = "".join(sets(choice.assignments, self._variables))
        return link(choice.label, self._nodes[choice.target], assignments)

    def _ending(self, node: Node, ending: Ending) -> str:
        then = self._then(node, ending.then)
        if isinstance(then, Stop):
            if ending.assignments:
                self._lose(Loss.SET_AT_STOP, node)
            return _NOWHERE
        if isinstance(then, Repeat):
            self._lose(Loss.REPEAT, node)
            then = Goto(node.id)
        assignments = "".join(sets(ending.assignments, self._variables))
        return link(None, self._nodes[then.target], assignments)

    def _then(self, node: Node, then: Then | Wait | Chance) -> Then:
        if isinstance(then, Wait):
            self._lose(Loss.WAIT, node)
            then = then.then
        if isinstance(then, Chance):
            self._lose(Loss.CHANCE, node)
            return then.lots[0].then
        return then

    def _tags(self, node: Node) -> list[str]:
        fit = [each for each in node.tags if not re.search(r"\s", each) and each not in _OWN_TAGS]
        if len(fit) < len(node.tags):
            self._lose(Loss.TAG, node)
        return fit

    def _lose(self, loss: Loss, node: Node) -> None:
        self._lost[Lost(loss, node.id)] = None

    def _fit_names(
        self, names: Iterable[str], has_meaning: Callable[[str], bool]
    ) -> dict[str, str]:
        """Return names by names, with others for those that have a meaning of their own."""
        found: dict[str, str] = {}
        taken = {*names}
        for name in names:
            fit = name
            while has_meaning(fit) or (fit != name and fit in taken):
                fit += "_"
            if fit != name:
                taken.add(fit)
                self._lost[Lost(Loss.NAME, name)] = None
            found[name] = fit
        return found

    def _means_something(self, name: str) -> bool:
        endings = (MINIMUM, MAXIMUM, WORDS)
        return (
            name in TEXTS
            or name == RESUME
            or any(
                name.endswith(each) and name.removesuffix(each) in self._story.variables
                for each in endings
            )
        )


def _declared(name: str, variable: Variable) -> list[str]:
    """Return what `StoryInit` says of a variable."""
    found = [setting(name, value(variable.initial))]
    match variable:
        case Number(minimum=minimum, maximum=maximum):
            found.append(setting(f"{name}{MINIMUM}", value(minimum)))
            found.append(setting(f"{name}{MAXIMUM}", value(maximum)))
        case OneOf(words=words):
            found.append(setting(f"{name}{WORDS}", f"(a: {', '.join(map(value, words))})"))
    return found


def _passage(
    name: str, text: str, tags: Sequence[str] = (), position: Position | None = None
) -> str:
    header = f":: {_escaped(name)}"
    if tags:
        header += f" [{' '.join(map(_escaped, tags))}]"
    if position is not None:
        header += f" {json.dumps(_metadata(position))}"
    return f"{header}\n{_HEADER_LIKE.sub(r'\\', text)}"


def _metadata(position: Position) -> Mapping[str, str]:
    found = {"position": f"{_number(position.x)},{_number(position.y)}"}
    if position.width is not None and position.height is not None:
        found["size"] = f"{_number(position.width)},{_number(position.height)}"
    return found


def _number(number: float) -> str:
    return str(int(number)) if number == int(number) else repr(number)


def _escaped(name: str) -> str:
    return _BRACKETS.sub(lambda found: f"\\{found[0]}", name)


def _as_json(text: str) -> Json:
    """Return what `StoryData` had there; what is no JSON is text."""
    try:
        read: Json = json.loads(text)
    except ValueError:
        return text
    return read
