"""What a child does starts automations in a real Home Assistant."""

from typing import Final

from demo.dashboard import LAMP
from demo.players import wait_for_state

from .home import SONG, Home

LIGHTHOUSE: Final = "2Lght"
MAZE: Final = "8Maze"


async def _event(home: Home, key: str) -> str | None:
    """Return the type of the last event that an event entity shows."""
    state = await home.api.state(home.player.entity("event", key))
    kind = state.attributes.get("event_type") if state else None
    return kind if isinstance(kind, str) else None


async def test_a_card_switches_a_lamp(home: Home) -> None:
    """The lamp is on while a card is in; the automation is one that a family would write."""
    await home.operate("insert", card_id=LIGHTHOUSE)
    await wait_for_state(home.api, LAMP, "on")
    await home.operate("remove")
    await wait_for_state(home.api, LAMP, "off")


async def test_knobs_are_events(home: Home) -> None:
    """Both knobs are told apart, and turns from presses."""
    # So many chapters that the last one, after which a turn does nothing, is far away.
    card_id, _ = await home.new_card(*[SONG] * 8)
    await home.hear(card_id)
    await home.middle_volume()
    for knob, action, fields, expected in (
        ("left", "turn", {"knob": "left", "clicks": -1}, "volume_down"),
        ("right", "turn", {"knob": "right", "clicks": 1}, "next"),
        ("right", "press", {"button": "right"}, "press_end"),
    ):
        before = await home.api.state(home.player.entity("event", f"{knob}_knob"))
        await home.operate(action, **fields)
        await home.sees(home.player.entity("event", f"{knob}_knob"), before)
        assert await _event(home, f"{knob}_knob") == expected


async def test_a_choice_is_an_event(home: Home) -> None:
    """What a child answers on an interactive card is known by its side."""
    choice = home.player.entity("event", "choice")
    await home.operate("insert", card_id=MAZE)
    await home.becomes("playing")
    before = await home.api.state(choice)
    await home.operate("press", button="left")
    await home.sees(choice, before)
    assert await _event(home, "choice") == "left"
