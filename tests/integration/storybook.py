"""A family that keeps stories, and a player that is told them."""

from typing import Any, Final

from homeassistant.core import Event, HomeAssistant, callback

from custom_components.yoto_smart_stream.const import DOMAIN
from custom_components.yoto_smart_stream.stories.reports import EVENT

from . import Family, settle
from .concert import Concert

SEA: Final = """\
title: To the sea
start: beach
variables:
  shells: {min: 0, max: 3, start: 0}
nodes:
  beach:
    audio: Ant
    left: {to: shell, label: A shell}
    right: {to: boat, label: The boat}
    end: stop
  shell:
    audio: Bee
    set: {shells: shells + 1}
    end: beach
  boat:
    title: The boat
    audio: Cat
    tags: [home]
"""
"""Two choices, a variable, and an ending; told with the songs of a concert."""
SPOKEN: Final = """\
title: The owl
nodes:
  tree:
    say: Who is there?
    left: nest
  nest:
    say: An owl!
    voice: grey
"""
"""Two texts, one in a voice of its own."""


class Storybook:
    """The stories of a family, and the first player."""

    def __init__(self, family: Family, concert: Concert) -> None:
        """Begin without a story."""
        self.family = family
        self.concert = concert
        self.told: list[dict[str, Any]] = []
        family.hass.bus.async_listen(EVENT, self._note)

    @callback
    def _note(self, event: Event) -> None:
        self.told.append(dict(event.data))

    @property
    def hass(self) -> HomeAssistant:
        """Return the family's Home Assistant."""
        return self.family.hass

    async def ask(self, action: str, **data: object) -> dict[str, Any]:
        """Use an action and return what it responds."""
        response = await self.hass.services.async_call(
            DOMAIN, action, data, blocking=True, return_response=True
        )
        assert isinstance(response, dict)
        return response

    async def act(self, action: str, **data: object) -> dict[str, Any]:
        """Use an action on the first player and return what it responds."""
        player = self.family.entity_id("media_player")
        answer = (await self.ask(action, entity_id=player, **data))[player]
        assert isinstance(answer, dict)
        return answer

    async def comes_to(self, node: str) -> None:
        """Wait until the player is told a node of a story, and hears something there."""

        def is_there() -> bool:
            hearing = self.family.player.view()["hearing"]
            return (
                self.family.state("sensor", "story_node").attributes.get("node") == node
                and self.family.state("media_player").state == "playing"
                and isinstance(hearing, dict)
                and isinstance(hearing["seconds"], float)
                and hearing["seconds"] > 0
            )

        await settle(is_there)

    def happened(self, *keys: str) -> list[tuple[Any, ...]]:
        """Return what was told of stories, by some fields."""
        return [tuple(one[key] for key in keys) for one in self.told]
