"""What decides beyond a situation: chance, and conditions of Home Assistant."""

from hashlib import blake2b
from typing import Final, Protocol, override

from ..json import Json
from .model import Chance, Then


class Home(Protocol):
    """Says how it stands with Home Assistant. Asked of the same conditions, it may change."""

    def holds(self, conditions: tuple[Json, ...]) -> bool:
        """Return whether all of some conditions hold."""
        ...


class Fate(Home, Protocol):
    """Decides everything that a situation does not."""

    def draw(self, chance: Chance) -> Then:
        """Return what chance brings."""
        ...


class UndecidedError(Exception):
    """What comes next is not decided by the situation."""

    code = "undecided"


class NoFate(Fate):
    """For what must be decided by the situation alone, such as a card that works offline."""

    @override
    def holds(self, conditions: tuple[Json, ...]) -> bool:
        raise UndecidedError

    @override
    def draw(self, chance: Chance) -> Then:
        raise UndecidedError


NO_FATE: Final = NoFate()


class SeededFate(Fate):
    """Chance as a function of a seed and of how often it has decided."""

    def __init__(self, home: Home, seed: int, drawn: int) -> None:
        """Go on after some draws."""
        self.drawn = drawn
        self._home = home
        self._seed = seed

    @override
    def holds(self, conditions: tuple[Json, ...]) -> bool:
        return self._home.holds(conditions)

    @override
    def draw(self, chance: Chance) -> Then:
        number = int.from_bytes(blake2b(f"{self._seed}:{self.drawn}".encode()).digest()[:8])
        self.drawn += 1
        number %= sum(lot.weight for lot in chance.lots)
        for lot in chance.lots:
            number -= lot.weight
            if number < 0:
                return lot.then
        raise AssertionError(chance)
