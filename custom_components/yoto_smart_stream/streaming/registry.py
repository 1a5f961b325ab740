"""The registry: which token serves which file. Kept in a private store, it outlives restarts.

A URL on a card works for years, so a record is on the disk before its URL is handed out, and a
record that cannot be read is set aside and never takes the others with it.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
import secrets
from typing import Any, Final, TypedDict, override

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey
from homeassistant.util.json import JsonObjectType, JsonValueType

from ..const import DOMAIN, LOGGER

_VERSION: Final = 1
_MINOR_VERSION: Final = 1
_TOKEN_BYTES: Final = 16
STORE_KEY: Final = f"{DOMAIN}.streams"


class RegistryNotSavedError(HomeAssistantError):
    """Report that the store could not be written, so that a new URL would not last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamedFile:
    """Say what one token serves: one file, for one config entry and, once made, one card."""

    token: str
    path: Path
    content_type: str
    owner: str
    card_id: str | None
    created: datetime

    @override
    def __repr__(self) -> str:
        """Describe the record without its token, which is a secret."""
        return f"StreamedFile(path={self.path.name!r}, card_id={self.card_id!r})"


class _StoredFile(TypedDict):
    """Shape of one record in the store; `created` in ISO 8601."""

    token: str
    path: str
    content_type: str
    owner: str
    card_id: str | None
    created: str


class _Stored(TypedDict):
    """Shape of the store. `rejected` holds, verbatim, what could not be read."""

    files: list[_StoredFile]
    rejected: list[JsonValueType]


class _RegistryStore(Store[_Stored]):
    """A store that reports a failed write instead of only logging it."""

    write_failed = False

    @override
    async def _async_write_data(self, data: dict[str, Any]) -> None:
        """Write, and remember whether it worked."""
        self.write_failed = True
        await super()._async_write_data(data)
        self.write_failed = False


class StreamRegistry:
    """Find, make and revoke tokens."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Prepare an empty registry; `async_load` fills it."""
        self._store = _RegistryStore(
            hass,
            _VERSION,
            STORE_KEY,
            private=True,
            atomic_writes=True,
            minor_version=_MINOR_VERSION,
        )
        self._files: dict[str, StreamedFile] = {}
        self._rejected: list[JsonValueType] = []
        self._listeners: defaultdict[str, set[Callable[[str], None]]] = defaultdict(set)

    @property
    def rejected_count(self) -> int:
        """Return how many records were set aside because they could not be read."""
        return len(self._rejected)

    async def async_load(self) -> None:
        """Read the store."""
        # What is on the disk may have been written by anyone: it is checked, not believed.
        stored: JsonObjectType | None = await self._store.async_load()  # type: ignore[assignment]
        if stored is None:
            return
        rejected = stored.get("rejected", [])
        self._rejected = list(rejected) if isinstance(rejected, list) else [rejected]
        records = stored.get("files", [])
        faults = []
        for record in records if isinstance(records, list) else [records]:
            try:
                file = _from_stored(record)
            except (KeyError, TypeError, ValueError) as err:
                faults.append(err)
                self._rejected.append(record)
            else:
                self._files[file.token] = file
        if faults:
            LOGGER.warning(
                "%s stream records cannot be read and were set aside, one because of %r",
                len(faults),
                faults[0],
            )

    def find(self, token: str) -> StreamedFile | None:
        """Return what a token serves, None where it is unknown or revoked."""
        return self._files.get(token)

    def of_owner(self, owner: str) -> tuple[StreamedFile, ...]:
        """Return everything that is served for a config entry."""
        return tuple(file for file in self._files.values() if file.owner == owner)

    @callback
    def async_listen(self, owner: str, fetched: Callable[[str], None]) -> CALLBACK_TYPE:
        """Call `fetched` with the id of a card each time a player fetches audio of it.

        Args:
            owner: the config entry that the audio is served for.
            fetched: what to call.

        Returns:
            What ends that.
        """
        self._listeners[owner].add(fetched)

        @callback
        def unlisten() -> None:
            self._listeners[owner].discard(fetched)

        return unlisten

    @callback
    def async_fetched(self, file: StreamedFile) -> None:
        """Take note that a player fetches a file."""
        if file.card_id is not None:
            for fetched in list(self._listeners.get(file.owner, ())):
                fetched(file.card_id)

    async def async_add(
        self, files: Iterable[tuple[Path, str]], *, owner: str
    ) -> list[StreamedFile]:
        """Make a token for each file and write them down before they can be handed out.

        The same file gets a new token each time: revoking one card leaves the others alone.

        Args:
            files: path and content type of each.
            owner: the config entry that they are served for.

        Raises:
            ValueError: A path is not absolute.
            RegistryNotSavedError: The store could not be written; there are no tokens then.
        """
        added = [
            StreamedFile(
                token=secrets.token_urlsafe(_TOKEN_BYTES),
                path=path,
                content_type=content_type,
                owner=owner,
                card_id=None,
                created=dt_util.utcnow(),
            )
            for path, content_type in files
        ]
        if not all(file.path.is_absolute() for file in added):
            raise ValueError("A streamed file needs an absolute path")
        self._files.update({file.token: file for file in added})
        try:
            await self._async_save()
        except RegistryNotSavedError, asyncio.CancelledError:
            for file in added:
                del self._files[file.token]
            raise
        return added

    async def async_bind(self, tokens: Iterable[str], card_id: str) -> None:
        """Note on which card the URLs of these tokens are."""
        for token in tokens:
            if (file := self._files.get(token)) is not None:
                self._files[token] = replace(file, card_id=card_id)
        await self._async_save()

    async def async_revoke(self, tokens: Iterable[str]) -> None:
        """Forget tokens; their URLs are answered with 404 from now on."""
        known = [token for token in tokens if self._files.pop(token, None) is not None]
        if known:
            await self._async_save()

    async def async_revoke_owner(self, owner: str) -> None:
        """Forget everything that was served for a config entry."""
        await self.async_revoke([file.token for file in self.of_owner(owner)])

    async def _async_save(self) -> None:
        """Write the store now."""
        await self._store.async_save(
            {
                "files": [_to_stored(file) for file in self._files.values()],
                "rejected": self._rejected,
            }
        )
        if self._store.write_failed:
            raise RegistryNotSavedError(
                translation_domain=DOMAIN, translation_key="streams_not_saved"
            )


STREAM_REGISTRY: HassKey[StreamRegistry] = HassKey(f"{DOMAIN}_stream_registry")
_LOADING: HassKey[asyncio.Task[StreamRegistry]] = HassKey(f"{DOMAIN}_stream_registry_loading")


async def async_get_registry(hass: HomeAssistant) -> StreamRegistry:
    """Return the one registry of this Home Assistant, loaded."""
    if (registry := hass.data.get(STREAM_REGISTRY)) is not None:
        return registry
    if (task := hass.data.get(_LOADING)) is None:
        task = hass.data[_LOADING] = hass.async_create_task(
            _async_loaded(hass), "yoto_smart_stream registry of streams"
        )
    try:
        return await asyncio.shield(task)
    finally:
        if task.done():
            hass.data.pop(_LOADING, None)


async def _async_loaded(hass: HomeAssistant) -> StreamRegistry:
    """Load the registry and publish it for the views."""
    registry = StreamRegistry(hass)
    await registry.async_load()
    hass.data[STREAM_REGISTRY] = registry
    return registry


def _to_stored(file: StreamedFile) -> _StoredFile:
    """Return the stored shape of a record."""
    return {
        "token": file.token,
        "path": str(file.path),
        "content_type": file.content_type,
        "owner": file.owner,
        "card_id": file.card_id,
        "created": file.created.isoformat(),
    }


def _from_stored(record: JsonValueType) -> StreamedFile:
    """Read a stored record.

    Raises:
        KeyError, TypeError, ValueError: It is not one.
    """
    if not isinstance(record, dict):
        raise TypeError("not an object")
    path = Path(_text(record, "path"))
    if not path.is_absolute():
        raise ValueError("the path is not absolute")
    card_id = record["card_id"]
    if card_id is not None and not isinstance(card_id, str):
        raise TypeError("card_id is not text")
    created = datetime.fromisoformat(_text(record, "created"))
    if created.tzinfo is None:
        raise ValueError("created has no time zone")
    return StreamedFile(
        token=_text(record, "token"),
        path=path,
        content_type=_text(record, "content_type"),
        owner=_text(record, "owner"),
        card_id=card_id,
        created=created,
    )


def _text(record: JsonObjectType, key: str) -> str:
    """Return a field that has to be text with something in it."""
    value = record[key]
    if not isinstance(value, str) or not value:
        raise TypeError(f"{key} is not text")
    return value
