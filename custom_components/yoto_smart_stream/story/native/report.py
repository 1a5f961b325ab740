"""What compiling a story has come to, and how to make it smaller."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from .errors import Multiplier

TRACKS: Final = 100
"""Tracks that a card may have (protocol §4.3). Each chapter has one."""


class AdviceCode(StrEnum):
    """Say in one word how a story gets fewer chapters."""

    FORGET = "forget"
    """Let a variable matter in fewer places: assign it anew where it has served."""
    JOIN_WAITS = "join_waits"
    """Put the silence at the end of the audio, instead of waiting."""
    FEWER_NODES = "fewer_nodes"
    """No variable is to blame: the story has more nodes than a card has chapters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """One thing that can be done, and how many chapters it saves at the most."""

    code: AdviceCode
    saves: int
    variable: str | None = None
    """Which one to forget."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """A node that has become several chapters."""

    node: str
    chapters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What compiling a story has come to."""

    nodes: int
    """Those that a play-through can come to."""
    situations: int
    """Nodes with what is remembered there, as far as it matters."""
    chapters: int
    """Those of the card: the fewest with which it plays the same."""
    audios: int
    """Different audios; silences too."""
    silences: int
    """Chapters in which nothing is to be heard."""
    multipliers: tuple[Multiplier, ...]
    """The variables without which there would be fewer chapters, the worst first."""
    crowds: tuple[Crowd, ...]
    """The nodes that are several chapters, the worst first."""

    @property
    def fits(self) -> bool:
        """Tell whether a card can have so many."""
        return self.chapters <= TRACKS

    @property
    def advice(self) -> tuple[Advice, ...]:
        """Return what can be done to fit, what saves most first; nothing where it fits."""
        if self.fits:
            return ()
        found = [
            Advice(
                code=AdviceCode.FORGET,
                saves=self.chapters - each.without,
                variable=each.variable,
            )
            for each in self.multipliers
        ]
        if self.silences:
            found.append(Advice(code=AdviceCode.JOIN_WAITS, saves=self.silences))
        if self.nodes > TRACKS:
            found.append(Advice(code=AdviceCode.FEWER_NODES, saves=self.nodes - TRACKS))
        return tuple(sorted(found, key=lambda each: -each.saves))
