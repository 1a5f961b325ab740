"""What is told of a queue besides what plays: on the bus, and in the logbook."""

from typing import Final, TypedDict

from homeassistant.components.media_player import DOMAIN as MEDIA_PLAYER_DOMAIN
from homeassistant.core import callback
from homeassistant.helpers import entity_registry as er

from ..automations.accounts import device_of
from ..const import DOMAIN
from ..coordinator import YotoCoordinator

EVENT: Final = f"{DOMAIN}_queue"
"""The type of the event on Home Assistant's bus."""

ITEM_SKIPPED: Final = "item_skipped"
ITEMS_LEFT_OUT: Final = "items_left_out"


class QueueReport(TypedDict):
    """Everything that is told of a queue. None: unknown, or of no meaning for the type."""

    type: str
    player: str
    device_id: str | None
    entity_id: str | None
    """The media player."""
    title: str | None
    """Of the item that was skipped."""
    reason: str | None
    """`missing` or `overruled`."""
    error: str | None
    """Why, in a sentence."""
    count: int | None
    """How many items were left out."""


@callback
def async_tell(
    coordinator: YotoCoordinator,
    player_id: str,
    kind: str,
    *,
    title: str | None = None,
    reason: str | None = None,
    error: str | None = None,
    count: int | None = None,
) -> None:
    """Tell of something on the bus."""
    hass = coordinator.hass
    device = device_of(hass, coordinator, player_id)
    name = (device and (device.name_by_user or device.name)) or ""
    report = QueueReport(
        type=kind,
        player=name or coordinator.data[player_id].player.name,
        device_id=device.id if device else None,
        entity_id=er.async_get(hass).async_get_entity_id(MEDIA_PLAYER_DOMAIN, DOMAIN, player_id),
        title=title,
        reason=reason,
        error=error,
        count=count,
    )
    hass.bus.async_fire(EVENT, dict(report))


def sentence(report: QueueReport) -> str:
    """Return what has happened, to be read after the name of the player."""
    if report["type"] == ITEMS_LEFT_OUT:
        return f"has no room in its queue for {report['count']} more items, which were left out"
    if report["error"] is None:
        return f"did not play {report['title']}, since somebody used a knob"
    return f"could not play {report['title']}. {report['error']}"
