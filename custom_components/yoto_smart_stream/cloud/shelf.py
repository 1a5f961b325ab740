"""The cards that an account can play."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
import logging
import re
from typing import Final

from ..listeners import Listeners
from ..playback.context import CardMap
from .cards import Card, Group, read_card, read_groups, read_library, read_own
from .errors import CloudError, NotFoundError, RequestRefusedError, TokenRevokedError
from .rest import CloudRest
from .track_address import TrackAddress, read_track_address

_LOGGER: Final = logging.getLogger(__name__)
_FRESHNESS: Final = timedelta(minutes=5)
"""How long a card's details are taken as they are when it is played again."""
_AT_ONCE: Final = 6
"""How many cards are fetched side by side when the chapters of all are wanted."""

_CARD_ID: Final = re.compile(r"[A-Za-z0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Details:
    """A card with its chapters."""

    card: Card
    fetched_at: datetime
    listed: str | None
    """When the lists said at that time that the card had last been changed."""


class Shelf:
    """Knows what cards there are, and the chapters of those that somebody asked for."""

    def __init__(self, rest: CloudRest) -> None:
        """Know nothing yet."""
        self._rest = rest
        self._library: dict[str, Card] = {}
        self._own: dict[str, Card] = {}
        self._grouped: dict[str, Card] = {}
        self._groups: tuple[Group, ...] = ()
        self._details: dict[str, _Details] = {}
        self._refused: dict[str, str | None] = {}
        """Cards whose details Yoto does not give, as they were listed at that time."""
        self._maps: dict[str, CardMap] = {}
        self._odd: dict[str, int] = {}
        self._loaded_at: datetime | None = None
        self._is_complete = False
        self._listeners = Listeners[()]()
        self._filling = asyncio.Lock()

    @property
    def maps(self) -> Mapping[str, CardMap]:
        """Return the maps of the cards whose chapters are known, by card id."""
        return self._maps

    @property
    def is_complete(self) -> bool:
        """Tell whether all lists could be had when they were asked for last."""
        return self._is_complete

    @property
    def cards(self) -> tuple[Card, ...]:
        """Return every card of the account by title, with chapters where they are known.

        Own cards are in the library of some accounts and not in that of others (protocol §4.1).
        """
        return self._sorted({**self._grouped, **self._own, **self._library}.values())

    @property
    def own_cards(self) -> tuple[Card, ...]:
        """Return the Make Your Own cards by title."""
        return self._sorted(self._own.values())

    @property
    def groups(self) -> tuple[Group, ...]:
        """Return the groups in the family's order."""
        return self._groups

    def cards_of(self, group: Group) -> tuple[Card, ...]:
        """Return the cards of a group in the family's order, as far as they are known."""
        found = (self._listed(card_id) for card_id in group.card_ids)
        return tuple(self._with_chapters(card) for card in found if card is not None)

    def find(self, name: str) -> tuple[Card, ...]:
        """Return the card with an id, or all cards with a title, whose capitals do not matter."""
        card = self.known(name)
        if card is not None:
            return (card,)
        wanted = _folded(name)
        return tuple(card for card in self.cards if _folded(card.title) == wanted)

    def known(self, card_id: str) -> Card | None:
        """Return what is known of a card without asking."""
        details = self._details.get(card_id)
        return details.card if details else self._listed(card_id)

    def is_fresh(self, card_id: str) -> bool:
        """Tell whether a card was fetched so lately that it is not fetched again."""
        details = self._details.get(card_id)
        return details is not None and datetime.now(UTC) - details.fetched_at < _FRESHNESS

    def older_than(self, age: timedelta) -> bool:
        """Return whether the lists were asked for longer ago than that, or never."""
        return self._loaded_at is None or datetime.now(UTC) - self._loaded_at >= age

    def listen(self, loaded: Callable[[], None]) -> Callable[[], None]:
        """Call `loaded` each time after the lists were asked for; return what ends that."""
        return self._listeners.add(loaded)

    async def load(self) -> None:
        """Fetch the library, the own cards and the groups; what cannot be had stays as it was.

        Raises:
            TokenRevokedError: only a new login helps.
            CloudError: not everything could be had.
        """
        self._loaded_at = datetime.now(UTC)
        failures = await asyncio.gather(
            self._part(self._load_library()),
            self._part(self._load_own()),
            self._part(self._load_groups()),
        )
        worst = sorted(
            (err for err in failures if err is not None),
            key=lambda err: not isinstance(err, TokenRevokedError),
        )
        self._is_complete = not worst
        self._listeners.tell()
        if worst:
            raise worst[0]

    async def card(self, card_id: str) -> Card:
        """Return a card with its chapters, fetched again once it has become old.

        Raises:
            NotFoundError: there is no such card.
            CloudError: it cannot be had.
        """
        if self.is_fresh(card_id):
            return self._details[card_id].card
        if not _CARD_ID.fullmatch(card_id):
            # It would become part of the address.
            raise NotFoundError(f"{card_id} is no id of a card", status=404)
        try:
            card = read_card(card_id, await self._rest.card(card_id))
        except NotFoundError:
            self._details.pop(card_id, None)
            raise
        self.add(card)
        return card

    async def track_address(
        self, card_id: str, chapter_key: str | None, track_key: str | None
    ) -> TrackAddress:
        """Return where a track can be fetched now; without keys, the first one.

        Raises:
            NotFoundError: there is no such card or track, or its audio is nowhere to be had.
            CloudError: it cannot be had.
        """
        if not _CARD_ID.fullmatch(card_id):
            raise NotFoundError(f"{card_id} is no id of a card", status=404)
        address = read_track_address(await self._rest.card(card_id), chapter_key, track_key)
        if address is None:
            raise NotFoundError(f"{card_id} has no such track", status=404)
        return address

    def add(self, card: Card) -> None:
        """Take in a card with its chapters, as it has just come from Yoto."""
        listed = self._listed(card.card_id)
        self._details[card.card_id] = _Details(
            card=card,
            fetched_at=datetime.now(UTC),
            listed=listed.updated_at if listed else card.updated_at,
        )
        self._maps[card.card_id] = card.map()

    def add_own(self, card: Card) -> None:
        """Take in a card that has just been made, so that it is listed before the next load."""
        self._own[card.card_id] = card
        self.add(card)

    def change_own(self, card: Card) -> None:
        """Take in how a card that has just been changed is listed from now on."""
        card = replace(card, chapters=())
        for listed in (self._own, self._library, self._grouped):
            if card.card_id in listed:
                listed[card.card_id] = card
        self.outdate(card.card_id)

    def outdate(self, card_id: str) -> None:
        """Have the chapters of a card fetched again when somebody asks for them."""
        self._details.pop(card_id, None)

    def remove(self, card_id: str) -> None:
        """Forget a card that is no more, before the next load."""
        for known in (self._own, self._library, self._grouped, self._details, self._maps):
            known.pop(card_id, None)

    def put_group(self, group: Group) -> None:
        """Take in a group that has just been made or changed, before the next load."""
        groups = {one.group_id: one for one in self._groups}
        self._groups = tuple({**groups, group.group_id: group}.values())

    def remove_group(self, group_id: str) -> None:
        """Forget a group that is no more, before the next load."""
        self._groups = tuple(one for one in self._groups if one.group_id != group_id)

    async def fill(self) -> None:
        """Fetch the chapters of all cards where they are unknown, or the card has been changed.

        Cards that cannot be had are left as they are: the lists show them without chapters.
        """
        async with self._filling:
            lacking = iter([card.card_id for card in self.cards if self._lacks_chapters(card)])
            await asyncio.gather(*(self._fetch(lacking) for _ in range(_AT_ONCE)))

    async def _fetch(self, lacking: Iterator[str]) -> None:
        """Fetch the chapters of one card after the other, until there is trouble."""
        for card_id in lacking:
            try:
                self.add(read_card(card_id, await self._rest.card(card_id)))
            except RequestRefusedError as err:
                listed = self._listed(card_id)
                self._refused[card_id] = listed.updated_at if listed else None
                _LOGGER.debug("Yoto gives no details of card %s: %s", card_id, err)
            except CloudError as err:
                _LOGGER.debug("No details of card %s this time: %s", card_id, err)
                return

    def _lacks_chapters(self, card: Card) -> bool:
        """Return whether the chapters of a listed card are unknown, or may have changed."""
        details = self._details.get(card.card_id)
        if details is not None:
            return details.listed != card.updated_at
        return self._refused.get(card.card_id, "") != card.updated_at

    async def _part(self, loading: Awaitable[None]) -> CloudError | None:
        """Load one of the lists and return what went wrong: the others are of use without it."""
        try:
            await loading
        except CloudError as err:
            return err
        return None

    async def _load_library(self) -> None:
        """Fetch the family library."""
        answer, odd = await self._rest.library(), list[object]()
        self._library = read_library(answer, odd.append)
        self._note_odd("the library", odd)

    async def _load_own(self) -> None:
        """Fetch the own cards."""
        answer, odd = await self._rest.own_cards(), list[object]()
        self._own = read_own(answer, odd.append)
        self._note_odd("the own cards", odd)

    async def _load_groups(self) -> None:
        """Fetch the groups."""
        answer, odd = await self._rest.groups(), list[object]()
        self._groups, self._grouped = read_groups(answer, odd.append)
        self._note_odd("the groups", odd)

    def _note_odd(self, part: str, odd: list[object]) -> None:
        """Tell how many records of a list cannot be read, once for each number of them."""
        if len(odd) != self._odd.get(part, 0):
            _LOGGER.debug("%s: %d records that cannot be read are left out", part, len(odd))
        self._odd[part] = len(odd)

    def _listed(self, card_id: str) -> Card | None:
        """Return a card as the lists show it."""
        return self._library.get(card_id) or self._own.get(card_id) or self._grouped.get(card_id)

    def _with_chapters(self, card: Card) -> Card:
        """Return a listed card with its chapters, if they are known."""
        details = self._details.get(card.card_id)
        return replace(card, chapters=details.card.chapters) if details else card

    def _sorted(self, cards: Iterable[Card]) -> tuple[Card, ...]:
        """Return listed cards by title."""
        ordered = sorted(cards, key=lambda card: (_folded(card.title), card.card_id))
        return tuple(self._with_chapters(card) for card in ordered)


def _folded(text: str) -> str:
    """Return a title without what does not matter in it: capitals, and the number of blanks."""
    return " ".join(text.casefold().split())
