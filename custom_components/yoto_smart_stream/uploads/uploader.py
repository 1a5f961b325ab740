"""Sending audio of the library to Yoto: one item after the other, each only once."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import UnsupportedStorageVersionError

from ..cards.limits import TRACK_MB, TRACK_MINUTES
from ..cloud.errors import (
    CloudError,
    CloudUnreachableError,
    LocalAudioError,
    RequestRefusedError,
    ScopeMissingError,
    TokenRevokedError,
    TranscodingFailedError,
    TranscodingTooLongError,
    UploadDamagedError,
)
from ..cloud.uploaded import UploadedAudio
from ..cloud.uploads import AudioFile
from ..coordinator import YotoConfigEntry
from ..json import Json
from ..library.catalog import Catalog
from ..library.errors import DamagedAudioError, LibraryError, UploadError, UploadFault
from ..library.item import AudioItem
from .memory import UploadMemory, async_get_memory

_MINUTE: Final = 60
_MB: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemAtYoto:
    """An item of the library with what a track of it needs.

    `was_sent` is false where Yoto had the audio already.
    """

    item: AudioItem
    audio: UploadedAudio
    was_sent: bool


def _untold(_share: float) -> None:
    """Tell nobody."""


class Uploader:
    """Sends audio of the library to one account."""

    def __init__(self, catalog: Catalog, entry: YotoConfigEntry, memory: UploadMemory) -> None:
        """Prepare; nothing is sent yet."""
        self._catalog = catalog
        self._entry = entry
        self._memory = memory

    async def upload(
        self, keys: Iterable[str], *, on_progress: Callable[[float], None] = _untold
    ) -> tuple[ItemAtYoto, ...]:
        """Have Yoto take items, and return what tracks of them need, in the same order.

        To be called in the body of a job, whose progress it can tell. What has been sent when it
        is cancelled or fails is remembered, so that another call goes on from there.

        Args:
            keys: ids, slugs or titles of items. The same audio is sent once however often it is
                named.
            on_progress: told the share that is done, from 0.0 to 1.0.

        Raises:
            UnknownAudioError, AmbiguousTitleError: A key names no item, or several.
            DamagedAudioError: The file of an item is missing or damaged.
            UploadError: Yoto did not take one, or would not: nothing has been sent then.
            OSError: A file could not be read.
        """
        items = [self._catalog.collection.index.get(key) for key in keys]
        for item in items:
            check(item)
        audio = {item.file.sha256: item for item in items}
        whole = sum(item.file.size_bytes for item in audio.values())
        before = 0
        done: dict[str, tuple[UploadedAudio, bool]] = {}
        for sha256, item in audio.items():
            size = item.file.size_bytes

            def tell(share: float, before: int = before, size: int = size) -> None:
                on_progress((before + share * size) / whole)

            done[sha256] = await self._upload(item, tell)
            before += size
            on_progress(before / whole)
        return tuple(
            ItemAtYoto(item=item, audio=found, was_sent=was_sent)
            for item in items
            for found, was_sent in [done[item.file.sha256]]
        )

    async def _upload(
        self, item: AudioItem, on_progress: Callable[[float], None]
    ) -> tuple[UploadedAudio, bool]:
        """Have Yoto take one item."""
        account = self._entry.unique_id or self._entry.entry_id
        file = AudioFile(
            path=self._catalog.collection.path(item),
            name=f"{item.slug}.mp3",
            sha256=item.file.sha256,
            size=item.file.size_bytes,
        )
        known = self._memory.get(account, file.sha256)
        try:
            upload = await self._entry.runtime_data.account.uploads.upload(
                file, known=known, on_progress=on_progress
            )
        except TokenRevokedError as err:
            self._entry.async_start_reauth(self._entry.runtime_data.hass)
            raise UploadError(UploadFault.LOGIN, item) from err
        except CloudError as err:
            raise _refusal(item, err) from err
        if upload.audio != known:
            await self._memory.async_put(account, file.sha256, upload.audio)
        return upload.audio, upload.was_sent


def check(item: AudioItem) -> None:
    """Refuse what Yoto would not keep as a track (protocol §4.3).

    Raises:
        UploadError: It is too long or too large.
    """
    if item.duration > TRACK_MINUTES * _MINUTE or item.file.size_bytes > TRACK_MB * _MB:
        raise UploadError(UploadFault.TOO_LONG, item, minutes=TRACK_MINUTES, megabytes=TRACK_MB)


async def async_uploader(hass: HomeAssistant, catalog: Catalog, entry: YotoConfigEntry) -> Uploader:
    """Return what sends audio of the library to an account.

    Raises:
        UploadError: What was uploaded before has been stored by a later version.
    """
    try:
        return Uploader(catalog, entry, await async_get_memory(hass))
    except UnsupportedStorageVersionError as err:
        raise UploadError(UploadFault.NEWER_STORE) from err


def written(sent: Sequence[ItemAtYoto]) -> list[Json]:
    """Return items as actions and jobs respond with them."""
    return [
        {
            "audio_id": one.item.audio_id,
            "slug": one.item.slug,
            "title": one.item.title,
            "outcome": "uploaded" if one.was_sent else "known",
            "track_url": one.audio.track_url,
            "format": one.audio.format,
            "duration": one.audio.duration,
            "file_size": one.audio.file_size,
            "channels": one.audio.channels,
        }
        for one in sent
    ]


def _refusal(item: AudioItem, err: CloudError) -> LibraryError:
    """Return an error of the cloud as one of the library."""
    match err:
        case LocalAudioError():
            return DamagedAudioError(item)
        case ScopeMissingError():
            return UploadError(UploadFault.NOT_PERMITTED, item)
        case RequestRefusedError():
            return UploadError(UploadFault.REFUSED, item, reason=str(err))
        case UploadDamagedError():
            return UploadError(UploadFault.DAMAGED, item)
        case TranscodingFailedError():
            return UploadError(UploadFault.NOT_CONVERTED, item)
        case TranscodingTooLongError():
            minutes = round(err.seconds / _MINUTE)
            return UploadError(UploadFault.TOO_SLOW, item, minutes=minutes)
        case CloudUnreachableError():
            return UploadError(UploadFault.UNREACHABLE, item, reason=str(err))
        case _:
            return UploadError(UploadFault.REFUSED, item, reason=str(err))
