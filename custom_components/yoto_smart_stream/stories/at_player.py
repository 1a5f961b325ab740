"""The story at a player: what it shows, and starting it, choosing in it, and beginning it anew."""

from typing import Final

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from ..cards.live import Way
from ..const import DOMAIN
from ..coordinator import YotoCoordinator
from ..live.queue import PlayerQueue
from ..live.runner import LIVE_CARDS
from ..program.steering import to_program, to_step
from ..program.telling import REMIND_AFTER, StoryProgram, story_in
from ..story.situation import Knob
from .shelf import KeptStory
from .teller import TELLER, Teller, anew

_WAYS: Final = {Knob.LEFT: Way.LEFT, Knob.RIGHT: Way.RIGHT}


class PlayerStory:
    """What is told on the live card of one player."""

    def __init__(self, coordinator: YotoCoordinator, player_id: str) -> None:
        """Belong to a player."""
        self._coordinator = coordinator
        self._player_id = player_id
        self._queue = PlayerQueue(coordinator, player_id)

    @property
    def told(self) -> StoryProgram | None:
        """Return the story, while the player has its live card in play and plays one on it."""
        session = self._queue.session
        if session is None or not self._queue.is_in_play:
            return None
        return story_in(session.current.program)

    @property
    def left(self) -> StoryProgram | None:
        """Return the story that the live card was left with, in play or not."""
        session = self._queue.session
        return None if session is None else story_in(session.current.program)

    @property
    def title(self) -> str | None:
        """Return the title of the story, None where none is told."""
        return None if (told := self.told) is None else told.telling.story.title

    @property
    def story_id(self) -> str | None:
        """Return the id of the story, None where none is told."""
        return None if (told := self.told) is None else told.telling.story_id

    @property
    def ended(self) -> bool | None:
        """Return whether the story has come to an ending, None where none is told."""
        return None if (told := self.told) is None else told.ended

    @property
    def node_id(self) -> str | None:
        """Return the id of the node, None where no story is told."""
        told = self.told
        return None if told is None or told.at is None else told.at.situation.node

    @property
    def node(self) -> str | None:
        """Return what the node is called, None where no story is told."""
        told, node_id = self.told, self.node_id
        if told is None or node_id is None:
            return None
        node = told.telling.story.nodes.get(node_id)
        return node_id if node is None else node.title or node_id

    @property
    def labels(self) -> dict[str, str | None]:
        """Return what the knobs choose now, in words; None for one that does nothing."""
        told = self.told
        found = {} if told is None or told.at is None else told.choices
        return {
            knob.value: (found[knob].label or found[knob].target) if knob in found else None
            for knob in Knob
        }

    @callback
    def async_watch(self, changed: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call `changed` when something else is played on the card; return what ends it."""
        live = self._coordinator.hass.data.get(LIVE_CARDS)
        return (lambda: None) if live is None else live.async_watch(self._player_id, changed)

    async def async_start(
        self, kept: KeptStory, *, restart: bool, remind_after: int = REMIND_AFTER
    ) -> bool:
        """Tell a story; return whether it goes on where the player has left it.

        Raises:
            HomeAssistantError: The player cannot be told it, or did not obey.
        """
        teller = self._teller()
        telling = teller.telling(kept)
        saved = None if restart else teller.saved(self._player_id, telling)
        goes_on = saved is not None
        program = saved or anew(telling, remind_after=remind_after)
        await self._queue.async_take(lambda now: to_program(now, program))
        return goes_on

    async def async_choose(self, knob: Knob) -> None:
        """Choose as with a knob.

        Raises:
            ServiceValidationError: No story is told.
            HomeAssistantError: The player did not obey.
        """
        if self.left is None:
            raise self._story_refusal("story_none")
        await self._queue.async_take(lambda now: to_step(now, _WAYS[knob]))

    async def async_reset(self) -> KeptStory:
        """Begin the story anew.

        Raises:
            ServiceValidationError: No story is told.
            HomeAssistantError: The player did not obey.
        """
        left = self.left
        kept = None if left is None else self._teller().shelf.known(left.telling.story_id)
        if left is None or kept is None:
            raise self._story_refusal("story_none")
        await self.async_start(kept, restart=True, remind_after=left.remind_after)
        return kept

    def _teller(self) -> Teller:
        """Return the storyteller.

        Raises:
            HomeAssistantError: Stories cannot be read.
        """
        teller = self._coordinator.hass.data.get(TELLER)
        if teller is None:
            raise HomeAssistantError(translation_domain=DOMAIN, translation_key="stories_unusable")
        return teller

    def _story_refusal(self, key: str) -> ServiceValidationError:
        """Return an error that names the player."""
        return ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key=key,
            translation_placeholders={
                "player": self._coordinator.data[self._player_id].player.name
            },
        )
