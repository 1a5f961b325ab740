"""The registry of tokens and its store."""

import asyncio
from pathlib import Path
from typing import Any
from unittest.mock import patch

from homeassistant.core import HomeAssistant
from homeassistant.util.file import WriteError
import pytest

from custom_components.yoto_smart_stream.streaming.registry import (
    STORE_KEY,
    RegistryNotSavedError,
    StreamedFile,
    StreamRegistry,
    async_get_registry,
)

type Storage = dict[str, Any]


async def _add(registry: StreamRegistry, name: str = "a", owner: str = "one") -> StreamedFile:
    (file,) = await registry.async_add([(Path("/music", name), "audio/mpeg")], owner=owner)
    return file


async def _reloaded(hass: HomeAssistant) -> StreamRegistry:
    registry = StreamRegistry(hass)
    await registry.async_load()
    return registry


async def test_tokens_outlive_a_restart(hass: HomeAssistant, hass_storage: Storage) -> None:
    """Whatever was handed out is served again after a restart, with its card."""
    registry = StreamRegistry(hass)
    await registry.async_load()
    first, second = await _add(registry), await _add(registry, "b")
    await registry.async_bind([first.token, "unknown"], "card")
    reloaded = await _reloaded(hass)
    found = reloaded.find(first.token)
    assert isinstance(found, StreamedFile)
    assert (found.path, found.card_id, found.created) == (first.path, "card", first.created)
    assert reloaded.find(second.token) == second
    assert reloaded.find("unknown") is None


async def test_a_token_of_a_stream_outlives_a_restart_too(
    hass: HomeAssistant, hass_storage: Storage
) -> None:
    """Beside those of files, with its card; whoever plays it hears of its end."""
    registry = StreamRegistry(hass)
    await registry.async_load()
    file = await _add(registry)
    link = await registry.async_add_list("a stream", owner="one", is_link=True)
    made = await registry.async_add_list("a stream", owner="one", is_link=False)
    await registry.async_bind([made.token], "card")
    assert link.token not in repr(link)
    reloaded = await _reloaded(hass)
    assert [one.card_id for one in reloaded.of_stream("a stream")] == [None, "card"]
    assert [one.is_link for one in reloaded.of_stream("a stream")] == [True, False]
    assert reloaded.find(file.token) == file
    revoked: list[str] = []
    reloaded.async_on_revoked(revoked.append)
    await reloaded.async_revoke([link.token, "unknown"])
    assert revoked == [link.token]
    assert (await _reloaded(hass)).find(link.token) is None


async def test_a_token_of_a_story_card_outlives_a_restart_too(
    hass: HomeAssistant, hass_storage: Storage
) -> None:
    """It is found by its story and by its card; one that came about by half is left over."""
    registry = StreamRegistry(hass)
    await registry.async_load()
    made = await registry.async_add_story_card("a story", owner="one")
    assert made.token not in repr(made)
    assert registry.on_story_card(None) is None
    assert (await _reloaded(hass)).left_over("one") == (made,)
    await registry.async_bind([made.token], "card", "http://one")
    reloaded = await _reloaded(hass)
    found = reloaded.on_story_card("card")
    assert found is not None
    assert (found.token, found.story_id, found.base_url) == (made.token, "a story", "http://one")
    assert reloaded.story_card("a story", owner="one") == found
    assert reloaded.story_card("a story", owner="somebody else") is None
    assert reloaded.left_over("one") == ()
    await reloaded.async_revoke_owner("one")
    assert reloaded.story_cards() == ()


async def test_whether_a_story_card_is_plain_outlives_a_restart_too(
    hass: HomeAssistant, hass_storage: Storage
) -> None:
    """Those that were made before there were plain ones are not."""
    registry = StreamRegistry(hass)
    await registry.async_load()
    made = await registry.async_add_story_card("a story", owner="one")
    assert not made.is_plain
    await registry.async_bind_story(made.token, "card", "http://one", is_plain=True)
    found = (await _reloaded(hass)).on_story_card("card")
    assert found is not None
    assert (found.is_plain, found.base_url) == (True, "http://one")
    (record,) = hass_storage[STORE_KEY]["data"]["story_cards"]
    del record["is_plain"]
    hass_storage[STORE_KEY]["minor_version"] = 7
    older = (await _reloaded(hass)).on_story_card("card")
    assert older is not None
    assert not older.is_plain
    hass_storage[STORE_KEY]["data"]["story_cards"][0]["is_plain"] = "yes"
    assert (await _reloaded(hass)).rejected_count == 1


async def test_a_store_from_before_there_were_streams_is_read(
    hass: HomeAssistant, hass_storage: Storage
) -> None:
    """Cards that were made then play on; the store is brought to the present version."""
    registry = StreamRegistry(hass)
    await registry.async_load()
    file = await _add(registry)
    del hass_storage[STORE_KEY]["data"]["streams"]
    hass_storage[STORE_KEY]["minor_version"] = 1
    reloaded = await _reloaded(hass)
    assert reloaded.find(file.token) == file
    await reloaded.async_add_list("a stream", owner="one", is_link=True)
    assert hass_storage[STORE_KEY]["minor_version"] == 8
    bad = {**hass_storage[STORE_KEY]["data"]["streams"][0], "is_link": "perhaps"}
    hass_storage[STORE_KEY]["data"]["streams"].append(bad)
    again = await _reloaded(hass)
    assert again.rejected_count == 1
    assert len(again.lists()) == 1


async def test_where_cards_send_players_is_known_of_new_cards(
    hass: HomeAssistant, hass_storage: Storage
) -> None:
    """Of older ones it is not; whatever is noted later is kept, and a card that is no more too."""
    registry = StreamRegistry(hass)
    await registry.async_load()
    first, second = await _add(registry), await _add(registry, "b")
    await registry.async_bind([first.token], "old", "http://one")
    await registry.async_bind([second.token], "new", "http://one")
    for record in hass_storage[STORE_KEY]["data"]["files"]:
        if record["card_id"] == "old":
            del record["base_url"]
    hass_storage[STORE_KEY]["minor_version"] = 3
    reloaded = await _reloaded(hass)
    assert reloaded.rejected_count == 0
    assert reloaded.cards("one") == {"old": None, "new": "http://one"}
    await reloaded.async_rebase("old", "http://two", owner="one")
    await reloaded.async_rebase("new", "http://two", owner="somebody else")
    await reloaded.async_unbind("new", owner="one")
    again = await _reloaded(hass)
    assert again.cards("one") == {"old": "http://two"}
    assert again.find(second.token) is not None


async def test_what_was_made_for_no_card_is_left_over(
    hass: HomeAssistant, hass_storage: Storage
) -> None:
    """After a restart, and only what can have no other reason to be on no card."""
    registry = StreamRegistry(hass)
    await registry.async_load()
    bound, gone, lost, old = [await _add(registry, name) for name in ("a", "b", "c", "d")]
    await registry.async_add_list("a stream", owner="one", is_link=True)
    await registry.async_add_live_card("a player", owner="one")
    await registry.async_bind([bound.token], "card")
    await registry.async_bind([gone.token], "no more")
    await registry.async_unbind("no more", owner="one")
    assert registry.left_over("one") == ()
    for record in hass_storage[STORE_KEY]["data"]["files"]:
        if record["token"] == old.token:
            del record["outlives_card"]
    again = await _reloaded(hass)
    assert again.left_over("one") == (lost,)
    assert again.left_over("somebody else") == ()


async def test_a_token_is_written_before_it_is_handed_out(
    hass: HomeAssistant, hass_storage: Storage
) -> None:
    """No URL reaches a card that a power cut could make us forget."""
    registry = StreamRegistry(hass)
    file = await _add(registry)
    assert [record["token"] for record in hass_storage[STORE_KEY]["data"]["files"]] == [file.token]


async def test_a_token_that_cannot_be_written_is_not_made(
    hass: HomeAssistant, hass_storage: Storage
) -> None:
    """A full disk is told to the caller, and no record is left behind."""
    registry = StreamRegistry(hass)
    kept = await _add(registry)
    with (
        patch(
            "homeassistant.helpers.storage.Store._async_write_data", side_effect=WriteError("full")
        ),
        pytest.raises(RegistryNotSavedError),
    ):
        await _add(registry)
    assert registry.of_owner("one") == (kept,)


async def test_every_token_is_new_and_long(hass: HomeAssistant, hass_storage: Storage) -> None:
    """The same file gets a token for each card, of 128 random bits."""
    registry = StreamRegistry(hass)
    files = await asyncio.gather(*(_add(registry) for _ in range(20)))
    tokens = {file.token for file in files}
    assert len(tokens) == 20
    assert all(len(token) == 22 for token in tokens)
    assert len(hass_storage[STORE_KEY]["data"]["files"]) == 20


async def test_revoking(hass: HomeAssistant, hass_storage: Storage) -> None:
    """Taking back one token, or all of one account, leaves the others."""
    registry = StreamRegistry(hass)
    first, second = await _add(registry), await _add(registry)
    other = await _add(registry, owner="two")
    await registry.async_revoke([first.token, "unknown"])
    assert registry.of_owner("one") == (second,)
    await registry.async_revoke_owner("one")
    for place in (registry, await _reloaded(hass)):
        assert place.find(first.token) is None
        assert place.find(second.token) is None
        assert place.find(other.token) == other


async def test_one_bad_record_is_set_aside(hass: HomeAssistant, hass_storage: Storage) -> None:
    """What cannot be read is kept, counted, and does not take the others with it."""
    registry = StreamRegistry(hass)
    good = await _add(registry)
    stored = hass_storage[STORE_KEY]["data"]["files"][0]
    bad: list[object] = [
        {**stored, "path": "relative.mp3"},
        {**stored, "created": "yesterday"},
        {**stored, "created": "2026-01-01T00:00:00"},
        {**stored, "card_id": 7},
        {**stored, "token": ""},
        {key: value for key, value in stored.items() if key != "owner"},
        "text",
        None,
    ]
    hass_storage[STORE_KEY]["data"] = {"files": [*bad, stored], "rejected": ["older"]}
    reloaded = await _reloaded(hass)
    assert reloaded.find(good.token) == good
    assert reloaded.rejected_count == len(bad) + 1
    await _add(reloaded)
    assert hass_storage[STORE_KEY]["data"]["rejected"] == ["older", *bad]
    assert (await _reloaded(hass)).rejected_count == len(bad) + 1


@pytest.mark.parametrize("content", [{}, {"files": "nonsense"}, {"rejected": 7, "files": []}])
async def test_a_strange_store(
    hass: HomeAssistant, hass_storage: Storage, content: Storage
) -> None:
    """A store of another shape does not stop Home Assistant, and nothing in it is lost."""
    hass_storage[STORE_KEY] = {"version": 1, "minor_version": 1, "key": STORE_KEY, "data": content}
    registry = await _reloaded(hass)
    await _add(registry)
    kept = hass_storage[STORE_KEY]["data"]["rejected"]
    assert kept == [value for value in content.values() if value]


async def test_a_later_minor_version_can_be_read(
    hass: HomeAssistant, hass_storage: Storage
) -> None:
    """Going back one release of the integration keeps the cards."""
    registry = StreamRegistry(hass)
    file = await _add(registry)
    hass_storage[STORE_KEY]["minor_version"] = 2
    hass_storage[STORE_KEY]["data"]["files"][0]["later"] = True
    assert (await _reloaded(hass)).find(file.token) == file


async def test_a_relative_path_is_refused(hass: HomeAssistant, hass_storage: Storage) -> None:
    """What a relative path means depends on who asks."""
    with pytest.raises(ValueError, match="absolute"):
        await StreamRegistry(hass).async_add([(Path("a.mp3"), "audio/mpeg")], owner="one")


async def test_there_is_one_registry(hass: HomeAssistant, hass_storage: Storage) -> None:
    """Everybody who asks at once gets the same, loaded once."""
    registries = await asyncio.gather(*(async_get_registry(hass) for _ in range(5)))
    assert len({id(registry) for registry in registries}) == 1
    assert await async_get_registry(hass) is registries[0]
