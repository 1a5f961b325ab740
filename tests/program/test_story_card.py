"""One session on two cards: a story card begins its story, and goes on with it on either card."""

from dataclasses import replace

from custom_components.yoto_smart_stream.cards.live import LiveChapter
from custom_components.yoto_smart_stream.program.fetching import Answer, Fetch, Verdict, answer
from custom_components.yoto_smart_stream.program.item import Play
from custom_components.yoto_smart_stream.program.kinds import reader
from custom_components.yoto_smart_stream.program.queue import Queue
from custom_components.yoto_smart_stream.program.records import read_session, session_state
from custom_components.yoto_smart_stream.program.session import Session, begin
from custom_components.yoto_smart_stream.program.steering import to_program, to_step
from custom_components.yoto_smart_stream.program.story_card import (
    come_by,
    goes_on,
    looked_at,
    repeats,
    tells,
)
from custom_components.yoto_smart_stream.program.telling import KIND, StoryProgram, read_telling
from custom_components.yoto_smart_stream.story.model import (
    Audio,
    Choice,
    LibraryAudio,
    Node,
    Story,
    Variant,
)

from .songs import at
from .test_telling import program_of, telling_of

CARD = "Story"
START, L1, L0, R1, E1 = (LiveChapter(key) for key in ("start", "L1", "L0", "R1", "E1"))


def node(key: str, left: str, right: str) -> Node:
    """Return a node that is heard, and from which both knobs lead on."""
    audio: Audio = LibraryAudio(audio_id=key)
    return Node(
        id=key,
        variants=(Variant(audio=audio),),
        left=(Choice(target=left),),
        right=(Choice(target=right),),
    )


STORY = Story(
    id="sea",
    title="The sea",
    start="a",
    nodes={key: node(key, left, right) for key, left, right in ("abc", "bca", "cab")},
)


class Shelf:
    """A player that has two cards to choose from."""

    def __init__(self) -> None:
        """Begin with a queue that nobody has begun."""
        self.session: Session = begin("token", "player", Queue(), at(0))
        self.now = 0.0

    def fetch(
        self,
        chapter: LiveChapter,
        card_id: str | None = CARD,
        *,
        head: bool = False,
        offset: int = 0,
    ) -> Answer:
        """Fetch a chapter of a card, as the runner does."""
        fetch = Fetch(chapter=chapter, at=at(self.now), head=head, offset=offset)
        program: StoryProgram | None = None
        if card_id is not None and not tells(self.session, "sea", chapter):
            program = program_of(STORY)
        given = answer(come_by(self.session, fetch, card_id, program), fetch)
        self.session = looked_at(self.session, given.session) if head else given.session
        self.now += 1
        return given

    def card(self) -> str | None:
        """Return the story card that it was last, None for the live card."""
        return self.session.card_id

    def node(self) -> str | None:
        """Return where the story is."""
        program = self.session.current.program
        assert isinstance(program, StoryProgram)
        return None if program.at is None else program.at.situation.node


def media(given: Answer) -> str:
    """Return which audio is served."""
    assert isinstance(given.outcome, Play)
    return given.outcome.item.media


def test_a_story_begins_with_its_card() -> None:
    """A look shows what will be heard; a repetition is none."""
    shelf = Shelf()
    looked = shelf.fetch(START, head=True)
    assert shelf.card() is None
    begun = shelf.fetch(START)
    assert media(begun) == media(looked)
    assert shelf.fetch(START).verdict is Verdict.REPEAT
    assert (shelf.card(), shelf.node()) == (CARD, "a")
    shelf.fetch(L1)
    assert shelf.node() == "b"


def test_it_begins_in_whatever_chapter_the_player_takes_the_card_up() -> None:
    """Players remember where a card was left, whatever was played since."""
    shelf = Shelf()
    shelf.fetch(R1, offset=5000)
    assert shelf.node() == "a"
    shelf.fetch(L0)
    assert shelf.node() == "b"


def test_it_goes_on_when_the_player_changes_to_the_other_card() -> None:
    """Its chapters mean nothing there, so they are no steps."""
    shelf = Shelf()
    shelf.fetch(START)
    shelf.fetch(L1)
    heard = media(shelf.fetch(L1))
    assert media(shelf.fetch(L0, None, head=True)) == heard
    assert shelf.card() == CARD
    given = shelf.fetch(L0, None)
    assert (given.verdict, media(given), shelf.node()) == (Verdict.ENTRY, heard, "b")
    assert shelf.card() is None
    shelf.fetch(R1, None)
    assert shelf.node() == "a"
    assert (shelf.fetch(START).verdict, shelf.node()) == (Verdict.ENTRY, "a")
    shelf.fetch(R1)
    assert shelf.node() == "c"


def test_a_step_of_home_assistant_is_taken_on_the_live_card() -> None:
    """It is told to go there in the middle of a story card."""
    shelf = Shelf()
    shelf.fetch(START)
    shelf.session, chapter = to_step(shelf.session, L1.way)
    given = shelf.fetch(chapter, None)
    assert (given.verdict, shelf.node()) == (Verdict.STAGED, "b")
    assert shelf.card() is None


def test_a_step_may_be_taken_on_the_story_card_while_it_is_of_its_story() -> None:
    """Also where a story is laid out that does not play yet; other music is for the live card."""
    shelf = Shelf()
    assert not goes_on(shelf.session, "sea")
    assert goes_on(to_program(shelf.session, program_of(STORY))[0], "sea")
    shelf.fetch(START)
    assert goes_on(shelf.session, "sea")
    assert not goes_on(shelf.session, "land")
    assert goes_on(to_step(shelf.session, L1.way)[0], "sea")
    assert not goes_on(to_program(shelf.session, Queue())[0], "sea")


def test_more_of_a_chapter_is_no_beginning() -> None:
    """Whatever plays there: something else may just have been laid out when it was fetched."""
    shelf = Shelf()
    shelf.fetch(START)
    shelf.session, chapter = to_program(shelf.session, Queue())
    shelf.fetch(chapter)
    assert not tells(shelf.session, "sea", chapter)
    assert repeats(shelf.session, CARD, chapter)
    assert not repeats(shelf.session, CARD, START)
    assert not repeats(shelf.session, None, chapter)
    assert not repeats(replace(shelf.session, departed=True), CARD, chapter)


def test_a_late_piece_of_the_other_card_takes_nobody_away() -> None:
    """It is answered with what was played there."""
    shelf = Shelf()
    before = media(shelf.fetch(START))
    shelf.session, chapter = to_step(shelf.session, L1.way)
    shelf.fetch(chapter, None)
    late = shelf.fetch(START, offset=100)
    assert (late.verdict, media(late)) == (Verdict.LATE, before)
    assert (shelf.card(), shelf.node()) == (None, "b")


def test_which_card_it_was_outlives_a_restart() -> None:
    """So that the next step is one."""
    shelf = Shelf()
    shelf.fetch(START)
    telling = telling_of(STORY)
    read = reader({KIND: lambda state: read_telling(state, telling)})
    shelf.session = read_session(session_state(shelf.session), read)
    shelf.fetch(L1)
    assert (shelf.card(), shelf.node()) == (CARD, "b")
