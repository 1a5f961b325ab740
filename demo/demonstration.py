"""The demo from nothing to a player that plays what Home Assistant streams to it."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .cards import TITLE, TUNES_FOLDER, create_card, insert_and_hear, media_ids
from .dashboard import set_up_dashboard
from .greeting import greeting
from .home_assistant import RESTART_EXIT_CODE
from .login import forget_logins, log_in
from .players import wait_for_players
from .ready_file import write_ready_file
from .stack import Stack
from .tunes import make_tunes

WATCH_SECONDS: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Demonstration:
    """One demo as it was asked for."""

    folder: Path
    port: int
    players: int = 2
    speed: float = 1.0
    ready_file: Path | None = None
    manual_login: bool = False

    async def run(self, stack: Stack) -> None:
        """Show everything in a stack that was started, and watch over it until cancelled.

        Raises `ProcessFailedError` when Home Assistant or the simulator ends by itself.
        """
        card_id = await self.prepare(stack)
        if self.ready_file is not None:
            players = await stack.simulation.players()
            await asyncio.to_thread(write_ready_file, self.ready_file, stack, players, card_id)
        print(greeting(stack, manual_login=self.manual_login), flush=True)
        await _watch(stack)

    async def prepare(self, stack: Stack) -> str | None:
        """Go on until the first player plays a card, and return the card's id.

        Where the login is left to the person, there is no card yet.
        """
        api = stack.home_assistant.api
        tunes = await asyncio.to_thread(make_tunes, stack.home_assistant.media_dir / TUNES_FOLDER)
        # The simulator starts anew each time and knows nothing of earlier logins.
        await forget_logins(api)
        if self.manual_login:
            return None
        await log_in(api, stack.simulation)
        players = await wait_for_players(api, await stack.simulation.player_ids())
        card_id, _ = await create_card(api, TITLE, media_ids(tunes))
        await set_up_dashboard(api, players, stack.simulation.addresses.url, card_id)
        await insert_and_hear(api, stack.simulation, players[0], card_id)
        return card_id


async def _watch(stack: Stack) -> None:
    """Watch the processes until cancelled, and start Home Assistant again when it asks for it."""
    home_assistant = stack.home_assistant
    while True:
        stack.simulation.process.ensure_running()
        if home_assistant.process.returncode == RESTART_EXIT_CODE:
            await home_assistant.start()
        else:
            home_assistant.process.ensure_running()
        await asyncio.sleep(WATCH_SECONDS)
