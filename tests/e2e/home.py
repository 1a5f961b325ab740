"""A family's home, as the tests find and use it."""

import hashlib
from pathlib import Path
from typing import Any

from demo.api import EntityState, HomeAssistantApi
from demo.cards import create_card, insert_and_hear
from demo.login import DOMAIN, cancel, forget_logins, log_in
from demo.players import Player, wait_for_players, wait_for_state
from demo.simulation import Simulation
from demo.stack import Stack
from demo.tunes import SHORT_TUNE, TUNES
from demo.waiting import until

SONG = TUNES[0].file_name
"""Half a minute for the player: long enough to do something while it plays."""
SHORT = SHORT_TUNE.file_name
BOUGHT = "2Lght"
"""A card that the family has bought: it plays on while Home Assistant is away."""
POLL_SECONDS = 0.5
"""How often an application may ask whether its login was approved; Yoto's is 5 seconds."""


class Home:
    """Home Assistant and the players, with what a test does to them."""

    def __init__(self, stack: Stack) -> None:
        """Live in a stack that runs."""
        self.stack = stack
        self.players: list[Player] = []

    @property
    def api(self) -> HomeAssistantApi:
        """Home Assistant's API."""
        return self.stack.home_assistant.api

    @property
    def simulation(self) -> Simulation:
        """The simulator."""
        return self.stack.simulation

    @property
    def player(self) -> Player:
        """The player that most tests use."""
        return self.players[0]

    async def settle(self) -> None:
        """Put everything in order, whatever the test before has left behind."""
        await self.repair()
        loaded = [each for each in await self.api.entries(DOMAIN) if each.state == "loaded"]
        if not loaded:
            await self.log_in()
        await self.live()

    async def live(self) -> None:
        """Wait until every player is live in Home Assistant and plays nothing."""
        self.players = await wait_for_players(self.api, await self.simulation.player_ids())
        for player in self.players:
            await wait_for_state(self.api, player.media_player, "idle")

    async def forget(self) -> None:
        """Put everything in order and remove the login."""
        await self.repair()
        await forget_logins(self.api)

    async def repair(self) -> None:
        """End every fault and every flow, take the cards out and switch the players on."""
        await self.faults()
        for flow in await self.api.flows(DOMAIN):
            await cancel(self.api, flow["flow_id"])
        for player in await self.simulation.players():
            await self.simulation.operate(player.player_id, "power", on=True)
            await self.simulation.operate(player.player_id, "wifi", up=True)
            if (await self.simulation.player(player.player_id))["status"] != "stopped":
                # What plays by command ends when a card goes in, and not when one is taken out.
                cards = await self.simulation.get("/sim/cards")
                await self.simulation.operate(
                    player.player_id, "insert", card_id=cards[0]["card_id"]
                )
            await self.simulation.operate(player.player_id, "remove")

    async def kill(self) -> None:
        """End Home Assistant as a power cut does: nothing is tidied up."""
        process = self.stack.home_assistant.process
        process.kill()
        await process.stop()

    async def faults(self, **faults: object) -> None:
        """Let these things go wrong, and nothing else."""
        await self.simulation.post(
            "/sim/faults", reset=True, **{"login_interval": POLL_SECONDS, **faults}
        )

    async def log_in(self) -> None:
        """Log in anew."""
        await forget_logins(self.api)
        await log_in(self.api, self.simulation)

    async def new_card(self, *files: str) -> tuple[str, list[str]]:
        """Create a card of files in the tunes folder. Returns its id and its URLs."""
        media = [f"media-source://media_source/local/tunes/{file}" for file in files]
        return await create_card(self.api, "A card of the tests", media)

    async def hear(self, card_id: str) -> None:
        """Put a card into the player and wait until it is heard."""
        await insert_and_hear(self.api, self.simulation, self.player, card_id)

    async def act(self, action: str, **data: object) -> None:
        """Perform an action at the player."""
        await self.api.act(action, entity_id=self.player.media_player, **data)

    async def noted(self, kind: str) -> list[float]:
        """Return when the simulator noted something of a kind, oldest first."""
        log: list[dict[str, Any]] = await self.simulation.get("/sim/log")
        return [each["at"] for each in log if each["kind"] == kind]

    async def operate(self, what: str, **how: object) -> None:
        """Do something at the player, with a child's hands."""
        await self.simulation.operate(self.player.player_id, what, **how)

    async def device(self) -> dict[str, Any]:
        """Look at the player itself."""
        return await self.simulation.player(self.player.player_id)

    async def played(self, url: str) -> dict[str, Any]:
        """Wait until the player has played a URL to its end, and return what it noted."""

        async def look() -> dict[str, Any] | None:
            played = await self.simulation.played(self.player.player_id)
            return next((each for each in reversed(played) if each["url"] == url), None)

        return await until(look, "the player has played the track to its end")

    async def state(self) -> EntityState:
        """Return what Home Assistant says of the player."""
        found = await self.api.state(self.player.media_player)
        assert found is not None
        return found

    async def becomes(self, *states: str) -> EntityState:
        """Wait until Home Assistant says that the player is in one of the states."""
        return await wait_for_state(self.api, self.player.media_player, *states)

    async def sees(self, entity_id: str, before: EntityState | None) -> None:
        """Wait until an entity shows another state than before."""

        async def look() -> bool:
            now = await self.api.state(entity_id)
            return now is not None and (before is None or now.state != before.state)

        await until(look, f"{entity_id} shows something new")

    async def middle_volume(self) -> int:
        """Have the player half as loud as it can be, whatever the test before has left behind.

        Returns that volume, from which the knob can be turned either way.
        """
        middle = 8
        await self.act("media_player.volume_set", volume_level=middle / 16)
        await self.volume_becomes(middle)
        return middle

    async def volume_becomes(self, step: int, *, seconds: float = 60.0) -> None:
        """Wait until Home Assistant shows a volume, in steps of the knob (0 to 16)."""

        async def look() -> bool:
            level = (await self.state()).attributes.get("volume_level")
            return level is not None and round(level * 16) == step

        await until(look, f"Home Assistant shows volume {step}", seconds=seconds)

    def file(self, name: str) -> Path:
        """Return a file of the tunes folder."""
        return self.stack.home_assistant.media_dir / "tunes" / name

    def seconds(self, name: str) -> float:
        """Return how long a file of the tunes folder plays: it has 16,000 bytes a second."""
        return self.file(name).stat().st_size / 16_000

    def sha256(self, name: str) -> str:
        """Return the hash of a file of the tunes folder."""
        return hashlib.sha256(self.file(name).read_bytes()).hexdigest()
