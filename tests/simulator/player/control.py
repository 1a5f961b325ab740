"""The control API and the page around players on stages."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.test_utils import BaseTestServer, TestServer

from simulator.control import add_routes as add_control_routes
from simulator.page import add_routes as add_page_routes
from simulator.world import JsonObject

from .stage import Stage


@dataclass
class WaitingLogins:
    """Logins that wait for a person."""

    waiting: set[str] = field(default_factory=lambda: {"ABCD-EFGH"})
    approved: list[str] = field(default_factory=list)
    denied: list[str] = field(default_factory=list)

    def approve(self, user_code: str) -> bool:
        """Approve a login that waits."""
        return self._decide(user_code, self.approved)

    def deny(self, user_code: str) -> bool:
        """Deny a login that waits."""
        return self._decide(user_code, self.denied)

    def _decide(self, user_code: str, into: list[str]) -> bool:
        if user_code not in self.waiting:
            return False
        self.waiting.remove(user_code)
        into.append(user_code)
        return True


@asynccontextmanager
async def serve(scene: Stage, logins: WaitingLogins) -> AsyncGenerator[BaseTestServer]:
    """Serve the control API and the page for the player of a stage."""

    def list_cards() -> list[JsonObject]:
        return [
            {"card_id": card_id, "title": str(card["title"])}
            for card_id, card in scene.shelf.cards.items()
        ]

    scene.world.list_cards = list_cards
    app = web.Application()
    players = {scene.device.device_id: scene.player}
    add_control_routes(app, scene.world, players, logins)
    add_page_routes(app)
    async with TestServer(app, host="127.0.0.1") as server:
        yield server
