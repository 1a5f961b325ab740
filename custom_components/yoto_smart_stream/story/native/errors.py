"""Why a story cannot be a native card."""

from dataclasses import dataclass

from .obstacles import Obstacle


@dataclass(frozen=True, slots=True, kw_only=True)
class Multiplier:
    """A variable that makes many of few."""

    variable: str
    without: int
    """How many there would be if nobody needed to know it."""


class NativeError(Exception):
    """A story cannot be a native card."""


class NeedsServerError(NativeError):
    """The story has something in it that needs Home Assistant or chance."""

    def __init__(self, obstacles: tuple[Obstacle, ...]) -> None:
        """Keep all that is in the way, in the order of the text; at least one thing."""
        super().__init__(", ".join(f"{each.place.node}: {each.code}" for each in obstacles))
        self.obstacles = obstacles


class TooManySituationsError(NativeError):
    """There is more that a play-through could remember than can be looked through."""

    def __init__(
        self, *, most: int, multipliers: tuple[Multiplier, ...], crowded: tuple[str, ...]
    ) -> None:
        """Keep what multiplies the situations, the worst first, of those that were looked at."""
        names = ", ".join(each.variable for each in multipliers)
        super().__init__(f"more than {most} situations, by {names}")
        self.most = most
        self.multipliers = multipliers
        self.crowded = crowded
        """The ids of the nodes with the most situations, the worst first."""
