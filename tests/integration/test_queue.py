"""A queue of Home Assistant's media on a player: actions, knobs, and what is shown."""

from pathlib import Path
from unittest.mock import AsyncMock

from homeassistant.exceptions import ServiceValidationError
import pytest

from custom_components.yoto_smart_stream.const import DOMAIN
from custom_components.yoto_smart_stream.live import publishing

from . import Family, settle
from .concert import Concert, make_concert


@pytest.fixture
async def concert(family: Family, tmp_path: Path) -> Concert:
    """Return songs that are long enough to press a knob."""
    return await make_concert(family, tmp_path, seconds=60)


async def play(concert: Concert, title: str, enqueue: str) -> None:
    """Play a song of the library."""
    await concert.family.act(
        "media_player.play_media",
        media_content_id=f"media-source://{DOMAIN}/library/{concert.songs[title].audio_id}",
        media_content_type="music",
        enqueue=enqueue,
    )


async def plays(family: Family, title: str) -> None:
    """Wait until an item is shown as playing."""
    await settle(
        lambda: (
            family.state("media_player").state == "playing"
            and family.state("media_player").attributes.get("media_title") == title
        )
    )


async def test_a_queue_is_played_by_actions_and_knobs(family: Family, concert: Concert) -> None:
    """Items are added, come next, and are stepped through."""
    await play(concert, "Ant", "replace")
    await plays(family, "Ant")
    await play(concert, "Cat", "add")
    await play(concert, "Bee", "next")
    shown = family.state("media_player").attributes
    assert shown["queue"] == ["Ant", "Bee", "Cat"]
    assert shown["queue_position"] == 1
    assert shown["media_duration"] == round(concert.songs["Ant"].duration)
    await family.act("media_player.media_next_track")
    await plays(family, "Bee")
    await family.player.press("right")
    await plays(family, "Cat")
    await family.act("media_player.repeat_set", repeat="all")
    await family.player.press("right")
    await plays(family, "Ant")
    await family.act("media_player.shuffle_set", shuffle=True)
    assert family.state("media_player").attributes["shuffle"] is True
    await family.act("media_player.clear_playlist")
    assert family.state("media_player").attributes["queue"] == []
    await play(concert, "Dog", "play")
    await plays(family, "Dog")


async def test_there_is_one_live_card(family: Family, concert: Concert) -> None:
    """It is found again, with the name of the player."""
    for title in ("Ant", "Bee"):
        await play(concert, title, "replace")
        await plays(family, title)
    shelf = family.entry.runtime_data.account.shelf
    titles = [one.title for one in shelf.own_cards if one.title.startswith("Home Assistant")]
    name = family.entry.runtime_data.data[family.player_id].player.name
    assert titles == [f"Home Assistant · {name}"]


async def test_what_was_seen_to_lately_is_not_seen_to_again(
    family: Family, concert: Concert, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A child does not wait for a look at the own address and at the card each time."""
    await play(concert, "Ant", "replace")
    await plays(family, "Ant")
    asked = AsyncMock(side_effect=AssertionError("asked again"))
    monkeypatch.setattr(publishing, "async_base_url", asked)
    await play(concert, "Bee", "add")
    await family.act("media_player.media_next_track")
    await plays(family, "Bee")


async def test_without_a_queue_there_is_nothing_to_shuffle(family: Family) -> None:
    """The text says what to do."""
    with pytest.raises(ServiceValidationError, match="has no queue yet"):
        await family.act("media_player.shuffle_set", shuffle=True)
