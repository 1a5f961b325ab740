"""The player check, run with simulated players that differ in each point."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import given, strategies as st
import pytest

from custom_components.yoto_smart_stream.cards.builder import build, new_card, streamed
from custom_components.yoto_smart_stream.cards.live import LiveCard, LiveChapter, build_live
from custom_components.yoto_smart_stream.delivery.check import (
    A_PRESS,
    AFTERWARDS,
    ALLOWED,
    FIRST_FETCH,
    LAST_LENGTH,
    TRACK_LENGTH,
    AnsweredOther,
    AskedOther,
    Check,
    Fetched,
    Observation,
    Refused,
    Said,
    Stage as CheckStage,
    Want,
    begin_check,
    observe,
    passed,
    prepared,
    redirects,
)
from custom_components.yoto_smart_stream.delivery.profile import (
    Delivery,
    Fact,
    Finding,
    Interactive,
    Unreached,
    delivery_of,
)
from simulator.traits import InteractiveStreams, StreamLength, Traits
from tests.simulator.player.stage import Stage, stage, tune, until

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


@dataclass
class Examiner:
    """Runs a check: serves the cards, watches the player, and has hands."""

    scene: Stage
    check: Check = field(default_factory=lambda: begin_check(NOON, "v2.23.4"))
    now: datetime = NOON
    url: str = ""
    read: int = 0
    """Messages of the player that have been looked at."""

    def see(self, seen: Observation) -> None:
        """Let the check see something."""
        self.check = observe(self.check, seen, self.now)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer for a chapter of a check card."""
        name = request.match_info["name"].removesuffix(".mp3")
        redirected = name.startswith("moved-")
        chapter = name.removeprefix("moved-")
        asked = request.headers.get("Range")
        self.see(
            Fetched(
                chapter=chapter,
                head=request.method == "HEAD",
                ranged=asked is not None,
                from_start=asked is None or asked.startswith("bytes=0-"),
                redirected=redirected,
            )
        )
        if chapter in LiveChapter and redirects(LiveChapter(chapter)) and not redirected:
            raise web.HTTPFound(f"{self.url}moved-{chapter}.mp3")
        length = LAST_LENGTH if redirected else TRACK_LENGTH
        return await self.scene.media._answer(request, tune(int(length)))

    def listen(self) -> None:
        """Let the check see what the player has told."""
        for message in self.scene.wire.events[self.read :]:
            chapter, length = message.get("chapterKey"), message.get("trackLength")
            self.see(
                Said(
                    chapter=chapter if isinstance(chapter, str) else None,
                    paused=message.get("playbackStatus") == "paused",
                    stopped=message.get("playbackStatus") == "stopped",
                    length=length if isinstance(length, int) else None,
                )
            )
        self.read = len(self.scene.wire.events)

    async def start(self, card: str) -> None:
        """Tell the player to play a check card."""
        await self.scene.wire.command("card/start", {"uri": f"https://yoto.io/{card}"})

    async def until(self, *stages: CheckStage) -> None:
        """Wait for the check to come to a stage."""

        def there() -> bool:
            self.listen()
            return self.check.stage in stages

        await until(there, 30)

    def wait(self, time: timedelta) -> None:
        """Let time pass."""
        self.now += time
        self.check = passed(self.check, self.now)


async def run(traits: Traits, *, patient: bool = True) -> Check:
    """Check a player whose family does as asked; return the check at its end."""
    async with stage(speed=4) as scene:
        for name in Traits.__dataclass_fields__:
            setattr(scene.device.traits, name, getattr(traits, name))
        await scene.ready()
        seer = Examiner(scene)
        app = web.Application()
        app.router.add_get("/{name}", seer.serve)
        async with TestServer(app, host="127.0.0.1") as server:
            seer.url = str(server.make_url("/"))
            live = LiveCard(title="Check", address=lambda one: f"{seer.url}{one.value}.mp3")
            linear = new_card(
                title="Check",
                chapters=tuple(
                    streamed(title=key, url=f"{seer.url}{key}.mp3", duration=0, size=0)
                    for key in ("01", "02")
                ),
            )
            scene.shelf.cards["live0"] = {"cardId": "live0", **build_live(live)}
            scene.shelf.cards["line0"] = {"cardId": "line0", **build(linear)}
            await examine(seer, patient=patient)
    return seer.check


async def examine(seer: Examiner, *, patient: bool) -> None:
    """Do what the check wants and asks for, until it is done."""
    player = seer.scene.player
    for _ in range(8):
        check = seer.check
        if Want.PLAY_INTERACTIVE in check.wants:
            await seer.start("live0")
        elif Want.PLAY_LINEAR in check.wants:
            await seer.start("line0")
        if Want.ASK_BY_OTHER in check.wants:
            seer.see(AskedOther())
            if seer.scene.device.traits.shows_answers:
                seer.see(AnsweredOther())
        if check.stage in {CheckStage.PRESS_LEFT, CheckStage.PRESS_RIGHT, CheckStage.TURN_RIGHT}:
            # Nobody presses before there is anything to hear.
            await until(lambda: not player.view()["waiting"])
        if patient and check.stage is CheckStage.PRESS_LEFT:
            await player.press("left")
        elif patient and check.stage is CheckStage.PRESS_RIGHT:
            await player.press("right")
        elif patient and check.stage is CheckStage.TURN_RIGHT:
            await player.turn("right", 1)
        try:
            async with asyncio.timeout(1.5):
                await seer.until(*(set(CheckStage) - {check.stage}))
        except TimeoutError:
            seer.wait(
                {
                    CheckStage.STARTING: FIRST_FETCH,
                    CheckStage.STARTING_LINEAR: FIRST_FETCH,
                    CheckStage.FINISHING: AFTERWARDS,
                }.get(check.stage, A_PRESS)
            )
        if seer.check.done:
            return


YES, NO, UNKNOWN = Finding.YES, Finding.NO, Finding.UNKNOWN
USUAL = {
    Fact.REACHED: YES,
    Fact.SECURE: NO,
    Fact.PROBES: YES,
    Fact.PROBES_AHEAD: NO,
    Fact.RANGES: YES,
    Fact.REPEATS: NO,
    Fact.REDIRECTS: YES,
    Fact.PREFETCHES: NO,
    Fact.PRESSES_TOLD: YES,
    Fact.TURNS_TOLD: UNKNOWN,
    Fact.LENGTH_TOLD: YES,
    Fact.LENGTH_TOLD_EARLY: NO,
    Fact.ANSWERS_SHOWN: YES,
}


@pytest.mark.parametrize(
    ("traits", "differs"),
    [
        (Traits(), {}),
        (Traits(repeats=2), {Fact.REPEATS: YES}),
        (Traits(ranges=False), {Fact.RANGES: NO}),
        # Without a probe a simulated player does not know of ranges before it has the body.
        (Traits(probes=False), {Fact.PROBES: NO, Fact.RANGES: NO}),
        (Traits(probes_ahead=True), {Fact.PROBES_AHEAD: YES}),
        (Traits(prefetches=True), {Fact.PREFETCHES: YES}),
        # Nothing comes completely within a check then.
        (
            Traits(redirects=False),
            {
                Fact.REDIRECTS: NO,
                Fact.LENGTH_TOLD: NO,
                Fact.PREFETCHES: UNKNOWN,
                Fact.PROBES_AHEAD: UNKNOWN,
            },
        ),
        (Traits(tells_presses=False), {Fact.PRESSES_TOLD: NO}),
        (Traits(stream_length=StreamLength.EARLY), {Fact.LENGTH_TOLD_EARLY: YES}),
        (Traits(stream_length=StreamLength.NEVER), {Fact.LENGTH_TOLD: NO}),
        (Traits(shows_answers=False), {Fact.ANSWERS_SHOWN: NO}),
    ],
    ids=[
        *("usual", "repeats", "ranges", "probes", "probes_ahead", "prefetches", "redirects"),
        *("presses", "early", "never", "answers"),
    ],
)
async def test_a_player_is_found_out(
    socket_enabled: None, traits: Traits, differs: dict[Fact, Finding]
) -> None:
    """Each point is found, whatever the others are."""
    check = await run(traits)
    assert check.done
    assert {fact: check.profile.finding(fact) for fact in Fact} == USUAL | differs
    assert check.profile.interactive is Interactive.PLAYED
    assert delivery_of(check.profile) is Delivery.LIVE


@pytest.mark.parametrize("told", [True, False])
async def test_streams_on_interactive_cards_are_refused(socket_enabled: None, told: bool) -> None:
    """Then a linear card is tried, and a turn of the knob."""
    traits = Traits(interactive_streams=InteractiveStreams.REFUSED, tells_turns=told)
    profile = (await run(traits)).profile
    assert profile.interactive is Interactive.REFUSED
    assert profile.finding(Fact.TURNS_TOLD) is (YES if told else NO)
    assert profile.finding(Fact.PRESSES_TOLD) is UNKNOWN
    assert delivery_of(profile) is Delivery.LINEAR


async def test_the_rules_of_an_interactive_card_are_ignored(socket_enabled: None) -> None:
    """The right knob pauses."""
    profile = (await run(Traits(interactive_streams=InteractiveStreams.LINEAR))).profile
    assert profile.interactive is Interactive.IGNORED
    assert delivery_of(profile) is Delivery.LINEAR


async def test_nothing_is_fetched_at_all(socket_enabled: None) -> None:
    """The player does not reach Home Assistant, here as it wants TLS."""
    profile = (await run(Traits(plain_http=False))).profile
    assert profile.finding(Fact.REACHED) is NO
    assert profile.finding(Fact.RANGES) is UNKNOWN
    assert delivery_of(profile) is Delivery.NONE


async def test_nobody_presses(socket_enabled: None) -> None:
    """Then nothing is said of what a press would have shown."""
    profile = (await run(Traits(), patient=False)).profile
    assert profile.interactive is Interactive.UNKNOWN
    assert profile.finding(Fact.PRESSES_TOLD) is UNKNOWN
    assert profile.finding(Fact.REDIRECTS) is UNKNOWN
    assert profile.finding(Fact.RANGES) is YES


def test_a_prefetch_is_seen() -> None:
    """Of what comes by itself, while the first track plays."""
    check = begin_check(NOON)
    for chapter in ("start", "E1", "L1"):
        check = observe(check, Fetched(chapter=chapter), NOON)
    assert check.profile.finding(Fact.PREFETCHES) is YES
    assert check.profile.interactive is Interactive.PLAYED
    assert check.stage is CheckStage.PRESS_RIGHT


def test_another_address_is_tried() -> None:
    """Where nothing is fetched from the usual one, and once only."""
    before = check = begin_check(NOON, other_address=True)
    now = NOON
    for reached in (
        CheckStage.STARTING,
        CheckStage.STARTING_LINEAR,
        CheckStage.STARTING_OTHER,
    ):
        assert check.stage is reached
        now += FIRST_FETCH
        before, check = check, passed(check, now)
    assert check.done
    assert delivery_of(check.profile) is Delivery.NONE
    fetched = Fetched(chapter="01", secure=True, other_address=True)
    check = observe(before, fetched, now - timedelta(seconds=1))
    assert check.done
    assert delivery_of(check.profile) is Delivery.NONE
    assert check.profile.unreached is Unreached.OTHER
    assert check.profile.finding(Fact.SECURE) is YES


def test_a_player_refuses_the_command() -> None:
    """Then the other card is tried at once."""
    check = observe(begin_check(NOON), Refused(), NOON)
    assert check.stage is CheckStage.STARTING_LINEAR
    # What was begun before comes late, and is no sign of the linear card.
    assert observe(check, Fetched(chapter="start"), NOON).stage is CheckStage.STARTING_LINEAR
    check = observe(check, Refused(), NOON)
    assert delivery_of(check.profile) is Delivery.NONE
    assert observe(begin_check(NOON), AskedOther(), NOON).stage is CheckStage.STARTING


def test_time_counts_from_when_all_is_prepared() -> None:
    """A cloud that is slow costs the player nothing."""
    later = NOON + FIRST_FETCH
    check = prepared(begin_check(NOON), later)
    assert passed(check, later).stage is CheckStage.STARTING
    assert check.deadline == later + FIRST_FETCH


def test_a_check_takes_less_than_a_minute() -> None:
    """Whatever does not happen."""
    check, now = observe(begin_check(NOON), Fetched(chapter="start"), NOON), NOON
    while not check.done:
        now += timedelta(seconds=1)
        check = passed(check, now)
    assert now - NOON < timedelta(minutes=1)
    assert check.wants == (Want.STOP,)
    assert observe(check, AnsweredOther(), now) == check


SEEN = st.one_of(
    st.builds(
        Fetched,
        chapter=st.sampled_from([*LiveChapter, "01", "02", "else"]),
        head=st.booleans(),
        ranged=st.booleans(),
        from_start=st.booleans(),
        secure=st.booleans(),
        other_address=st.booleans(),
        redirected=st.booleans(),
    ),
    st.builds(
        Said,
        chapter=st.none() | st.sampled_from([*LiveChapter, "01", "02", "else"]),
        paused=st.booleans(),
        stopped=st.booleans(),
        length=st.none() | st.floats(0, 90),
    ),
    st.just(AskedOther()),
    st.just(AnsweredOther()),
    st.just(Refused()),
)


@given(
    st.lists(st.tuples(st.timedeltas(timedelta(), timedelta(seconds=15)), SEEN), max_size=30),
    st.booleans(),
)
def test_whatever_is_seen_the_check_comes_to_an_end(
    events: list[tuple[timedelta, Observation]], other: bool
) -> None:
    """In time, never going back, and nothing that was seen is taken back."""
    check, now, stages = begin_check(NOON, other_address=other), NOON, [CheckStage.STARTING]
    yes: set[Fact] = set()
    for pause, seen in events:
        now += pause
        check = observe(check, seen, now)
        found = {fact for fact in Fact if check.profile.finding(fact) is YES}
        assert yes - found <= {Fact.SECURE, Fact.REACHED}
        yes = found
        if check.stage is not stages[-1]:
            stages.append(check.stage)
    while not check.done:
        now += timedelta(seconds=1)
        check = passed(check, now)
        stages.append(check.stage)
    limit = sum((ALLOWED[stage] for stage in ALLOWED), timedelta(seconds=16))
    waited = sum((pause for pause, _ in events), timedelta())
    assert now <= NOON + waited + limit
    order = [stage for number, stage in enumerate(stages) if stage not in stages[:number]]
    assert order == sorted(order, key=list(CheckStage).index)
    assert delivery_of(check.profile) in Delivery
