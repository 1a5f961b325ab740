"""Serving the page: plain files. All it shows and does goes through the control API."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from aiohttp import web

_FILES: Final = {
    "/": "index.html",
    "/page/style.css": "style.css",
    "/page/page.js": "page.js",
    "/page/player.js": "player.js",
    "/page/knob.js": "knob.js",
    "/page/display.js": "display.js",
    "/favicon.ico": "icon.svg",
}
_FOLDER: Final = Path(__file__).parent / "static"


def add_routes(app: web.Application) -> None:
    """Add the page to an application that has the control API."""

    def handler(name: str) -> Callable[[web.Request], Awaitable[web.FileResponse]]:
        async def serve(_: web.Request) -> web.FileResponse:
            return web.FileResponse(_FOLDER / name, headers={"Cache-Control": "no-cache"})

        return serve

    for path, name in _FILES.items():
        app.router.add_get(path, handler(name))
