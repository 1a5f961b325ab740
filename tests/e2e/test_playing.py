"""Cards, knobs and commands."""

import pytest

from demo.api import ApiError
from demo.login import DOMAIN
from demo.waiting import until

from .home import SHORT, SONG, Home


async def test_inserted_card_plays_and_every_byte_is_heard(home: Home) -> None:
    """Home Assistant says playing, with the titles, and the player hears the file as it is."""
    card_id, (url,) = await home.new_card(SHORT)
    await home.hear(card_id)
    state = await home.becomes("playing")
    assert state.attributes["card_id"] == card_id
    assert state.attributes["media_album_name"] == "A card of the tests"
    played = await home.played(url)
    assert played["error"] is None
    assert played["card_id"] == card_id
    assert played["sha256"] == home.sha256(SHORT)
    assert played["seconds"] == pytest.approx(home.seconds(SHORT), abs=0.1)


async def test_card_plays_its_tracks_in_order(home: Home) -> None:
    """The second file follows the first."""
    card_id, (first, second) = await home.new_card(SHORT, SONG)
    await home.hear(card_id)
    assert (await home.played(first))["sha256"] == home.sha256(SHORT)
    assert (await home.played(second))["sha256"] == home.sha256(SONG)


async def test_press_on_the_knob_pauses_and_goes_on(home: Home) -> None:
    """What a child does at the player is seen in Home Assistant."""
    card_id, _ = await home.new_card(SONG)
    await home.hear(card_id)
    await home.operate("press", button="right")
    await home.becomes("paused")
    await home.operate("press", button="right")
    await home.becomes("playing")


async def test_removed_card_ends_playback(home: Home) -> None:
    """A player without a card is idle and shows none."""
    card_id, _ = await home.new_card(SONG)
    await home.hear(card_id)
    await home.operate("remove")
    state = await home.becomes("idle")
    assert state.attributes["card_id"] is None


async def test_turned_knob_changes_the_volume(home: Home) -> None:
    """Home Assistant shows the volume that the child has chosen."""
    middle = await home.middle_volume()
    await home.operate("turn", knob="left", clicks=-2)
    await home.volume_becomes(middle - 2)
    await home.operate("turn", knob="left", clicks=2)
    await home.volume_becomes(middle)


async def test_commands_reach_the_player(home: Home) -> None:
    """Pause, play, volume and seek do at the player what they say."""
    card_id, _ = await home.new_card(SONG)
    await home.hear(card_id)
    await home.act("media_player.media_pause")
    await home.becomes("paused")
    await home.act("media_player.volume_set", volume_level=3 / 16)
    await home.volume_becomes(3)
    assert (await home.device())["volume"] == 3
    await home.act("media_player.media_play")
    await home.becomes("playing")
    await home.act("media_player.media_seek", seek_position=20)

    async def sought() -> bool:
        return ((await home.state()).attributes.get("media_position") or 0) >= 20

    await until(sought, "the player plays from the second that was asked for")
    await home.act("media_player.media_stop")
    await home.becomes("idle")


async def test_card_is_played_without_being_inserted(home: Home) -> None:
    """The action plays a card from Home Assistant, and a chapter of it where one is named."""
    card_id, (_, second) = await home.new_card(SONG, SHORT)
    await home.act(f"{DOMAIN}.play_card", card_id=card_id, chapter_key="02")
    assert (await home.played(second))["sha256"] == home.sha256(SHORT)


async def test_refused_command_is_an_error_to_the_caller(home: Home) -> None:
    """Whoever pauses a player that refuses is told so, and nothing changes."""
    card_id, _ = await home.new_card(SONG)
    await home.hear(card_id)
    await home.faults(refuse_commands=True)
    with pytest.raises(ApiError) as refusal:
        await home.act("media_player.media_pause")
    assert refusal.value.translation_key == "command_refused"
    assert home.player.name in refusal.value.message
    await home.becomes("playing")


async def test_unanswered_command_is_an_error_to_the_caller(home: Home) -> None:
    """Silence is never taken for success."""
    card_id, _ = await home.new_card(SONG)
    await home.hear(card_id)
    await home.faults(ignore_commands=True)
    with pytest.raises(ApiError) as refusal:
        await home.act("media_player.media_pause")
    assert refusal.value.translation_key == "command_unanswered"
