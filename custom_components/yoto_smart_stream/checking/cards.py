"""The check card at Yoto: made for a check, noted down, and deleted afterwards, come what may."""

import asyncio
from typing import Final

from homeassistant.core import HomeAssistant

from ..cards.builder import build, chapter_key, new_card, streamed
from ..cards.live import LiveCard, build_live
from ..cloud.account import YotoAccount
from ..cloud.errors import CloudError
from ..const import LOGGER
from ..coordinator import YotoCoordinator
from ..json import Json
from ..playing.publishing import refusal
from ..streaming.addresses import stream_path
from ..sure_store import NotWrittenError
from .profiles import PROFILES, Profiles

TITLE: Final = "Home Assistant · Player check"
_LINEAR_TRACKS: Final = 3


def interactive_check(base_url: str, token: str) -> dict[str, Json]:
    """Return a card that is like a live card."""
    return build_live(
        LiveCard(title=TITLE, address=lambda one: base_url + stream_path(token, one.value))
    )


def linear_check(base_url: str, token: str) -> dict[str, Json]:
    """Return a card without rules, whose knob may be turned."""
    keys = [chapter_key(number + 1) for number in range(_LINEAR_TRACKS)]
    chapters = (
        streamed(title=TITLE, url=base_url + stream_path(token, key), duration=0, size=0)
        for key in keys
    )
    return build(new_card(title=TITLE, chapters=chapters))


async def async_make(
    coordinator: YotoCoordinator, profiles: Profiles, payload: dict[str, Json]
) -> str:
    """Make a check card and return its id.

    It is not given up while Yoto makes it, since nobody would know its id then.

    Raises:
        HomeAssistantError: Yoto did not take it, or it could not be noted down.
    """
    entry = coordinator.config_entry

    async def make() -> str:
        card_id = await coordinator.account.create_card(payload)
        try:
            await profiles.async_note_card(card_id, owner=entry.entry_id)
        except NotWrittenError:
            LOGGER.error("The check card could not be noted down; it is deleted after the check")
        return card_id

    making = asyncio.create_task(make(), name="yoto_smart_stream check card")
    making.add_done_callback(_look_at)
    try:
        return await asyncio.shield(making)
    except CloudError as err:
        raise refusal(entry, err) from err
    except asyncio.CancelledError:
        await asyncio.wait([making])
        raise


async def async_tidy(hass: HomeAssistant, account: YotoAccount, owner: str) -> None:
    """Delete the check cards that are still there; what cannot be deleted is left for later."""
    profiles = hass.data.get(PROFILES)
    if profiles is None:
        return
    for card_id in profiles.cards(owner):
        try:
            await account.delete_card(card_id)
            await profiles.async_strike_card(card_id)
        except CloudError as err:
            LOGGER.warning("A check card could not be deleted, and will be tried again: %s", err)
        except NotWrittenError:
            LOGGER.error("A check card was deleted, which could not be written down")


def _look_at(making: asyncio.Task[str]) -> None:
    """Take note of how it has ended, so that nobody reports it as overlooked."""
    if not making.cancelled():
        making.exception()
