"""Uploading audio to Yoto: an address for it, the bytes, and what Yoto makes of them (§5.1).

The digest comes first: what Yoto has is not sent again. Where the network or Yoto fails, it is
tried again with a new address, after longer and longer pauses.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
import logging
import os
from pathlib import Path
from typing import BinaryIO, Final

import aiohttp

from .audio_body import AudioBody
from .errors import (
    CloudUnreachableError,
    LocalAudioError,
    TranscodingTooLongError,
    UploadDamagedError,
    UploadRefusedError,
)
from .rest import CloudRest
from .uploaded import Place, Transcoding, UploadedAudio, read_place, read_transcoding

_LOGGER: Final = logging.getLogger(__name__)
_SENDING_SHARE: Final = 0.8
"""The part of the progress that sending is; the rest is Yoto's work."""
_DAMAGED_TRIES: Final = 2
_TRANSIENT: Final = frozenset(
    {
        # A signed address that has expired.
        HTTPStatus.FORBIDDEN,
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.TOO_MANY_REQUESTS,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long Yoto is given, in seconds.

    The documented 15 seconds for a transcoding are too short for long audio: applications wait
    for ten minutes and more (protocol §5.1).
    """

    tries: int = 5
    first_pause: float = 1.0
    stall: float = 60.0
    """Without a byte that moves, or an answer after the last one."""
    first_poll: float = 0.5
    longest_poll: float = 10.0
    transcoding: float = 1800.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioFile:
    """Audio to be uploaded: an MP3 file, with its digest and size in bytes as they should be."""

    path: Path
    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """What an upload led to; `was_sent` is false where Yoto had the audio already."""

    audio: UploadedAudio
    was_sent: bool


def _untold(_share: float) -> None:
    """Tell nobody."""


class Uploads:
    """Uploads audio to one account."""

    def __init__(
        self, session: aiohttp.ClientSession, rest: CloudRest, patience: Patience | None = None
    ) -> None:
        """Use a session that somebody else closes."""
        self._session = session
        self._rest = rest
        self.patience = patience or Patience()

    async def upload(
        self,
        file: AudioFile,
        *,
        known: UploadedAudio | None = None,
        on_progress: Callable[[float], None] = _untold,
    ) -> Upload:
        """Have Yoto take audio, and return what a track of it needs.

        Args:
            file: which audio.
            known: what came of an earlier upload of the same bytes, which holds if Yoto still has
                them.
            on_progress: told the share that is done, from 0.0 to 1.0.

        Raises:
            LocalAudioError: the file is missing, or is not what it should be.
            UploadRefusedError: Yoto's storage refused it.
            UploadDamagedError: Yoto got something else, twice.
            TranscodingFailedError: Yoto could make nothing of it.
            TranscodingTooLongError: Yoto did not say in time what it made of it.
            ScopeMissingError: this login may not upload.
            CloudError: it could not be had.
            OSError: the file could not be read.
        """
        for left in reversed(range(_DAMAGED_TRIES)):
            place, was_sent = await self._sent(file, on_progress)
            if known is not None and not was_sent:
                return Upload(audio=known, was_sent=False)
            done = await self._transcoded(place.upload_id, on_progress)
            if done.audio is not None and done.arrived in {None, file.sha256}:
                return Upload(audio=done.audio, was_sent=was_sent)
            _LOGGER.debug("An upload arrived damaged, %d tries are left", left)
        raise UploadDamagedError(f"Yoto got other bytes than those of {file.name}")

    async def _sent(
        self, file: AudioFile, on_progress: Callable[[float], None]
    ) -> tuple[Place, bool]:
        """Have Yoto hold the bytes; tells too whether they had to be sent."""
        was_sent = False

        async def attempt() -> Place:
            nonlocal was_sent
            place = read_place(await self._rest.upload_address(file.sha256, file.name))
            if place.url is not None:
                was_sent = True
                await self._put(
                    place.url,
                    file,
                    lambda sent: on_progress(_SENDING_SHARE * sent / file.size),
                )
            return place

        return await self._persistently(attempt), was_sent

    async def _put(self, url: str, file: AudioFile, on_sent: Callable[[int], None]) -> None:
        """Send a file to an address.

        Raises:
            CloudUnreachableError: another attempt may work, with another address.
            UploadRefusedError: none will.
            LocalAudioError: the file is not what it should be.
            OSError: the file could not be read.
        """
        async with _opened(file) as opened:
            loop = asyncio.get_running_loop()
            guard = asyncio.timeout(self.patience.stall)

            def sent(count: int) -> None:
                if not opened.closed and not guard.expired():
                    guard.reschedule(loop.time() + self.patience.stall)
                    on_sent(count)

            body = AudioBody(opened, file.size, sent)
            try:
                async with guard:
                    status = await self._request(url, body)
            except (aiohttp.ClientError, TimeoutError) as err:
                if body.failure is not None:
                    raise body.failure from err
                raise CloudUnreachableError(f"Sending the audio failed: {err!r}") from err
            if body.failure is not None:
                raise body.failure
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _TRANSIENT:
            raise CloudUnreachableError(f"Yoto's storage answered {status}")
        if status >= HTTPStatus.MULTIPLE_CHOICES:
            raise UploadRefusedError(f"Yoto's storage answered {status}", status=status)
        if body.sha256 != file.sha256:
            raise LocalAudioError(f"{file.name} is not what it was")

    async def _request(self, url: str, body: AudioBody) -> int:
        """Send one request and return the status of the answer."""
        # The address is the permission; with a login besides, the storage refuses.
        async with self._session.put(
            url, data=body, allow_redirects=False, timeout=aiohttp.ClientTimeout(total=None)
        ) as response:
            return response.status

    async def _transcoded(
        self, upload_id: str, on_progress: Callable[[float], None]
    ) -> Transcoding:
        """Wait until Yoto has made something of an upload."""

        async def attempt() -> Transcoding:
            return read_transcoding(await self._rest.transcoding(upload_id))

        pause = self.patience.first_poll
        try:
            async with asyncio.timeout(self.patience.transcoding):
                while True:
                    found = await self._persistently(attempt)
                    on_progress(_SENDING_SHARE + (1 - _SENDING_SHARE) * found.share)
                    if found.audio is not None:
                        return found
                    await asyncio.sleep(pause)
                    pause = min(pause * 1.5, self.patience.longest_poll)
        except TimeoutError as err:
            raise TranscodingTooLongError(self.patience.transcoding) from err

    async def _persistently[T](self, attempt: Callable[[], Awaitable[T]]) -> T:
        """Try again while the network or Yoto fails, after longer and longer pauses."""
        pause = self.patience.first_pause
        for _ in range(self.patience.tries - 1):
            try:
                return await attempt()
            except CloudUnreachableError as err:
                _LOGGER.debug("Trying an upload again in %.1f s: %s", pause, err)
            await asyncio.sleep(pause)
            pause *= 2
        return await attempt()


@asynccontextmanager
async def _opened(file: AudioFile) -> AsyncGenerator[BinaryIO]:
    """Open a file that is as long as it should be.

    Raises:
        LocalAudioError: it is missing, or has another length.
        OSError: it could not be opened.
    """
    try:
        opened = await asyncio.to_thread(file.path.open, "rb")
    except FileNotFoundError as err:
        raise LocalAudioError(f"{file.name} is missing") from err
    try:
        if os.fstat(opened.fileno()).st_size != file.size:
            raise LocalAudioError(f"{file.name} has another length than it had")
        yield opened
    finally:
        # A block may be read at this moment, and closing waits for it.
        await asyncio.to_thread(opened.close)
