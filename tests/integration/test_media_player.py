"""What the media player of a player shows, and what can be played on it by name."""

from datetime import timedelta

import aiohttp
from homeassistant.components.media_player import MediaPlayerEntityFeature
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
import pytest

from custom_components.yoto_smart_stream.playing import lookup as media_lookup

from . import Family, settle
from .bookcase import make_group, put_card, reload_cards

LIGHTHOUSE = "2Lght"
"""A card of the simulated library with three chapters."""


def shown(family: Family, attribute: str) -> object:
    """Return an attribute of the first player's media player."""
    return family.state("media_player").attributes.get(attribute)


async def play(family: Family, media_id: str, **more: object) -> None:
    """Play something by its media id or name."""
    await family.act(
        "media_player.play_media", media_content_id=media_id, media_content_type="music", **more
    )


async def test_what_is_in_play_can_be_played_again(family: Family) -> None:
    """The media id stands for the track, whatever its key is."""
    await family.player.insert(LIGHTHOUSE)
    await family.shows("playing")
    await family.act("media_player.media_next_track")
    await settle(lambda: shown(family, "track_key") == "02")
    assert shown(family, "media_content_type") == "music"
    media_id = str(shown(family, "media_content_id"))
    assert media_id == "yoto-card:2Lght/02/02"
    await family.act("media_player.media_stop")
    await family.shows("idle")
    await play(family, media_id)
    await settle(lambda: shown(family, "track_key") == "02")


async def test_nothing_in_play_is_nothing(family: Family) -> None:
    """No id, no source, no picture."""
    for attribute in ("media_content_id", "media_content_type", "source", "entity_picture"):
        assert shown(family, attribute) is None


async def test_where_the_content_comes_from(family: Family) -> None:
    """From the slot or from afar; nobody can choose that here."""
    await family.player.insert(LIGHTHOUSE)
    await settle(lambda: shown(family, "source") == "physical")
    await family.player.remove()
    await settle(lambda: shown(family, "source") is None)
    await play(family, LIGHTHOUSE)
    await settle(lambda: shown(family, "source") == "remote")
    features = shown(family, "supported_features")
    assert isinstance(features, int)
    assert not features & MediaPlayerEntityFeature.SELECT_SOURCE


async def test_the_series_of_a_card(family: Family) -> None:
    """Where Yoto names one."""
    put_card(family, "tale1", "The Fog", metadata={"seriestitle": "Harbour Tales"})
    await play(family, "tale1")
    await settle(lambda: shown(family, "media_series_title") == "Harbour Tales")


async def test_a_card_without_a_cover_shows_the_icon(family: Family) -> None:
    """Home Assistant serves it, enlarged, to browsers that may be anywhere."""
    stored = family.simulation.cloud.cards.find(LIGHTHOUSE)
    assert stored is not None
    stored.metadata.pop("cover")
    stored.content.pop("cover")
    await family.player.insert(LIGHTHOUSE)
    await settle(lambda: str(shown(family, "entity_picture")).startswith("/api/media_player_proxy"))
    response = await family.client.get(str(shown(family, "entity_picture")))
    assert response.status == 200
    assert response.content_type == "image/png"
    picture = await response.read()
    assert int.from_bytes(picture[16:20]) == int.from_bytes(picture[20:24]) == 320


async def test_an_icon_that_is_no_picture_is_not_shown(
    family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Browsers are told that there is none."""
    put_card(family, "ownA1", "Ants")
    broken = f"{family.simulation.http_url}/sim/log"
    monkeypatch.setattr(family.simulation.cloud.media, "icon_url", lambda _name: broken)
    await family.act("yoto_smart_stream.play_card", card_id="ownA1")
    await settle(lambda: str(shown(family, "entity_picture")).startswith("/api/media_player_proxy"))
    assert (await family.client.get(str(shown(family, "entity_picture")))).status == 404


async def test_home_assistant_can_serve_the_cover_itself(family: Family) -> None:
    """For what cannot fetch it from Yoto, as it is."""
    await family.player.insert(LIGHTHOUSE)
    await settle(lambda: shown(family, "entity_picture") is not None)
    ours = await family.client.get(str(shown(family, "entity_picture_local")))
    async with aiohttp.ClientSession() as browser:
        theirs = await browser.get(str(shown(family, "entity_picture")))
        assert await ours.read() == await theirs.read()


async def test_repeat(family: Family) -> None:
    """It is a setting of the player, which says itself what it does."""
    await settle(lambda: shown(family, "repeat") == "all")
    await family.act("media_player.repeat_set", repeat="off")
    await settle(lambda: shown(family, "repeat") == "off")
    assert family.simulation.world.devices[family.player_id].config["repeatAll"] is False
    await family.act("media_player.repeat_set", repeat="all")
    await settle(lambda: shown(family, "repeat") == "all")


async def test_repeating_one_track_is_refused(family: Family) -> None:
    """Players cannot."""
    with pytest.raises(ServiceValidationError, match="a whole card or nothing"):
        await family.act("media_player.repeat_set", repeat="one")
    assert shown(family, "repeat") == "all"


@pytest.mark.parametrize(
    ("media_id", "chapter_key"),
    [
        pytest.param("The Lighthouse Cat", "01", id="title"),
        pytest.param("the lighthouse cat", "01", id="title as it is heard"),
        pytest.param("2Lght", "01", id="id"),
        pytest.param("https://yoto.io/2Lght", "01", id="address on the card"),
        pytest.param("yoto-card:2Lght", "01", id="card"),
        pytest.param("yoto-card:2Lght/02", "02", id="chapter"),
        pytest.param("yoto-card:2Lght/02/02", "02", id="track"),
        pytest.param("yoto-card:2Lght/03#t=5", "03", id="seconds"),
        pytest.param("yoto://card/2Lght/02/02", "02", id="id of Home Assistant's own integration"),
        pytest.param("2Lght+02+02+5", "02", id="id of the community's integration"),
    ],
)
async def test_cards_are_played_by_many_names(
    family: Family, media_id: str, chapter_key: str
) -> None:
    """A card is what people or automations call it."""
    await play(family, media_id)
    await family.shows("playing")
    assert shown(family, "card_id") == LIGHTHOUSE
    assert shown(family, "chapter_key") == chapter_key


async def test_a_card_from_a_second_on(family: Family) -> None:
    """Of its first track, where none is named."""
    await play(family, "yoto-card:2Lght#t=30")
    await family.shows("playing")
    assert shown(family, "chapter_key") == "01"
    position = shown(family, "media_position")
    assert isinstance(position, int)
    assert position >= 30


async def test_a_chapter_begins_at_its_start(family: Family) -> None:
    """And not where the player left the card."""
    await play(family, "yoto-card:2Lght/01#t=35")
    await family.shows("playing")
    await play(family, "yoto-card:2Lght/01")
    await settle(lambda: int(str(shown(family, "media_position"))) < 20)


async def test_a_card_goes_on_where_it_was_left(family: Family) -> None:
    """Without a place on it."""
    await play(family, "yoto-card:2Lght/03#t=5")
    await settle(lambda: shown(family, "chapter_key") == "03")
    await family.act("media_player.media_stop")
    await family.shows("idle")
    await play(family, "The Lighthouse Cat")
    await settle(lambda: shown(family, "chapter_key") == "03")


async def test_play_card_takes_a_title(family: Family) -> None:
    """With a place on it, as with an id."""
    await family.act("yoto_smart_stream.play_card", card_id="The lighthouse cat", chapter_key="02")
    await family.shows("playing")
    assert shown(family, "chapter_key") == "02"


async def test_a_card_from_the_app_plays_by_its_title_at_once(
    family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lists are fetched again for a title that is not in them."""
    put_card(family, "ownA1", "Ants")
    monkeypatch.setattr(media_lookup, "_PATIENCE", timedelta(0))
    await play(family, "ants")
    await settle(lambda: shown(family, "card_id") == "ownA1")


async def test_a_card_on_no_list_plays_by_its_id(family: Family) -> None:
    """As long as Yoto knows it."""
    put_card(family, "ownA1", "Ants")
    await play(family, "ownA1")
    await settle(lambda: shown(family, "card_id") == "ownA1")


@pytest.mark.parametrize(
    ("media_id", "said"),
    [
        ("lighthouse", "Did you mean The Lighthouse Cat"),
        ("zzzzz", "no card zzzzz"),
        ("Nothing like that", "no card Nothing like that. Write its title"),
        ("Twins", "several cards called Twins. Name one by its id: twin1, twin2"),
        ("/local/song.mp3", "was not given out"),
        ("yoto-shelf:all", "is no card"),
        ("yoto-group:nobody", "no group"),
        ("yoto-card:2Lght/1", "has no chapter 1"),
        ("yoto-card:2Lght/01/9", "has no track 9"),
    ],
)
async def test_what_cannot_be_played_is_explained(family: Family, media_id: str, said: str) -> None:
    """With what to do instead."""
    put_card(family, "twin1", "Twins")
    put_card(family, "twin2", "Twins")
    await reload_cards(family)
    with pytest.raises(ServiceValidationError, match=said):
        await play(family, media_id)
    assert family.state("media_player").state == "idle"


async def test_an_empty_group_is_explained(family: Family) -> None:
    """There is nothing to begin with."""
    group_id = await make_group(family, "Empty")
    await reload_cards(family)
    with pytest.raises(ServiceValidationError, match="no card in the group Empty"):
        await play(family, f"yoto-group:{group_id}")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"enqueue": "add"}, "cannot be put into the queue"),
        ({"enqueue": "next"}, "cannot be put into the queue"),
        ({"announce": True}, "The library has no audio"),
    ],
)
async def test_a_queue_is_refused_and_not_ignored(
    family: Family, more: dict[str, object], said: str
) -> None:
    """Who asks for it would wait for something that never comes."""
    with pytest.raises(ServiceValidationError, match=said):
        await play(family, LIGHTHOUSE, **more)


@pytest.mark.parametrize("enqueue", ["play", "replace"])
async def test_playing_at_once_is_what_players_do(family: Family, enqueue: str) -> None:
    """Without a queue there is nothing to keep and nothing to clear."""
    await play(family, LIGHTHOUSE, enqueue=enqueue)
    await family.shows("playing")


async def test_cards_are_listed_anew_now_and_then(
    family: Family, hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a poll of the roster, and not with each."""
    shelf = family.entry.runtime_data.account.shelf
    put_card(family, "ownA1", "Ants")
    await family.entry.runtime_data.async_refresh()
    assert not shelf.find("Ants")
    monkeypatch.setattr(shelf, "_loaded_at", shelf._loaded_at - timedelta(minutes=31))
    await family.entry.runtime_data.async_refresh()
    assert shelf.find("Ants")
