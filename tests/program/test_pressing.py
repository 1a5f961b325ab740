"""Whatever happens on the way, what is played follows from the presses alone."""

from collections.abc import Callable
from typing import Final

from hypothesis import given, strategies as st

from custom_components.yoto_smart_stream.cards.live import LiveChapter, Way
from custom_components.yoto_smart_stream.program.announcement import (
    Announcement,
    Message,
    interrupt,
)
from custom_components.yoto_smart_stream.program.contract import Program, Step, step
from custom_components.yoto_smart_stream.program.item import Effect, Outcome, Play
from custom_components.yoto_smart_stream.program.steering import (
    to_announcement,
    to_step,
    with_announcement,
)

from .home import Home
from .songs import at, queues, song

NOISES: Final[dict[str, Callable[[Home, LiveChapter], object]]] = {
    "repeat": lambda home, _: home.get(),
    "piece": lambda home, _: home.get(offset=4096),
    "last bytes": lambda home, _: home.get(offset=-1),
    "late piece": lambda home, _: home.get(LiveChapter(home.before), offset=4096),
    "probe": lambda home, chapter: home.head(chapter),
    "prefetch": lambda home, _: prefetch(home),
    "news": lambda home, _: home.hear(),
    "restart of the server": lambda home, _: home.restart_server(),
    "restart of the player": lambda home, _: restart_player(home, told=False),
    "restart of the player that is noticed": lambda home, _: restart_player(home, told=True),
}
NOISE = st.lists(
    st.tuples(st.sampled_from(sorted(NOISES)), st.sampled_from(LiveChapter)), max_size=6
)
WAYS = st.sampled_from([Way.LEFT, Way.RIGHT, Way.END])
MOVES = st.lists(
    st.tuples(
        WAYS | st.sampled_from(["next", "previous", "announce"]),
        st.integers(0, 600),
        st.booleans(),
        NOISE,
    ),
    max_size=12,
)


def prefetch(home: Home) -> None:
    """Fetch what follows by itself ahead of time, where there is time left."""
    outcome = home.plays
    rest = outcome.remaining if isinstance(outcome, Play) else None
    if rest is not None and rest > home.now - home.arrived + 15:
        home.prefetched = home.get(LiveChapter(home.player.way_of("end")))


def restart_player(home: Home, *, told: bool) -> None:
    """Take the player's power; it forgets what it has fetched and goes on where it was."""
    home.prefetched = None
    # One that takes up a card which has come to its end begins it anew: that is another test.
    if told and isinstance(home.plays, Play):
        home.unsaid.append(None)
        home.hear()
        if home.session.departed:
            home.arrived = home.now
    home.get()
    home.unsaid.append(home.here)


class Presses:
    """What a program makes of presses when nothing else happens."""

    program: Program
    outcome: Outcome

    def __init__(self, program: Program) -> None:
        """Begin."""
        self.effects: list[Effect] = []
        self._take(program.start())

    def take(self, way: Way, heard: float) -> None:
        """Let a knob be pressed, or what plays end."""
        begin_at = self.outcome.begin_at if isinstance(self.outcome, Play) else 0.0
        self._take(step(self.program, way, begin_at + heard))

    def announce(self, announcement: Announcement, heard: float) -> None:
        """Let something be announced."""
        begin_at = self.outcome.begin_at if isinstance(self.outcome, Play) else 0.0
        self._take(interrupt(announcement, self.program, self.outcome, begin_at + heard))

    def join(self, announcement: Announcement) -> None:
        """Let something be announced after what is being announced."""
        assert isinstance(self.program, Announcement)
        self.program = self.program.with_more(announcement)

    def _take(self, taken: Step) -> None:
        self.program, self.outcome = taken.program, taken.outcome
        self.effects += taken.effects


def move(home: Home, presses: Presses, kind: Way | str, seconds: float, again: bool) -> Outcome:
    """Let one thing happen, in the home and in the program alone; return what is heard then."""
    rest = rest_of(presses.outcome)
    elapsed = home.now - home.arrived
    home.into = max(rest if kind is Way.END else min(seconds, rest), elapsed)
    home.now = home.arrived + home.into
    match kind:
        case Way.END:
            presses.take(Way.END, home.into)
            if home.prefetched is None or again:
                return home.press(Way.END)
            heard = home.prefetched
            home.drift()
            return heard
        case Way():
            presses.take(kind, home.into)
            return home.press(kind)
        case "announce":
            announcement = Announcement(
                messages=(Message(item=song("news", 30), volume=9),), volume=4
            )
            home.hear()
            joined = with_announcement(home.session, announcement, at(home.now))
            if joined is not None and home.into + 8 > rest:
                # It would be over before anything else happens.
                return move(home, presses, Way.END, seconds, again)
            if joined is not None:
                home.session = joined
                presses.join(announcement)
                return home.plays
            presses.announce(announcement, home.into)
            home.session, chapter = to_announcement(home.session, announcement)
            return home.command(chapter)
        case _:
            way = Way.RIGHT if kind == "next" else Way.LEFT
            presses.take(way, home.into)
            home.hear()
            home.session, chapter = to_step(home.session, way)
            return home.command(chapter)


def bother(home: Home, noise: list[tuple[str, LiveChapter]]) -> None:
    """Let things happen that mean nothing."""
    for name, chapter in noise:
        home.now += 0.125
        NOISES[name](home, chapter)
    home.now += 6


def rest_of(outcome: Outcome) -> float:
    """Return for how many seconds something plays; what has no end is left after ten minutes."""
    rest = outcome.remaining if isinstance(outcome, Play) else 1.0
    return 600.0 if rest is None else rest


@given(queues(), NOISE, MOVES, st.booleans())
def test_what_is_heard_follows_from_the_presses_alone(
    program: Program,
    first: list[tuple[str, LiveChapter]],
    moves: list[tuple[Way | str, int, bool, list[tuple[str, LiveChapter]]]],
    deaf: bool,
) -> None:
    """Repeats, probes, pieces, prefetches, lost replies and restarts change nothing."""
    home, presses = Home.of(program), Presses(program)
    home.deaf = deaf
    home.plays = home.get()
    assert home.plays == presses.outcome
    bother(home, first)
    for number, (kind, seconds, again, noise) in enumerate(moves):
        # Where nothing is heard of a player that plays what it fetched ahead of time, a command
        # that comes then cannot know of that.
        fetches = again or (deaf and number + 1 < len(moves) and moves[number + 1][0] not in Way)
        home.plays = move(home, presses, kind, seconds, fetches)
        assert home.plays == presses.outcome
        home.prefetched = None
        bother(home, noise)
    home.hear()
    assert home.get() == presses.outcome
    if (ahead := home.session.ahead) is not None and ahead.standing.chapter is home.here:
        # Nobody has heard that the player is there, which the next fetch would show.
        home.session = home.session.confirmed()
        home.done += home.session.due
    assert home.session.current.program == presses.program
    assert home.done == presses.effects
