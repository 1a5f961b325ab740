"""A Home Assistant with an audio library, and a person who uses its actions."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp.test_utils import TestClient
from homeassistant.core import HomeAssistant

from custom_components.yoto_smart_stream.const import DOMAIN
from custom_components.yoto_smart_stream.library.catalog import Catalog
from tests.audio.sound import TONE, make


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """The library of a Home Assistant; `folder` is one that may be imported from."""

    hass: HomeAssistant
    catalog: Catalog
    folder: Path
    client: TestClient[Any, Any]

    async def ask(self, action: str, **data: object) -> dict[str, Any]:
        """Use an action and return what it responds."""
        response = await self.hass.services.async_call(
            DOMAIN, action, data, blocking=True, return_response=True
        )
        assert isinstance(response, dict)
        return response

    async def found(self, **data: object) -> list[dict[str, Any]]:
        """Return what the library finds."""
        found = (await self.ask("get_audio", **data))["audio"]
        assert isinstance(found, list)
        return found

    async def sound(self, name: str, *options: str, source: str = TONE) -> Path:
        """Make a file in the folder."""
        path = self.folder / name
        await asyncio.to_thread(path.parent.mkdir, parents=True, exist_ok=True)
        return await asyncio.to_thread(make, path, *options, source=source)

    async def write(self, name: str, content: bytes) -> Path:
        """Write a file into the folder."""
        path = self.folder / name
        await asyncio.to_thread(path.write_bytes, content)
        return path

    async def leftovers(self) -> list[str]:
        """Return what lies about in the library although nothing is being imported."""

        def look() -> list[str]:
            arriving = self.catalog.collection.storage.arriving("any").parent
            return sorted(path.name for path in arriving.iterdir())

        return await asyncio.to_thread(look)

    async def content(self, item: Mapping[str, Any]) -> bytes:
        """Return the bytes that a player would get for an item."""
        path = self.catalog.collection.path(self.catalog.collection.index.get(item["audio_id"]))
        return await asyncio.to_thread(path.read_bytes)
