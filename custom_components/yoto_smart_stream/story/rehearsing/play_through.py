"""One play-through as it goes on, with what was heard and for how long."""

from collections.abc import Sequence

from ..engine import begin, step
from ..fate import Home
from ..model import Audio
from ..script import Script
from ..situation import (
    Effect,
    End,
    Ended,
    Entered,
    Ignored,
    Input,
    Knob,
    Phase,
    Play,
    Press,
    Silence,
)
from ..sounds import Sounds, seconds_of
from .coverage import Edge, taken


class PlayThrough:
    """Keeps what happens. Time is in seconds of listening; what is waited for after a stop is none.

    An audio whose length nobody knows counts nothing, and is counted in `unknown`.
    """

    def __init__(
        self, script: Script, *, seed: int, home: Home, sounds: Sounds | None = None
    ) -> None:
        """Enter the start."""
        self.seconds = 0.0
        self.unknown = 0
        self.nodes: list[str] = []
        self.edges: list[Edge] = []
        self.ignored = 0
        self.ending: str | None = None
        """The node that the story has ended in."""
        self._script = script
        self._home = home
        self._sounds = sounds
        self._left = 0.0
        self.state, self.effects = begin(script, seed, home)
        self._done(None)

    @property
    def is_stopped(self) -> bool:
        """Return whether only a knob can lead on, if anything can."""
        return self.state.situation.phase is Phase.STOPPED

    @property
    def left(self) -> float:
        """Return for how many seconds what plays still does."""
        return self._left

    def press(self, knob: Knob, after: float = 0) -> Sequence[Effect]:
        """Listen for some seconds, but no longer than something plays, and press a knob."""
        self._listen(min(after, self._left))
        return self._step(Press(knob))

    def end(self) -> Sequence[Effect]:
        """Listen until what plays is over."""
        self._listen(self._left)
        return self._step(End())

    def _listen(self, seconds: float) -> None:
        self.seconds += seconds
        self._left -= seconds

    def _step(self, happened: Input) -> Sequence[Effect]:
        node = self.state.situation.node
        self.state, self.effects = step(self._script, self.state, happened, self._home)
        self._done(node)
        return self.effects

    def _done(self, node: str | None) -> None:
        """Keep what was done."""
        self.edges += taken(node, self.effects)
        for effect in self.effects:
            match effect:
                case Entered(entered):
                    self.nodes.append(entered)
                    self.ending = None
                case Ignored():
                    self.ignored += 1
                case Play(audio):
                    self._left = self._length(audio)
                case Ended(ended):
                    self.ending = ended
        if self.is_stopped:
            self._left = 0.0

    def _length(self, audio: Audio | Silence) -> float:
        if isinstance(audio, Silence):
            return audio.seconds
        seconds = seconds_of(audio, self._sounds)
        if seconds is None:
            self.unknown += 1
        return seconds or 0.0
