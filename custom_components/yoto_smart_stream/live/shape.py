"""Which kind of card a player's live card is, and where the player is sent for a step.

What the player's check has found decides. A plain story card is one for every player, and goes on
by itself: who has it in play is sent to a chapter of that, and not to the live card.
"""

from homeassistant.core import callback
from homeassistant.exceptions import HomeAssistantError

from ..cards.linear import TRACK_KEY, build_linear, linear_key
from ..cards.live import LiveCard, LiveChapter, build_live
from ..checking.profiles import PROFILES
from ..cloud.commands import Command, start_card
from ..const import DOMAIN
from ..coordinator import YotoCoordinator
from ..delivery.profile import Delivery, delivery_of
from ..json import Json
from ..program.session import Session
from ..program.story_card import goes_on
from ..streaming.registry import STREAM_REGISTRY


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
def async_plain_story_card(
    coordinator: YotoCoordinator, player_id: str, session: Session | None
) -> str | None:
    """Return the id of a plain story card that a player goes on with, None where it has none."""
    registry = coordinator.hass.data.get(STREAM_REGISTRY)
    card_id = coordinator.data[player_id].snapshot.card_id
    card = None if registry is None else registry.on_story_card(card_id)
    if card is None or not card.is_plain or session is None or session.card_id != card_id:
        return None
    return card_id if goes_on(session, card.story_id) else None


@callback
def async_start_at(
    coordinator: YotoCoordinator,
    player_id: str,
    card_id: str,
    chapter: LiveChapter,
    session: Session | None,
) -> Command:
    """Return what sends a player to a chapter of the card that its session is played on.

    Args:
        coordinator: of the account of the player.
        player_id: the player.
        card_id: its live card.
        chapter: where it is sent, as laid out in the session.
        session: what is played.
    """
    if (own := async_plain_story_card(coordinator, player_id, session)) is not None:
        return plain_start(own, chapter)
    if async_delivery(coordinator, player_id) is Delivery.LINEAR:
        return plain_start(card_id, chapter)
    return start_card(card_id, chapter_key=chapter.value, track_key=chapter.value, seconds=0)


def plain_start(card_id: str, chapter: LiveChapter) -> Command:
    """Return what sends a player to a chapter of a plain card."""
    return start_card(card_id, chapter_key=linear_key(chapter), track_key=TRACK_KEY, seconds=0)
