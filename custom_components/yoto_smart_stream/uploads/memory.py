"""Where it is remembered what was uploaded."""

from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store, UnsupportedStorageVersionError
from homeassistant.util.hass_dict import HassKey

from ..cloud.uploaded import UploadedAudio
from ..const import DOMAIN, LOGGER
from ..json import JsonObject
from ..loaded_once import async_loaded_once
from .records import KeptUploads, UploadKey, read_uploads, write_uploads

STORE_KEY: Final = f"{DOMAIN}.uploads"
_MAJOR: Final = 1
_MINOR: Final = 1


class UploadMemory:
    """What Yoto made of audio that was uploaded. It holds while Yoto says that it has the audio."""

    def __init__(self, store: Store[JsonObject], kept: KeptUploads) -> None:
        """Hold what was read; `async_get_memory` reads it."""
        self._store = store
        self._uploads = dict(kept.uploads)
        self._set_aside = kept.set_aside

    def get(self, account: str, sha256: str) -> UploadedAudio | None:
        """Return what became of audio in an account, None where nobody knows."""
        return self._uploads.get(UploadKey(account=account, sha256=sha256))

    async def async_put(self, account: str, sha256: str, audio: UploadedAudio) -> None:
        """Remember what became of audio; a disk that fails only means asking Yoto once more."""
        self._uploads[UploadKey(account=account, sha256=sha256)] = audio
        await self._async_write()

    async def async_forget(self, account: str) -> None:
        """Forget everything of an account."""
        kept = {at: audio for at, audio in self._uploads.items() if at.account != account}
        if len(kept) != len(self._uploads):
            self._uploads = kept
            await self._async_write()

    async def _async_write(self) -> None:
        """Write everything."""
        kept = KeptUploads(uploads=self._uploads, set_aside=self._set_aside)
        await self._store.async_save(write_uploads(kept))


_MEMORY: HassKey[UploadMemory] = HassKey(f"{DOMAIN}_uploads")


async def async_get_memory(hass: HomeAssistant) -> UploadMemory:
    """Return the one memory of this Home Assistant, loaded.

    Raises:
        UnsupportedStorageVersionError: A later version has written it.
    """
    return await async_loaded_once(hass, _MEMORY, _async_loaded)


async def async_forget_uploads(hass: HomeAssistant, account: str) -> None:
    """Forget what was uploaded to an account that has been removed."""
    try:
        memory = await async_get_memory(hass)
    except UnsupportedStorageVersionError:
        LOGGER.warning("A later version has stored what was uploaded to Yoto; it stays")
    else:
        await memory.async_forget(account)


async def _async_loaded(hass: HomeAssistant) -> UploadMemory:
    """Load it."""
    store: Store[JsonObject] = Store(
        hass, _MAJOR, STORE_KEY, private=True, atomic_writes=True, minor_version=_MINOR
    )
    kept = read_uploads(await store.async_load())
    if kept.set_aside:
        LOGGER.warning(
            "%d records of uploads cannot be read; that audio is asked for again",
            len(kept.set_aside),
        )
    return UploadMemory(store, kept)
