"""The storyteller, as those below it know it: who reads stories, and does what they want."""

from typing import Protocol

from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN
from ..coordinator import YotoCoordinator
from ..program.contract import Program, State
from ..program.item import InStory
from ..program.session import Session


class Storyteller(Protocol):
    """Tells stories on live cards; `stories.teller` has the one of Home Assistant."""

    def read(self, state: State) -> Program:
        """Read the state of a story.

        Raises:
            StateError: it is none.
        """
        ...

    def program(self, player_id: str, story_id: str) -> Program | None:
        """Return a story where a player has left it, or at its beginning; None where it is gone."""
        ...

    async def async_ready(self, session: Session) -> None:
        """Make ready what a step of a session asks of Home Assistant, which cannot wait then."""
        ...

    def async_followed(self, session: Session) -> None:
        """Remember where a player is in a story, if it is in one."""
        ...

    async def async_happened(
        self, coordinator: YotoCoordinator, player_id: str, happened: InStory
    ) -> None:
        """Tell of something in a story, and do what it wants."""
        ...


STORYTELLER: HassKey[Storyteller] = HassKey(f"{DOMAIN}_storyteller")
