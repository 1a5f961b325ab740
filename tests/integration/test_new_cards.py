"""Cards that are new in an account: an event, a trigger and a line in the logbook, once each."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.yoto_smart_stream.arrivals.memory import STORE_KEY, async_get_memory
from custom_components.yoto_smart_stream.arrivals.records import read_known, write_known
from custom_components.yoto_smart_stream.const import DOMAIN
from custom_components.yoto_smart_stream.json import Json

from . import Family, settle
from .bookcase import put_card
from .concert import make_concert
from .diary import Diary, trigger

EVENT = f"{DOMAIN}_card"


async def ask(family: Family, **data: object) -> dict[str, Any]:
    """Ask for the cards, and wait until everybody has been told."""
    answer = await family.hass.services.async_call(
        DOMAIN, "get_cards", data, blocking=True, return_response=True
    )
    await family.hass.async_block_till_done()
    assert isinstance(answer, dict)
    return answer


async def known(family: Family, storage: Mapping[str, Any]) -> None:
    """Wait until the cards of the account have been written down as known."""
    await settle(lambda: STORE_KEY in storage)


async def test_a_new_card_is_told_once(
    family: Family, hass_storage: dict[str, Any], diary: Diary
) -> None:
    """Those that were there at first are no news, and neither is one that has been told."""
    await known(family, hass_storage)
    told = async_capture_events(family.hass, EVENT)
    await diary.keep(trigger("card_added"))
    await ask(family, refresh=True)
    assert told == []
    put_card(family, "newA1", "Brand new", metadata={"author": "Nana", "category": "stories"})
    found = await ask(family, refresh=True, query="brand new")
    assert [one["card_id"] for one in found["cards"]] == ["newA1"]
    await ask(family, refresh=True)
    assert [event.data for event in told] == [
        {
            "type": "card_added",
            "card_id": "newA1",
            "card_title": "Brand new",
            "author": "Nana",
            "category": "stories",
            "cover": None,
            "own": True,
            "account": family.entry.title,
            "config_entry_id": family.entry.entry_id,
        }
    ]
    [entry] = await diary.tells()
    assert (entry["card_id"], entry["card_title"]) == ("newA1", "Brand new")


async def test_a_restart_tells_what_came_meanwhile_only(
    family: Family, hass_storage: dict[str, Any]
) -> None:
    """Cards that were known before are no news."""
    put_card(family, "oldA1", "Known before")
    await ask(family, refresh=True)
    await settle(lambda: "oldA1" in str(hass_storage.get(STORE_KEY)))
    told = async_capture_events(family.hass, EVENT)
    put_card(family, "newB2", "Meanwhile", own=False)
    assert await family.hass.config_entries.async_reload(family.entry.entry_id)
    await settle(lambda: bool(told))
    await ask(family, refresh=True)
    assert [(event.data["card_id"], event.data["own"]) for event in told] == [("newB2", False)]


async def test_cards_are_asked_for_every_fifteen_minutes(
    family: Family, hass_storage: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without anybody doing anything, with every third roster, even of a timer that is early."""
    await known(family, hass_storage)
    told = async_capture_events(family.hass, EVENT)
    put_card(family, "newC3", "By and by")
    coordinator = family.entry.runtime_data
    shelf = coordinator.account.shelf
    loaded_at = shelf._loaded_at
    seen = []
    for minutes in (5, 10, 15):
        age = timedelta(minutes=minutes, seconds=-1)
        monkeypatch.setattr(shelf, "_loaded_at", loaded_at - age)
        await coordinator.async_refresh()
        seen.append(shelf.known("newC3") is not None)
    assert seen == [False, False, True]
    await settle(lambda: bool(told))
    assert [event.data["card_title"] for event in told] == ["By and by"]


async def test_the_refresh_of_a_player_brings_its_cards(family: Family) -> None:
    """What was added a moment ago is there at once."""
    put_card(family, "newD4", "From the app")
    await family.act(f"{DOMAIN}.refresh")
    assert family.entry.runtime_data.account.shelf.known("newD4") is not None


async def test_live_cards_are_no_news(
    family: Family, hass_storage: dict[str, Any], tmp_path: Path
) -> None:
    """Home Assistant keeps them for itself; others that are made here are told."""
    await known(family, hass_storage)
    told = async_capture_events(family.hass, EVENT)
    concert = await make_concert(family, tmp_path)
    await concert.act("create_card", title="Made here", chapters=[{"audio_id": "Ant"}])
    await family.act(
        "media_player.play_media",
        media_content_id=f"media-source://{DOMAIN}/library/{concert.songs['Ant'].audio_id}",
        media_content_type="music",
    )
    titles = [one["title"] for one in (await ask(family, refresh=True))["cards"]]
    assert any(title.startswith("Home Assistant · ") for title in titles)
    assert [event.data["card_title"] for event in told] == ["Made here"]


async def test_a_library_that_cannot_be_had_is_explained(family: Family) -> None:
    """Whoever asks for what is new now must not be shown what is old."""
    family.simulation.world.faults.server_errors = 99
    with pytest.raises(HomeAssistantError, match="Not all cards could be had"):
        await ask(family, refresh=True)
    family.simulation.world.faults.server_errors = 0


async def test_a_record_that_cannot_be_read_is_kept() -> None:
    """The account begins anew, and nothing is lost."""
    bad: Json = {"owner": 7, "cards": ["a"]}
    stored: Json = {"accounts": [bad, {"owner": "one", "cards": ["b"]}], "set_aside": []}
    read = read_known(stored)
    assert read.accounts == {"one": frozenset("b")}
    assert read.set_aside == (bad,)
    assert read_known(write_known(read)) == read
    assert read_known("nonsense").set_aside == ("nonsense",)
    assert read_known(None).set_aside == ()


async def test_one_account_of_a_family_tells_for_all(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    """They have one library; what one has told, the others know, also after a restart."""
    memory = await async_get_memory(hass)
    assert await memory.async_learn("one", {"a"}, is_complete=True) == frozenset()
    assert await memory.async_learn("two", {"a"}, is_complete=False) == frozenset()
    assert await memory.async_learn("two", {"a"}, is_complete=True) == frozenset()
    assert await memory.async_learn("one", {"a", "b"}, is_complete=False) == {"b"}
    assert await memory.async_learn("two", {"a", "b"}, is_complete=True) == frozenset()
    # A list that lacks a card for a while makes it no news when it is back.
    assert await memory.async_learn("one", {"b"}, is_complete=True) == frozenset()
    assert await memory.async_learn("one", {"a", "b"}, is_complete=True) == frozenset()
    await memory.async_forget("two")
    assert "two" not in str(hass_storage[STORE_KEY])


async def test_a_store_of_a_later_version_is_left_alone(
    family: Family, hass_storage: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    """The account works; what is new is not told."""
    await known(family, hass_storage)
    await family.hass.async_block_till_done()
    later = {"version": 2, "minor_version": 1, "key": STORE_KEY, "data": {"later": True}}
    hass_storage[STORE_KEY] = later
    family.hass.data.pop(f"{DOMAIN}_known_cards")
    assert await family.hass.config_entries.async_reload(family.entry.entry_id)
    told = async_capture_events(family.hass, EVENT)
    put_card(family, "newE5", "Not told")
    await ask(family, refresh=True)
    assert told == []
    assert hass_storage[STORE_KEY] == later
    assert "A later version has stored which cards are known" in caplog.text
