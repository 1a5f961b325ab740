"""Nodes as our own format writes them."""

from ...errors import StoryProblem
from ...model import ALWAYS, Audio, LibraryAudio, Node, Position, Spoken, StreamAudio, Variant
from ..entry import Entry, Targets
from ..limits import ACTIONS, ALTERNATIVES, ID, LINE, SPOKEN, TAGS, TITLE
from .logic import Logic
from .ways import Ways

_SOUND = ("say", "audio", "stream")
_FIELDS = (
    "title",
    *_SOUND,
    "voice",
    "sounds",
    "icon",
    "set",
    "left",
    "right",
    "end",
    "actions",
    "tags",
    "position",
)


class Nodes:
    """Reads the nodes of one story."""

    def __init__(self, logic: Logic, targets: Targets) -> None:
        """Keep who reads guards and ways."""
        self._logic = logic
        self._ways = Ways(logic, targets)

    def node(self, name: str, entry: Entry) -> Node:
        """Return the node that an entry describes."""
        fields = entry.fields(*_FIELDS)
        return Node(
            id=name,
            title=_text(fields, "title", TITLE),
            variants=self._variants(fields, entry),
            icon=_text(fields, "icon", LINE),
            on_enter=self._logic.assignments(fields.get("set")),
            left=self._ways.choices(fields.get("left")),
            right=self._ways.choices(fields.get("right")),
            on_end=self._ways.endings(fields.get("end")),
            actions=tuple(
                each.json()
                for each in (fields["actions"].one_or_items(ACTIONS) if "actions" in fields else ())
            ),
            tags=_tags(fields.get("tags")),
            position=_position(fields.get("position")),
            place=entry.place,
        )

    def _variants(self, fields: dict[str, Entry], entry: Entry) -> tuple[Variant, ...]:
        own = [each for each in (*_SOUND, "voice") if each in fields]
        if "sounds" not in fields:
            audio = _audio(fields, entry) if own else None
            return () if audio is None else (Variant(audio=audio, place=fields[own[0]].place),)
        for each in own:
            fields[each].problem(StoryProblem.TWICE, name=f"{each}, sounds")
        found = [self._variant(each) for each in fields["sounds"].one_or_items(ALTERNATIVES)]
        return tuple(each for each in found if each is not None)

    def _variant(self, entry: Entry) -> Variant | None:
        if not entry.is_mapping:
            text = entry.text(SPOKEN)
            return (text and Variant(audio=Spoken(text=text), place=entry.place)) or None
        fields = entry.fields(*_SOUND, "voice", "when", "home")
        guard = self._logic.guard(fields) if fields else ALWAYS
        audio = _audio(fields, entry)
        return None if audio is None else Variant(audio=audio, guard=guard, place=entry.place)


def _audio(fields: dict[str, Entry], entry: Entry) -> Audio | None:
    """Return what exactly one of `say`, `audio` and `stream` says."""
    given = [each for each in _SOUND if each in fields]
    if len(given) != 1:
        if given:
            fields[given[1]].problem(StoryProblem.TWICE, name=", ".join(given))
        else:
            entry.problem(StoryProblem.MISSING_FIELD, name="say")
        return None
    voice = _text(fields, "voice", LINE)
    if given != ["say"] and "voice" in fields:
        fields["voice"].problem(StoryProblem.MISSING_FIELD, name="say")
    text = fields[given[0]].text(SPOKEN if given == ["say"] else LINE)
    if text is None:
        return None
    match given[0]:
        case "say":
            return Spoken(text=text, voice=voice)
        case "audio":
            return LibraryAudio(audio_id=text)
        case _:
            return StreamAudio(name=text)


def _tags(entry: Entry | None) -> tuple[str, ...]:
    found: list[str] = []
    for each in entry.one_or_items(TAGS) if entry else ():
        tag = each.text(ID)
        if tag is not None and tag in found:
            each.problem(StoryProblem.TWICE, name=tag)
        elif tag is not None:
            found.append(tag)
    return tuple(found)


def _position(entry: Entry | None) -> Position | None:
    if entry is None:
        return None
    fields = entry.fields("x", "y", "width", "height")
    for each in ("x", "y"):
        if each not in fields:
            entry.problem(StoryProblem.MISSING_FIELD, name=each)
    numbers = {name: each.number() for name, each in fields.items()}
    x, y = numbers.get("x"), numbers.get("y")
    if x is None or y is None:
        return None
    return Position(x=x, y=y, width=numbers.get("width"), height=numbers.get("height"))


def _text(fields: dict[str, Entry], name: str, most: int) -> str | None:
    return fields[name].text(most) if name in fields else None
