"""A home with a session that is persisted after each step, and a player that fetches from it."""

from dataclasses import dataclass, field
import json

from custom_components.yoto_smart_stream.cards.live import LiveCard, LiveChapter, Way, build_live
from custom_components.yoto_smart_stream.program.contract import Program
from custom_components.yoto_smart_stream.program.fetching import Answer, Fetch, answer
from custom_components.yoto_smart_stream.program.item import Effect, Outcome, Stop
from custom_components.yoto_smart_stream.program.kinds import reader
from custom_components.yoto_smart_stream.program.records import read_session, session_state
from custom_components.yoto_smart_stream.program.session import Session, begin
from custom_components.yoto_smart_stream.program.steering import Told, told

from .model_player import ModelPlayer
from .songs import at


def address(chapter: LiveChapter) -> str:
    """Return the address of a chapter."""
    return f"http://192.0.2.1:8123/live/{chapter.value}.mp3"


def chapter_of(url: str) -> LiveChapter:
    """Return the chapter that an address is of."""
    return LiveChapter(url.rsplit("/", 1)[1].removesuffix(".mp3"))


@dataclass
class Home:
    """Home Assistant on one side, a player on the other, and a clock."""

    session: Session
    player: ModelPlayer
    now: float = 0.0
    into: float = 0.0
    """Seconds into what the player plays."""
    unsaid: list[LiveChapter | None] = field(default_factory=list)
    """What the player has to say and nobody has heard yet."""
    prefetched: Outcome | None = None
    """What the player was given for what comes next by itself."""
    plays: Outcome = Stop()  # noqa: RUF009 - it never changes
    """What the player plays."""
    deaf: bool = False
    """Whether nothing is heard of what the player says."""
    done: list[Effect] = field(default_factory=list)
    before: str = "start"
    """The chapter that the player was in before this one."""
    arrived: float = 0.0
    """When the player came to its chapter."""

    @classmethod
    def of(cls, program: Program) -> Home:
        """Return a home where a program is about to begin."""
        payload = build_live(LiveCard(title="Any", address=address))
        return cls(begin("token", "player", program, at(0)), ModelPlayer(payload))

    @property
    def here(self) -> LiveChapter:
        """Return where the player is."""
        return chapter_of(self.player.url)

    def get(self, chapter: LiveChapter | None = None, offset: int = 0) -> Outcome:
        """Fetch a chapter, the player's own if none is named."""
        return self.ask(chapter, offset=offset).outcome

    def head(self, chapter: LiveChapter) -> Outcome:
        """Ask about a chapter."""
        return self.ask(chapter, head=True).outcome

    def ask(
        self, chapter: LiveChapter | None = None, *, head: bool = False, offset: int = 0
    ) -> Answer:
        """Fetch a chapter, and return everything about the answer."""
        fetch = Fetch(chapter=chapter or self.here, at=at(self.now), head=head, offset=offset)
        given = answer(self.session, fetch)
        self.session = given.session
        self._settle()
        return given

    def tick(self) -> None:
        """Let the player tell its position, if all that it said before has been heard."""
        if not (self.deaf or self.unsaid):
            said = Told(chapter=self.here, at=at(self.now), seconds=self.into)
            self.session = told(self.session, said)

    def press(self, way: Way) -> Outcome:
        """Let the player follow a knob or the end, and fetch what it comes to."""
        self.tick()
        self.before = self.player.chapter
        self.player.go(way.value)
        outcome = self.get()
        self._arrived()
        return outcome

    def command(self, chapter: LiveChapter) -> Outcome:
        """Let the player obey a command to go to a chapter."""
        self.tick()
        self.before = self.player.chapter
        self.player.chapter = chapter.value
        outcome = self.get()
        self._arrived()
        return outcome

    def drift(self) -> None:
        """Let the player come to the end, and play what it has fetched ahead of time."""
        self.tick()
        self.before = self.player.chapter
        self.player.go("end")
        self._arrived()

    def _arrived(self) -> None:
        self.into, self.arrived = 0.0, self.now
        self.unsaid.append(self.here)
        # What was said before comes late, but not much later than the fetch.
        self.now += 1
        self.hear(keep=1)

    def hear(self, keep: int = 0) -> None:
        """Let everything be heard that the player has to say, but for the newest."""
        while len(self.unsaid) > keep:
            said = self.unsaid.pop(0)
            if not self.deaf:
                news = Told(chapter=said, at=at(self.now), is_off=said is None)
                self.session = told(self.session, news)
        self._settle()

    def restart_server(self) -> None:
        """Let Home Assistant begin anew with what it has written down."""
        stored = json.loads(json.dumps(session_state(self.session)))
        again = read_session(stored, reader())
        assert again == self.session
        self.session = again

    def _settle(self) -> None:
        self.done += self.session.due
        self.session = self.session.settled()
