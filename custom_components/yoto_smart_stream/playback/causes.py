"""Who did it: commands of our own and answers to those of others explain what a player does.

Every answer is seen by everybody (protocol §3.3, §3.10), so an answer to a command that is not
ours tells of another app.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto
import json
from typing import Final

from .messages import Acknowledgement, Control, OwnCommand
from .occurrences import Cause

UNANSWERED: Final = timedelta(seconds=5)
"""For how long a command of ours explains what happens, while there is no answer yet."""
ANSWERED: Final = timedelta(seconds=2)
"""For how long a command explains what happens after its answer (protocol §3.11)."""
STARTING: Final = timedelta(seconds=10)
"""The same for a card, which may have to be fetched first. It explains this card only."""
_TWIN: Final = timedelta(seconds=0.5)
"""Within which an equal answer is the same one, heard over two connections."""
_PARTS: Final = timedelta(seconds=0.5)
"""Within which the parts of one change come."""
_KEPT: Final = 8
_STEPS: Final = 16


class Deed(Enum):
    """What a command about playback asks for."""

    START = auto()
    PAUSE = auto()
    RESUME = auto()
    STOP = auto()


class Aspect(Enum):
    """What a command can explain, each of them once."""

    PLACE = auto()
    STATUS = auto()
    VOLUME = auto()
    TIMER = auto()
    RESTART = auto()


_EXPLAINED_BY: Final = {
    Aspect.PLACE: Control.PLAYBACK,
    Aspect.STATUS: Control.PLAYBACK,
    Aspect.VOLUME: Control.VOLUME,
    Aspect.TIMER: Control.SLEEP_TIMER,
    Aspect.RESTART: Control.RESTART,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A command that a player was given."""

    control: Control
    ours: bool
    at: datetime
    """When it was sent, or answered once it has been."""
    answered: bool
    request: str
    deed: Deed | None = None
    """None where its word does not tell."""
    card_id: str | None = None
    chapter_key: str | None = None
    track_key: str | None = None
    step: int | None = None
    """The volume that it asks for."""
    spent: tuple[tuple[Aspect, datetime], ...] = ()
    """What it has explained already, and when."""

    @property
    def cause(self) -> Cause:
        """Return who gave it."""
        return Cause.HOME_ASSISTANT if self.ours else Cause.OTHER_APP

    def explains(self, aspect: Aspect, now: datetime) -> bool:
        """Return whether it is recent, of the right kind, and has not explained such a change."""
        if self.control is not _EXPLAINED_BY[aspect]:
            return False
        if self.deed is Deed.START:
            patience = STARTING
        else:
            patience = ANSWERED if self.answered else UNANSWERED
        if now - self.at > patience:
            return False
        for done, at in self.spent:
            # The parts of a change of place may come one by one, and sound a little later.
            grace = _PARTS if aspect is Aspect.PLACE else timedelta(0)
            if done is aspect and now - at >= grace:
                return False
            if done is Aspect.PLACE and now - at > ANSWERED:
                return False
        return True


def note_own(commands: tuple[Given, ...], command: OwnCommand, now: datetime) -> tuple[Given, ...]:
    """Remember a command of ours."""
    given = _given(command.control, command.word, command.request, now, ours=True)
    return (*commands, given)[-_KEPT:]


def note_answer(
    commands: tuple[Given, ...], answer: Acknowledgement, now: datetime
) -> tuple[Given, ...]:
    """Remember an answer: it belongs to a command of ours, or to one of another app."""
    request = answer.request or ""
    for number, given in enumerate(commands):
        if not _is_answer(given, answer, now):
            continue
        rest = commands[:number], commands[number + 1 :]
        if not answer.accepted:
            return (*rest[0], *rest[1])
        return (*rest[0], replace(given, answered=True, at=now), *rest[1])
    if not answer.accepted or any(
        given.answered
        and given.control is answer.control
        and given.request == request
        and now - given.at < _TWIN
        for given in commands
    ):
        return commands
    given = _given(answer.control, answer.word, request, now, ours=False)
    return (*commands, given)[-_KEPT:]


def explain(
    commands: tuple[Given, ...],
    aspect: Aspect,
    now: datetime,
    fits: Callable[[Given], bool] = lambda _: True,
) -> tuple[Cause | None, tuple[Given, ...]]:
    """Return who gave the newest command that explains a change, and the commands after that."""
    for number in range(len(commands) - 1, -1, -1):
        given = commands[number]
        if fits(given) and given.explains(aspect, now):
            # What was asked for before has been overtaken.
            spent = tuple(
                replace(earlier, spent=(*earlier.spent, (aspect, now)))
                if earlier.control is given.control
                and all(done is not aspect for done, _ in earlier.spent)
                else earlier
                for earlier in commands[: number + 1]
            )
            return given.cause, (*spent, *commands[number + 1 :])
    return None, commands


def _is_answer(given: Given, answer: Acknowledgement, now: datetime) -> bool:
    """Return whether an answer belongs to a command of ours."""
    if not given.ours or given.answered or given.control is not answer.control:
        return False
    if now - given.at > UNANSWERED:
        return False
    if given.request and answer.request and given.request != answer.request:
        return False
    deed = _deed(answer.word, answer.request or "")
    return deed is None or given.deed is None or deed is given.deed or _is_play(answer.word)


def _given(control: Control, word: str, request: str, now: datetime, *, ours: bool) -> Given:
    """Read what a command asks for."""
    given = Given(control=control, ours=ours, at=now, answered=not ours, request=request)
    body = _body(request)
    if control is Control.VOLUME:
        percent = body.get("volume")
        if not isinstance(percent, int | float):
            return given
        return replace(given, step=int(percent * _STEPS / 100))
    if control is not Control.PLAYBACK:
        return given
    uri = body.get("uri")
    return replace(
        given,
        deed=_deed(word, request),
        card_id=uri.rstrip("/").rsplit("/", 1)[-1] if isinstance(uri, str) else None,
        chapter_key=_text(body.get("chapterKey")),
        track_key=_text(body.get("trackKey")),
    )


def _deed(word: str, request: str) -> Deed | None:
    """Return what is asked for. A card to play names itself, whatever the word."""
    if '"uri"' in request:
        return Deed.START
    end = word.replace("/", "-").rpartition("-")[2]
    if end == "play":
        return Deed.RESUME
    return {"start": Deed.START, **_BY_NAME}.get(end)


_BY_NAME: Final = {"pause": Deed.PAUSE, "resume": Deed.RESUME, "stop": Deed.STOP}


def _is_play(word: str) -> bool:
    """Return whether a word answers both a start and a resumption."""
    return word == "card-play"


def _body(request: str) -> dict[str, object]:
    """Read a payload, which may be anything."""
    try:
        body = json.loads(request)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _text(value: object) -> str | None:
    """Return a key that was given."""
    return None if value is None else str(value)
