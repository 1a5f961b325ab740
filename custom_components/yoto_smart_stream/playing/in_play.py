"""The card that a player has in play, and the way from track to track on it."""

from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from ..cloud.cards import Card
from ..cloud.commands import start_card
from ..cloud.errors import CloudError, NotFoundError
from ..const import DOMAIN
from ..coordinator import YotoCoordinator
from ..data import PlayerState


def card_in_play(state: PlayerState) -> str:
    """Return the id of the card in play.

    Raises:
        ServiceValidationError: there is none.
    """
    card_id = state.snapshot.card_id
    if card_id is None:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="no_card",
            translation_placeholders={"player": state.player.name},
        )
    return card_id


async def async_card(coordinator: YotoCoordinator, card_id: str) -> Card:
    """Return a card with its chapters.

    Raises:
        ServiceValidationError: the account has no such card.
        HomeAssistantError: it could not be fetched.
    """
    try:
        return await coordinator.account.shelf.card(card_id)
    except NotFoundError as err:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="unknown_card",
            translation_placeholders={"card_id": card_id},
        ) from err
    except CloudError as err:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="card_unavailable",
            translation_placeholders={"card_id": card_id, "reason": str(err)},
        ) from err


async def async_skip(coordinator: YotoCoordinator, player_id: str, offset: int) -> None:
    """Have a player play the track `offset` places away on the card in play.

    Players know no such command, so the track is started by its keys (protocol §3.4).

    Raises:
        ServiceValidationError: no card is in play, or it has no track there.
        HomeAssistantError: the player or Yoto's cloud could not be asked.
    """
    state = coordinator.data[player_id]
    card = await async_card(coordinator, card_in_play(state))
    # Looked at again: the player may have gone on while the card was fetched.
    snapshot = coordinator.data[player_id].snapshot
    keys = card.neighbour(snapshot.chapter_key or "", snapshot.track_key or "", offset)
    if keys is None:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="last_track" if offset > 0 else "first_track",
            translation_placeholders={"card": card.title},
        )
    await coordinator.async_command(
        player_id, start_card(card.card_id, chapter_key=keys[0], track_key=keys[1], seconds=0)
    )
