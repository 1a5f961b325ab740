"""The storyteller: it gives stories what they need of the world, and does what they want there."""

from collections.abc import Iterator, Mapping
import secrets
from typing import Any, Final, override

from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN, LOGGER
from ..coordinator import YotoCoordinator
from ..live.runner import LIVE_CARDS
from ..live.storyteller import STORYTELLER, Storyteller
from ..media.identifiers import InLibrary
from ..media.views import cover_path
from ..opening.references import PlayOfStream
from ..program.contract import Program, State
from ..program.errors import StateError
from ..program.item import InStory, Item, Moment
from ..program.queue import Queue
from ..program.reading import member
from ..program.session import Session
from ..program.telling import (
    REMIND_AFTER,
    StoryProgram,
    Telling,
    read_telling,
    retold,
    story_in,
)
from ..sources.speech import beginning_of
from ..story.model import Audio, LibraryAudio, Spoken, Story, StreamAudio
from ..streaming.streams import Streams, async_get_streams
from ..sure_store import NotWrittenError
from .audio import library_item
from .home import HomeConditions, async_run
from .play_records import EndingFound
from .play_throughs import PlayThroughs
from .reports import EVENT, report_of
from .shelf import KeptStory, StoryShelf, async_get_shelf

_OURS: Final = f"media-source://{DOMAIN}/"
_SEED_BITS: Final = 32


class Teller(Storyteller):
    """Tells the stories of this Home Assistant on all live cards."""

    def __init__(
        self, hass: HomeAssistant, shelf: StoryShelf, streams: Streams, games: PlayThroughs
    ) -> None:
        """Know where everything is."""
        self.shelf: Final = shelf
        self.games: Final = games
        self._hass = hass
        self._streams = streams
        self._conditions = HomeConditions(hass)
        shelf.async_listen(self._async_changed)

    def telling(self, kept: KeptStory) -> Telling:
        """Return a story with what it needs of the world."""
        story_id, story = kept.stored.story_id, kept.story
        return Telling(
            story_id=story_id,
            script=kept.script,
            item_of=lambda audio: self._item(story_id, story, audio),
            home=self._conditions,
        )

    @override
    def read(self, state: State) -> Program:
        """Read the state of a story; of one that was deleted nothing is left to play."""
        story_id = member(state, "story_id", str)
        if story_id not in self.shelf.index.stories:
            return Queue()
        if (kept := self.shelf.known(story_id)) is None:
            raise StateError("the text of a story cannot be read")
        return read_telling(state, self.telling(kept))

    def saved(self, player_id: str, telling: Telling) -> StoryProgram | None:
        """Return a story where a player has left it, None where it begins anew."""
        game = self.games.game(player_id, telling.story_id)
        if game is None or game.ended:
            return None
        try:
            return read_telling(game.program, telling)
        except StateError, ValueError:
            # Written by a later version: it begins anew.
            return None

    @override
    def program(self, player_id: str, story_id: str) -> StoryProgram | None:
        """Return a story where a player has left it, or at its beginning; None where it is gone."""
        if (kept := self.shelf.known(story_id)) is None:
            return None
        telling = self.telling(kept)
        return self.saved(player_id, telling) or anew(telling)

    @override
    async def async_ready(self, session: Session) -> None:
        """Compile the conditions of what may take the next step."""
        programs = [session.current.program]
        if session.staged is not None and session.staged.program is not None:
            programs.append(session.staged.program)
        for program in programs:
            if (told := story_in(program)) is not None:
                await self._conditions.async_ready(told.telling.story)

    @override
    async def async_happened(
        self, coordinator: YotoCoordinator, player_id: str, happened: InStory
    ) -> None:
        """Tell everybody of something in a story; actions run beside, so that nothing waits."""
        kept = self.shelf.known(happened.story_id)
        if kept is None:
            return
        report = report_of(self._hass, coordinator, player_id, kept.stored, kept.story, happened)
        if happened.moment is Moment.ENDED:
            self.games.async_found(
                EndingFound(
                    player_id=player_id,
                    story_id=happened.story_id,
                    node=happened.node,
                    at=dt_util.utcnow(),
                )
            )
        if happened.moment is Moment.STUCK:
            LOGGER.warning("%s goes in circles at %s", kept.story.title, happened.node)
        if report is not None:
            self._hass.bus.async_fire(EVENT, dict(report))
        if happened.runs:
            coordinator.config_entry.async_create_background_task(
                self._hass,
                async_run(
                    self._hass,
                    kept.story,
                    happened.node,
                    self._variables(coordinator, player_id, kept, happened),
                ),
                name=f"actions of the story {kept.story.title}",
            )

    @callback
    @override
    def async_followed(self, session: Session) -> None:
        """Note where a player is in a story, if it is in one."""
        told = story_in(session.current.program)
        if told is None or told.at is None:
            return
        self.games.async_save(
            session.player_id,
            told.telling.story_id,
            told.state,
            node=told.at.situation.node,
            ended=told.ended,
            now=dt_util.utcnow(),
        )

    def _variables(
        self, coordinator: YotoCoordinator, player_id: str, kept: KeptStory, happened: InStory
    ) -> Mapping[str, Any]:
        """Return what the actions of a node may need to know."""
        entered = InStory(story_id=happened.story_id, moment=Moment.ENTERED, node=happened.node)
        report = report_of(self._hass, coordinator, player_id, kept.stored, kept.story, entered)
        return {} if report is None else dict(report)

    def _item(self, story_id: str, story: Story, audio: Audio) -> Item:
        """Return an item for any audio of a story; one that cannot be opened where it is gone."""
        if isinstance(audio, StreamAudio):
            stream = self._streams.index.find(audio.name)
            if stream is not None:
                play = PlayOfStream.of(stream.stream_id, dt_util.utcnow())
                return Item(media=str(play), title=stream.name)
            return Item(media=f"{_OURS}streams/{audio.name}", title=audio.name)
        stored = self.shelf.index.stories.get(story_id)
        found = library_item(stored, story, audio, self.shelf.catalog)
        if found is None:
            named = audio.audio_id if isinstance(audio, LibraryAudio) else beginning_of(audio.text)
            return Item(media=f"{_OURS}{InLibrary(audio_id=named or 'none')}", title=named)
        title = story.title if isinstance(audio, Spoken) else found.title
        return Item(
            media=f"{_OURS}{InLibrary(audio_id=found.audio_id)}",
            title=title,
            length=found.duration,
            cover=None if found.details.cover is None else cover_path(found),
        )

    @callback
    def _async_changed(self, story_id: str) -> None:
        """Go on with another text where a story is being told, and forget one that is gone."""
        self._conditions.async_keep(self._stories())
        if story_id not in self.shelf.index.stories:
            self.games.async_forget_story(story_id)
            return
        kept, live = self.shelf.known(story_id), self._hass.data.get(LIVE_CARDS)
        if kept is None or live is None:
            return
        for session in live.sessions:
            told = story_in(session.current.program)
            if told is None or told.telling.story_id != story_id:
                continue
            if told.telling.script is kept.script:
                continue
            self._hass.async_create_task(
                self._async_retell(session, self.telling(kept)), f"another text of {story_id}"
            )

    def _stories(self) -> Iterator[Story]:
        """Yield the stories that are kept, and those that are being told."""
        for story_id in self.shelf.index.stories:
            if (kept := self.shelf.known(story_id)) is not None:
                yield kept.story
        live = self._hass.data.get(LIVE_CARDS)
        for session in () if live is None else live.sessions:
            if (told := story_in(session.current.program)) is not None:
                yield told.telling.story

    async def _async_retell(self, session: Session, telling: Telling) -> None:
        """Have a live card go on with another text of its story."""
        live = self._hass.data.get(LIVE_CARDS)
        if live is None:
            return
        change = retold(telling)
        try:
            await live.async_change(
                session.token, session.player_id, lambda now: now.with_program(change)
            )
        except NotWrittenError:
            LOGGER.error("The other text of a story could not be written down for a live card")


def anew(telling: Telling, *, remind_after: int = REMIND_AFTER) -> StoryProgram:
    """Return a story at its beginning; `remind_after` seconds a question is asked again."""
    seed = secrets.randbits(_SEED_BITS)
    return StoryProgram(telling=telling, seed=seed, remind_after=remind_after)


TELLER: HassKey[Teller] = HassKey(f"{DOMAIN}_teller")


async def async_setup_stories(hass: HomeAssistant) -> Teller:
    """Load the stories, and have live cards tell them.

    Raises:
        UnsupportedStorageVersionError: A later version has written them.
        OSError: The folder of the library cannot be used.
    """
    shelf = await async_get_shelf(hass)
    games = PlayThroughs(hass)
    await games.async_load()
    teller = Teller(hass, shelf, await async_get_streams(hass), games)
    hass.data[TELLER] = teller
    hass.data[STORYTELLER] = teller
    return teller
