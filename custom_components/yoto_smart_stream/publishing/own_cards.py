"""The cards that an account has made, as Yoto has them: had, sent and deleted."""

from collections.abc import Mapping

from ..cloud.errors import CloudError, NotFoundError
from ..coordinator import YotoConfigEntry
from ..json import Json, JsonObject
from ..playing.publishing import refusal
from ..streaming.registry import StreamRegistry
from ..streaming.resources import LiveCardResource
from .errors import CardProblem, CardProblemError


class OwnCards:
    """Speaks with Yoto about the cards of one account; what it refuses is told to people."""

    def __init__(self, entry: YotoConfigEntry, registry: StreamRegistry) -> None:
        """Belong to an account that is loaded."""
        self._entry = entry
        self._account = entry.runtime_data.account
        self._registry = registry

    async def async_get(self, card_id: str) -> Mapping[str, Json]:
        """Return a card to look at.

        Raises:
            CardProblemError: It is none of the account's own.
            HomeAssistantError: It cannot be had.
        """
        try:
            card = await self._account.own_card(card_id)
        except NotFoundError as err:
            raise CardProblemError(CardProblem.NOT_OWN, card_id) from err
        except CloudError as err:
            raise refusal(self._entry, err, "card_not_read") from err
        if card.get("deleted") is True:
            raise CardProblemError(CardProblem.NOT_OWN, card_id)
        return card

    async def async_to_change(self, card_id: str) -> Mapping[str, Json]:
        """Return a card that can be changed; raises as `async_get` does, and for a live card."""
        on_card = self._registry.of_card(card_id, owner=self._entry.entry_id)
        if any(isinstance(one, LiveCardResource) for one in on_card):
            raise CardProblemError(CardProblem.LIVE, card_id)
        return await self.async_get(card_id)

    async def async_again(self, card_id: str) -> Mapping[str, Json]:
        """Return a card as it was written just now.

        Raises:
            CloudError: It cannot be had, which does not undo that it was written.
        """
        return await self._account.own_card(card_id)

    async def async_send(self, card_id: str | None, payload: JsonObject) -> str:
        """Make a card, or replace one, and return its id.

        Raises:
            HomeAssistantError: Yoto did not take it.
        """
        try:
            if card_id is None:
                return await self._account.create_card(payload)
            await self._account.replace_card(card_id, payload)
        except CloudError as err:
            key = "card_not_created" if card_id is None else "card_not_updated"
            raise refusal(self._entry, err, key) from err
        return card_id

    async def async_delete(self, card_id: str) -> None:
        """Delete a card.

        Raises:
            HomeAssistantError: Yoto did not delete it.
        """
        try:
            await self._account.delete_card(card_id)
        except CloudError as err:
            raise refusal(self._entry, err, "card_not_deleted") from err
