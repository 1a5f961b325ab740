"""The routes of the control API. They are stable: other tools use them."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from aiohttp import web

from simulator.player import VirtualPlayer
from simulator.world import World

from .bodies import only, read_body, text
from .errors import not_found, refuse
from .faults import change_faults, current_faults
from .players import add_player_routes


class Logins(Protocol):
    """Logins by device code that wait for a person."""

    def approve(self, user_code: str) -> bool:
        """Let the login go on; False if there is none with this code."""

    def deny(self, user_code: str) -> bool:
        """Refuse the login; False if there is none with this code."""


def add_routes(
    app: web.Application,
    world: World,
    players: Mapping[str, VirtualPlayer],
    logins: Logins,
) -> None:
    """Add the control API to an application.

    Args:
        app: where to add it.
        world: the simulated world.
        players: by their ids.
        logins: the logins that wait.
    """
    add_player_routes(app, players)
    _add_login_routes(app, logins)
    _add_world_routes(app, world, players)


def _add_login_routes(app: web.Application, logins: Logins) -> None:
    def handler(
        decide: Callable[[str], bool],
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            body = await read_body(request)
            only(body, {"user_code"})
            if not decide(text(body, "user_code")):
                not_found("no login waits with this code")
            return web.json_response({"status": "ok"})

        return handle

    app.router.add_post("/sim/login/approve", handler(logins.approve))
    app.router.add_post("/sim/login/deny", handler(logins.deny))


def _add_world_routes(
    app: web.Application, world: World, players: Mapping[str, VirtualPlayer]
) -> None:
    async def set_faults(request: web.Request) -> web.Response:
        body = await read_body(request)
        await change_faults(world, body)
        for player in players.values():
            player.report_online()
        return web.json_response(current_faults(world))

    async def show_log(_: web.Request) -> web.Response:
        return web.json_response(list(world.log))

    async def show_cards(_: web.Request) -> web.Response:
        if world.list_cards is None:
            refuse("there is no cloud to have cards")
        return web.json_response(
            [{"interactive": False} | card for card in world.list_cards()],
        )

    async def delete_card(request: web.Request) -> web.Response:
        body = await read_body(request)
        only(body, {"card_id"})
        card_id = text(body, "card_id")
        if world.delete_card is None or not world.delete_card(card_id):
            not_found("the family has no such card of its own")
        world.note("card_deleted", card_id=card_id)
        return web.json_response({"status": "ok"})

    app.router.add_post("/sim/faults", set_faults)
    app.router.add_post("/sim/cards/delete", delete_card)
    app.router.add_get("/sim/log", show_log)
    app.router.add_get("/sim/cards", show_cards)
