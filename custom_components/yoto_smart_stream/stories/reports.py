"""What is told of stories: on the bus, to automations, to entities, and in the logbook."""

from typing import Final, TypedDict

from homeassistant.components.media_player import DOMAIN as MEDIA_PLAYER_DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from ..automations.accounts import device_of
from ..const import DOMAIN
from ..coordinator import YotoCoordinator
from ..program.item import InStory, Moment
from ..story.model import Story
from .stored import StoredStory

EVENT: Final = f"{DOMAIN}_story"
"""The type of the event on Home Assistant's bus."""

NODE_ENTERED: Final = "story_node_entered"
CHOICE_MADE: Final = "story_choice_made"
ENDING_REACHED: Final = "story_ending_reached"
_TYPES: Final = {
    Moment.ENTERED: NODE_ENTERED,
    Moment.CHOSEN: CHOICE_MADE,
    Moment.ENDED: ENDING_REACHED,
}


class StoryReport(TypedDict):
    """Everything that is told of something in a story. None: of no meaning for the type."""

    type: str
    player: str
    device_id: str | None
    entity_id: str | None
    """The media player."""
    story_id: str
    story: str
    """The title."""
    node: str
    """The id of the node that is entered, chosen in, or an ending."""
    node_title: str
    tags: list[str]
    """Of the node."""
    choice: str | None
    """`left` or `right`."""
    label: str | None
    """What was chosen, in words."""
    target: str | None
    """The id of the node that was chosen."""


def report_of(
    hass: HomeAssistant,
    coordinator: YotoCoordinator,
    player_id: str,
    stored: StoredStory,
    story: Story,
    happened: InStory,
) -> StoryReport | None:
    """Return what is told of something in a story, None for what nobody needs to know."""
    kind = _TYPES.get(happened.moment)
    if kind is None or happened.runs:
        return None
    device = device_of(hass, coordinator, player_id)
    state = coordinator.data.get(player_id)
    node = story.nodes.get(happened.node)
    name = (device and (device.name_by_user or device.name)) or (state and state.player.name) or ""
    return StoryReport(
        type=kind,
        player=name,
        device_id=device.id if device else None,
        entity_id=er.async_get(hass).async_get_entity_id(MEDIA_PLAYER_DOMAIN, DOMAIN, player_id),
        story_id=stored.story_id,
        story=story.title,
        node=happened.node,
        node_title=(node and node.title) or happened.node,
        tags=list(node.tags) if node else [],
        choice=happened.side,
        label=happened.label,
        target=happened.target,
    )


def sentence(report: StoryReport) -> str:
    """Return what has happened, to be read after the name of the player."""
    match report["type"]:
        case "story_choice_made":
            chosen = report["label"] or report["choice"]
            return f"chose {chosen} in {report['story']}"
        case "story_ending_reached":
            return f"came to the ending {report['node_title']} of {report['story']}"
        case _:
            return f"came to {report['node_title']} in {report['story']}"
