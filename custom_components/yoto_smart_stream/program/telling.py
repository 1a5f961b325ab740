"""A story as a program: knobs choose, ends lead on, and what Home Assistant is to do comes along.

A child who thinks about a choice hears silence. After some of it the question is asked again, and
after a few times the card stops; taken up again, it asks once more. So a knob works all the while,
which is not known of a card that has stopped (protocol §4.5).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from ..cards.live import Way
from ..story import engine
from ..story.fate import Home
from ..story.model import Audio, Choice, LibraryAudio, Spoken, Story, StreamAudio
from ..story.saving import StateError as SavingError, carried, read, written
from ..story.script import Script
from ..story.situation import (
    Chosen,
    Effect as Happening,
    End,
    Ended,
    Entered,
    Ignored,
    Knob,
    Play as PlayIt,
    Press,
    Rested,
    Run,
    Silence,
    State as Situated,
    WentInCircles,
)
from .announcement import Announcement, Interrupted
from .contract import Program, State, Step
from .errors import StateError
from .item import (
    Effect,
    InStory,
    Item,
    Moment,
    Play,
    Skipped,
    SkipReason,
    Stop,
    StopCard,
    silent,
    silent_seconds,
)
from .reading import item_from, item_state, member, record_or_none, whole

KIND: Final = "story"
REMIND_AFTER: Final = 30
"""Seconds of silence after which a question is asked again, where nobody says otherwise."""
_REMINDERS: Final = 3
_QUIET: Final = 60
"""Seconds of one silence where nothing is asked again."""
_QUIET_ROUNDS: Final = 10
_MOST_MISSING: Final = 20
"""Items in a row that cannot be played, after which a story gives up."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Telling:
    """A story, and what it needs of the world: where its audio is, and what is so at home."""

    story_id: str
    script: Script
    item_of: Callable[[Audio], Item]
    """Returns an item for any audio; one that cannot be opened where there is none."""
    home: Home

    @property
    def story(self) -> Story:
        """Return the story."""
        return self.script.story


class Rest(StrEnum):
    """What is heard where a story waits for a knob."""

    NONE = "none"
    """It does not wait."""
    SILENT = "silent"
    ASKING = "asking"
    """The question, once more."""
    OVER = "over"
    """Nothing: the card has stopped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryProgram:
    """A play-through of a story. A program."""

    telling: Telling = field(compare=False, repr=False)
    seed: int
    """What chance is drawn from."""
    remind_after: int = REMIND_AFTER
    """Seconds; 0 to ask nothing again."""
    at: Situated | None = None
    """Where it stands; None before it has begun."""
    item: Item | None = None
    """What plays."""
    question: Item | None = None
    """What was heard before it came to rest."""
    rest: Rest = Rest.NONE
    rounds: int = 0
    """How often there was silence while it waits."""
    ended: bool = False
    """Whether it has come to an ending."""
    lost: int = 0
    """How many items in a row could not be played."""

    @property
    def state(self) -> State:
        """Return it as JSON."""
        return {
            "kind": KIND,
            "story_id": self.telling.story_id,
            "seed": self.seed,
            "remind_after": self.remind_after,
            "at": None if self.at is None else written(self.telling.script, self.at),
            "item": None if self.item is None else item_state(self.item),
            "question": None if self.question is None else item_state(self.question),
            "rest": self.rest.value,
            "rounds": self.rounds,
            "ended": self.ended,
            "lost": self.lost,
        }

    @property
    def choices(self) -> Mapping[Knob, Choice]:
        """Return where the knobs lead now; one that leads nowhere is missing."""
        if self.at is None:
            return {}
        return engine.choices(self.telling.script, self.at.situation, self.telling.home)

    def start(self) -> Step:
        """Begin, go on with what it stands at, or begin anew after an ending."""
        if self.at is None or self.ended:
            return self.anew(self.seed + 1 if self.ended else self.seed)
        if self.rest is not Rest.NONE:
            return _asked(replace(self, rounds=0))
        return _come(self, *engine.resume(self.telling.script, self.at, self.telling.home))

    def left(self, heard: float) -> Step:
        """Choose with the left knob."""
        return self._press(Knob.LEFT, heard)

    def right(self, heard: float) -> Step:
        """Choose with the right knob."""
        return self._press(Knob.RIGHT, heard)

    def end(self) -> Step:
        """Go on after what was heard."""
        if self.at is None:
            return self.start()
        match self.rest:
            case Rest.NONE:
                at, happened = engine.step(self.telling.script, self.at, End(), self.telling.home)
                return _come(self, at, happened)
            case Rest.ASKING:
                return _rested(self)
            case Rest.SILENT if self.rounds <= (_REMINDERS if self.remind_after else _QUIET_ROUNDS):
                return _asked(self) if self.remind_after else _rested(self)
        return _over(self)

    def missing(self, way: Way) -> Step:
        """Go on as if what cannot be played had been heard."""
        del way  # A story knows where it is.
        if self.item is None:
            return _over(self)
        gone = Skipped(item=self.item, reason=SkipReason.MISSING)
        given_up = replace(self, lost=self.lost + 1)
        taken = _over(given_up) if given_up.lost > _MOST_MISSING else given_up.end()
        lost = replace(_as_story(taken), lost=given_up.lost)
        return replace(taken, program=lost, effects=(gone, *taken.effects))

    def anew(self, seed: int) -> Step:
        """Begin at the beginning."""
        fresh = replace(self, seed=seed, at=None, ended=False)
        at, happened = engine.begin(self.telling.script, seed, self.telling.home)
        begun = InStory(
            story_id=self.telling.story_id, moment=Moment.BEGUN, node=self.telling.story.start
        )
        taken = _come(fresh, at, happened)
        return replace(taken, effects=(begun, *taken.effects))

    def with_telling(self, telling: Telling) -> StoryProgram:
        """Go on with the story as it is after a change of its text; what plays plays on."""
        if self.at is None:
            return replace(self, telling=telling)
        at = carried(self.telling.script, self.at, telling.script)
        return replace(self, telling=telling, at=at)

    def _press(self, knob: Knob, heard: float) -> Step:
        """React to a knob."""
        if self.at is None:
            return self.start()
        if self.ended:
            return _over(self)
        at, happened = engine.step(self.telling.script, self.at, Press(knob), self.telling.home)
        if not any(isinstance(one, Ignored) for one in happened):
            return _come(self, at, happened)
        if self.item is None:
            return Step(program=self, outcome=Stop(), effects=(StopCard(),))
        if self.item.length is not None and heard >= self.item.length:
            return self.end()
        return Step(program=self, outcome=Play(item=self.item, begin_at=heard))


def _come(program: StoryProgram, at: Situated, happened: tuple[Happening, ...]) -> Step:
    """Return what comes of what has happened."""
    item: Item | None = None
    told: list[Effect] = []
    rests = ended = False
    for one in happened:
        match one:
            case PlayIt(audio=Silence(seconds=seconds)):
                item = silent(seconds, program.telling.story.title)
            case PlayIt(audio=LibraryAudio() | StreamAudio() | Spoken() as audio):
                item = program.telling.item_of(audio)
            case Rested() | WentInCircles():
                rests = True
            case Ended():
                ended = True
        if (effect := _told(program.telling.story_id, one)) is not None:
            told.append(effect)
    here = replace(
        program,
        at=at,
        item=item,
        question=program.item if _is_heard(program) else program.question,
        rest=Rest.NONE,
        rounds=0,
        ended=ended,
        lost=0,
    )
    if item is not None:
        return Step(program=here, outcome=Play(item=item), effects=tuple(told))
    taken = _rested(here) if rests and not ended else _over(here)
    return replace(taken, effects=(*told, *taken.effects))


def _is_heard(program: StoryProgram) -> bool:
    """Return whether what plays is neither a silence nor a question that is asked again."""
    item = program.item
    return program.rest is Rest.NONE and item is not None and silent_seconds(item) is None


def _told(story_id: str, one: Happening) -> InStory | None:
    """Return what is to be told of something that has happened."""
    match one:
        case Entered(node=node):
            return InStory(story_id=story_id, moment=Moment.ENTERED, node=node)
        case Run(node=node):
            return InStory(story_id=story_id, moment=Moment.ENTERED, node=node, runs=True)
        case Chosen():
            return InStory(
                story_id=story_id,
                moment=Moment.CHOSEN,
                node=one.node,
                target=one.target,
                side=one.knob.value,
                label=one.label,
            )
        case Ended(node=node):
            return InStory(story_id=story_id, moment=Moment.ENDED, node=node)
        case WentInCircles(node=node):
            return InStory(story_id=story_id, moment=Moment.STUCK, node=node)
    return None


def _rested(program: StoryProgram) -> Step:
    """Be silent, and wait for a knob."""
    quiet = silent(program.remind_after or _QUIET, program.telling.story.title)
    here = replace(program, rest=Rest.SILENT, rounds=program.rounds + 1, item=quiet)
    return Step(program=here, outcome=Play(item=quiet))


def _asked(program: StoryProgram) -> Step:
    """Ask again."""
    if program.question is None:
        return _rested(program)
    here = replace(program, rest=Rest.ASKING, item=program.question)
    return Step(program=here, outcome=Play(item=program.question))


def _over(program: StoryProgram) -> Step:
    """Have the card stop."""
    here = replace(program, rest=Rest.OVER, item=None, rounds=0)
    return Step(program=here, outcome=Stop(), effects=(StopCard(),))


def story_in(program: Program) -> StoryProgram | None:
    """Return the story that a program is, or that it has interrupted."""
    match program:
        case StoryProgram():
            return program
        case Announcement(interrupted=Interrupted(program=waiting)):
            return story_in(waiting)
        case _:
            return None


def retold(telling: Telling) -> Callable[[Program], Program]:
    """Return what has a program go on with another text of its story; others stay as they are."""

    def retell(program: Program) -> Program:
        match program:
            case StoryProgram() if program.telling.story_id == telling.story_id:
                return program.with_telling(telling)
            case Announcement(interrupted=Interrupted() as waiting):
                inner = replace(waiting, program=retell(waiting.program))
                return replace(program, interrupted=inner)
            case _:
                return program

    return retell


def _as_story(taken: Step) -> StoryProgram:
    """Return the program of a step of a story, which is a story."""
    if not isinstance(taken.program, StoryProgram):
        raise TypeError("A step of a story leads to a story")
    return taken.program


def read_telling(state: State, telling: Telling) -> StoryProgram:
    """Read the state of a play-through.

    Raises:
        StateError: It is none.
    """
    saved = record_or_none(state, "at")
    item, question = record_or_none(state, "item"), record_or_none(state, "question")
    try:
        at = None if saved is None else read(telling.script, saved)
    except SavingError as err:
        raise StateError("a play-through of a story is none") from err
    return StoryProgram(
        telling=telling,
        seed=whole(state, "seed"),
        remind_after=whole(state, "remind_after"),
        at=at,
        item=None if item is None else item_from(item),
        question=None if question is None else item_from(question),
        rest=Rest(member(state, "rest", str)),
        rounds=whole(state, "rounds"),
        ended=member(state, "ended", bool),
        lost=whole(state, "lost"),
    )
