"""Our own format: a mapping with the story's fields, and its nodes by id."""

from sys import intern

from ....manuscript.tree import Written
from ...errors import FieldKind, Problem, StoryError, StoryProblem
from ...model import RESUME_TIMEOUT, Node, Story
from ..entry import Entry, Targets
from ..limits import DESCRIPTION, ID, LINE, NODES, RESUME, TITLE
from ..slug import slug
from .logic import Logic
from .nodes import Nodes
from .variables import read_variables

FIELDS = (
    "title",
    "id",
    "author",
    "description",
    "language",
    "cover",
    "voice",
    "resume_timeout",
    "start",
    "variables",
    "nodes",
    "twine",
)
_TWINE = 50
_TWINE_LENGTH = 10_000


def read_own(written: Written) -> Story:
    """Return the story that our own format describes.

    Raises:
        StoryError: It cannot be read; with all that is wrong.
    """
    problems: list[Problem] = []
    whole = Entry(written, problems)
    fields = whole.fields(*FIELDS)
    if whole.is_nothing:
        whole.problem(StoryProblem.WRONG_TYPE, found=FieldKind.NOTHING, wanted=FieldKind.MAPPING)
    for each in ("title", "nodes"):
        if whole.is_mapping and each not in fields:
            whole.problem(StoryProblem.MISSING_FIELD, name=each)

    variables = read_variables(fields.get("variables"))
    targets = Targets()
    nodes = _nodes(fields.get("nodes"), Nodes(Logic(variables), targets))
    start = _text(fields, "start", ID)
    if start is not None:
        targets.of(fields["start"], start)
    targets.check(set(nodes))

    title = (fields["title"].name(TITLE) if "title" in fields else None) or ""
    resume = fields["resume_timeout"].whole(0, RESUME) if "resume_timeout" in fields else None
    story = Story(
        id=_text(fields, "id", ID) or slug(title),
        title=title,
        start=start or next(iter(nodes), ""),
        nodes=nodes,
        variables=variables,
        author=_text(fields, "author", LINE),
        description=_text(fields, "description", DESCRIPTION),
        language=_text(fields, "language", ID),
        cover=_text(fields, "cover", LINE),
        voice=_text(fields, "voice", LINE),
        resume_timeout=RESUME_TIMEOUT if resume is None else resume,
        twine=_twine(fields.get("twine")),
    )
    if problems:
        raise StoryError(*problems)
    return story


def _nodes(entry: Entry | None, reading: Nodes) -> dict[str, Node]:
    found: dict[str, Node] = {}
    if entry is None:
        return found
    for named, described in entry.named(NODES):
        name = named.name(ID)
        if name is not None:
            name = intern(name)
            found[name] = reading.node(name, described.of_node(name))
    if not found and not entry.problems:
        entry.problem(StoryProblem.MISSING_FIELD, name="nodes")
    return found


def _text(fields: dict[str, Entry], name: str, most: int) -> str | None:
    return fields[name].text(most) if name in fields else None


def _twine(entry: Entry | None) -> dict[str, str]:
    found: dict[str, str] = {}
    for named, value in entry.named(_TWINE) if entry else ():
        name, text = named.text(ID), value.text(_TWINE_LENGTH)
        if name is not None and text is not None:
            found[name] = text
    return found
