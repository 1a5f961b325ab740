"""Rewriting: cards that send players to an old address are changed at Yoto, one after the other.

A card is read at Yoto, nothing but addresses with our own tokens is changed, it is sent back, and
read again to see that it is so. What goes wrong with one card keeps no other from its turn; what
was not finished is found again the next time, since cards are believed and not our notes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from homeassistant.exceptions import HomeAssistantError

from ..cards.readdressing import addresses, is_as_sent, readdressed
from ..cloud.errors import CloudError, NotFoundError, ScopeMissingError, TokenRevokedError
from ..const import DOMAIN, LOGGER
from ..coordinator import YotoConfigEntry
from ..json import Json
from ..streaming.addresses import moved, read_stream_url
from ..streaming.registry import StreamRegistry, async_get_registry

_SHOWN: Final = 10
"""How many cards a text names before it goes on no further."""


class Result(StrEnum):
    """Say what has become of a card."""

    REWRITTEN = "rewritten"
    OUTDATED = "outdated"
    """It would be rewritten, and this was only to see."""
    RIGHT = "right"
    """Nothing on it was to be changed."""
    GONE = "gone"
    """Somebody has deleted it."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What has become of one card, and why where it failed."""

    card_id: str
    title: str
    result: Result
    reason: str | None = None


class Rewriter:
    """Rewrites the cards of an account."""

    def __init__(self, entry: YotoConfigEntry, registry: StreamRegistry) -> None:
        """Belong to an account that is loaded."""
        self._entry = entry
        self._account = entry.runtime_data.account
        self._registry = registry

    def elsewhere(self, base_url: str) -> tuple[str, ...]:
        """Return the ids of the cards that are known to send players to another address."""
        cards = self._registry.cards(self._entry.entry_id)
        return tuple(card_id for card_id, base in cards.items() if base not in {None, base_url})

    def titles(self, card_ids: Iterable[str]) -> list[str]:
        """Return the titles of cards, or their ids where they are not known."""
        return sorted(self._title(card_id) for card_id in card_ids)

    async def async_learn(self) -> None:
        """Look at cards of which nobody has noted to where they send players."""
        cards = self._registry.cards(self._entry.entry_id)
        for card_id in [card_id for card_id, base in cards.items() if base is None]:
            try:
                card = await self._account.own_card(card_id)
            except NotFoundError:
                await self._async_gone(card_id)
            except CloudError as err:
                LOGGER.debug("Card %s could not be looked at: %s", card_id, err)
            else:
                for url in addresses(card):
                    if (found := read_stream_url(url)) and self._registry.find(found.token):
                        await self._async_note(card_id, found.base)
                        break

    async def async_rewrite(
        self, base_url: str, card_ids: Iterable[str] | None = None, *, dry_run: bool = False
    ) -> list[Outcome]:
        """Have cards send players to an address; without ids, all that are known.

        Args:
            base_url: the address, without a slash at its end.
            card_ids: the cards.
            dry_run: whether to look only.
        """
        if card_ids is None:
            card_ids = self._registry.cards(self._entry.entry_id)
        return [await self._async_card(one, base_url, dry_run=dry_run) for one in list(card_ids)]

    async def _async_card(self, card_id: str, base_url: str, *, dry_run: bool) -> Outcome:
        """Rewrite one card, and tell what has become of it."""
        outcome = Outcome(card_id=card_id, title=self._title(card_id), result=Result.FAILED)
        try:
            result = await self._async_attempt(card_id, base_url, dry_run=dry_run)
            if not dry_run:
                if result is Result.GONE:
                    await self._async_gone(card_id)
                else:
                    await self._async_note(card_id, base_url)
        except CloudError as err:
            LOGGER.warning("Card %s was not given the new address: %s", card_id, err)
            return replace(outcome, reason=str(self._refusal(err)))
        except HomeAssistantError as err:
            return replace(outcome, reason=str(err))
        return replace(outcome, result=result)

    async def _async_attempt(self, card_id: str, base_url: str, *, dry_run: bool) -> Result:
        """Read a card, change it, send it, and read it again.

        Raises:
            CloudError: Yoto did not give it or take it.
            HomeAssistantError: Yoto has kept it in another form than it was sent.
        """
        try:
            payload, changed = self._readdressed(await self._account.own_card(card_id), base_url)
            if not changed:
                return Result.RIGHT
            if dry_run:
                return Result.OUTDATED
            await self._account.replace_card(card_id, payload)
            if not is_as_sent(payload, await self._account.own_card(card_id)):
                raise HomeAssistantError(
                    translation_domain=DOMAIN, translation_key="card_kept_differently"
                )
        except NotFoundError:
            return Result.GONE
        return Result.REWRITTEN

    def _readdressed(self, card: Mapping[str, Json], base_url: str) -> tuple[dict[str, Json], int]:
        """Return a card with the new base where an address has a token of this account."""
        tokens = {one.token for one in self._registry.of_owner(self._entry.entry_id)}
        return readdressed(card, lambda url: moved(url, tokens, base_url))

    async def _async_note(self, card_id: str, base_url: str) -> None:
        await self._registry.async_rebase(card_id, base_url, owner=self._entry.entry_id)

    async def _async_gone(self, card_id: str) -> None:
        self._account.shelf.remove(card_id)
        await self._registry.async_unbind(card_id, owner=self._entry.entry_id)

    def _title(self, card_id: str) -> str:
        card = self._account.shelf.known(card_id)
        return card_id if card is None else card.title

    def _refusal(self, err: CloudError) -> HomeAssistantError:
        """Translate why Yoto did not give or take a card."""
        if isinstance(err, TokenRevokedError):
            self._entry.async_start_reauth(self._entry.runtime_data.hass)
            return HomeAssistantError(translation_domain=DOMAIN, translation_key="login_revoked")
        if isinstance(err, ScopeMissingError):
            return HomeAssistantError(
                translation_domain=DOMAIN, translation_key="card_not_permitted"
            )
        return HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="card_not_rewritten",
            translation_placeholders={"reason": str(err)},
        )


async def async_rewriter(entry: YotoConfigEntry) -> Rewriter:
    """Return what rewrites the cards of an account that is loaded."""
    return Rewriter(entry, await async_get_registry(entry.runtime_data.hass))


def listed(lines: Iterable[str]) -> str:
    """Return a list for people, which does not go on for ever."""
    every = [f"- {line}" for line in lines]
    return "\n".join([*every[:_SHOWN], *(["- …"] if len(every) > _SHOWN else [])])
