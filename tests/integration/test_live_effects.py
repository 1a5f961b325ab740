"""What is due at a player and fails: only a volume that is to be put back is tried again."""

from collections.abc import Callable
from dataclasses import replace

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest

from custom_components.yoto_smart_stream.live import effects
from custom_components.yoto_smart_stream.live.effects import Effects
from custom_components.yoto_smart_stream.program.item import Effect, SetVolume, StopCard
from custom_components.yoto_smart_stream.program.queue import Queue
from custom_components.yoto_smart_stream.program.session import Session, begin
from tests.program.songs import at

from . import settle

LOUDER, BACK = SetVolume(12), SetVolume(5, was=12)


class Player:
    """A player that does not obey for some time."""

    def __init__(self, hass: HomeAssistant, failures: int, *due: Effect) -> None:
        """Have effects due."""
        self.session = replace(begin("token", "player", Queue(), at(0)), due=due)
        self.asked: list[Effect] = []
        self.failures = failures
        self.effects = Effects(hass, lambda _: self.session, self.settle)

    async def settle(self, _session: Session, change: Callable[[Session], Session]) -> None:
        """Write down what has been done."""
        self.session = change(self.session)

    async def obey(self, _player_id: str, effect: Effect) -> None:
        """Fail at first."""
        self.asked.append(effect)
        if len(self.asked) <= self.failures:
            raise HomeAssistantError("no answer")


async def test_a_volume_is_put_back_in_the_end(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not at once, but when the player is heard of later; stopping comes too late by then."""
    player = Player(hass, 3, LOUDER, StopCard(), BACK)
    player.effects.async_do(player.session)
    assert player.asked == []
    player.effects.async_connect("player", player.obey)
    player.effects.async_do(player.session)
    await settle(lambda: player.session.due == (BACK,))
    player.effects.async_do(player.session)
    assert player.asked == [LOUDER, StopCard(), BACK]
    monkeypatch.setattr(effects, "_AGAIN_AFTER", 0.0)
    player.effects._not_before.clear()
    player.effects.async_do(player.session)
    await settle(lambda: player.session.due == ())
    assert player.asked[3:] == [BACK]


async def test_a_volume_that_is_always_refused_is_given_up(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After some attempts."""
    monkeypatch.setattr(effects, "_AGAIN_AFTER", 0.0)
    player = Player(hass, 1000, BACK)
    player.effects.async_connect("player", player.obey)

    def given_up() -> bool:
        player.effects.async_do(player.session)
        return player.session.due == ()

    await settle(given_up)
    assert 1 < len(player.asked) <= effects._ATTEMPTS
