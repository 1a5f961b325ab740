"""Somebody who checks a player in the options, and does what is asked."""

from typing import Any

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.util import dt as dt_util

from custom_components.yoto_smart_stream.checking.profiles import PROFILES
from custom_components.yoto_smart_stream.delivery.profile import (
    Fact,
    Finding,
    Interactive,
    Profile,
)
from simulator.traits import Traits

from . import Family, settle

HANDS: dict[str, tuple[str, *tuple[str | int, ...]]] = {
    "check_press_left": ("press", "left"),
    "check_press_right": ("press", "right"),
    "check_turn_right": ("turn", "right", 1),
}
"""What is done where the dialogue asks for it."""


def give(family: Family, traits: Traits) -> None:
    """Make the first player behave in a certain way."""
    own = family.simulation.world.devices[family.player_id].traits
    for name in Traits.__dataclass_fields__:
        setattr(own, name, getattr(traits, name))


async def find(family: Family, interactive: Interactive, reached: Finding = Finding.YES) -> None:
    """Have a check found something."""
    profile = Profile(
        checked_at=dt_util.utcnow(), interactive=interactive, found={Fact.REACHED: reached}
    )
    profiles = family.hass.data[PROFILES]
    await profiles.async_keep(family.player_id, profile, owner=family.entry.entry_id)


def lines_of(result: ConfigFlowResult) -> dict[str, str]:
    """Return the lines of a report that can be pasted."""
    placeholders = result["description_placeholders"]
    assert placeholders is not None
    lines = placeholders["report"].removeprefix("```text\n").removesuffix("\n```").splitlines()
    return dict(line.split(": ", 1) for line in lines)


def check_cards(family: Family) -> list[str]:
    """Return the ids of the check cards that are at Yoto."""
    cards = family.simulation.world.list_cards
    assert cards is not None
    return [str(card["card_id"]) for card in cards() if "Player check" in str(card["title"])]


class Examiner:
    """Goes through the dialogue."""

    def __init__(self, family: Family) -> None:
        """Begin."""
        self.family = family
        self.asked: list[str] = []
        """What the dialogue has shown while it went on."""
        self.flow_id = ""

    async def begin(self, player_id: str | None = None) -> ConfigFlowResult:
        """Choose the player."""
        form = await self.family.options("check")
        self.flow_id = form["flow_id"]
        if form["type"] is not FlowResultType.FORM:
            return form
        player = {"player": player_id or self.family.player_id}
        return await self.look(player)

    async def look(self, fields: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Look at the dialogue, as the page does again and again."""
        flows = self.family.hass.config_entries.options
        return await flows.async_configure(self.flow_id, fields)

    async def until(self, action: str) -> None:
        """Wait with hands off for the dialogue to ask for something."""
        while (result := await self.look()).get("progress_action") != action:
            assert result["type"] is FlowResultType.SHOW_PROGRESS
            await self._on()

    async def done(self) -> ConfigFlowResult:
        """Wait with hands off for the end."""
        while (result := await self.look())["type"] is FlowResultType.SHOW_PROGRESS:
            await self._on()
        return result

    async def check(self, *, patient: bool = True) -> ConfigFlowResult:
        """Do what is asked, and return the report."""
        result = await self.begin()
        while result["type"] is FlowResultType.SHOW_PROGRESS:
            action = result["progress_action"]
            if action not in self.asked:
                self.asked.append(action)
                if patient and action in HANDS:
                    await self.act(*HANDS[action])
            await self._on()
            result = await self.look()
        return result

    async def act(self, name: str, *arguments: str | int) -> None:
        """Use the hands, once there is something to hear."""
        player = self.family.player
        await settle(lambda: not player.view()["waiting"])
        await getattr(player, name)(*arguments)

    async def _on(self) -> None:
        """Wait for the dialogue to go on."""
        flows = self.family.hass.config_entries.options
        flow = flows._progress.get(self.flow_id)
        waiting = flow.async_get_progress_task() if flow else None
        if waiting is not None:
            await settle(waiting.done)
