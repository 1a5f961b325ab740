"""Which kind of card a player's live card is: what the player's check has found decides."""

from homeassistant.core import callback
from homeassistant.exceptions import HomeAssistantError

from ..cards.builder import Json
from ..cards.linear import TRACK_KEY, build_linear, linear_key
from ..cards.live import LiveCard, LiveChapter, build_live
from ..checking.profiles import PROFILES
from ..cloud.commands import Command, start_card
from ..const import DOMAIN
from ..coordinator import YotoCoordinator
from ..delivery.profile import Delivery, delivery_of


@callback
def async_delivery(coordinator: YotoCoordinator, player_id: str) -> Delivery:
    """Return how audio reaches a player; one that was never checked is trusted to be able."""
    profiles = coordinator.hass.data.get(PROFILES)
    return delivery_of(None if profiles is None else profiles.profile(player_id))


@callback
def async_built(coordinator: YotoCoordinator, player_id: str, card: LiveCard) -> dict[str, Json]:
    """Return the live card of a player as Yoto is sent it.

    Raises:
        HomeAssistantError: nothing reaches the player.
    """
    match async_delivery(coordinator, player_id):
        case Delivery.LIVE:
            return build_live(card)
        case Delivery.LINEAR:
            return build_linear(card)
        case Delivery.NONE:
            raise HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key="player_unreached",
                translation_placeholders={"player": coordinator.data[player_id].player.name},
            )


@callback
def async_start_at(
    coordinator: YotoCoordinator, player_id: str, card_id: str, chapter: LiveChapter
) -> Command:
    """Return what sends a player to a chapter of its live card."""
    if async_delivery(coordinator, player_id) is Delivery.LINEAR:
        return start_card(card_id, chapter_key=linear_key(chapter), track_key=TRACK_KEY, seconds=0)
    return start_card(card_id, chapter_key=chapter.value, track_key=chapter.value, seconds=0)
