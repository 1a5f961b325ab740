"""The buttons of a player."""

from homeassistant.exceptions import ServiceValidationError
import pytest

from . import Family, settle

LIGHTHOUSE = "2Lght"
"""A card of the simulated library with three chapters."""


async def press(family: Family, key: str) -> None:
    """Press a button."""
    await family.hass.services.async_call(
        "button", "press", {"entity_id": family.entity_id("button", key)}, blocking=True
    )


async def test_next_and_previous(family: Family) -> None:
    """They lead from track to track as the media player does, and say so at either end."""
    await family.player.insert(LIGHTHOUSE)
    await family.shows("The storm", "sensor", "track")
    with pytest.raises(ServiceValidationError, match="first track of The Lighthouse Cat"):
        await press(family, "previous")
    await press(family, "next")
    await family.shows("The lamp", "sensor", "track")
    await press(family, "next")
    await family.shows("The morning", "sensor", "track")
    with pytest.raises(ServiceValidationError, match="last track of The Lighthouse Cat"):
        await press(family, "next")
    await press(family, "previous")
    await family.shows("The lamp", "sensor", "track")


@pytest.mark.parametrize("key", ["next", "previous"])
async def test_without_a_card_there_is_no_way(family: Family, key: str) -> None:
    """The error says what to do."""
    with pytest.raises(ServiceValidationError, match="no card to play"):
        await press(family, key)


async def test_a_player_that_is_off_cannot_skip(family: Family) -> None:
    """It cannot be restarted either; but it can be looked for."""
    await family.player.power(on=False)
    for key in ("next", "previous", "restart"):
        await family.shows("unavailable", "button", key)
    assert family.state("button", "refresh").state != "unavailable"


async def test_a_message_of_the_player_is_no_press(family: Family) -> None:
    """A button's state is when it was pressed, by Home Assistant and nobody else."""
    await press(family, "refresh")
    pressed = family.state("button", "refresh")
    await family.player.turn("left", -1)
    await settle(lambda: family.state("event", "left_knob").state != "unknown")
    assert family.state("button", "refresh") == pressed
