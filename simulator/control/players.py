"""Hands on players: `/sim/players`."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from aiohttp import web

from simulator.player import VirtualPlayer
from simulator.world import Json, JsonObject

from .bodies import flag, left_or_right, only, read_body, text, whole
from .errors import not_found
from .traits import change_traits, current_traits

_MOST_CLICKS: Final = 100

type _Hand = Callable[[VirtualPlayer, JsonObject], Awaitable[None]]


async def _insert(player: VirtualPlayer, body: JsonObject) -> None:
    only(body, {"card_id"})
    await player.insert(text(body, "card_id"))


async def _remove(player: VirtualPlayer, body: JsonObject) -> None:
    only(body, ())
    await player.remove()


async def _press(player: VirtualPlayer, body: JsonObject) -> None:
    only(body, {"button"})
    await player.press("left" if left_or_right(body, "button") == "left" else "right")


async def _turn(player: VirtualPlayer, body: JsonObject) -> None:
    only(body, {"knob", "clicks"})
    knob = left_or_right(body, "knob")
    clicks = whole(body, "clicks", -_MOST_CLICKS, _MOST_CLICKS)
    await player.turn("left" if knob == "left" else "right", clicks)


async def _power(player: VirtualPlayer, body: JsonObject) -> None:
    only(body, {"on"})
    await player.power(flag(body, "on"))


async def _wifi(player: VirtualPlayer, body: JsonObject) -> None:
    only(body, {"up"})
    await player.wifi(flag(body, "up"))


async def _battery(player: VirtualPlayer, body: JsonObject) -> None:
    only(body, {"level", "charging"})
    await player.battery(whole(body, "level", 0, 100), flag(body, "charging"))


async def _headphones(player: VirtualPlayer, body: JsonObject) -> None:
    only(body, {"connected"})
    await player.headphones(flag(body, "connected"))


_HANDS: Final[Mapping[str, _Hand]] = {
    "insert": _insert,
    "remove": _remove,
    "press": _press,
    "turn": _turn,
    "power": _power,
    "wifi": _wifi,
    "battery": _battery,
    "headphones": _headphones,
}

type _Sight = Callable[[VirtualPlayer], JsonObject | list[JsonObject]]

_SIGHTS: Final[Mapping[str, _Sight]] = {
    "": VirtualPlayer.view,
    "/fetches": VirtualPlayer.fetches,
    "/played": VirtualPlayer.played,
    "/traits": lambda player: current_traits(player.device.traits),
}


def add_player_routes(app: web.Application, players: Mapping[str, VirtualPlayer]) -> None:
    """Let players be seen and handled. Every action answers with the player as it is then."""

    def named(request: web.Request) -> VirtualPlayer:
        player = players.get(request.match_info["player"])
        if player is None:
            not_found("there is no such player")
        return player

    async def show_all(_: web.Request) -> web.Response:
        views: list[Json] = [player.view() for player in players.values()]
        return web.json_response(views)

    async def show_display(request: web.Request) -> web.Response:
        picture = named(request).picture()
        if picture is None:
            not_found("nothing that was fetched is on the display")
        return web.Response(body=picture, content_type="image/png")

    async def set_traits(request: web.Request) -> web.Response:
        player = named(request)
        change_traits(player.device.traits, await read_body(request))
        return web.json_response(current_traits(player.device.traits))

    def handler(hand: _Hand) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            player = named(request)
            await hand(player, await read_body(request))
            return web.json_response(player.view())

        return handle

    app.router.add_get("/sim/players", show_all)
    for path, sight in _SIGHTS.items():
        app.router.add_get(f"/sim/players/{{player}}{path}", _viewer(named, sight))
    app.router.add_get("/sim/players/{player}/display", show_display)
    app.router.add_post("/sim/players/{player}/traits", set_traits)
    for name, hand in _HANDS.items():
        app.router.add_post(f"/sim/players/{{player}}/{name}", handler(hand))


def _viewer(
    named: Callable[[web.Request], VirtualPlayer], sight: _Sight
) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Return what answers with something of the player that a request names."""

    async def show(request: web.Request) -> web.Response:
        return web.json_response(sight(named(request)))

    return show
