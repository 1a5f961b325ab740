"""From the `story.json` of Lunii STUdio to a pack.

What STUdio writes for its editor alone is passed over; what decides how a pack plays is checked.
"""

from collections.abc import Container
from typing import Final

from ....manuscript.tree import Written
from ...errors import Problem, StoryError, StoryProblem
from ...model import Position
from ..entry import Entry, Targets
from ..limits import LINE, LOTS, NODES
from .pack import Options, Pack, Stage, Transition

MOST_BY_CHANCE: Final = LOTS * LOTS
"""Options that chance can choose from."""
_FORMAT: Final = "v1"
_ANY_LENGTH: Final = 1_000_000
_CHANCE: Final = -1
"""The index of options that leaves it to chance."""


def read_pack(written: Written, files: Container[str]) -> Pack:
    """Return the pack that is described; `files` are the names of the assets that are there.

    Raises:
        StoryError: It cannot be read; with all that is wrong.
    """
    problems: list[Problem] = []
    pack = _Reading(files, problems).pack(Entry(written, problems))
    if problems:
        raise StoryError(*problems)
    return pack


class _Reading:
    """The reading of one pack."""

    def __init__(self, files: Container[str], problems: list[Problem]) -> None:
        self._files = files
        self._problems = problems
        self._options: dict[str, Options] = {}
        self._targets = Targets()

    def pack(self, whole: Entry) -> Pack:
        """Read all of it."""
        fields = whole.some_fields("format", "title", "description", "stageNodes", "actionNodes")
        version = _text(fields, "format")
        if version not in {None, _FORMAT}:
            fields["format"].problem(
                StoryProblem.OUT_OF_RANGE, value=str(version)[:LINE], known=_FORMAT
            )
        for each in ("stageNodes", "actionNodes"):
            if whole.is_mapping and each not in fields:
                whole.problem(StoryProblem.MISSING_FIELD, name=each)
        for entry in fields["actionNodes"].items(NODES) if "actionNodes" in fields else ():
            self._read_options(entry)
        stages: dict[str, Stage] = {}
        start: str | None = None
        for entry in fields["stageNodes"].items(NODES) if "stageNodes" in fields else ():
            if (stage := self._stage(entry, stages)) is not None:
                first = entry.some_fields("squareOne").get("squareOne")
                if start is None and first is not None and first.truth():
                    start = stage.id
        if not stages and not self._problems:
            whole.problem(StoryProblem.MISSING_FIELD, name="stageNodes")
        self._targets.check(set(stages))
        return Pack(
            title=_text(fields, "title"),
            description=_text(fields, "description"),
            start=start or next(iter(stages), ""),
            stages=stages,
            options=self._options,
        )

    def _read_options(self, entry: Entry) -> None:
        fields = entry.some_fields("id", "name", "options", "position")
        if not entry.is_mapping:
            return
        name, key = _text(fields, "name"), _key(entry, fields, "id", self._options)
        listed = fields["options"].items(NODES) if "options" in fields else ()
        options = [_within(each, _shown(name, key)) for each in listed]
        stages = [
            self._targets.of(each, target)
            for each in options
            if (target := each.text(LINE)) is not None
        ]
        if key is not None:
            self._options[key] = Options(
                id=key,
                name=name,
                stages=tuple(stages),
                position=_position(fields.get("position")),
            )

    def _stage(self, entry: Entry, stages: dict[str, Stage]) -> Stage | None:
        """Read a stage into those that are known, and return it."""
        fields = entry.some_fields(
            *("uuid", "name", "audio", "image", "position"),
            *("controlSettings", "okTransition", "homeTransition"),
        )
        if not entry.is_mapping:
            return None
        name, key = _text(fields, "name"), _key(entry, fields, "uuid", stages)
        node = _shown(name, key)
        fields = {field: _within(each, node) for field, each in fields.items()}
        controls = self._controls(_within(entry, node), fields.get("controlSettings"))
        audio = _text(fields, "audio")
        if audio is not None and audio not in self._files:
            fields["audio"].problem(StoryProblem.UNKNOWN_FILE, name=audio[:LINE])
        leads_on = controls["ok"] or controls["autoplay"]
        if key is None:
            return None
        stages[key] = Stage(
            id=key,
            name=name,
            audio=audio,
            picture=_text(fields, "image"),
            turns=controls["wheel"],
            taken=controls["ok"],
            passes=controls["autoplay"],
            # What no control leads to may lead nowhere: editors leave such things behind.
            onward=self._transition(fields.get("okTransition")) if leads_on else None,
            home=self._transition(fields.get("homeTransition")) if controls["home"] else None,
            position=_position(fields.get("position")),
        )
        return stages[key]

    def _controls(self, stage: Entry, entry: Entry | None) -> dict[str, bool]:
        """Return what can be done at a stage."""
        names = ("wheel", "ok", "home", "autoplay")
        found = dict.fromkeys(names, False)
        if entry is None:
            stage.problem(StoryProblem.MISSING_FIELD, name="controlSettings")
            return found
        for name, each in entry.some_fields(*names).items():
            found[name] = each.truth() or False
        return found

    def _transition(self, entry: Entry | None) -> Transition | None:
        """Return where something leads, None for nowhere."""
        if entry is None:
            return None
        fields = entry.some_fields("actionNode", "optionIndex")
        for each in ("actionNode", "optionIndex"):
            if entry.is_mapping and each not in fields:
                entry.problem(StoryProblem.MISSING_FIELD, name=each)
        key = _text(fields, "actionNode")
        if key is None:
            return None
        options = self._options.get(key)
        if options is None:
            fields["actionNode"].problem(StoryProblem.UNKNOWN_NODE, name=key[:LINE], near="")
            return None
        count = len(options.stages)
        if not count:
            fields["actionNode"].problem(StoryProblem.MISSING_FIELD, name="options")
            return None
        if "optionIndex" not in fields:
            return None
        index = fields["optionIndex"].whole(_CHANCE, count - 1)
        if index == _CHANCE and count > MOST_BY_CHANCE:
            fields["optionIndex"].problem(
                StoryProblem.TOO_MANY, count=str(count), most=str(MOST_BY_CHANCE)
            )
        return Transition(options=key, index=None if index == _CHANCE else index)


def _key(
    entry: Entry, fields: dict[str, Entry], name: str, known: dict[str, Stage] | dict[str, Options]
) -> str | None:
    """Return what something is called by the others, if nothing else is called so."""
    if name not in fields:
        entry.problem(StoryProblem.MISSING_FIELD, name=name)
        return None
    key = fields[name].text(LINE)
    if key is not None and key in known:
        fields[name].problem(StoryProblem.TWICE, name=key)
        return None
    return key


def _shown(name: str | None, key: str | None) -> str | None:
    """Return what people know something by."""
    return name[:LINE] if name is not None else key


def _within(entry: Entry, node: str | None) -> Entry:
    """Return a part of something with what people know that by."""
    return entry if node is None else entry.of_node(node)


def _position(entry: Entry | None) -> Position | None:
    fields = entry.some_fields("x", "y") if entry else {}
    numbers = {name: each.number() for name, each in fields.items()}
    x, y = numbers.get("x"), numbers.get("y")
    return None if x is None or y is None else Position(x=x, y=y)


def _text(fields: dict[str, Entry], name: str) -> str | None:
    """Return a text, None where nothing is said."""
    return (fields[name].text(_ANY_LENGTH, least=0) or None) if name in fields else None
