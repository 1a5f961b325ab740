"""The player check: it plays a card, asks for two presses, and concludes what the player can do.

A pure state machine. Whoever runs it feeds it what is seen and lets time pass, does what it wants,
and shows what it asks for. The check card is a live card whose chapters after a second press
redirect.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from ..cards.live import LiveChapter, Way
from .profile import Fact, Finding, Interactive, Profile, Unreached

FIRST_FETCH: Final = timedelta(seconds=12)
"""How long a player has to fetch the check card."""
A_PRESS: Final = timedelta(seconds=20)
"""How long a person has to press or turn a knob."""
AFTERWARDS: Final = timedelta(seconds=5)
"""How long is waited for what a press leads to."""
TRACK_LENGTH: Final = 60.0
"""Seconds of the tracks until the second press: they outlast the check."""
LAST_LENGTH: Final = 12.0
"""Seconds of the track after it: short enough to come completely at once, so that a player that
asks ahead does so, and long enough not to end before the check."""


class Stage(StrEnum):
    """How far a check is. The words that ask a person for something are keys of texts."""

    STARTING = "starting"
    """The player is told to play the interactive check card."""
    PRESS_LEFT = "press_left"
    PRESS_RIGHT = "press_right"
    STARTING_LINEAR = "starting_linear"
    """The player is told to play the linear check card, as it has not fetched the other."""
    STARTING_OTHER = "starting_other"
    """That card is tried with another address, as it has not fetched this one either."""
    TURN_RIGHT = "turn_right"
    FINISHING = "finishing"
    """What the last press has led to is waited for."""
    DONE = "done"


class Want(StrEnum):
    """What is to be done when a stage begins."""

    PLAY_INTERACTIVE = "play_interactive"
    PLAY_LINEAR = "play_linear"
    PLAY_OTHER = "play_other"
    """That one, with another address."""
    ASK_BY_OTHER = "ask_by_other"
    """Send a harmless command by another way than the live connection."""
    STOP = "stop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """The player has sent a request for audio of the check card."""

    chapter: str
    head: bool = False
    ranged: bool = False
    from_start: bool = True
    secure: bool = False
    other_address: bool = False
    redirected: bool = False
    """Whether it is for where the redirection leads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The player has told something over the live connection."""

    chapter: str | None = None
    """Of the check card."""
    paused: bool = False
    stopped: bool = False
    length: float | None = None
    """Seconds of the track; None or 0 where it does not know."""


@dataclass(frozen=True, slots=True)
class AnsweredOther:
    """The answer to a command was seen that did not go by the live connection."""


@dataclass(frozen=True, slots=True)
class AskedOther:
    """Such a command was sent."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The player has refused to play the check card."""


type Observation = Fetched | Said | AskedOther | AnsweredOther | Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A check at one moment."""

    began_at: datetime
    stage: Stage = Stage.STARTING
    since: datetime
    """When the stage began."""
    profile: Profile
    at: LiveChapter = LiveChapter.START
    """The chapter that was fetched last."""
    pressed: frozenset[str] = frozenset()
    """Chapters that were come to by a press."""
    told: frozenset[str] = frozenset()
    """Chapters that the player has named: what it says may come before its fetch, or after it."""
    turned: bool = False
    asked_other: bool = False
    """Whether a command was sent by another way than the live connection."""
    other_address: bool = False
    """Whether there is another address to try."""
    sent_on: bool = False
    """Whether a redirection was answered with, be it to a `HEAD`."""
    asked_for: str = ""
    """The first chapter, once its beginning was asked for."""

    @property
    def wants(self) -> tuple[Want, ...]:
        """Return what is to be done as the stage begins."""
        return _WANTS.get(self.stage, ())

    @property
    def deadline(self) -> datetime | None:
        """Return until when the stage lasts, whatever does not happen; None at the end."""
        allowed = ALLOWED.get(self.stage)
        return None if allowed is None else self.since + allowed

    @property
    def done(self) -> bool:
        """Return whether the profile is complete."""
        return self.stage is Stage.DONE


_WANTS: Final = {
    Stage.STARTING: (Want.PLAY_INTERACTIVE,),
    Stage.PRESS_LEFT: (Want.ASK_BY_OTHER,),
    Stage.STARTING_LINEAR: (Want.PLAY_LINEAR,),
    Stage.STARTING_OTHER: (Want.PLAY_OTHER,),
    Stage.TURN_RIGHT: (Want.ASK_BY_OTHER,),
    Stage.DONE: (Want.STOP,),
}
ALLOWED: Final = {
    Stage.STARTING: FIRST_FETCH,
    Stage.STARTING_LINEAR: FIRST_FETCH,
    Stage.STARTING_OTHER: FIRST_FETCH,
    Stage.PRESS_LEFT: A_PRESS,
    Stage.PRESS_RIGHT: A_PRESS,
    Stage.TURN_RIGHT: A_PRESS,
    Stage.FINISHING: AFTERWARDS,
}
"""How long each stage lasts, whatever does not happen."""
FIRST_LINEAR: Final = "01"
"""The chapter of the linear check card that is played first."""


def begin_check(
    now: datetime, firmware: str | None = None, *, other_address: bool = False
) -> Check:
    """Begin a check.

    Args:
        now: the time.
        firmware: the version of the player's software.
        other_address: whether there is another address to try where nothing is fetched.
    """
    profile = Profile(checked_at=now, firmware=firmware)
    return Check(began_at=now, since=now, profile=profile, other_address=other_address)


def prepared(check: Check, now: datetime) -> Check:
    """Return the check after what its stage wants has been done: the time begins to count."""
    return replace(check, since=now)


def observe(check: Check, seen: Observation, now: datetime) -> Check:
    """Return the check after something was seen."""
    if check.done:
        return check
    check = passed(check, now)
    match seen:
        case AskedOther():
            return replace(check, asked_other=True)
        case Refused():
            return _turned_down(check, now)
        case AnsweredOther():
            return _found(check, Finding.YES, Fact.ANSWERS_SHOWN)
        case Said():
            return _said(check, seen, now)
        case Fetched():
            return _fetched(check, seen, now)


def passed(check: Check, now: datetime) -> Check:
    """Return the check after time has passed."""
    deadline = check.deadline
    if deadline is None or now < deadline:
        return check
    match check.stage:
        case Stage.STARTING:
            return _to(check, Stage.STARTING_LINEAR, now)
        case Stage.STARTING_LINEAR | Stage.STARTING_OTHER:
            return _not_fetched(check, now)
        case Stage.PRESS_LEFT:
            return _to(check, Stage.PRESS_RIGHT, now)
        case _:
            return _conclude(check, now)


def redirects(chapter: LiveChapter) -> bool:
    """Return whether the check card answers for a chapter with a redirection."""
    return chapter in {LiveChapter.R0, LiveChapter.L0}


def _not_fetched(check: Check, now: datetime) -> Check:
    """Go on after nothing was fetched from an address."""
    if check.other_address and check.stage is not Stage.STARTING_OTHER:
        return _to(check, Stage.STARTING_OTHER, now)
    if check.profile.finding(Fact.REACHED) is Finding.UNKNOWN:
        check = _found(check, Finding.NO, Fact.REACHED)
    return _conclude(check, now)


def _turned_down(check: Check, now: datetime) -> Check:
    """Go on after the player has refused a check card."""
    match check.stage:
        case Stage.STARTING:
            return _to(check, Stage.STARTING_LINEAR, now)
        case Stage.STARTING_LINEAR | Stage.STARTING_OTHER:
            return _not_fetched(check, now)
    return check


def _fetched_other(check: Check, fetch: Fetched, now: datetime) -> Check:
    """End a check after the player has come by another address, which is all that matters then."""
    check = _found(check, Finding.YES if fetch.secure else Finding.NO, Fact.SECURE)
    check = _found(check, Finding.NO, Fact.REACHED)
    profile = replace(check.profile, unreached=Unreached.OTHER)
    return _conclude(replace(check, profile=profile), now)


def _fetched(check: Check, fetch: Fetched, now: datetime) -> Check:
    if fetch.other_address:
        return _fetched_other(check, fetch, now)
    check = _found(check, Finding.YES, Fact.REACHED)
    check = _found(check, Finding.YES if fetch.secure else Finding.NO, Fact.SECURE)
    seen = {
        Fact.PROBES: fetch.head,
        Fact.RANGES: fetch.ranged,
        Fact.REDIRECTS: fetch.redirected,
    }
    check = _found(check, Finding.YES, *(fact for fact, is_so in seen.items() if is_so))
    if fetch.chapter in LiveChapter and redirects(LiveChapter(fetch.chapter)):
        check = replace(check, sent_on=True)
    if fetch.head:
        # A person cannot lead to where only the end leads, and it has not come.
        ahead = fetch.chapter in LiveChapter and LiveChapter(fetch.chapter).way is Way.END
        return _found(check, Finding.YES, Fact.PROBES_AHEAD) if ahead else check
    first = fetch.chapter in {LiveChapter.START, FIRST_LINEAR}
    if first and fetch.from_start:
        if check.asked_for == fetch.chapter:
            check = _found(check, Finding.YES, Fact.REPEATS)
        check = replace(check, asked_for=fetch.chapter)
    if check.stage is Stage.STARTING:
        return _to(check, Stage.PRESS_LEFT, now)
    if check.stage is Stage.STARTING_LINEAR and fetch.chapter not in LiveChapter:
        return _to(_with_interactive(check, Interactive.REFUSED), Stage.TURN_RIGHT, now)
    return check if first else _came_to(check, fetch, now)


def _came_to(check: Check, fetch: Fetched, now: datetime) -> Check:
    """Judge a fetch of another chapter than the first."""
    if fetch.chapter not in LiveChapter:
        turned = replace(check, turned=True)
        return _to(turned, Stage.FINISHING, now) if check.stage is Stage.TURN_RIGHT else turned
    chapter = LiveChapter(fetch.chapter)
    if chapter.way is Way.END:
        return _found(check, Finding.YES, Fact.PREFETCHES)
    if not check.at.leads_to(chapter):
        return check
    check = replace(check, at=chapter, pressed=check.pressed | {fetch.chapter})
    check = _with_interactive(check, Interactive.PLAYED)
    match check.stage:
        case Stage.PRESS_LEFT:
            return _to(check, Stage.PRESS_RIGHT, now)
        case Stage.PRESS_RIGHT:
            return _to(check, Stage.FINISHING, now)
    return check


def _said(check: Check, said: Said, now: datetime) -> Check:
    if said.length:
        check = _found(check, Finding.YES, Fact.LENGTH_TOLD)
        if said.length > 2 * LAST_LENGTH:
            check = _found(check, Finding.YES, Fact.LENGTH_TOLD_EARLY)
    if said.chapter is not None:
        check = replace(check, told=check.told | {said.chapter})
    if said.chapter is not None and said.chapter not in {*LiveChapter, FIRST_LINEAR}:
        check = _found(check, Finding.YES, Fact.TURNS_TOLD)
    asked = check.stage in {Stage.PRESS_LEFT, Stage.PRESS_RIGHT}
    if said.paused and asked and check.profile.interactive is Interactive.UNKNOWN:
        # A knob has paused the card instead of leading on (protocol §3.10).
        return _conclude(_with_interactive(check, Interactive.IGNORED), now)
    if said.stopped and asked and check.profile.interactive is Interactive.UNKNOWN:
        return _to(check, Stage.STARTING_LINEAR, now)
    return check


def _conclude(check: Check, now: datetime) -> Check:
    """End a check: what could have been seen and was not is not so."""
    if check.told & check.pressed:
        check = _found(check, Finding.YES, Fact.PRESSES_TOLD)
    profile = check.profile
    if profile.finding(Fact.REACHED) is not Finding.YES:
        return _to(check, Stage.DONE, now)
    # The first tracks are too long for that.
    came_completely = len(check.pressed) > 1 and profile.finding(Fact.REDIRECTS) is Finding.YES
    could = {
        Fact.PROBES: True,
        Fact.RANGES: True,
        Fact.REPEATS: True,
        Fact.ANSWERS_SHOWN: check.asked_other,
        Fact.LENGTH_TOLD: True,
        Fact.LENGTH_TOLD_EARLY: True,
        Fact.PREFETCHES: came_completely,
        Fact.PROBES_AHEAD: came_completely,
        Fact.PRESSES_TOLD: bool(check.pressed),
        Fact.TURNS_TOLD: check.turned,
        Fact.REDIRECTS: check.sent_on,
    }
    not_so = [
        fact for fact, was in could.items() if was and profile.finding(fact) is Finding.UNKNOWN
    ]
    return _to(_found(check, Finding.NO, *not_so), Stage.DONE, now)


def _to(check: Check, stage: Stage, now: datetime) -> Check:
    return replace(check, stage=stage, since=now)


def _found(check: Check, finding: Finding, *facts: Fact) -> Check:
    return replace(check, profile=check.profile.with_finding(finding, *facts))


def _with_interactive(check: Check, interactive: Interactive) -> Check:
    return replace(check, profile=replace(check.profile, interactive=interactive))
