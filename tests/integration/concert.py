"""A library with a few songs, the streams that are made of them, and what is heard of those."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_fire_time_changed
from yarl import URL

from custom_components.yoto_smart_stream.audio.frame_writer import Written
from custom_components.yoto_smart_stream.audio.profile import Profile
from custom_components.yoto_smart_stream.audio.silence import silence
from custom_components.yoto_smart_stream.const import DOMAIN
from custom_components.yoto_smart_stream.library.catalog import Catalog, async_get_catalog
from custom_components.yoto_smart_stream.library.collection import Arrival
from custom_components.yoto_smart_stream.library.item import (
    AudioItem,
    Details,
    Source,
    SourceKind,
)
from custom_components.yoto_smart_stream.streaming.streams import (
    PLAYS_KEY,
    STREAMS,
    async_get_streams,
)
from tests.audio.sound import make_canonical_mp3

from . import Family, settle

PLAYER = {"User-Agent": "Yoto v2 FW; version v2.23.4"}
TITLES = ("Ant", "Bee", "Cat", "Dog", "Elk")
PROFILE = Profile()


class Concert:
    """Songs in the library, called after animals, and the actions on streams."""

    def __init__(self, family: Family, catalog: Catalog, songs: Mapping[str, AudioItem]) -> None:
        """Begin without a stream."""
        self.family = family
        self.catalog = catalog
        self.songs = songs

    @property
    def hass(self) -> HomeAssistant:
        """Return the family's Home Assistant."""
        return self.family.hass

    async def act(self, action: str, **data: object) -> dict[str, Any]:
        """Use an action."""
        response = await self.hass.services.async_call(
            DOMAIN, action, data, blocking=True, return_response=True
        )
        assert isinstance(response, dict)
        return response

    async def set(self, name: str, *items: object, **more: object) -> dict[str, Any]:
        """Make a stream."""
        return await self.act("set_stream", name=name, items=list(items), **more)

    async def url(self, name: str, **more: object) -> str:
        """Return the path of a stream's address."""
        answer = await self.act("get_stream_url", name=name, **more)
        return URL(answer["url"]).path

    async def heard(self, path: str, **headers: str) -> bytes:
        """Listen to all of a stream."""
        answer = await self.family.client.get(path, headers={**PLAYER, **headers})
        assert answer.status in {200, 206}
        return await answer.read()

    def content(self, title: str) -> bytes:
        """Return the bytes of a song."""
        return self.catalog.collection.path(self.songs[title]).read_bytes()

    def joined(self, *titles: str, gap: float = 0, lead_in: float = 0) -> bytes:
        """Return the bytes of songs one after the other."""
        between = silence(PROFILE, gap)
        return silence(PROFILE, lead_in) + between.join(self.content(title) for title in titles)

    def titles_in(self, content: bytes) -> str:
        """Return the first letters of the songs that some bytes begin with."""
        found = ""
        while content:
            title = next((one for one in self.songs if content.startswith(self.content(one))), None)
            if title is None:
                break
            found += title[0]
            content = content[len(self.content(title)) :]
        return found

    async def restart(self, storage: Mapping[str, Any]) -> None:
        """Load the streams anew from what has been written."""
        before = storage.get(PLAYS_KEY)
        async_fire_time_changed(self.hass, dt_util.utcnow() + timedelta(seconds=10))
        await settle(lambda: storage.get(PLAYS_KEY) is not before)
        del self.hass.data[STREAMS]
        await async_get_streams(self.hass)


@cache
def _songs(bit_rate: int, seconds: float) -> dict[str, bytes]:
    """Return canonical audio that sounds different for each title, each a little longer."""
    profile = Profile(bit_rate=bit_rate)
    with TemporaryDirectory() as folder:
        return {
            title: make_canonical_mp3(
                Path(folder, f"{title}.mp3"),
                _tone(number, seconds),
                profile,
            ).read_bytes()
            for number, title in enumerate(TITLES)
        }


def _tone(number: int, seconds: float) -> str:
    """Describe a tone to ffmpeg."""
    return f"sine=f={300 + 170 * number}:d={seconds * (1 + number / 10)}"


async def make_concert(
    family: Family, folder: Path, bit_rate: int = 128, seconds: float = 0.4
) -> Concert:
    """Put the songs into the library."""
    catalog = await async_get_catalog(family.hass)
    profile = Profile(bit_rate=bit_rate)
    songs = {}
    for title, content in (await asyncio.to_thread(_songs, bit_rate, seconds)).items():
        path = folder / title
        path.write_bytes(content)
        written = Written(
            profile=profile,
            frames=profile.frames_in(profile.seconds_of(len(content))),
            size_bytes=len(content),
            sha256=sha256(content).hexdigest(),
        )
        songs[title] = catalog.collection.add(
            Arrival(audio=path, file=written),
            details=Details(title=title),
            source=Source(kind=SourceKind.FILE),
            now=dt_util.utcnow(),
        )
    return Concert(family, catalog, songs)
