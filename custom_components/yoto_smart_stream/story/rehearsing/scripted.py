"""A play-through by given presses."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ..fate import Home
from ..script import Script
from ..situation import Effect, Knob, Situation
from ..sounds import Sounds
from .coverage import Coverage, covered
from .play_through import PlayThrough

MOST_CUES: Final = 1000
"""How many cues may be given."""


@dataclass(frozen=True, slots=True)
class Cue:
    """What the child does next."""

    knob: Knob | None
    """None to only listen until what plays is over."""
    after: float | None = 0
    """Seconds to listen before the press; None to wait until what plays is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What came of a cue."""

    cue: Cue | None
    """None for the beginning of the story."""
    effects: tuple[Effect, ...]
    situation: Situation
    seconds: float
    """Of listening, since the beginning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """A play-through by given presses."""

    turns: tuple[Turn, ...]
    ending: str | None
    """The node that the story has ended in."""
    seconds: float
    unknown: int
    """How many audios were played whose length nobody knows."""
    ignored: int
    """How many presses led nowhere."""
    coverage: Coverage


class TooManyCuesError(Exception):
    """More is to be rehearsed than is allowed."""

    code = "too_many_cues"

    def __init__(self, count: int) -> None:
        """Keep how many there are."""
        super().__init__(f"{count} of {MOST_CUES}")
        self.count = count
        self.most = MOST_CUES


def rehearse(
    script: Script,
    cues: Sequence[Cue],
    *,
    seed: int,
    home: Home,
    sounds: Sounds | None = None,
) -> Rehearsal:
    """Play a story by given presses.

    Raises:
        TooManyCuesError: There are more than 1000.
    """
    if len(cues) > MOST_CUES:
        raise TooManyCuesError(len(cues))
    play = PlayThrough(script, seed=seed, home=home, sounds=sounds)
    turns = [_turn(None, play, ())]
    for cue in cues:
        before: tuple[Effect, ...] = ()
        if cue.knob is None or cue.after is None:
            before = tuple(play.end())
        if cue.knob is not None:
            play.press(cue.knob, cue.after or 0)
            turns.append(_turn(cue, play, before))
        else:
            turns.append(_turn(cue, play, ()))
    return Rehearsal(
        turns=tuple(turns),
        ending=play.ending,
        seconds=play.seconds,
        unknown=play.unknown,
        ignored=play.ignored,
        coverage=covered(script.story, play.nodes, play.edges),
    )


def _turn(cue: Cue | None, play: PlayThrough, before: tuple[Effect, ...]) -> Turn:
    """Return a turn; what the end of an audio did comes before what the press did."""
    return Turn(
        cue=cue,
        effects=(*before, *play.effects),
        situation=play.state.situation,
        seconds=play.seconds,
    )
