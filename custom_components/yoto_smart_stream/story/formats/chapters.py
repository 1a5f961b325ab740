"""The JSON of the service before this integration: numbered chapters with two choices each."""

from ...manuscript.tree import Written
from ..errors import Problem, StoryError, StoryProblem
from ..model import (
    Audio,
    Choice,
    Ending,
    Goto,
    LibraryAudio,
    Node,
    Repeat,
    Spoken,
    Stop,
    Story,
    Then,
    Variant,
)
from ..variables import Flag, Number, OneOf, Variable
from .entry import Entry, Targets
from .limits import DESCRIPTION, ID, LINE, NODES, SPOKEN, TITLE, VARIABLES
from .slug import slug

_NEXT = "next:"
_IGNORED = ("version", "card_id", "type")
"""What the service kept for itself."""


def read_chapters(written: Written) -> Story:
    """Return the story that numbered chapters tell.

    A chapter plays its audio, or else its description is spoken. It begins with chapter 1, or
    with the first if there is no such chapter.

    Raises:
        StoryError: It cannot be read; with all that is wrong.
    """
    problems: list[Problem] = []
    whole = Entry(written, problems)
    fields = whole.fields(*_IGNORED, "title", "description", "author", "variables", "chapters")
    for each in ("title", "chapters"):
        if whole.is_mapping and each not in fields:
            whole.problem(StoryProblem.MISSING_FIELD, name=each)
    targets = Targets()
    nodes: dict[str, Node] = {}
    for named, described in fields["chapters"].named(NODES) if "chapters" in fields else ():
        if (name := named.name(ID)) is not None:
            nodes[name] = _node(name, described.of_node(name), targets)
    if not nodes and not problems:
        whole.problem(StoryProblem.MISSING_FIELD, name="chapters")
    targets.check(set(nodes))
    title = (fields["title"].name(TITLE) if "title" in fields else None) or ""
    story = Story(
        id=slug(title),
        title=title,
        start="1" if "1" in nodes else next(iter(nodes), ""),
        nodes=nodes,
        variables=_variables(fields.get("variables")),
        author=_text(fields, "author", LINE),
        description=_text(fields, "description", DESCRIPTION),
    )
    if problems:
        raise StoryError(*problems)
    return story


def _node(name: str, entry: Entry, targets: Targets) -> Node:
    fields = entry.fields("title", "audio_file_id", "description", "choices", "on_end")
    description = _text(fields, "description", SPOKEN)
    audio: Audio | None = None
    title = _text(fields, "title", TITLE)
    if (audio_id := _text(fields, "audio_file_id", LINE)) is not None:
        audio = LibraryAudio(audio_id=audio_id)
        title = title or (description and _shortened(description))
    elif description is not None:
        audio = Spoken(text=description)
    choices = fields["choices"].fields("left", "right") if "choices" in fields else {}
    return Node(
        id=name,
        title=None if title == name else title,
        variants=() if audio is None else (Variant(audio=audio, place=entry.place),),
        left=_choices(choices.get("left"), targets),
        right=_choices(choices.get("right"), targets),
        on_end=_endings(fields.get("on_end"), targets),
        place=entry.place,
    )


def _choices(entry: Entry | None, targets: Targets) -> tuple[Choice, ...]:
    if entry is None:
        return ()
    fields = entry.fields("label", "next_chapter")
    if "next_chapter" not in fields:
        # A choice that leads nowhere is none.
        return ()
    target = _text(fields, "next_chapter", ID)
    if target is None:
        return ()
    targets.of(fields["next_chapter"], target)
    return (Choice(target=target, label=_text(fields, "label", LINE), place=entry.place),)


def _endings(entry: Entry | None, targets: Targets) -> tuple[Ending, ...]:
    if entry is None or (text := entry.text(ID)) is None:
        return ()
    then: Then
    match text:
        case "stop":
            then = Stop()
        case "repeat":
            then = Repeat()
        case _:
            then = Goto(targets.of(entry, text.removeprefix(_NEXT).strip()))
    return (Ending(then=then, place=entry.place),)


def _variables(entry: Entry | None) -> dict[str, Variable]:
    """Return the variables. The format has nothing that would change one, so each is what it is."""
    found: dict[str, Variable] = {}
    for named, declared in entry.named(VARIABLES) if entry else ():
        name, words = named.text(LINE), declared.words()
        if name is None or words is None:
            continue
        match words.value:
            case bool(value):
                found[name] = Flag(name=name, initial=value)
            case int(value):
                found[name] = Number(name=name, minimum=value, maximum=value, initial=value)
            case _:
                found[name] = OneOf(name=name, words=(words.text,), initial=words.text)
    return found


def _shortened(description: str) -> str:
    """Return the beginning of a description, which is a title where an audio says the rest."""
    line = " ".join(description.split())
    if len(line) <= TITLE:
        return line
    return line[: TITLE - 1].rsplit(" ", 1)[0].rstrip(" ,.;:") + "…"


def _text(fields: dict[str, Entry], name: str, most: int) -> str | None:
    return fields[name].text(most) if name in fields else None
