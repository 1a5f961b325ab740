"""Who hears which item of a stream: the sensor, and what is told on the bus."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from homeassistant.core import Event, State
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    async_capture_events,
    async_fire_time_changed,
)
from yarl import URL

from custom_components.yoto_smart_stream.const import DOMAIN
from custom_components.yoto_smart_stream.heard.reports import EVENT
from tests.streaming.radio import Radio

from . import Family, settle
from .concert import PLAYER, Concert, make_concert


class Evening:
    """A stream of three songs on a card, and what is told of it."""

    def __init__(self, concert: Concert, made: dict[str, Any], card: dict[str, Any]) -> None:
        """Begin without a player."""
        self.concert = concert
        self.card_id: str = card["card_id"]
        self.path = URL(card["url"]).path
        self._unique_id = f"stream_{made['stream_id']}"
        self.events: list[Event[Any]] = async_capture_events(concert.hass, EVENT)

    @property
    def state(self) -> State:
        """Return the state of the stream's sensor."""
        registry = er.async_get(self.concert.hass)
        entity_id = registry.async_get_entity_id("sensor", DOMAIN, self._unique_id)
        assert entity_id is not None
        state = self.concert.hass.states.get(entity_id)
        assert state is not None
        return state

    def told(self, kind: str) -> list[dict[str, Any]]:
        """Return the events of a type."""
        return [event.data for event in self.events if event.data["type"] == kind]

    async def shows(self, state: str) -> State:
        """Wait until the sensor shows something."""
        await settle(lambda: self.state.state == state)
        return self.state


@pytest.fixture
async def evening(hass_storage: dict[str, Any], family: Family, tmp_path: Path) -> Evening:
    """Return a stream whose songs play for eight seconds each at the simulator's speed."""
    concert = await make_concert(family, tmp_path, seconds=80)
    made = await concert.set("Bedtime", "Ant", "Bee", "Cat")
    card = await concert.act("create_stream_card", name="Bedtime")
    await family.hass.async_block_till_done()
    return Evening(concert, made, card)


async def test_the_item_that_a_player_hears_is_shown(evening: Evening, family: Family) -> None:
    """From what it says of itself and what it asked for; it ends when the player stops."""
    await family.player.insert(evening.card_id)
    state = await evening.shows("Ant")
    assert state.attributes["certain"] is True
    player = family.entry.runtime_data.data[family.player_id].player.name
    assert state.attributes["players"] == [player]
    assert state.attributes["item"] == evening.concert.songs["Ant"].audio_id
    await evening.shows("Bee")
    await family.player.remove()
    state = await evening.shows("idle")
    assert state.attributes["players"] == []
    [began] = evening.told("play_began")
    assert (began["title"], began["player"], began["certain"]) == ("Ant", player, True)
    assert began["entity_id"] == family.entity_id("media_player")
    [changed] = evening.told("item_changed")
    assert changed["title"] == "Bee"
    [ended] = evening.told("play_ended")
    assert (ended["stream"], ended["player"]) == ("Bedtime", player)


async def test_a_seek_is_followed(evening: Evening, family: Family) -> None:
    """The position that the player tells is what counts."""
    await family.player.insert(evening.card_id)
    await evening.shows("Ant")
    await family.act("media_player.media_seek", seek_position=180)
    await evening.shows("Cat")


async def test_a_listener_who_is_no_player_is_not_guessed(evening: Evening, family: Family) -> None:
    """Nobody says that it is him: the item is likely, the player unknown, and it is said so."""
    path = await evening.concert.url("Bedtime")
    answer = await family.client.get(path)
    await answer.read()
    await family.hass.async_block_till_done()
    assert evening.state.state == "idle"
    later = dt_util.utcnow() + timedelta(seconds=11)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dt_util, "utcnow", lambda: later)
        async_fire_time_changed(family.hass, later + timedelta(seconds=1))
        state = await evening.shows("Ant")
        assert state.attributes["certain"] is False
        assert state.attributes["players"] == []
        [began] = evening.told("play_began")
        assert (began["player"], began["certain"]) == (None, False)
        later += timedelta(seconds=300)
        async_fire_time_changed(family.hass, later)
        await evening.shows("idle")


async def test_two_players_of_one_address_hear_one_play(evening: Evening, family: Family) -> None:
    """What both of them hear is known, though nobody can tell their requests apart."""
    made = await evening.concert.set("Mixed", "Ant", "Bee", "Cat", "Dog", play_mode="shuffle")
    card = await evening.concert.act("create_stream_card", name="Mixed")
    await family.hass.async_block_till_done()
    mixed = Evening(evening.concert, made, card)
    for player in family.simulation.players.values():
        await player.insert(mixed.card_id)
        await family.client.get(mixed.path, headers=PLAYER)
    await settle(lambda: len(mixed.state.attributes["players"]) == 2)
    assert mixed.state.attributes["certain"] is True
    await family.player.remove()
    await settle(lambda: len(mixed.state.attributes["players"]) == 1)


async def test_a_rule_knows_the_player_that_has_begun(evening: Evening, family: Family) -> None:
    """By its entity; the other player hears the others' list."""
    players = family.entry.runtime_data.data.values()
    names = {state.player.player_id: state.player.name for state in players}
    _, other = family.simulation.players
    rules = [
        {"players": [family.entity_id("media_player")], "items": ["Dog"]},
        {"players": [names[other]], "items": ["Elk"]},
    ]
    made = await evening.concert.set("Bedtime", "Ant", rules=rules)
    assert [rule["players"] for rule in made["rules"]] == [
        [names[family.player_id]],
        [names[other]],
    ]
    await family.player.insert(evening.card_id)
    await evening.shows("Dog")
    await family.player.remove()
    await evening.shows("idle")
    # Whoever asks again within seconds from the same address gets the play of before, unless the
    # stream has been edited.
    await evening.concert.set("Bedtime", "Ant", rules=rules)
    await family.simulation.players[other].insert(evening.card_id)
    await evening.shows("Elk")


async def test_a_rule_for_a_player_does_not_hold_for_somebody_unknown(
    evening: Evening, family: Family
) -> None:
    """Nobody has told that he began: the list for everybody is played, after a moment."""
    await evening.concert.set(
        "Bedtime", "Ant", rules=[{"players": [family.player_id], "items": ["Dog"]}]
    )
    assert await evening.concert.heard(evening.path) == evening.concert.joined("Ant")


async def test_a_rule_for_a_player_that_is_none_is_refused(evening: Evening) -> None:
    """The text says what a player may be called."""
    with pytest.raises(ServiceValidationError, match="no player Attic"):
        await evening.concert.set(
            "Bedtime", "Ant", rules=[{"players": ["Attic"], "items": ["Dog"]}]
        )


async def test_the_next_play_of_a_card_has_the_edit(evening: Evening, family: Family) -> None:
    """With the same card, which was never made again."""
    await family.player.insert(evening.card_id)
    await evening.shows("Ant")
    await evening.concert.set("Bedtime", "Dog")
    assert (await evening.shows("Ant")).state == "Ant"
    await family.player.remove()
    await evening.shows("idle")
    await family.act(
        "yoto_smart_stream.play_card", card_id=evening.card_id, chapter_key="01", seconds=0
    )
    await evening.shows("Dog")


async def test_live_items_are_followed_too(
    hass_storage: dict[str, Any], family: Family, tmp_path: Path
) -> None:
    """A song, a station for as long as the player hears it, and nothing of its address."""
    concert = await make_concert(family, tmp_path, seconds=20)
    async with Radio.on_air(tmp_path) as radio:
        made = await concert.set("Morning", "Ant", radio.url("secret"))
        card = await concert.act("create_stream_card", name="Morning")
        await family.hass.async_block_till_done()
        morning = Evening(concert, made, card)
        await family.player.insert(morning.card_id)
        state = await morning.shows("Ant")
        assert state.attributes["certain"] is True
        assert state.attributes["item"] == concert.songs["Ant"].audio_id
        state = await morning.shows("127.0.0.1")
        assert state.attributes["certain"] is True
        assert state.attributes["item"] is None
        await family.player.remove()
        await morning.shows("idle")
    assert [event.data["type"] for event in morning.events] == [
        "play_began",
        "item_changed",
        "play_ended",
    ]
    [changed] = morning.told("item_changed")
    assert changed["title"] == "127.0.0.1"
    assert "secret" not in str(changed)
    # The station began when the song was over, not when it was sent.
    assert changed["position"] >= 20
