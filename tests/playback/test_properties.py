"""What holds for everything that players may say, in whatever order and pieces."""

from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from datetime import timedelta

from hypothesis import given, settings, strategies as st

from custom_components.yoto_smart_stream.playback.context import Context
from custom_components.yoto_smart_stream.playback.memory import NOTHING
from custom_components.yoto_smart_stream.playback.messages import (
    Acknowledgement,
    Armed,
    CardInsertion,
    Control,
    Events,
    Message,
    OwnCommand,
    PlaybackStatus,
    Presence,
    Status,
    StreamFetch,
    Tick,
)
from custom_components.yoto_smart_stream.playback.occurrences import Occurrence
from custom_components.yoto_smart_stream.playback.reducer import reduce
from custom_components.yoto_smart_stream.playback.snapshot import Snapshot

from .witness import CARDS, START

CARD_IDS = st.sampled_from(["7JtVV", "story", "abc12"])
KEYS = st.sampled_from(["01", "02", "1", "gate", "cave", ""])
FULL = st.builds(
    Events,
    status=st.sampled_from(PlaybackStatus),
    waiting=st.booleans(),
    card_id=CARD_IDS | st.just(""),
    chapter_key=KEYS,
    chapter_title=st.sampled_from(["One", "Two"]),
    track_key=KEYS,
    track_title=st.sampled_from(["One", "Two"]),
    track_length=st.sampled_from([0, 20, 300]),
    position=st.integers(0, 300),
    source=st.sampled_from(["card", "remote", "MQTT"]),
    streaming=st.booleans(),
    repeat_all=st.booleans(),
    volume=st.integers(0, 16),
    volume_max=st.integers(0, 16),
    sleep_timer_active=st.booleans(),
    sleep_timer_seconds=st.integers(0, 3600),
)
STATUS = st.builds(
    Status,
    battery_level=st.none() | st.integers(0, 100),
    charging=st.none() | st.booleans(),
    headphones=st.none() | st.booleans(),
    card_insertion=st.none() | st.sampled_from(CardInsertion),
    active_card=st.none() | CARD_IDS | st.just(""),
    shutdown=st.none() | st.sampled_from(["nA", "userShutdown"]),
)
DELTA_FIELDS = tuple(
    field.name for field in fields(Events) if field.name not in {"event_utc", "legacy"}
)


@st.composite
def deltas(draw: st.DrawFn) -> Events:
    """Draw a message that says only a part."""
    whole = draw(FULL)
    silent = draw(st.sets(st.sampled_from(DELTA_FIELDS)))
    return replace(whole, **dict.fromkeys(silent))  # type: ignore[arg-type]


OTHERS = (
    st.builds(Presence, online=st.booleans())
    | st.builds(OwnCommand, control=st.sampled_from(Control), word=st.just("card/pause"))
    | st.builds(Acknowledgement, control=st.sampled_from(Control), accepted=st.booleans())
    | st.builds(StreamFetch, card_id=CARD_IDS)
    | st.just(Armed())
    | st.just(Tick())
)


@st.composite
def lives(draw: st.DrawFn) -> list[tuple[float, Message]]:
    """Draw what is heard of a player, with the seconds from one message to the next."""
    gaps = st.sampled_from([0.0, 0.1, 1.0, 7.0, 60.0, 200.0])
    life: list[tuple[float, Message]] = []
    clock = 1_000_000_000.0
    for gap, message in draw(st.lists(st.tuples(gaps, deltas() | FULL | STATUS | OTHERS))):
        clock += gap
        if isinstance(message, Events):
            life.append((gap, replace(message, event_utc=int(clock))))
        else:
            life.append((gap, message))
    return life


def context(seconds: float) -> Context:
    """Return the context of a message after a number of seconds."""
    return Context(
        player_id="kitchen",
        received_at=START + timedelta(seconds=seconds),
        cards=CARDS,
        shortcuts=frozenset({"abc12"}),
    )


def live(
    life: Iterable[tuple[float, Message]], begin: Snapshot | None = None, now: float = 0.0
) -> tuple[Snapshot, list[Occurrence], float]:
    """Return what becomes of a player, what has happened, and when it is then."""
    snapshot, told = begin or Snapshot(), list[Occurrence]()
    for gap, message in life:
        now += gap
        snapshot, occurrences = reduce(snapshot, message, context(now))
        told += occurrences
    return snapshot, told, now


def timeless(snapshot: Snapshot) -> Snapshot:
    """Return a snapshot without what depends on when messages came, or is worked out from that.

    The slot is worked out: a player never says which card is in it.
    """
    return replace(snapshot, heard_at=None, memory=NOTHING, card_in=None, slot_card=None)


def cut(whole: Events, names: Sequence[Sequence[str]]) -> list[Events]:
    """Cut a message into parts, each with some of its fields and the same time."""
    return [
        Events(event_utc=whole.event_utc, **{name: getattr(whole, name) for name in part})
        for part in names
    ]


@given(life=lives(), whole=FULL, data=st.data())
def test_the_parts_of_a_message_may_come_in_any_order(
    life: list[tuple[float, Message]], whole: Events, data: st.DataObject
) -> None:
    """However a payload is split and shuffled, the same is known in the end."""
    before, _, now = live(life)
    whole = replace(whole, event_utc=(before.event_utc or 1_000_000_000) + 20)
    names = data.draw(st.permutations(DELTA_FIELDS))
    borders = sorted(data.draw(st.sets(st.integers(1, len(names) - 1), max_size=4)))
    ends = zip([0, *borders], [*borders, len(names)], strict=True)
    parts = cut(whole, [names[begin:end] for begin, end in ends])
    at_once, _, _ = live([(20.0, whole)], before, now)
    bit_by_bit, _, _ = live([(20.0, parts[0]), *((0.0, part) for part in parts[1:])], before, now)
    assert timeless(bit_by_bit) == timeless(at_once)


@given(
    life=lives(),
    told=st.lists(deltas(), min_size=1, max_size=7, unique=True),
    status=STATUS,
    data=st.data(),
)
def test_topics_may_interleave_in_any_way(
    life: list[tuple[float, Message]], told: list[Events], status: Status, data: st.DataObject
) -> None:
    """The twin topics, and a status between them: order counts within a topic only.

    A hand is too slow to have a player say the same twice in the third of a second of a twin.
    """
    before, _, now = live([*life, (300.0, Presence(online=True))])
    clock = (before.event_utc or 1_000_000_000) + 300
    stamped = [
        replace(message, event_utc=clock + data.draw(st.integers(0, 1)) * (number > 3))
        for number, message in enumerate(told)
    ]
    stamped.sort(key=lambda message: message.event_utc or 0)
    # A status knows nothing of cards here: where one is put in, order does tell.
    status = replace(status, card_insertion=None, shutdown=None)
    straight, occurrences, _ = live(
        [*((0.0, each) for each in stamped), (0.0, status)], before, now
    )
    twins = [replace(message, legacy=True) for message in stamped]
    queues: list[list[Message]] = [list(stamped), list(twins), [status]]
    mixed: list[tuple[float, Message]] = []
    while any(queues):
        queue = data.draw(st.sampled_from([queue for queue in queues if queue]))
        mixed.append((0.0, queue.pop(0)))
    together, heard, _ = live(mixed, before, now)
    assert timeless(together) == timeless(straight)
    kinds = sorted(str(occurrence.kind) for occurrence in occurrences)
    assert sorted(str(occurrence.kind) for occurrence in heard) == kinds


@given(life=lives(), message=deltas() | FULL | STATUS | OTHERS)
def test_a_message_said_twice_changes_nothing_more(
    life: list[tuple[float, Message]], message: Message
) -> None:
    """Players send twins, and two connections overlap for a moment."""
    before, _, now = live(life)
    if isinstance(message, Events):
        message = replace(message, event_utc=(before.event_utc or 1_000_000_000) + 1)
    once, _, now = live([(1.0, message)], before, now)
    again, told, _ = live([(0.1, message)], once, now)
    assert told == []
    assert timeless(again) == timeless(once)


@given(life=lives())
def test_nothing_happens_without_a_cause(life: list[tuple[float, Message]]) -> None:
    """Every occurrence goes with a change that somebody can see."""
    snapshot, now = Snapshot(), 0.0
    for gap, message in life:
        now += gap
        after, told = reduce(snapshot, message, context(now))
        if told:
            slots = [(each.card_in, each.slot_card) for each in (snapshot, after)]
            assert timeless(after) != timeless(snapshot) or slots[0] != slots[1]
        if isinstance(message, OwnCommand | Armed | StreamFetch):
            assert told == ()
        snapshot = after


@given(life=lives(), whole=FULL)
def test_a_baseline_is_silent(life: list[tuple[float, Message]], whole: Events) -> None:
    """Whatever was known before it."""
    before, _, now = live([*life, (300.0, Presence(online=True)), (0.0, Armed())])
    whole = replace(whole, event_utc=(before.event_utc or 1_000_000_000) + 300)
    after, told, _ = live([(0.3, whole)], before, now)
    assert told == []
    assert (after.volume, after.status, after.card_id or "") == (
        whole.volume,
        whole.status,
        whole.card_id,
    )


@given(life=lives())
def test_without_a_card_there_is_nothing_of_a_card(life: list[tuple[float, Message]]) -> None:
    """Whatever happens, no chapter is shown without its card."""
    snapshot, _, _ = live(life)
    if snapshot.card_id is None:
        assert snapshot.chapter_key is None
        assert snapshot.track_title is None
        assert (snapshot.position, snapshot.position_at) == (None, None)
        assert (snapshot.source, snapshot.streaming, snapshot.fetched_here) == (None, False, False)


@given(life=lives(), card_id=st.text(min_size=1), key=st.text(), track=st.text())
def test_keys_are_kept_verbatim(
    life: list[tuple[float, Message]], card_id: str, key: str, track: str
) -> None:
    """They are opaque text (protocol §4.2)."""
    before, _, now = live(life)
    clock = (before.event_utc or 1_000_000_000) + 20
    said = Events(event_utc=clock, card_id=card_id, chapter_key=key, track_key=track)
    after, _, _ = live([(20.0, said)], before, now)
    assert (after.card_id, after.chapter_key, after.track_key) == (card_id, key, track)


@settings(max_examples=30)
@given(message=deltas(), count=st.integers(20, 60))
def test_what_is_remembered_is_bounded(message: Events, count: int) -> None:
    """However much is said and commanded at once."""
    busy: list[tuple[float, Message]] = []
    for number in range(count):
        busy += [
            (0.0, replace(message, event_utc=1, volume=number % 17)),
            (0.0, OwnCommand(control=Control.VOLUME, request=str(number))),
            (0.0, Acknowledgement(control=Control.PLAYBACK, accepted=True, request=str(number))),
        ]
    memory = live(busy)[0].memory
    assert len(memory.newest) <= 8
    assert len(memory.commands) <= 8
