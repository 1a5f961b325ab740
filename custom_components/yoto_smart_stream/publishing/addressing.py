"""Addresses of what we serve on a card: those that are there are used again, others are made."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from ..cards.builder import chapter_key
from ..cards.writing import write
from ..json import JsonObject
from ..streaming.addresses import read_stream_url, stream_path
from ..streaming.registry import StreamRegistry
from ..streaming.resources import Resource, StoryCardResource
from .draft import Layout
from .errors import CardProblem, CardProblemError
from .served import Served, ServedAudio, ServedFile, ServedStream, served_by

NOT_YET = "new"
"""Stands for a token that has not been made."""


class Addressing:
    """Have a token for each thing that is served on a card of an account."""

    def __init__(self, registry: StreamRegistry, owner: str, card_id: str | None) -> None:
        """Know what the card has already."""
        self._registry = registry
        self._owner = owner
        self._there: defaultdict[Served, list[str]] = defaultdict(list)
        self.served: dict[str, Served] = {}
        """What the tokens of the card stand for."""
        on_card = () if card_id is None else registry.of_card(card_id, owner=owner)
        self._card_id = card_id
        self._is_story = any(isinstance(one, StoryCardResource) for one in on_card)
        for resource in on_card:
            if (served := served_by(resource)) is not None:
                self._there[served].append(resource.token)
                self.served[resource.token] = served

    @property
    def elsewhere(self) -> dict[str, Served]:
        """Return what the tokens of the card would stand for on another card.

        Raises:
            CardProblemError: It tells a story, and does so only to those who have this very card.
        """
        if self._is_story:
            raise CardProblemError(CardProblem.STORY, self._card_id or "")
        return self.served

    def reused(self, wanted: Sequence[Served], kept: Iterable[str]) -> list[str | None]:
        """Return the token for each thing that is wanted, None where there is none yet.

        Args:
            wanted: what is served.
            kept: addresses that stay on the card, so that their tokens are taken.
        """
        taken = tokens_in(kept)
        there = {
            served: [token for token in tokens if token not in taken]
            for served, tokens in self._there.items()
        }
        found: list[str | None] = []
        for served in wanted:
            tokens = there.get(served)
            found.append(tokens.pop(0) if tokens else None)
        return found

    async def async_made(
        self, wanted: Sequence[Served], tokens: Sequence[str | None]
    ) -> tuple[list[str], list[str]]:
        """Return a token for each thing that is wanted, and those of them that are new.

        Raises:
            RegistryNotSavedError: The store could not be written; there are no new tokens then.
        """
        new: list[str] = []
        try:
            every = [
                token or await self._async_token(served, new)
                for served, token in zip(wanted, tokens, strict=True)
            ]
        except BaseException:
            await self._registry.async_revoke(new)
            raise
        return every, new

    async def _async_token(self, served: Served, new: list[str]) -> str:
        """Make one token."""
        registry, owner = self._registry, self._owner
        added: Resource
        match served:
            case ServedAudio(audio_id=audio_id):
                added = (await registry.async_add_audio([audio_id], owner=owner))[0]
            case ServedFile(path=path, content_type=content_type):
                added = (await registry.async_add([(path, content_type)], owner=owner))[0]
            case ServedStream():
                added = await registry.async_add_list(served.stream_id, owner=owner, is_link=False)
        new.append(added.token)
        self.served[added.token] = served
        return added.token


def tokens_in(urls: Iterable[str]) -> set[str]:
    """Return the tokens in addresses of ours."""
    found = (read_stream_url(url) for url in urls)
    return {address.token for address in found if address is not None}


def lasting(url: str) -> str:
    """Return what counts of an address: of ours, all but what it begins with."""
    address = read_stream_url(url)
    return url if address is None else address.path


def payload_of(layout: Layout, base_url: str, tokens: Sequence[str]) -> JsonObject:
    """Return what is sent."""
    return write(
        layout.addressed(
            lambda place: base_url + stream_path(tokens[place], chapter_key(place + 1))
        )
    )
