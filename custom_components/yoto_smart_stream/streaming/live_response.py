"""The response that sends a live sequence: no length, no ranges, and no file.

It claims nothing that it cannot do: a player that is told of ranges asks for them (protocol §6.2).
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, aclosing, nullcontext
from http import HTTPStatus
import logging
from typing import Final, override

from aiohttp import hdrs
from aiohttp.abc import AbstractStreamWriter
from aiohttp.web import BaseRequest

from ..audio.errors import AudioError
from ..audio.profile import CONTENT_TYPE, Profile
from .admission import AdmittedResponse, TakePlace
from .broadcast import FellBehindError, Listener
from .live import LiveError, LiveErrorCode
from .live_play import Follow, unfollowed
from .live_sequence import LiveSequence
from .reading import PartChangedError
from .response import as_disconnect
from .stream import LiveItem, StreamError

_LOGGER: Final = logging.getLogger(__name__)

GIVE_UP_SECONDS: Final = 300.0
"""A client that takes nothing for so long is left: it would keep its source running."""
_RETRY_SECONDS: Final = 30
_STATUSES: Final = {
    LiveErrorCode.TOO_MANY: HTTPStatus.SERVICE_UNAVAILABLE,
    LiveErrorCode.STOPPED: HTTPStatus.SERVICE_UNAVAILABLE,
    LiveErrorCode.NOT_PLAYABLE: HTTPStatus.BAD_GATEWAY,
    LiveErrorCode.NO_TOOL: HTTPStatus.INTERNAL_SERVER_ERROR,
}

type Listen = Callable[[LiveItem, Profile], AbstractAsyncContextManager[Listener]]
"""Returns a context that listens to a live item; entering it raises LiveError."""


class LiveResponse(AdmittedResponse):
    """Send a live sequence as it comes.

    `load` returns it. It runs in the executor once per request that is not for the header fields
    alone, may block, and raises AudioError or StreamError where there is nothing to send.

    A live item that cannot be heard is left out, if anything else is heard. Only where the very
    first thing to hear has no place, or nothing can be heard, is the status an error.
    """

    def __init__(
        self,
        load: Callable[[], LiveSequence],
        listen: Listen,
        place: TakePlace = nullcontext,
        follow: Follow = unfollowed,
    ) -> None:
        """Remember where everything comes from; nothing is begun before `prepare`."""
        super().__init__(place)
        self._load = load
        self._listen = listen
        self._follow = follow
        self.headers[hdrs.CACHE_CONTROL] = "no-store"

    @override
    async def _answer(self, request: BaseRequest) -> AbstractStreamWriter | None:
        """Send what there is, until the end or until the client has gone."""
        if request.method == hdrs.METH_HEAD:
            self._describe()
            return await self._begin(request)
        try:
            sequence = await asyncio.get_running_loop().run_in_executor(None, self._load)
        except AudioError, StreamError:
            return await self._refuse(request, HTTPStatus.NOT_FOUND)
        async with aclosing(self._heard(sequence)) as heard:
            try:
                first = await anext(heard)
            except LiveError as err:
                if _STATUSES[err.code] is HTTPStatus.SERVICE_UNAVAILABLE:
                    self.headers[hdrs.RETRY_AFTER] = str(_RETRY_SECONDS)
                return await self._refuse(request, _STATUSES[err.code])
            except AudioError, PartChangedError, StopAsyncIteration:
                return await self._refuse(request, HTTPStatus.NOT_FOUND)
            self._describe()
            try:
                writer = await self._begin(request)
                with self._follow(sequence) as note:
                    await self._send(request, first)
                    note(len(first))
                    async for frames in heard:
                        await self._send(request, frames)
                        note(len(frames))
                    await self.write_eof()
            except (AudioError, PartChangedError, FellBehindError, LiveError) as err:
                raise ConnectionResetError("The rest of the stream is gone") from err
            except OSError as err:
                raise as_disconnect(err) from err
        return writer

    def _describe(self) -> None:
        """Set the header fields."""
        self.headers[hdrs.ACCEPT_RANGES] = "none"
        self.content_type = CONTENT_TYPE

    async def _send(self, request: BaseRequest, frames: bytes) -> None:
        """Send frames and wait until most of them are on their way."""
        try:
            async with asyncio.timeout(GIVE_UP_SECONDS):
                await self.write(frames)
                await request.writer.drain()
        except TimeoutError as err:
            if request.transport is not None:
                request.transport.abort()
            raise ConnectionResetError("The client takes nothing") from err

    async def _heard(self, sequence: LiveSequence) -> AsyncGenerator[bytes]:
        """Yield what is heard.

        Raises:
            LiveError: Nothing was heard at all, or the first thing to hear has no place.
            AudioError, PartChangedError, FellBehindError: The rest cannot be heard.
        """
        loop = asyncio.get_running_loop()
        is_heard = False
        fault: LiveError | None = None
        # The silence in front waits, since a status that was sent cannot be taken back.
        silence = b""
        while (element := await loop.run_in_executor(None, sequence.next)) is not None:
            if isinstance(element, bytes):
                is_heard = is_heard or sequence.is_heard
                if is_heard:
                    yield silence + element
                    silence = b""
                elif fault is None:
                    silence += element
                continue
            try:
                async with self._listen(element, sequence.profile) as listener:
                    while frames := await listener.frames():
                        is_heard = True
                        sequence.note_heard()
                        yield silence + frames
                        silence = b""
            except LiveError as err:
                if err.code is LiveErrorCode.STOPPED:
                    raise
                if not is_heard and err.code is LiveErrorCode.TOO_MANY:
                    raise
                _LOGGER.warning("A live source is left out of a stream: %s", err.code)
                fault = err
        if not is_heard and fault is not None:
            raise fault
