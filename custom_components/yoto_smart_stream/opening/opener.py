"""The opener: from a media id of Home Assistant's to audio that a player can be sent.

There is one in a Home Assistant; it owns the cache and all tasks that fill it.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from ..audio.errors import AudioError, ToolError
from ..audio.ffmpeg import Ffmpeg
from ..audio.plan import Source, plan_of_files
from ..audio.profile import CONTENT_TYPE, Profile
from ..audio.silence import Silence
from ..const import DOMAIN, LOGGER
from ..library.errors import LibraryError
from ..library.job import failure_of
from ..loaded_once import async_loaded_once
from ..program.item import Item
from ..streaming.broadcast import Listener
from ..streaming.live import LiveSource
from ..streaming.live_media import async_get_live
from ..streaming.live_sequence import LiveSequence
from ..streaming.pieces import Draw
from ..streaming.pinning import Pinned
from ..streaming.resources import StreamedList
from ..streaming.stream import LiveItem, Stream, StreamError
from ..streaming.streams import Asker, Streams, async_get_streams
from ..streaming.virtual import VirtualFile
from .cache import AudioCache, key_of
from .canonical import is_canonical
from .chiming import CHIME, CHIME_IDENTITY, with_chime
from .describing import Described, Describing, read_library
from .errors import OpeningError, OpeningFault
from .locating import Chimed, LocalFile, Located, Spoken, async_locate
from .looking import look
from .making import Making, Recipe
from .obtaining import obtained
from .opened import Opened, OpenedFile, OpenedLive
from .references import PlayOfStream, cached_cover

_FOLDER: Final = (DOMAIN, "opened")
_AT_ONCE: Final = 3
MOST_PREPARED: Final = 2
"""How many items are made ready ahead for one player."""
_KEPT: Final = 32
_KEPT_SECONDS: Final = 3600.0


@dataclass(slots=True)
class _Known:
    """Something that was opened, and until when that counts without asking again."""

    opened: Opened
    until: float
    key: str | None = None


class Opener:
    """Open what can be played."""

    def __init__(self, hass: HomeAssistant, streams: Streams, cache: AudioCache) -> None:
        """Start with nothing opened."""
        self._hass = hass
        self._streams = streams
        # Imports have a gate of their own: an announcement does not wait for them.
        ffmpeg = Ffmpeg(binary=streams.catalog.ffmpeg.binary, gate=asyncio.Semaphore(_AT_ONCE))
        self._making = Making(cache, ffmpeg)
        self._describing = Describing(hass, streams)
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._faults: OrderedDict[str, OpeningError] = OrderedDict()
        self._preparing: dict[tuple[str, str], asyncio.Task[None]] = {}

    async def async_list(self, media_content_id: str) -> Described:
        """Return what a media id stands for; a playlist is several items, and so is a folder.

        Raises:
            OpeningError: There is no such thing, or it cannot be reached.
        """
        with _refused():
            return await self._describing.describe(media_content_id)

    async def async_describe(
        self, media_content_id: str, media_content_type: str | None
    ) -> tuple[Item, ...]:
        """Return the items that a media id stands for, as `async_list`.

        Raises:
            OpeningError: There is no such thing, or it cannot be reached.
        """
        del media_content_type  # what it is, is told from what is there
        return (await self.async_list(media_content_id)).items

    async def async_open(self, item: Item) -> Opened:
        """Open an item; asked again soon, the bytes are the same.

        Raises:
            OpeningError: It cannot be played.
        """
        try:
            opened = await self._async_open(item)
        except OpeningError as err:
            self._faults[item.media] = err
            self._faults.move_to_end(item.media)
            while len(self._faults) > _KEPT:
                self._faults.popitem(last=False)
            raise
        self._faults.pop(item.media, None)
        return opened

    def fault(self, media: str) -> OpeningError | None:
        """Return why something could not be opened when that was tried last."""
        return self._faults.get(media)

    async def _async_open(self, item: Item) -> Opened:
        """Open an item.

        Raises:
            OpeningError: It cannot be played.
        """
        if item.chime:
            chime = await self.async_open(CHIME)
            opened = await self.async_open(replace(item, chime=False))
            if isinstance(opened, OpenedLive) or isinstance(chime, OpenedLive):
                # What is live has no beginning for a chime to come before.
                return opened
            return await self._hass.async_add_executor_job(with_chime, chime, opened)
        with _refused():
            known = self._known.get(item.media)
            now = self._hass.loop.time()
            if known is not None and now < known.until and await self._is_current(known.opened):
                known.until = now + _KEPT_SECONDS
                self._known.move_to_end(item.media)
                return known.opened
            opened, key = await self._opened(item)
            self._known[item.media] = _Known(opened, now + _KEPT_SECONDS, key)
            self._known.move_to_end(item.media)
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
            return opened

    @callback
    def prepare(self, wanted_by: str, items: Sequence[Item]) -> None:
        """Begin to make ready what comes next, and nothing else that was begun for that before.

        Nothing live is begun: opening it only shows that it is. What somebody else wants, such as
        another player, goes on.
        """
        wanted = {(wanted_by, item.media): item for item in items[:MOST_PREPARED]}
        for key in [key for key in self._preparing if key[0] == wanted_by and key not in wanted]:
            self._preparing.pop(key).cancel()
        for key, item in wanted.items():
            if key not in self._preparing:
                task = self._hass.async_create_background_task(
                    self._async_prepare(item), "yoto_smart_stream next item"
                )
                self._preparing[key] = task
                task.add_done_callback(partial(self._prepared, key))

    async def async_cover(self, key: str) -> bytes | None:
        """Return the picture that was in a file of the cache, None where it is not there."""
        return await self._hass.async_add_executor_job(self._making.cache.cover, key)

    async def async_stop(self) -> None:
        """End all that is being made."""
        tasks = list(self._preparing.values())
        self._preparing.clear()
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        await self._making.stop()

    def _prepared(self, key: tuple[str, str], task: asyncio.Task[None]) -> None:
        """Forget a preparation that is over."""
        if self._preparing.get(key) is task:
            del self._preparing[key]

    async def _async_prepare(self, item: Item) -> None:
        """Make an item ready; what is wrong with it is told when it is played."""
        try:
            await self.async_open(item)
        except OpeningError as err:
            LOGGER.debug("What comes next cannot be made ready: %s", err.code)

    async def _is_current(self, opened: Opened) -> bool:
        """Tell whether something that was opened is still as it was."""
        if isinstance(opened, OpenedLive):
            return True
        return await self._hass.async_add_executor_job(opened.source.is_current)

    async def _opened(self, item: Item) -> tuple[Opened, str | None]:
        """Open an item, and name its file in the cache if it has one."""
        if (audio := read_library(item.media)) is not None:
            found = self._streams.catalog.collection.index.get(audio)
            plan = await self._hass.async_add_executor_job(
                self._streams.catalog.collection.plan, found
            )
            known = replace(item, length=found.duration)
            return OpenedFile(item=known, source=plan), None
        if (play := PlayOfStream.read(item.media)) is not None:
            return await self._stream(item, play), None
        located = await self._located(item)
        match located:
            case Chimed():
                identity = CHIME_IDENTITY
            case LocalFile(path=path):
                identity = await self._hass.async_add_executor_job(_identity, path)
            case Spoken():
                identity = located.identity
            case _:
                seen = await look(located.url, is_own=located.is_own)
                if seen.is_endless or seen.text is not None:
                    return self._live(item, str(seen.url), item.media), None
                # Without a validator nobody can tell whether it is what was made before.
                unknown = (item.media, str(dt_util.utcnow()))
                identity = seen.identity or unknown
        return await self._file(item, located, identity)

    async def _located(self, item: Item) -> Located:
        """Return what is behind an item."""
        return Chimed() if item is CHIME else await async_locate(self._hass, item.media)

    async def _file(
        self, item: Item, located: Located, identity: tuple[str, ...]
    ) -> tuple[OpenedFile, str | None]:
        """Open what has an end."""
        profile = self._profile
        if isinstance(located, LocalFile) and await is_canonical(located.path, profile):
            return await self._served(item, located.path), None
        key = key_of(profile, *identity)
        folder = self._making.cache.folder
        recipe = Recipe(
            key=key,
            obtain=lambda: obtained(located, folder),
            profile=profile,
            limits=self._streams.catalog.settings.limits,
        )
        kept = frozenset(one.key for one in self._known.values() if one.key is not None)
        cached = await self._making.made(recipe, kept)
        about = cached.about
        named = replace(
            item,
            title=about.title or item.title,
            artist=about.artist or item.artist,
            cover=cached_cover(key) if about.has_cover else item.cover,
        )
        return await self._served(named, cached.path), key

    async def _served(self, item: Item, path: Path) -> OpenedFile:
        """Serve a canonical file from where it lies."""
        plan = await self._hass.async_add_executor_job(plan_of_files, [path], CONTENT_TYPE)
        length = self._profile.seconds_of(plan.total)
        return OpenedFile(item=replace(item, length=length), source=plan)

    async def _stream(self, item: Item, play: PlayOfStream) -> Opened:
        """Open a stream of ours."""
        stream = self._streams.index.by_id(play.stream_id)
        if stream is None:
            raise OpeningError(OpeningFault.STREAM_UNKNOWN)
        asker = Asker(address=play.drawn)
        if self._streams.index.facts(stream.name).is_live:
            resource = StreamedList(
                token=f"opened:{play.drawn}",
                stream_id=stream.stream_id,
                owner="",
                card_id=None,
                is_link=True,
                created=play.described,
            )
            load = self._streams.async_sequence(resource, stream, asker)
            return OpenedLive(item=item, load=load, listen=async_get_live(self._hass).listener)
        make = self._streams.async_edition(stream, asker)
        day = dt_util.as_local(play.described).date().isoformat()
        draw = Draw(play=play.drawn, day=day)

        def virtual() -> tuple[Source, float | None]:
            """Make the file (blocking)."""
            edition = make()
            file = VirtualFile(edition, draw, play.described)
            is_endless = edition.endless_bytes is not None
            return file, None if is_endless else edition.profile.seconds_of(file.total)

        source, length = await self._hass.async_add_executor_job(virtual)
        return OpenedFile(item=replace(item, length=length), source=source)

    def _live(self, item: Item, url: str, key: str) -> OpenedLive:
        """Open what has no end."""
        profile = self._profile
        source = LiveSource(key=key, origin=lambda: url)
        sources = async_get_live(self._hass).sources

        @asynccontextmanager
        async def listen(_item: LiveItem, profile: Profile) -> AsyncIterator[Listener]:
            """Listen to it."""
            with sources.listener(source, profile) as listener:
                yield listener

        folder = self._making.cache.folder
        return OpenedLive(
            item=replace(item, length=None),
            load=_alone(LiveItem(source=key), profile, folder),
            listen=listen,
        )

    @property
    def _profile(self) -> Profile:
        """Return the library's profile."""
        return self._streams.catalog.settings.profile


def _alone(item: LiveItem, profile: Profile, folder: Path) -> Callable[[], LiveSequence]:
    """Return what makes a sequence of one live item."""
    stream = Stream(stream_id="", slug="", name="live", revision=0, items=(item,))
    pinned = Pinned(name=stream.name, revision="", profile=profile, streams={"live": stream})
    silence = Silence(folder, profile)
    return lambda: LiveSequence(pinned, lambda _: None, silence, Draw(play="", day=""))


def _identity(path: Path) -> tuple[str, ...]:
    """Return what changes with a file (blocking)."""
    found = path.stat()
    return (str(path), str(found.st_size), str(found.st_mtime_ns))


@contextmanager
def _refused() -> Iterator[None]:
    """Say in one way why something cannot be opened."""
    try:
        yield
    except StreamError as err:
        raise OpeningError(
            OpeningFault.STREAM_UNPLAYABLE, {"stream": err.names[0] if err.names else ""}
        ) from err
    except (FileNotFoundError, NotADirectoryError) as err:
        raise OpeningError(OpeningFault.FILE_GONE) from err
    except (PermissionError, IsADirectoryError) as err:
        raise OpeningError(
            OpeningFault.FILE_UNREADABLE, {"reason": err.strerror or str(err)}
        ) from err
    except (LibraryError, AudioError, ToolError, OSError) as err:
        raise OpeningError.of(failure_of(err)) from err


OPENER: HassKey[Opener] = HassKey(f"{DOMAIN}_opener")


async def async_get_opener(hass: HomeAssistant) -> Opener:
    """Return the opener of this Home Assistant; it ends when Home Assistant does.

    Raises:
        UnsupportedStorageVersionError: A later version has written the library or the streams.
        OSError: A folder cannot be used.
    """
    return await async_loaded_once(hass, OPENER, _async_loaded)


async def _async_loaded(hass: HomeAssistant) -> Opener:
    """Open the cache, and make the opener."""
    streams = await async_get_streams(hass)
    cache = AudioCache(Path(hass.config.path(*_FOLDER)))
    await hass.async_add_executor_job(cache.open)
    opener = Opener(hass, streams, cache)

    async def stop(_event: Event) -> None:
        """End everything."""
        await opener.async_stop()

    hass.bus.async_listen_once(EVENT_HOMEASSISTANT_STOP, stop)
    return opener
