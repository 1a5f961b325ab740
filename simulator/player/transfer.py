"""How the bytes of a track come: first a HEAD, then GETs (protocol §6.2).

In blocks where the server advertises ranges, in one piece otherwise.
"""

import asyncio
from http import HTTPStatus
import re
from typing import Final

import aiohttp
from aiohttp import hdrs

from .fetcher import BrokenTransferError, Fetch, Fetcher, TransferError
from .link import LinkDownError

BLOCK: Final = 256 * 1024
"""Bytes of one range, and how much a player keeps ahead of what it plays."""

_RETRIES: Final = 2
_CONTENT_RANGE: Final = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")
_NO_HEAD: Final = {405, 501}
"""Answers to HEAD that only say that there is no HEAD (protocol §6.2)."""


class Transfer:
    """The bytes of one URL, in order, from the start or from somewhere else."""

    def __init__(self, fetcher: Fetcher, url: str) -> None:
        """Prepare to get a body; nothing is sent yet."""
        self.url = url
        self.length: int | None = None
        """Bytes of the whole body, where the server has said so."""
        self.ranges = False
        """Whether the server has advertised ranges."""
        self._fetcher = fetcher
        self._offset = 0
        self._failures = 0
        self._block_end = -1
        self._blockwise = False
        self._complete = False
        self._repeated = False
        self._response: aiohttp.ClientResponse | None = None
        self._fetch: Fetch | None = None

    @property
    def between_blocks(self) -> bool:
        """Whether it is a good moment to wait before reading on."""
        return self._response is None or not self._blockwise

    async def probe(self) -> None:
        """Ask with HEAD what there is, if the player does that.

        Raises:
            TransferError: the server says that there is nothing, or cannot be reached.
        """
        if not self._fetcher.traits.probes:
            return
        response = await self._head()
        if response.status in _NO_HEAD:
            return
        _check_status(response)
        self._learn(response, response.content_length)
        self._blockwise = self.ranges

    async def _head(self) -> aiohttp.ClientResponse:
        while True:
            try:
                async with self._fetcher.link.carry():
                    response, _ = await self._fetcher.request(hdrs.METH_HEAD, self.url)
                    response.release()
                    return response
            except LinkDownError:
                await self._fetcher.link.until_up()
            except BrokenTransferError as err:
                raise TransferError(str(err)) from err

    def seek(self, offset: int) -> None:
        """Go on from another place. Only where the server has advertised ranges."""
        self.close()
        self._blockwise = True
        self._offset = offset
        self._complete = False

    async def read(self) -> bytes:
        """Return the next bytes; none at the end.

        A transfer that breaks is taken up again by range, twice. While there is no Wi-Fi it waits.

        Raises:
            TransferError: the rest cannot be had.
        """
        while not self._complete:
            if self._blockwise and self.length is not None and self._offset >= self.length:
                break
            try:
                async with self._fetcher.link.carry():
                    chunk = await self._read_on()
            except LinkDownError as err:
                self._take_up_again(err)
                await self._fetcher.link.until_up()
            except BrokenTransferError as err:
                self._failures += 1
                if self._failures > _RETRIES:
                    raise TransferError(str(err)) from err
                self._take_up_again(err)
                await asyncio.sleep(self._fetcher.patience.between_retries)
            else:
                if not chunk or self._offset == self._block_end:
                    self._finish_response()
                if chunk:
                    return chunk
        self._complete = True
        return b""

    def close(self) -> None:
        """Give up the connection."""
        if self._response is not None:
            self._response.close()
        self._response = self._fetch = None

    def _take_up_again(self, err: Exception) -> None:
        """Prepare to go on after a transfer broke."""
        self.close()
        if self._offset and not self.ranges:
            raise TransferError(
                "the transfer broke and the server does not advertise ranges"
            ) from err
        self._blockwise = self.ranges

    async def _read_on(self) -> bytes:
        """Return the next bytes of the response that is open, after opening one if need be."""
        if self._response is None or self._fetch is None:
            self._response, self._fetch = await self._open()
        try:
            chunk = await self._response.content.readany()
        except TimeoutError as err:
            raise BrokenTransferError("the server stopped sending") from err
        except aiohttp.ClientError as err:
            raise BrokenTransferError("the connection broke in the middle of the body") from err
        self._fetch.bytes += len(chunk)
        self._offset += len(chunk)
        return chunk

    async def _open(self) -> tuple[aiohttp.ClientResponse, Fetch]:
        if not self._repeated:
            self._repeated = True
            await self._ask_repeatedly()
        range_ = None
        if self._blockwise:
            end = self._offset + BLOCK
            range_ = f"bytes={self._offset}-{min(end, self.length or end) - 1}"
        response, fetch = await self._fetcher.request(hdrs.METH_GET, self.url, range_)
        try:
            self._judge(response)
        except TransferError:
            response.close()
            raise
        return response, fetch

    async def _ask_repeatedly(self) -> None:
        """Ask for the beginning and give it up again, if the player does that."""
        for _ in range(self._fetcher.traits.repeats):
            response, _fetch = await self._fetcher.request(hdrs.METH_GET, self.url)
            response.close()

    def _judge(self, response: aiohttp.ClientResponse) -> None:
        """Check that a response brings the bytes that come next, and learn from it."""
        _check_status(response)
        if response.status == HTTPStatus.PARTIAL_CONTENT:
            end, length = _check_range(response, self._offset)
            self._learn(response, length)
            self._block_end = end
        elif self._offset:
            raise TransferError("the server advertised ranges and did not serve one")
        else:
            self._learn(response, response.content_length)
            self._blockwise = False

    def _learn(self, response: aiohttp.ClientResponse, length: int | None) -> None:
        """Note what a server says about the body."""
        if length is not None:
            if self.length is not None and self._offset and length != self.length:
                raise TransferError("the body has changed its length in the middle of the track")
            self.length = length
        offered = response.headers.get(hdrs.ACCEPT_RANGES) == "bytes"
        self.ranges = self._fetcher.traits.ranges and (self.ranges or offered)

    def _finish_response(self) -> None:
        """Note that a response has come completely."""
        came_empty = self._fetch is not None and not self._fetch.bytes
        if came_empty or not self._blockwise:
            self._complete = True
        self._failures = 0
        self._response = self._fetch = None


def _check_status(response: aiohttp.ClientResponse) -> None:
    if response.status not in {HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT}:
        raise TransferError(f"the server answered {response.status}")


def _check_range(response: aiohttp.ClientResponse, offset: int) -> tuple[int, int | None]:
    """Check that a range is the one asked for; return its end and the length of the whole body."""
    found = _CONTENT_RANGE.fullmatch(response.headers.get(hdrs.CONTENT_RANGE, ""))
    if found is None or int(found[1]) != offset:
        raise TransferError("the server served another range than the one asked for")
    return int(found[2]) + 1, None if found[3] == "*" else int(found[3])
