"""The card of the demo: made by the integration's own action, put into a player."""

from pathlib import Path
from typing import Final

from .api import HomeAssistantApi, Json
from .login import DOMAIN
from .players import Player, wait_for_state
from .simulation import Simulation
from .waiting import until

TITLE: Final = "Songs from the music box"
TUNES_FOLDER: Final = "tunes"


def media_ids(files: list[Path]) -> list[str]:
    """Return the media-source ids of files in the tunes folder of the local media."""
    return [f"media-source://media_source/local/{TUNES_FOLDER}/{file.name}" for file in files]


async def create_card(api: HomeAssistantApi, title: str, media: list[str]) -> tuple[str, list[str]]:
    """Create a card whose tracks Home Assistant streams. Returns its id and the URLs."""
    made: Json = await api.ask(f"{DOMAIN}.create_streaming_card", title=title, media=media)
    return made["card_id"], made["urls"]


async def insert_and_hear(
    api: HomeAssistantApi, simulation: Simulation, player: Player, card_id: str
) -> None:
    """Put a card into a player and wait until it is heard: Home Assistant and the player say so.

    Raises `NotInTimeError`.
    """
    before = len(await simulation.played(player.player_id))
    await simulation.operate(player.player_id, "insert", card_id=card_id)
    await wait_for_state(api, player.media_player, "playing")

    async def look() -> bool:
        hearing = (await simulation.player(player.player_id))["hearing"]
        if hearing is not None and hearing["seconds"] > 0:
            return True
        played = (await simulation.played(player.player_id))[before:]
        return any(each["seconds"] > 0 for each in played)

    await until(look, f"{player.name} is heard")
