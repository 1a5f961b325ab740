"""The text of a passage: what is spoken, links, and the macros of Harlowe that a story can have."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
import re
from sys import intern
from typing import Final

from ...errors import Problem, StoryProblem
from ...expression.tree import Literal, Not, Term
from .passages import Passage, problem
from .terms import HarloweError, Setting, condition, settings, texts

type Part = Words | Link | Settings | Branches

_DEPTH: Final = 20
_LINK: Final = re.compile(r"\[\[(?!\[)(?P<inner>[^\[\]]*(?:(?!\[\[|\]\])[\[\]][^\[\]]*)*)\]\]")
# Each of them begins with a sign outside of a group: so Python can leap over all that begins with
# no such sign, which is most of a text.
_NEXT: Final = re.compile(
    r"<(?P<comment>!--)|`(?P<fence>`*)|\[(?P<link>\[)|\[(?P<opening>)|\](?P<closing>)"
    r"|\((?P<name>[A-Za-z][\w-]*):|\{(?P<brace>)|\}(?P<end_brace>)"
    r"|\$[A-Za-z_]\w*|<<[/\w-]+|<%|</?[A-Za-z][^<>]*>|\|[A-Za-z_]\w*>(?=\[)|<[A-Za-z_]\w*\|"
)
_BRACKET: Final = re.compile(r"""[()]|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'""", re.DOTALL)
_SPACE: Final = re.compile(r"\s*")


@dataclass(frozen=True, slots=True)
class Words:
    """What is spoken."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Where a knob or the end leads to."""

    target: str
    """Empty for a place that is skipped."""
    label: str | None
    offset: int
    settings: tuple[Setting, ...] = ()
    """What is set when it is taken."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What is set when the passage is reached."""

    settings: tuple[Setting, ...]
    offset: int


@dataclass(frozen=True, slots=True)
class Branch:
    """What a passage has while a condition holds."""

    condition: Term | None
    """None for `(else:)`."""
    offset: int
    parts: tuple[Part, ...]


@dataclass(slots=True)
class Branches:
    """The first branch whose condition holds counts."""

    branches: list[Branch] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        """Return whether one of them counts in any case."""
        return any(each.condition is None for each in self.branches)


def read_markup(passage: Passage) -> tuple[tuple[Part, ...], list[Problem]]:
    """Return the parts of a passage, and what is wrong with it or not known."""
    reading = _Reading(passage)
    parts, _ = reading.parts(0, 0)
    return tuple(parts), reading.problems


class _Reading:
    """The reading of one passage."""

    def __init__(self, passage: Passage) -> None:
        self.problems: list[Problem] = []
        self._passage = passage
        self._text = passage.text.text

    def parts(self, begins: int, depth: int) -> tuple[list[Part], int]:
        """Return the parts from somewhere to the end of its hook, and where that is."""
        found: list[Part] = []
        at, open_brackets = begins, 0
        while (sign := _NEXT.search(self._text, at)) is not None:
            _speak(found, self._text[at : sign.start()])
            at = sign.end()
            match sign.lastgroup:
                case "comment":
                    at = self._comment(sign.start())
                case "fence":
                    at = self._verbatim(found, sign)
                case "link" if (link := _LINK.match(self._text, sign.start())) is not None:
                    at = _take_link(found, link)
                case "opening" | "link":
                    # `[[[a->b]]]` is a link in brackets.
                    at = sign.start() + 1
                    open_brackets += 1
                    _speak(found, "[")
                case "closing":
                    open_brackets -= 1
                    if open_brackets < 0 and depth:
                        return _joined(found), at
                    _speak(found, "]")
                case "name":
                    at = self._macro(found, sign, depth)
                case None:
                    self._not_supported(sign.start(), sign[0])
        _speak(found, self._text[at:])
        if depth:
            self._wrong(begins - 1, StoryProblem.EXPRESSION_SYNTAX, found="[")
        return _joined(found), len(self._text)

    def _comment(self, begins: int) -> int:
        """Return where a comment ends."""
        end = self._text.find("-->", begins + 4)
        if end < 0:
            self._not_supported(begins, "<!--")
            return len(self._text)
        return end + 3

    def _verbatim(self, found: list[Part], fence: re.Match[str]) -> int:
        """Take what is between two equal fences as it is. A fence without another is text."""
        end = self._text.find(fence[0], fence.end())
        if end < 0:
            _speak(found, fence[0])
            return fence.end()
        _speak(found, self._text[fence.end() : end])
        return end + len(fence[0])

    def _macro(self, found: list[Part], sign: re.Match[str], depth: int) -> int:
        """Take a macro with its hook, and return where it ends."""
        begins, inner = sign.start(), sign.end()
        end = self._closing(inner)
        if end is None:
            self._wrong(begins, StoryProblem.EXPRESSION_SYNTAX, found=sign[0])
            return len(self._text)
        name = sign["name"].lower().replace("-", "").replace("_", "")
        arguments = self._text[inner:end]
        end += 1
        try:
            match name:
                case "set":
                    found.append(Settings(tuple(settings(arguments, inner)), begins))
                case "linkgoto":
                    found.append(_given_link(texts(arguments, inner), begins))
                case "linkrevealgoto":
                    link = _given_link(texts(arguments, inner), begins)
                    return self._revealing(found, link, sign, end, depth)
                case "if" | "unless" | "elseif" | "else":
                    return self._branch(found, name, sign, end, depth)
                case "print":
                    # What Twine shows on its screen. Yoto's own tools leave it out as well.
                    pass
                case _:
                    self._not_supported(begins, f"{sign[0]})")
        except HarloweError as err:
            self._unknown(err)
        return end

    def _branch(
        self, found: list[Part], name: str, sign: re.Match[str], end: int, depth: int
    ) -> int:
        """Take a condition and its hook."""
        test = None if name == "else" else self._condition(sign.end(), end - 1)
        if name == "unless" and test is not None:
            test = Not(test)
        parts, behind = self._hook(end, sign, depth)
        branch = Branch(test, self._behind_space(sign.end()), tuple(parts))
        if name in {"if", "unless"}:
            found.append(Branches([branch]))
            return behind
        chain = _chain(found)
        if chain is None or chain.is_complete:
            self._wrong(sign.start(), StoryProblem.EXPRESSION_SYNTAX, found=f"{sign[0]})")
        else:
            chain.branches.append(branch)
        return behind

    def _condition(self, begins: int, end: int) -> Term:
        try:
            return condition(self._text[begins:end], begins)
        except HarloweError as err:
            self._unknown(err)
            return Literal(True)

    def _hook(self, end: int, sign: re.Match[str], depth: int) -> tuple[list[Part], int]:
        """Return what is in the brackets behind a macro, and where they end."""
        begins = self._behind_space(end)
        if depth >= _DEPTH:
            self._wrong(sign.start(), StoryProblem.TOO_DEEP, most=str(_DEPTH))
            return [], len(self._text)
        if (link := _LINK.match(self._text, begins)) is not None:
            parts: list[Part] = []
            return parts, _take_link(parts, link)
        if self._text[begins : begins + 1] != "[":
            self._wrong(sign.start(), StoryProblem.EXPRESSION_SYNTAX, found=f"{sign[0]})")
            return [], end
        return self.parts(begins + 1, depth + 1)

    def _revealing(
        self, found: list[Part], link: Link, sign: re.Match[str], end: int, depth: int
    ) -> int:
        """Take a link whose hook sets something when it is taken."""
        parts, behind = self._hook(end, sign, depth)
        inner: list[Setting] = []
        for each in parts:
            if isinstance(each, Settings):
                inner += each.settings
            elif not (isinstance(each, Words) and not each.text.strip()):
                self._not_supported(sign.start(), f"{sign[0]})")
                break
        found.append(replace(link, settings=tuple(inner)))
        return behind

    def _behind_space(self, begins: int) -> int:
        space = _SPACE.match(self._text, begins)
        return space.end() if space else begins

    def _closing(self, begins: int) -> int | None:
        """Return where the bracket of a macro is closed."""
        depth = 1
        for found in _BRACKET.finditer(self._text, begins):
            depth += (found[0] == "(") - (found[0] == ")")
            if not depth:
                return found.start()
        return None

    def _unknown(self, err: HarloweError) -> None:
        if err.code is StoryProblem.EXPRESSION_DEEP:
            self._wrong(err.offset, err.code, most=err.found)
        else:
            self._wrong(err.offset, err.code, found=err.found)

    def _not_supported(self, offset: int, name: str) -> None:
        self._wrong(offset, StoryProblem.NOT_SUPPORTED, name=name)

    def _wrong(self, offset: int, code: StoryProblem, **detail: str) -> None:
        self.problems.append(problem(self._passage.at(offset), code, **detail))


def walk(parts: Sequence[Part]) -> Iterator[Part | Branch]:
    """Yield all parts of a passage in the order of the text, those in branches as well."""
    for part in parts:
        if not isinstance(part, Branches):
            yield part
            continue
        for branch in part.branches:
            yield branch
            yield from walk(branch.parts)


def _speak(found: list[Part], text: str) -> None:
    if text:
        found.append(Words(text))


def _joined(found: list[Part]) -> list[Part]:
    """Return the parts with words that follow each other as one."""
    joined: list[Part] = []
    for spoken, parts in groupby(found, key=lambda part: isinstance(part, Words)):
        if spoken:
            joined.append(Words("".join(each.text for each in parts if isinstance(each, Words))))
        else:
            joined += parts
    return joined


def _take_link(found: list[Part], link: re.Match[str]) -> int:
    """Take a link in double brackets, and return where it ends."""
    label, target = _label_and_target(link["inner"])
    found.append(Link(target=target, label=label, offset=link.start()))
    return link.end()


def _chain(found: list[Part]) -> Branches | None:
    """Return the branches that an `(else:)` belongs to; only space may be between."""
    for each in reversed(found):
        if isinstance(each, Branches):
            return each
        if not (isinstance(each, Words) and not each.text.strip()):
            return None
    return None


def _label_and_target(inner: str) -> tuple[str | None, str]:
    """Return what a link says and where it leads, as Twine takes it apart."""
    if "->" in inner:
        label, _, target = inner.rpartition("->")
    elif "<-" in inner:
        target, _, label = inner.partition("<-")
    elif "|" in inner:
        label, _, target = inner.rpartition("|")
    else:
        label, target = "", inner
    return label.strip() or None, intern(target.strip())


def _given_link(given: list[str], offset: int) -> Link:
    """Return the link that `(link-goto:)` makes of one text or of two."""
    label = given[0].strip() if len(given) > 1 else ""
    return Link(target=given[-1].strip(), label=label or None, offset=offset)
