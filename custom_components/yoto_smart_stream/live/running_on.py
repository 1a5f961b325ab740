"""Sees to it that a plain card never comes to its end while there is something to play on it."""

from collections.abc import Coroutine

from homeassistant.core import callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util

from ..cards.linear import FRONT, LAST, leads_on
from ..cards.live import LiveChapter
from ..const import LOGGER
from ..coordinator import YotoCoordinator
from ..playback.messages import PlaybackStatus
from ..program.running_on import is_to_run_on, with_end_laid_out
from ..program.steering import unstaged
from ..streaming.registry import STREAM_REGISTRY
from ..streaming.resources import LiveCardResource
from ..sure_store import NotWrittenError
from .runner import LIVE_CARDS
from .shape import async_plain_story_card, plain_start


class RunningOn:
    """Looks after one player."""

    def __init__(self, coordinator: YotoCoordinator, player_id: str) -> None:
        """Begin without knowing where the player is."""
        self._coordinator = coordinator
        self._player_id = player_id
        self._key: str | None = None
        """The chapter that it was in last, by its key on a plain card."""
        self._story_card: str | None = None
        """The plain story card that it was in then; None for its live card."""

    @callback
    def async_look(self) -> None:
        """Look where the player is."""
        snapshot = self._coordinator.data[self._player_id].snapshot
        card = self._card()
        if card is None:
            return
        if snapshot.status is PlaybackStatus.STOPPED:
            before = self._story_card or card.card_id
            if before is not None and snapshot.card_id in {None, before} and self._key == LAST:
                self._do(self._async_go_on(card.token, before))
            self._key = self._story_card = None
            return
        live = self._coordinator.hass.data.get(LIVE_CARDS)
        session = None if live is None else live.session(card.token)
        self._story_card = async_plain_story_card(self._coordinator, self._player_id, session)
        if snapshot.card_id is None or snapshot.card_id != (self._story_card or card.card_id):
            self._key = None
        elif snapshot.chapter_key != self._key:
            self._key = snapshot.chapter_key
            if self._key is None or (self._key == FRONT and self._story_card is not None):
                return
            if (chapter := leads_on(self._key)) is not None:
                self._do(self._async_lay_out(card.token, chapter))

    def _card(self) -> LiveCardResource | None:
        registry = self._coordinator.hass.data.get(STREAM_REGISTRY)
        owner = self._coordinator.config_entry.entry_id
        return registry.live_card(self._player_id, owner=owner) if registry else None

    @callback
    def _do(self, work: Coroutine[None, None, None]) -> None:
        self._coordinator.config_entry.async_create_background_task(
            self._coordinator.hass, work, name=f"Yoto live card of {self._player_id}"
        )

    async def _async_lay_out(self, token: str, chapter: LiveChapter) -> None:
        """Have the end of the run be a step."""
        live = self._coordinator.hass.data.get(LIVE_CARDS)
        if live is None or live.session(token) is None:
            return
        try:
            await live.async_change(
                token, self._player_id, lambda now: with_end_laid_out(now, chapter)
            )
        except NotWrittenError:
            LOGGER.error("What a live card plays next could not be written down")

    async def _async_go_on(self, token: str, card_id: str) -> None:
        """Send a player on that has come to the end of a plain card."""
        live, chapter = self._coordinator.hass.data.get(LIVE_CARDS), leads_on(LAST)
        session = None if live is None else live.session(token)
        if live is None or session is None or chapter is None:
            return
        if not is_to_run_on(session, chapter, dt_util.utcnow()):
            return
        command = plain_start(card_id, chapter)
        try:
            await self._coordinator.async_command(self._player_id, command)
        except HomeAssistantError as err:
            LOGGER.warning("The queue of player %s does not go on: %s", self._player_id, err)
            try:
                await live.async_change(token, self._player_id, unstaged)
            except NotWrittenError:
                LOGGER.error("What a live card plays next could not be written down")
