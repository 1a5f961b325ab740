"""The players as Home Assistant shows them: which entity is which."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .api import EntityState, HomeAssistantApi, Json
from .login import DOMAIN
from .waiting import until


@dataclass(frozen=True, slots=True, kw_only=True)
class Player:
    """A player with the ids of its entities, by domain and what they are of the player."""

    player_id: str
    device_id: str
    name: str
    entities: Mapping[tuple[str, str], str]

    def entity(self, domain: str, key: str = "") -> str:
        """Return the id of an entity. Raises `KeyError` when there is none."""
        return self.entities[domain, key]

    @property
    def media_player(self) -> str:
        """The id of the media player entity."""
        return self.entity("media_player")


async def find_players(api: HomeAssistantApi) -> list[Player]:
    """Return the integration's players."""
    devices: list[Json] = await api.command("config/device_registry/list")
    entities: list[Json] = await api.command("config/entity_registry/list")
    return [
        Player(
            player_id=identifier,
            device_id=device["id"],
            name=device["name_by_user"] or device["name"],
            entities={
                (entity["entity_id"].split(".")[0], _key(entity, identifier)): entity["entity_id"]
                for entity in entities
                if entity["device_id"] == device["id"] and entity["platform"] == DOMAIN
            },
        )
        for device in devices
        for domain, identifier in device["identifiers"]
        if domain == DOMAIN and device["entry_type"] != "service"
    ]


async def wait_for_players(api: HomeAssistantApi, player_ids: Sequence[str]) -> list[Player]:
    """Wait until the media players of all these are available; return them in this order."""

    async def look() -> list[Player] | None:
        states = {each.entity_id: each.state for each in await api.states("media_player")}
        live = {
            player.player_id: player
            for player in await find_players(api)
            if ("media_player", "") in player.entities
            and states.get(player.media_player, "unavailable") != "unavailable"
        }
        return [live[each] for each in player_ids] if live.keys() >= set(player_ids) else None

    return await until(look, f"{len(player_ids)} players are live in Home Assistant", seconds=120)


async def wait_for_state(
    api: HomeAssistantApi, entity_id: str, *wanted: str, seconds: float = 60
) -> EntityState:
    """Wait until an entity is in one of the states, and return it."""

    async def look() -> EntityState | None:
        found = await api.state(entity_id)
        return found if found is not None and found.state in wanted else None

    return await until(look, f"{entity_id} is {' or '.join(wanted)}", seconds=seconds)


def _key(entity: Json, player_id: str) -> str:
    """Return what an entity is called among those of its player; the media player has no name."""
    unique_id: str = entity["unique_id"]
    return unique_id.removeprefix(player_id).removeprefix("_")
