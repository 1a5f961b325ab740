"""Where a node leads to, as our own format writes it."""

from ...errors import StoryProblem
from ...model import Chance, Choice, Ending, Goto, Lot, Repeat, Stop, Then, Wait
from ..entry import Entry, Targets
from ..limits import ALTERNATIVES, ID, LINE, LOTS, SECONDS, WEIGHT
from .logic import Logic

STOP = "stop"
REPEAT = "repeat"


class Ways:
    """Reads what stands behind `left`, `right` and `end`."""

    def __init__(self, logic: Logic, targets: Targets) -> None:
        """Keep who reads guards, and where nodes that are spoken of are remembered."""
        self._logic = logic
        self._targets = targets

    def choices(self, entry: Entry | None) -> tuple[Choice, ...]:
        """Return what a knob does: one choice or a list of them."""
        each = [self._choice(each) for each in entry.one_or_items(ALTERNATIVES)] if entry else []
        return tuple([choice for choice in each if choice is not None])

    def endings(self, entry: Entry | None) -> tuple[Ending, ...]:
        """Return what happens at the end: one ending or a list of them."""
        each = [self._ending(each) for each in entry.one_or_items(ALTERNATIVES)] if entry else []
        return tuple([ending for ending in each if ending is not None])

    def _choice(self, entry: Entry) -> Choice | None:
        if not entry.is_mapping:
            target = self._node(entry)
            return None if target is None else Choice(target=target, place=entry.place)
        fields = entry.fields("to", "label", "when", "home", "set")
        if "to" not in fields:
            entry.problem(StoryProblem.MISSING_FIELD, name="to")
        choice = Choice(
            target=(self._node(fields["to"]) if "to" in fields else None) or "",
            label=fields["label"].text(LINE) if "label" in fields else None,
            guard=self._logic.guard(fields),
            assignments=self._logic.assignments(fields.get("set")),
            place=entry.place,
        )
        return choice if choice.target else None

    def _ending(self, entry: Entry) -> Ending | None:
        if not entry.is_mapping:
            then = self._then(entry)
            return None if then is None else Ending(then=then, place=entry.place)
        fields = entry.fields("to", "then", "random", "wait", "when", "home", "set")
        guard = self._logic.guard(fields)
        assignments = self._logic.assignments(fields.get("set"))
        seconds = fields["wait"].whole(1, SECONDS) if "wait" in fields else None
        outcome = self._outcome(entry, fields)
        if outcome is None or ("wait" in fields and seconds is None):
            return None
        return Ending(
            then=outcome if seconds is None else Wait(seconds=seconds, then=outcome),
            guard=guard,
            assignments=assignments,
            place=entry.place,
        )

    def _outcome(self, entry: Entry, fields: dict[str, Entry]) -> Then | Chance | None:
        """Return what exactly one of `to`, `then` and `random` says."""
        given = [each for each in ("to", "then", "random") if each in fields]
        if len(given) != 1:
            if given:
                fields[given[1]].problem(StoryProblem.TWICE, name=", ".join(given))
            else:
                entry.problem(StoryProblem.MISSING_FIELD, name="then")
            return None
        if given == ["random"]:
            return self._chance(fields["random"])
        return self._goto_or_then(fields)

    def _goto_or_then(self, fields: dict[str, Entry]) -> Then | None:
        if "to" in fields:
            target = self._node(fields["to"])
            return None if target is None else Goto(target)
        return self._then(fields["then"])

    def _then(self, entry: Entry) -> Then | None:
        if (words := entry.words()) is None:
            return None
        match words.text:
            case "stop":
                return Stop()
            case "repeat":
                return Repeat()
        target = self._node(entry)
        return None if target is None else Goto(target)

    def _chance(self, entry: Entry) -> Chance | None:
        """Return chances as `{node: weight}` or as a list of `{to, weight}`."""
        lots: list[Lot | None]
        if entry.is_mapping:
            named = entry.named(LOTS)
            lots = [_lot(self._then(name), weight.whole(1, WEIGHT)) for name, weight in named]
        else:
            lots = [self._listed_lot(each) for each in entry.items(LOTS)]
        found = tuple(each for each in lots if each is not None)
        if not lots:
            entry.problem(StoryProblem.MISSING_FIELD, name="random")
        return Chance(found) if found else None

    def _listed_lot(self, entry: Entry) -> Lot | None:
        if not entry.is_mapping:
            return _lot(self._then(entry), 1)
        fields = entry.fields("to", "then", "weight")
        if len({"to", "then"} & fields.keys()) != 1:
            entry.problem(StoryProblem.MISSING_FIELD, name="to")
            return None
        weight = fields["weight"].whole(1, WEIGHT) if "weight" in fields else 1
        return _lot(self._goto_or_then(fields), weight)

    def _node(self, entry: Entry) -> str | None:
        target = entry.text(ID)
        return None if target is None else self._targets.of(entry, target)


def _lot(then: Then | None, weight: int | None) -> Lot | None:
    return None if then is None or weight is None else Lot(weight=weight, then=then)
