"""What stands before OAuth and REST: injected faults, the log, and the shapes of errors."""

import asyncio

from aiohttp import web
from aiohttp.typedefs import Handler

from simulator.world import World

from .errors import ApiError, GatewayError, OAuthError

_GUARDED = (
    "/oauth/",
    "/device-v2/",
    "/content",
    "/card/",
    "/media/coverImage/",
    "/media/displayIcons/",
    "/media/family/",
    "/media/transcode/",
    "/media/upload/",
)


class Gate:
    """A middleware for OAuth and REST; everything else passes untouched."""

    def __init__(self, world: World) -> None:
        """Obey the world's faults and write to its log."""
        self._world = world

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Apply the faults, answer errors in Yoto's shapes, note the request."""
        if not request.path.startswith(_GUARDED):
            return await handler(request)
        response = await self._faulty(request)
        if response is None:
            try:
                response = await handler(request)
            except (OAuthError, ApiError, GatewayError) as err:
                response = err.response()
            except web.HTTPMethodNotAllowed, web.HTTPNotFound:
                response = GatewayError(404, "message", "Not Found").response()
        self._world.note(
            "request", method=request.method, path=request.path, status=response.status
        )
        return response

    async def _faulty(self, request: web.Request) -> web.StreamResponse | None:
        faults = self._world.faults
        if faults.latency > 0:
            await asyncio.sleep(faults.latency)
        if faults.dropped_connections > 0:
            faults.dropped_connections -= 1
            self._world.note("connection_dropped", method=request.method, path=request.path)
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=500)
        if faults.too_many_requests > 0:
            faults.too_many_requests -= 1
            response = GatewayError(429, "message", "Too Many Requests").response()
            response.headers["Retry-After"] = "1"
            return response
        if faults.server_errors > 0:
            faults.server_errors -= 1
            return GatewayError(500, "message", "Internal server error").response()
        return None
