"""Interactive story cards in players that play no streams on those, as their check has found.

Such a player cannot be told the story by the card itself. It is told on the player's live card,
which is a plain one there, as `start_story` does. A story card that is plain needs none of this.
"""

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError

from ..automations.accounts import async_get_accounts
from ..const import LOGGER
from ..coordinator import YotoCoordinator
from ..data import PlayerState
from ..delivery.profile import Delivery
from ..live.shape import async_delivery
from ..playback.occurrences import Kind, Occurrence
from ..streaming.registry import STREAM_REGISTRY
from .at_player import PlayerStory
from .teller import TELLER


@callback
def async_serve_plain_players(hass: HomeAssistant) -> None:
    """Tell stories on such players when they get a story card, for as long as we run."""
    async_get_accounts(hass).async_follow(_async_follow)


@callback
def _async_follow(coordinator: YotoCoordinator) -> CALLBACK_TYPE:
    """Follow the players of an account; return what ends that."""
    beginning: set[str] = set()

    @callback
    def happened(state: PlayerState, occurrence: Occurrence) -> None:
        player_id = state.player.player_id
        if occurrence.kind not in {Kind.CARD_INSERTED, Kind.PLAYBACK_STARTED}:
            return
        story_id = _story_on(coordinator, occurrence.card_id)
        if story_id is None or player_id in beginning:
            return
        if async_delivery(coordinator, player_id) is not Delivery.LINEAR:
            return
        beginning.add(player_id)
        task = coordinator.config_entry.async_create_background_task(
            coordinator.hass,
            _async_begin(coordinator, player_id, story_id),
            name=f"story of the card in {player_id}",
        )
        task.add_done_callback(lambda _: beginning.discard(player_id))

    return coordinator.audience.async_listen(happened)


def _story_on(coordinator: YotoCoordinator, card_id: str | None) -> str | None:
    """Return the id of the story that an interactive card tells, None for all other cards."""
    registry = coordinator.hass.data.get(STREAM_REGISTRY)
    card = None if registry is None else registry.on_story_card(card_id)
    return None if card is None or card.is_plain else card.story_id


async def _async_begin(coordinator: YotoCoordinator, player_id: str, story_id: str) -> None:
    """Tell a story on the live card of a player."""
    teller = coordinator.hass.data.get(TELLER)
    kept = None if teller is None else teller.shelf.known(story_id)
    if kept is None:
        return
    try:
        await PlayerStory(coordinator, player_id).async_start(kept, restart=False)
    except HomeAssistantError as err:
        LOGGER.warning("The story of the card in player %s is not told: %s", player_id, err)
