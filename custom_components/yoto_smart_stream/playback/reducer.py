"""The one place where messages become state and occurrences.

A message is merged into what is known, then both are compared and what has changed is judged. What
happens in one message is told in this order: the player's presence, cards, knobs, choices, where
that led, what it did to playing, the volume, the sleep timer. So whoever reads hears of the hand
before they hear of what it did, and all of it names the same cause.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from .causes import note_answer, note_own
from .context import Context
from .dials import judge_plugs, judge_sleep_timer, judge_volume
from .insertion import judge_card, judge_slot, learn_slot
from .memory import Memory
from .merging import changes_by_events, changes_by_status
from .messages import (
    Acknowledgement,
    Armed,
    Control,
    Events,
    Message,
    OwnCommand,
    Presence,
    Status,
    StreamFetch,
    Tick,
)
from .movement import judge_movement
from .occurrences import Occurrence
from .playing import judge_status
from .reach import RUNNING, after_presence, after_tick, heard
from .record import Changes, changed
from .scene import Scene
from .snapshot import Snapshot
from .timeline import echo, is_outdated, remembered

_ANSWER: Final = timedelta(seconds=10)
"""For how long the answer to a request for everything may be on its way."""
_FETCH: Final = timedelta(seconds=30)
"""For how long after a fetch a player may begin to say what it plays."""
_SETTLING: Final = timedelta(seconds=10)
"""For how long after its return a status only tells what went on meanwhile."""

type Outcome = tuple[Snapshot, tuple[Occurrence, ...]]


def reduce(
    snapshot: Snapshot, message: Message, context: Context
) -> tuple[Snapshot, tuple[Occurrence, ...]]:
    """Return the snapshot after a message, and what has happened.

    Args:
        snapshot: what was known before.
        message: what a player has said, or what was done with it.
        context: when, where, and on which cards.
    """
    match message:
        case Events():
            return _after_events(snapshot, message, context)
        case Status():
            return _after_status(snapshot, message, context)
        case Presence():
            return after_presence(snapshot, message, context)
        case Tick():
            return after_tick(snapshot, context)
        case Acknowledgement():
            return _after_answer(snapshot, message, context)
        case OwnCommand() | Armed():
            return _after_own(snapshot, message, context), ()
        case StreamFetch():
            return _after_fetch(snapshot, message, context), ()


def _after_events(snapshot: Snapshot, message: Events, context: Context) -> Outcome:
    """Take a message about playback."""
    now, memory, known = context.received_at, snapshot.memory, snapshot.event_utc
    is_baseline = _is_baseline(memory, message, now)
    echoed = echo(memory, message, now)
    if is_outdated(memory, known, message, now) or (echoed is not None and not is_baseline):
        return _after_old(snapshot, echoed, now), ()
    before, came = (snapshot, ()) if snapshot.online else heard(snapshot, context)
    lasting, moment = remembered(memory, known, message, now)
    changes = changes_by_events(before, moment, message, now)
    memory = before.memory
    if is_baseline:
        lasting |= {"trusted": True, "asked_at": None}
    if message.card_id is not None and not memory.card_said:
        lasting["card_said"] = True
    card_id = changes.get("card_id")
    if card_id is not None and card_id == memory.fetched:
        changes["fetched_here"] = memory.fetched_at is not None and now - memory.fetched_at < _FETCH
    is_silent = changes.keys() <= _SILENT
    changes |= {"heard_at": now, "memory": changed(memory, lasting)}
    if message.event_utc is not None:
        changes["event_utc"] = message.event_utc
    after = changed(before, changes)
    if is_silent:
        return after, came
    scene = Scene(before, after, message, context)
    if not is_baseline:
        _judge(scene)
    learn_slot(scene)
    return _settled(scene, came)


_SILENT: Final = {
    "position_at",
    "waiting",
    "track_length",
    "repeat_all",
    "chapter_title",
    "track_title",
}
"""What changes without anything having happened."""


def _judge(scene: Scene) -> None:
    """Tell what a message about playback means."""
    if not judge_card(scene):
        judge_status(scene, judge_movement(scene))
    judge_volume(scene)
    judge_sleep_timer(scene)


def _after_status(snapshot: Snapshot, message: Status, context: Context) -> Outcome:
    """Take a status block."""
    now = context.received_at
    leaves = message.shutdown is not None and message.shutdown != RUNNING
    if leaves and snapshot.online is False:
        return snapshot, ()
    before, came = (snapshot, ()) if snapshot.online else heard(snapshot, context)
    changes = changes_by_status(before, message)
    memory = before.memory
    if leaves:
        changes["memory"] = replace(memory, farewell=message.shutdown, farewell_at=now)
    changes["heard_at"] = now
    after = changed(before, changes)
    scene = Scene(before, after, message, context)
    is_back = memory.back_at is not None and now - memory.back_at < _SETTLING
    if not is_back and snapshot.online:
        judge_plugs(scene)
    judge_slot(scene, message)
    return _settled(scene, came)


def _settled(scene: Scene, came: tuple[Occurrence, ...]) -> Outcome:
    """Return the snapshot with what judging it has worked out."""
    after, memory = scene.after, scene.after.memory
    lasting: Changes = {}
    if scene.commands is not memory.commands:
        lasting["commands"] = scene.commands
    if scene.changes:
        lasting["slot_at"] = scene.now
    if lasting:
        after = changed(after, {**scene.changes, "memory": changed(memory, lasting)})
    return after, (*came, *scene.told)


def _after_answer(snapshot: Snapshot, message: Acknowledgement, context: Context) -> Outcome:
    """Take an answer to a command. Only a player that is there gives one."""
    after, came = heard(snapshot, context)
    if message.control is Control.OTHER:
        return after, came
    commands = note_answer(after.memory.commands, message, context.received_at)
    return replace(after, memory=replace(after.memory, commands=commands)), came


def _after_own(snapshot: Snapshot, message: OwnCommand | Armed, context: Context) -> Snapshot:
    """Take note of what is about to be sent."""
    memory, now = snapshot.memory, context.received_at
    if isinstance(message, Armed):
        return replace(snapshot, memory=replace(memory, asked_at=now))
    if message.control is Control.OTHER:
        return snapshot
    commands = note_own(memory.commands, message, now)
    return replace(snapshot, memory=replace(memory, commands=commands))


def _after_fetch(snapshot: Snapshot, message: StreamFetch, context: Context) -> Snapshot:
    """Take note of a fetch, which may come before the player says what it plays."""
    now = context.received_at
    if message.card_id == snapshot.card_id:
        return replace(
            snapshot,
            fetched_here=True,
            heard_at=now if snapshot.online else snapshot.heard_at,
        )
    memory = replace(snapshot.memory, fetched=message.card_id, fetched_at=now)
    return replace(snapshot, memory=memory)


def _after_old(snapshot: Snapshot, echoed: int | None, now: datetime) -> Snapshot:
    """Take a message that says nothing new: it proves nothing about a player that is gone."""
    if not snapshot.online:
        return snapshot
    memory = snapshot.memory
    if echoed is not None:
        memory = replace(memory, echoed=echoed)
    return replace(snapshot, heard_at=now, memory=memory)


def _is_baseline(memory: Memory, message: Events, now: datetime) -> bool:
    """Return whether a message only tells how things are.

    It does so in full, as the answer to a request, and first of all after a player was away.
    """
    if message.card_id is None or message.status is None or message.volume is None:
        return False
    if not memory.trusted:
        return True
    return memory.asked_at is not None and now - memory.asked_at <= _ANSWER
