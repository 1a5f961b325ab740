"""Story cards: a request for one of their chapters is for the session of the player that has it."""

from dataclasses import dataclass

from homeassistant.core import HomeAssistant

from ..cards.live import LiveChapter
from ..const import LOGGER
from ..delivery.profile import Delivery
from ..program.contract import Program
from ..program.fetching import Fetch
from ..program.story_card import repeats, tells
from ..streaming.registry import RegistryNotSavedError, async_get_registry
from ..streaming.resources import StoryCardResource
from .holders import Asked, Holders
from .runner import LiveCards
from .shape import async_delivery
from .storyteller import STORYTELLER


class NothingToTellError(Exception):
    """There is no such story, or its player is told it in another way."""


class UnclearPlayerError(Exception):
    """Nobody can tell now which player asks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Whose session a request is for, by which card, and what begins with it."""

    token: str
    """Of the live card of the player."""
    player_id: str
    card_id: str | None = None
    """The story card; None for the live card itself."""
    program: Program | None = None


class StoryCards:
    """Finds the session for each request."""

    def __init__(self, hass: HomeAssistant, live: LiveCards, holders: Holders) -> None:
        """Know the sessions of the live cards."""
        self._hass = hass
        self._live = live
        self._holders = holders

    async def async_asking(self, card: StoryCardResource, fetch: Fetch, asked: Asked) -> Asking:
        """Return whose session a request is for.

        Raises:
            NothingToTellError: The story is gone, or the player is told it on a plain card.
            UnclearPlayerError: Nobody knows the player now.
        """
        player_id = await self._holders.async_find(card, asked)
        if player_id is None:
            raise UnclearPlayerError
        token = await self._async_token(card, player_id)
        if (asking := self._asking(card, fetch, player_id, token)) is None:
            raise NothingToTellError
        return asking

    async def async_looking(
        self, card: StoryCardResource, fetch: Fetch, asked: Asked
    ) -> Asking | None:
        """Return what `async_asking` does, while nothing is noted; None where nothing is told."""
        if card.is_plain and fetch.chapter is LiveChapter.START:
            return None
        player_id = await self._holders.async_conclude(card, asked)
        if player_id is None:
            return None
        token = self._known_token(player_id)
        return self._asking(card, fetch, player_id, token)

    def _asking(
        self, card: StoryCardResource, fetch: Fetch, player_id: str, token: str
    ) -> Asking | None:
        """Return what a request of a player is for, None where the story is gone."""
        session = self._live.session(token)
        if session is not None and (
            tells(session, card.story_id, fetch.chapter)
            or repeats(session, card.card_id, fetch.chapter)
        ):
            return Asking(token=token, player_id=player_id, card_id=card.card_id)
        teller = self._hass.data.get(STORYTELLER)
        program = None if teller is None else teller.program(player_id, card.story_id)
        if program is None:
            return None
        return Asking(token=token, player_id=player_id, card_id=card.card_id, program=program)

    def _known_token(self, player_id: str) -> str:
        """Return the token of a player's session; nothing where it has none, which is none's."""
        sessions = (one for one in self._live.sessions if one.player_id == player_id)
        session = next(sessions, None)
        return "" if session is None else session.token

    async def _async_token(self, story_card: StoryCardResource, player_id: str) -> str:
        """Return the token of a player's live card, which need not be at Yoto yet."""
        account = self._holders.account(player_id)
        if account is None:
            # After a restart: what it played is known sooner than its account is loaded.
            if token := self._known_token(player_id):
                return token
            raise UnclearPlayerError
        # A plain card plays on every player that is reached.
        able = {Delivery.LIVE, Delivery.LINEAR} if story_card.is_plain else {Delivery.LIVE}
        if async_delivery(account, player_id) not in able:
            raise NothingToTellError
        registry, owner = await async_get_registry(self._hass), account.config_entry.entry_id
        if (card := registry.live_card(player_id, owner=owner)) is not None:
            return card.token
        try:
            return (await registry.async_add_live_card(player_id, owner=owner)).token
        except RegistryNotSavedError as err:
            LOGGER.error("The live card of a player could not be noted, so nothing is played")
            raise UnclearPlayerError from err
