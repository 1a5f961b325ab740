"""Live cards that nobody needs any more: of players that have left, and of removed accounts."""

from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest

from custom_components.yoto_smart_stream.cloud.errors import CloudUnreachableError
from custom_components.yoto_smart_stream.live import retiring
from custom_components.yoto_smart_stream.live.runner import LIVE_CARDS
from custom_components.yoto_smart_stream.streaming.registry import async_get_registry
from custom_components.yoto_smart_stream.streaming.resources import LiveCardResource

from . import Family, settle
from .concert import make_concert


@pytest.fixture
async def live(family: Family, tmp_path: Path) -> LiveCardResource:
    """Return the live card of a player that plays something."""
    concert = await make_concert(family, tmp_path, seconds=60)
    await family.act(
        "media_player.play_media",
        media_content_id=f"media-source://yoto_smart_stream/library/{concert.songs['Ant'].audio_id}",
        media_content_type="music",
    )
    registry = await async_get_registry(family.hass)
    card = registry.live_card(family.player_id, owner=family.entry.entry_id)
    assert card is not None
    return card


def is_at_yoto(family: Family, card: LiveCardResource) -> bool:
    """Return whether Yoto has the card."""
    assert card.card_id is not None
    return family.simulation.cloud.cards.find(card.card_id) is not None


async def remains(family: Family, card: LiveCardResource) -> tuple[bool, bool]:
    """Return whether the token of a card is known, and what plays on it."""
    registry = await async_get_registry(family.hass)
    session = family.hass.data[LIVE_CARDS].session(card.token)
    return registry.find(card.token) is not None, session is not None


async def test_an_account_takes_its_live_cards_along(
    family: Family, hass: HomeAssistant, live: LiveCardResource
) -> None:
    """Nothing of them is left, here or at Yoto."""
    assert is_at_yoto(family, live)
    assert await hass.config_entries.async_remove(family.entry.entry_id)
    assert not is_at_yoto(family, live)
    assert await remains(family, live) == (False, False)
    await hass.config_entries.async_add(family.entry)


async def test_a_card_that_cannot_be_deleted_keeps_no_account_from_going(
    family: Family,
    hass: HomeAssistant,
    live: LiveCardResource,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The log says which one stays, and what to do."""
    family.simulation.world.faults.server_errors = 1
    assert await hass.config_entries.async_remove(family.entry.entry_id)
    assert is_at_yoto(family, live)
    assert await remains(family, live) == (False, False)
    (said,) = [one.getMessage() for one in caplog.records if "stay in the Yoto" in one.msg]
    assert str(live.card_id) in said
    assert live.token not in said
    await hass.config_entries.async_add(family.entry)


async def test_an_account_does_not_wait_for_yoto_for_ever(
    family: Family,
    hass: HomeAssistant,
    live: LiveCardResource,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It goes after a while, and says what stays."""
    monkeypatch.setattr(retiring, "_LONGEST", 0.1)
    family.simulation.world.faults.latency = 1.0
    assert await hass.config_entries.async_remove(family.entry.entry_id)
    family.simulation.world.faults.latency = 0.0
    assert "Yoto did not answer in time" in caplog.text
    await hass.config_entries.async_add(family.entry)


async def test_a_player_that_leaves_takes_its_live_card_along(
    family: Family, live: LiveCardResource
) -> None:
    """After a while, since one odd answer of Yoto's is no leaving; a card of others stays."""
    devices = family.simulation.world.devices
    coordinator = family.entry.runtime_data
    left = devices.pop(family.player_id)
    await coordinator.async_refresh()
    devices[family.player_id] = left
    await coordinator.async_refresh()
    del devices[family.player_id]
    await coordinator.async_refresh()
    assert is_at_yoto(family, live)
    future = dt_util.utcnow() + timedelta(minutes=11)
    with patch("homeassistant.util.dt.utcnow", return_value=future):
        with patch.object(
            coordinator.account, "delete_card", side_effect=CloudUnreachableError("asleep")
        ) as tried:
            await coordinator.async_refresh()
            await settle(lambda: tried.called)
        assert is_at_yoto(family, live)
        await coordinator.async_refresh()
        await settle(lambda: not is_at_yoto(family, live))
    registry = await async_get_registry(family.hass)
    await settle(lambda: registry.find(live.token) is None)
    assert await remains(family, live) == (False, False)
    devices[family.player_id] = left
