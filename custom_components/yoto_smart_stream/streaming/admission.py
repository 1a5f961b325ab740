"""Admission: a response takes a place for as long as it is sent, or is refused."""

from abc import abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from http import HTTPStatus
from typing import override

from aiohttp import hdrs
from aiohttp.abc import AbstractStreamWriter
from aiohttp.web import BaseRequest, StreamResponse

from .limits import TooMuchError

type TakePlace = Callable[[], AbstractContextManager[None]]
"""Returns a context that holds a place; entering it raises TooMuchError where there is none."""


class AdmittedResponse(StreamResponse):
    """A response that is answered when it is prepared, if there is a place for it.

    A handler returns it unprepared, so that middlewares can still add their header fields.
    """

    def __init__(self, place: TakePlace = nullcontext) -> None:
        """Remember where the place is taken."""
        super().__init__()
        self._place = place

    @override
    async def prepare(self, request: BaseRequest) -> AbstractStreamWriter | None:
        """Take a place and answer, or refuse to."""
        if self.prepared:
            return await super().prepare(request)
        try:
            with self._place():
                return await self._answer(request)
        except TooMuchError as err:
            self.headers[hdrs.RETRY_AFTER] = str(err.retry_after)
            return await self._refuse(request, HTTPStatus.TOO_MANY_REQUESTS)

    @abstractmethod
    async def _answer(self, request: BaseRequest) -> AbstractStreamWriter | None:
        """Send everything."""

    async def _begin(self, request: BaseRequest) -> AbstractStreamWriter | None:
        """Send the header fields."""
        return await super().prepare(request)

    async def _refuse(
        self, request: BaseRequest, status: HTTPStatus
    ) -> AbstractStreamWriter | None:
        """Answer with a status and nothing else."""
        self.set_status(status)
        self.content_length = 0
        return await self._begin(request)
