"""The queue of a player, as its media player shows and changes it."""

from collections.abc import Callable
from typing import Final

from homeassistant.components.media_player import MediaPlayerEnqueue
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.util import dt as dt_util

from ..cards.live import LiveChapter, Way
from ..const import DOMAIN
from ..coordinator import YotoCoordinator
from ..opening.errors import OpeningError
from ..opening.opener import async_get_opener
from ..opening.refusals import refusal_of_opening
from ..playback.snapshot import Snapshot
from ..program.editing import add, add_next, at_entry, replaced
from ..program.errors import NoQueueError
from ..program.item import Play
from ..program.queue import Queue
from ..program.session import Session, begin, edited, queue_in
from ..program.steering import to_program_in_turn, to_step, unstaged
from ..program.whereabouts import Whereabouts, to_go_on, to_second, whereabouts
from ..streaming.registry import STREAM_REGISTRY
from ..sure_store import NotWrittenError
from .publishing import async_live_card
from .reports import ITEMS_LEFT_OUT, async_tell
from .runner import LIVE_CARDS, LiveCards
from .shape import async_start_at

_SHOWN: Final = 50
"""Titles of a queue that are shown."""


class PlayerQueue:
    """What is played on the live card of one player."""

    def __init__(self, coordinator: YotoCoordinator, player_id: str) -> None:
        """Belong to a player."""
        self._coordinator = coordinator
        self._player_id = player_id

    @property
    def session(self) -> Session | None:
        """Return the session, if the player has ever played its live card."""
        live = self._coordinator.hass.data.get(LIVE_CARDS)
        registry = self._coordinator.hass.data.get(STREAM_REGISTRY)
        owner = self._coordinator.config_entry.entry_id
        card = registry.live_card(self._player_id, owner=owner) if registry else None
        return live.session(card.token) if live and card else None

    @property
    def is_in_play(self) -> bool:
        """Return whether the player has its live card in play, or a story card in its stead."""
        registry = self._coordinator.hass.data.get(STREAM_REGISTRY)
        owner = self._coordinator.config_entry.entry_id
        card = registry.live_card(self._player_id, owner=owner) if registry else None
        card_id, session = self._snapshot.card_id, self.session
        if card is None or card_id is None:
            return False
        return card.card_id == card_id or (session is not None and session.card_id == card_id)

    @property
    def playing(self) -> Play | None:
        """Return what plays, None while something else than the live card is in play."""
        session = self.session
        return session.playing if session and self.is_in_play else None

    @property
    def queue(self) -> Queue | None:
        """Return the queue while it is in play."""
        session = self.session
        return queue_in(session.current.program) if session and self.is_in_play else None

    @property
    def titles(self) -> list[str] | None:
        """Return the first titles of the queue, in the order of playing."""
        queue = self.queue
        return None if queue is None else [one.item.title for one in queue.in_order[:_SHOWN]]

    @property
    def place(self) -> int | None:
        """Return which entry plays, counted from 1."""
        queue = self.queue
        return None if queue is None or queue.current is None else queue.at + 1

    @property
    def whereabouts(self) -> Whereabouts | None:
        """Return where in its item the player is, None while something else is in play."""
        session = self.session
        return whereabouts(session) if session and self.is_in_play else None

    @property
    def can_go_on(self) -> bool:
        """Return whether there is something that the player can go on with."""
        session = self.session
        if session is None:
            return False
        queue = queue_in(session.current.program)
        return session.playing is not None or (queue is not None and bool(queue.entries))

    @property
    def is_next(self) -> bool:
        """Return whether a player that is told to go on does so with its live card.

        It does unless another card is in play, or was played last. A player that is told to stop,
        or was switched off, has none.
        """
        card_id, session = self._snapshot.card_id, self.session
        return self.is_in_play or (
            card_id is None and session is not None and session.elsewhere is None
        )

    @property
    def card_before(self) -> str | None:
        """Return the other card that was played last, while none is in play."""
        session = self.session
        return session.elsewhere if session and self._snapshot.card_id is None else None

    @property
    def _snapshot(self) -> Snapshot:
        return self._coordinator.data[self._player_id].snapshot

    async def async_play(self, media_id: str, how: MediaPlayerEnqueue) -> None:
        """Play something of Home Assistant's, or put it into the queue.

        Raises:
            HomeAssistantError: it cannot be played, or the player did not obey.
        """
        opener = await async_get_opener(self._coordinator.hass)
        try:
            described = await opener.async_list(media_id)
        except OpeningError as err:
            raise refusal_of_opening(err, media_id) from err
        items = described.items
        if described.left_out:
            count = described.left_out
            async_tell(self._coordinator, self._player_id, ITEMS_LEFT_OUT, count=count)
        token, card_id = await async_live_card(self._coordinator, self._player_id)
        live = self._live()
        session = live.session(token) or begin(token, self._player_id, Queue(), dt_util.utcnow())
        queue = queue_in(session.current.program) or Queue()
        match how:
            case MediaPlayerEnqueue.ADD:
                await self._async_edit(token, lambda now: add(now, items))
            case MediaPlayerEnqueue.NEXT:
                await self._async_edit(token, lambda now: add_next(now, items))
            case MediaPlayerEnqueue.PLAY:
                program = at_entry(add_next(queue, items), queue.next_number)
                await self._async_start_with(token, card_id, program)
            case _:
                program = replaced(queue, items)
                await self._async_start_with(token, card_id, program)

    async def async_step(self, way: Way) -> None:
        """Play the next or the previous item, as a knob does.

        Raises:
            ServiceValidationError: there is none.
        """
        if not self.can_go_on:
            raise self._queue_refusal("queue_empty")
        session = self.session
        queue = queue_in(session.current.program) if session else None
        if way is Way.RIGHT and queue is not None and queue.over:
            raise self._queue_refusal("queue_over")
        token, card_id = await async_live_card(self._coordinator, self._player_id)
        await self._async_start(token, card_id, lambda now: to_step(now, way))

    async def async_go_on(self) -> None:
        """Go on where the player has left its live card; a queue that is over begins anew.

        Raises:
            ServiceValidationError: there is nothing to go on with.
        """
        if not self.can_go_on:
            raise self._queue_refusal("queue_empty")
        token, card_id = await async_live_card(self._coordinator, self._player_id)
        await self._async_start(token, card_id, to_go_on)

    async def async_seek(self, seconds: float) -> None:
        """Play the item from a second on: the player is served it from there.

        Raises:
            ServiceValidationError: it has no seconds, as it is live.
        """
        session = self.session
        if session is None or to_second(session, seconds) is None:
            raise self._queue_refusal("nothing_to_wind")
        token, card_id = await async_live_card(self._coordinator, self._player_id)
        await self._async_start(
            token, card_id, lambda now: to_second(now, seconds) or to_go_on(now)
        )

    async def async_edit(self, change: Callable[[Queue], Queue]) -> None:
        """Change the queue; what plays plays on.

        Raises:
            ServiceValidationError: there is none.
        """
        session = self.session
        if session is None:
            raise self._queue_refusal("no_queue")
        await self._async_edit(session.token, change)

    async def async_take(self, lay_out: Callable[[Session], tuple[Session, LiveChapter]]) -> None:
        """Have the player take a step on its live card.

        Raises:
            HomeAssistantError: the player did not obey, or Yoto did not take the card.
        """
        token, card_id = await async_live_card(self._coordinator, self._player_id)
        await self._async_start(token, card_id, lay_out)

    async def _async_edit(self, token: str, change: Callable[[Queue], Queue]) -> None:
        try:
            await self._async_keep(token, lambda now: now.with_program(edited(change)))
        except NoQueueError as err:
            raise self._queue_refusal("queue_is_story") from err

    async def _async_start_with(self, token: str, card_id: str, program: Queue) -> None:
        await self._async_start(
            token, card_id, lambda now: to_program_in_turn(now, program, dt_util.utcnow())
        )

    async def _async_start(
        self, token: str, card_id: str, lay_out: Callable[[Session], tuple[Session, LiveChapter]]
    ) -> None:
        """Lay out a step, and have the player take it."""
        chapter, before = LiveChapter.START, None

        def stage(now: Session) -> Session:
            nonlocal chapter, before
            before = now.staged
            staged, chapter = lay_out(now)
            return staged

        await self._async_keep(token, stage)
        session = self._live().session(token)
        command = async_start_at(self._coordinator, self._player_id, card_id, chapter, session)
        try:
            await self._coordinator.async_command(self._player_id, command)
        except HomeAssistantError:
            await self._async_keep(token, lambda now: unstaged(now, before))
            raise

    async def _async_keep(self, token: str, change: Callable[[Session], Session]) -> None:
        try:
            await self._live().async_change(token, self._player_id, change)
        except NotWrittenError as err:
            raise HomeAssistantError(
                translation_domain=DOMAIN, translation_key="queue_not_saved"
            ) from err

    def _queue_refusal(self, key: str) -> ServiceValidationError:
        """Return an error that names the player."""
        return ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key=key,
            translation_placeholders={
                "player": self._coordinator.data[self._player_id].player.name
            },
        )

    def _live(self) -> LiveCards:
        live = self._coordinator.hass.data.get(LIVE_CARDS)
        if live is None:
            raise HomeAssistantError(translation_domain=DOMAIN, translation_key="queue_not_saved")
        return live
