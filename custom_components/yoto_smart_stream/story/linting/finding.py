"""What can be found in a story: as data, which translations make texts of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ..errors import Place


class Severity(StrEnum):
    """How bad it is."""

    ERROR = "error"
    """The story cannot be played as it is."""
    WARNING = "warning"
    """Most likely a mistake."""
    HINT = "hint"
    """Worth a look."""


class FindingCode(StrEnum):
    """What was found. The words are keys of texts."""

    MISSING_TARGET = "missing_target"
    """`name`, and in `similar` a node that may be meant, or nothing."""
    UNREACHABLE = "unreachable"
    """No way leads to the node."""
    UNREACHABLE_BY_GUARDS = "unreachable_by_guards"
    """Ways lead to it, but their guards never hold."""
    DEAD_BUTTON = "dead_button"
    """The other `knob` leads on here, and this one never does."""
    NEVER_REACHED = "never_reached"
    """One before it in its list applies always."""
    NEVER_APPLIES = "never_applies"
    """Its guard never holds when the story is there."""
    NEVER_HOLDS = "never_holds"
    """A guard that is false whatever the variables are."""
    NO_LABEL = "no_label"
    """A choice (`knob`) has no label."""
    LABEL_NOT_SPOKEN = "label_not_spoken"
    """The text of the node does not say the `label` of a `knob`."""
    CHOICE_IN_SILENCE = "choice_in_silence"
    """Knobs lead on where nothing is heard that says so."""
    SILENT_LOOP = "silent_loop"
    """Nodes lead to each other without anything being heard."""
    NO_ENDING = "no_ending"
    """From here on the story never ends."""
    NEVER_READ = "never_read"
    """The variable `name` decides nothing."""
    NEVER_SET = "never_set"
    """The variable `name` always has its initial value."""
    OUT_OF_RANGE = "out_of_range"
    """What the variable `name` is given (`least` to `most`) is always out of its bounds."""
    MISSING_AUDIO = "missing_audio"
    """The audio or stream `name` is not there."""
    NOT_SPOKEN = "not_spoken"
    """The text has not been spoken yet."""
    LONG_WAIT = "long_wait"
    """`seconds` of silence."""
    LONG_BEFORE_CHOICE = "long_before_choice"
    """About `seconds` to listen to where there is something to choose."""
    TOO_MANY_TRACKS = "too_many_tracks"
    """A native card would have `count` chapters, of `most`."""


class Fix(StrEnum):
    """What can be done. The words are keys of texts."""

    CORRECT_TARGET = "correct_target"
    LEAD_THERE = "lead_there"
    """Lead to the node, or remove it."""
    CORRECT_GUARD = "correct_guard"
    ADD_CHOICE = "add_choice"
    REORDER = "reorder"
    """Put what has no guard last."""
    ADD_LABEL = "add_label"
    SAY_LABEL = "say_label"
    ADD_AUDIO = "add_audio"
    ADD_ENDING = "add_ending"
    USE_VARIABLE = "use_variable"
    """Use the variable, or remove it."""
    SET_VARIABLE = "set_variable"
    """Assign it somewhere, or remove it."""
    CORRECT_VALUE = "correct_value"
    IMPORT_AUDIO = "import_audio"
    SPEAK = "speak"
    SHORTEN = "shorten"
    FEWER_STATES = "fewer_states"
    """Fewer variables or smaller ranges, or another delivery."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was found."""

    code: FindingCode
    severity: Severity
    place: Place
    fix: Fix
    detail: Mapping[str, str] = field(default_factory=dict)
    """What the texts name."""
