"""How a story of Twine's uses variables: what it sets, and what it asks for."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from ...errors import Place, Problem, StoryProblem
from ...expression.reading import is_name
from ...expression.tree import Term
from .passages import problem
from .sets import variables

MINIMUM = "_min"
MAXIMUM = "_max"
WORDS = "_words"
"""`$coins_max` in `StoryInit` is the most that `$coins` can be; so are the others named."""


@dataclass(frozen=True, slots=True)
class Used:
    """A term, and where it stands."""

    term: Term
    place: Place


@dataclass(frozen=True, slots=True)
class Given:
    """A variable is given a value somewhere."""

    variable: str
    used: Used


@dataclass(slots=True)
class Usage:
    """How a story uses variables."""

    initial: dict[str, Used] = field(default_factory=dict)
    """What `StoryInit` sets."""
    lists: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The lists of words that `StoryInit` sets."""
    given: list[Given] = field(default_factory=list)
    asked: list[Used] = field(default_factory=list)

    def kept(self) -> set[str]:
        """Return the variables that matter: what `StoryInit` sets, and what is read at all."""
        names = {name for name in self.initial if not self._is_bound(name)}
        return names | {name for name, _ in self._reads()}

    def problems(self, kept: set[str]) -> Iterator[Problem]:
        """Yield the variables that are read and never set, and those without a fit name."""
        known = {each.variable for each in self.given} | self.initial.keys()
        seen: set[str] = set()
        for name, place in self._reads():
            if name not in seen and name not in known:
                yield problem(place, StoryProblem.UNKNOWN_VARIABLE, name=f"${name}")
            seen.add(name)
        for name in sorted(kept):
            if not is_name(name):
                yield problem(self.place(name), StoryProblem.NOT_SUPPORTED, name=f"${name}")

    def place(self, name: str) -> Place:
        """Return where a variable appears first."""
        if name in self.initial:
            return self.initial[name].place
        for each in self.given:
            if each.variable == name:
                return each.used.place
        return next((place for read, place in self._reads() if read == name), Place())

    def _reads(self) -> Iterator[tuple[str, Place]]:
        for used in self.asked:
            yield from ((name, used.place) for name in variables(used.term))
        for each in self.given:
            for name in variables(each.used.term):
                if name != each.variable:
                    yield name, each.used.place

    def _is_bound(self, name: str) -> bool:
        for ending in (MINIMUM, MAXIMUM):
            if name.endswith(ending) and name.removesuffix(ending) in self.initial:
                return True
        return False
