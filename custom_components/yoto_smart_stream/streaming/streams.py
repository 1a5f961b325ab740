"""Where the streams live in Home Assistant: their store, the plays that go on, and who asked.

There are streams whatever accounts there are. Definitions are on the disk before an action is done;
plays are written soon after they have changed, so that they go on after a restart.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final, override

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import TemplateError
from homeassistant.helpers.storage import Store
from homeassistant.helpers.template import Template
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from ..audio.plan import Source
from ..const import DOMAIN, LOGGER
from ..json import JsonObject
from ..library.catalog import Catalog, async_get_catalog
from ..library.errors import LibraryError
from ..library.item import AudioItem as LibraryAudio, UserKind
from ..library.sifting import Sifted
from ..listeners import Listeners
from ..loaded_once import async_loaded_once
from ..sure_store import NotWrittenError, SureStore
from .choosing import Circumstances
from .index import StreamIndex
from .live_play import Follow, LivePlay
from .live_sequence import LiveDraws, LiveSequence
from .pantry import Pantry, Stock
from .pinning import Pinned
from .play_records import VERSION as PLAYS_VERSION, KeptPlays, read_plays, write_plays
from .plays import Plays
from .ranges import Conditions
from .records import MAJOR, MINOR, Contents, read_contents, write_contents
from .registry import StreamRegistry, async_get_registry
from .resources import StreamedList
from .sessions import Listening
from .stream import Stream, StreamError, StreamErrorCode
from .virtual import Edition
from .watched import WatchedFile, watched

STORE_KEY: Final = f"{DOMAIN}.stream_lists"
PLAYS_KEY: Final = f"{DOMAIN}.plays"

_SILENCE: Final = (DOMAIN, "silence")
_WRITE_AFTER: Final = 5
_LISTENINGS_KEPT: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Say who asks for a stream.

    `address` is where the request came from, `player` the player where that is known.
    """

    address: str
    player: str | None = None


class _ListStore(SureStore[JsonObject]):
    """The store of the streams."""

    @override
    async def _async_migrate_func(
        self, old_major_version: int, old_minor_version: int, old_data: dict[str, Any]
    ) -> dict[str, Any]:
        """Take the data of another minor version as they are: fields are kept or missing."""
        return old_data


class Streams:
    """The streams of this Home Assistant."""

    def __init__(self, hass: HomeAssistant, catalog: Catalog, registry: StreamRegistry) -> None:
        """Prepare; `async_load` reads the stores."""
        self.index = StreamIndex()
        self.plays: Final = Plays()
        self.registry: Final = registry
        self.catalog: Final = catalog
        self._hass = hass
        self._contents: Contents = Sifted()
        self._store = _ListStore(
            hass, MAJOR, STORE_KEY, private=True, atomic_writes=True, minor_version=MINOR
        )
        self._plays_store: Store[JsonObject] = Store(
            hass, PLAYS_VERSION, PLAYS_KEY, private=True, atomic_writes=True
        )
        self._pinned: dict[str, Pinned] = {}
        self._listenings: dict[str, list[Listening]] = {}
        self._listeners = Listeners[str | None]()
        self._draws = LiveDraws()
        self._changing = asyncio.Lock()
        self._pantry = Pantry(Path(hass.config.path(*_SILENCE)), self.stock)

    @property
    def set_aside_count(self) -> int:
        """Return how many records could not be read."""
        return len(self._contents.set_aside)

    async def async_load(self) -> None:
        """Read the stores."""
        self._contents = read_contents(await self._store.async_load())
        self.index = StreamIndex(self._contents.records, on_change=self._async_changed)
        self._note_users()
        kept = read_plays(await self._plays_store.async_load())
        await self._hass.async_add_executor_job(self._restore, kept)
        self.catalog.async_listen(self._pantry.empty)
        self.registry.async_on_revoked(self._async_revoked)

    async def async_change[T](self, change: Callable[[], T]) -> T:
        """Change the index, and be back when that is on the disk.

        Raises:
            NotWrittenError: It could not be written, and is as it was before.
            What `change` raises; nothing was changed then.
        """
        async with self._changing:
            before = self.index.streams
            result = change()
            try:
                await self._store.async_write(write_contents(self._present()))
            except NotWrittenError:
                self.index.reset(before)
                raise
        return result

    @callback
    def async_listen(self, changed: Callable[[str | None], None]) -> CALLBACK_TYPE:
        """Call `changed` with each token that was asked for, and with None after each edit."""
        return self._listeners.add(changed)

    def listenings(self, token: str) -> tuple[Listening, ...]:
        """Return what was asked for of the plays of a token that are going on."""
        now = dt_util.utcnow()
        going_on = {play.file for play in self.plays.of(token, now)}
        every = self._listenings.get(token, ())
        return tuple(
            one
            for one in every
            if one.file in going_on or (isinstance(one.file, LivePlay) and one.file.goes_on(now))
        )

    def audio(self, audio_id: str) -> LibraryAudio | None:
        """Return an audio of the library by its id."""
        try:
            audio = self.catalog.collection.index.get(audio_id)
        except LibraryError:
            return None
        return audio if audio.audio_id == audio_id else None

    @callback
    def async_source(
        self, resource: StreamedList, conditions: Conditions, asker: Asker
    ) -> Callable[[], Source]:
        """Return what finds, in the executor, the play that a request is for.

        It raises StreamError where there is nothing to play.
        """
        stream = self.index.by_id(resource.stream_id)
        moment = dt_util.now()
        facts = None if stream is None else self.index.facts(stream.name)
        circumstances = self._circumstances(stream, asker, moment)

        def source() -> Source:
            """Find the play (blocking)."""
            if stream is None or facts is None:
                raise StreamError(StreamErrorCode.UNKNOWN_STREAM, (resource.stream_id,))
            play = self.plays.serve(
                resource.token,
                conditions,
                listener=asker.address,
                now=moment,
                revision=facts.revision,
                edition=lambda: self._edition(stream.name, circumstances),
            )
            return WatchedFile(play.file, listener=asker.address, moment=moment, asked=asked)

        def asked(listening: Listening) -> None:
            """Take note of a request (in any thread)."""
            self._hass.loop.call_soon_threadsafe(self._async_asked, resource.token, listening)

        return source

    @callback
    def async_sequence(
        self, resource: StreamedList, stream: Stream, asker: Asker
    ) -> Callable[[], LiveSequence]:
        """Return what finds, in the executor, what a stream with live items plays for a request.

        It raises StreamError where there is nothing to play.
        """
        moment = dt_util.now()
        circumstances = self._circumstances(stream, asker, moment)
        draw = self._draws.of(resource.token, asker.address, moment)

        def sequence() -> LiveSequence:
            """Find it (blocking)."""
            try:
                return self._pantry.sequence(stream.name, self.index, circumstances, draw)
            except KeyError as err:
                raise StreamError(StreamErrorCode.UNKNOWN_STREAM, (stream.name,)) from err

        return sequence

    @callback
    def async_follow(self, resource: StreamedList, asker: Asker) -> Follow:
        """Return what follows the sending of a stream with live items to a listener."""
        return partial(
            watched,
            listener=asker.address,
            now=dt_util.utcnow,
            asked=partial(self._async_asked, resource.token),
            changed=partial(self._listeners.tell, resource.token),
        )

    def _circumstances(
        self, stream: Stream | None, asker: Asker, moment: datetime
    ) -> Circumstances:
        """Return what the rules of a stream are judged by."""
        templates = () if stream is None else self.index.facts(stream.name).templates
        return Circumstances(moment=moment, player=asker.player, truths=self._truths(templates))

    def async_edition(self, stream: Stream, asker: Asker) -> Callable[[], Edition]:
        """Return what makes, in the executor, what is played now (or raises StreamError)."""
        circumstances = self._circumstances(stream, asker, dt_util.now())
        return partial(self._edition, stream.name, circumstances)

    def present_edition(self, stream: Stream, moment: datetime) -> Edition:
        """Return what would be played if somebody unknown asked now (blocking).

        Raises:
            StreamError: It cannot be played as a file.
        """
        try:
            truths = dict.fromkeys(self.index.facts(stream.name).templates, False)
            circumstances = Circumstances(moment=moment, truths=truths)
            return self._pantry.edition(stream.name, self.index, circumstances).edition
        except KeyError as err:
            raise StreamError(StreamErrorCode.UNKNOWN_STREAM, (stream.name,)) from err

    def _edition(self, name: str, circumstances: Circumstances) -> Edition:
        """Make an edition that is about to be played (blocking)."""
        try:
            made = self._pantry.edition(name, self.index, circumstances)
        except KeyError as err:
            raise StreamError(StreamErrorCode.UNKNOWN_STREAM, (name,)) from err
        self._pinned[made.edition.digest] = made.pinned
        return made.edition

    def _truths(self, templates: Iterable[str]) -> dict[str, bool]:
        """Evaluate templates."""
        truths = {}
        for text in templates:
            try:
                truths[text] = _is_true(Template(text, self._hass).async_render())
            except TemplateError as err:
                LOGGER.warning("The rule of a stream with %r does not hold: %s", text, err)
                truths[text] = False
        return truths

    def stock(self, audio_id: str) -> Stock | None:
        """Look up an audio (in any thread)."""
        if (audio := self.audio(audio_id)) is None:
            return None
        return Stock(
            path=self.catalog.collection.path(audio),
            sha256=audio.file.sha256,
            profile=audio.file.profile,
        )

    def _restore(self, kept: KeptPlays) -> None:
        """Go on with the plays of before (blocking)."""
        editions: dict[str, Edition] = {}
        for digest, pinned in kept.editions.items():
            try:
                editions[digest] = self._pantry.again(pinned)
            except StreamError as err:
                LOGGER.debug("Plays of %s are over: %s", pinned.name, err)
                continue
            self._pinned[digest] = pinned
        for record in kept.plays:
            edition = editions.get(record.digest)
            if edition is not None and self.registry.find(record.token) is not None:
                self.plays.restore(record, edition)
        for token in {record.token for record in kept.plays}:
            # Nothing was sent of them yet that could be heard as it comes.
            self._listenings[token] = [
                Listening(
                    file=play.file,
                    listener=play.listener,
                    asked_at=play.began,
                    start=0,
                    reach=0,
                )
                for play in self.plays.of(token, dt_util.utcnow())
            ]

    def _present(self) -> Contents:
        """Return what is to be stored now."""
        return replace(self._contents, records=tuple(self.index.streams.values()))

    def _written_plays(self) -> JsonObject:
        """Return what is to be stored of plays, and forget what none is made of any more."""
        records = self.plays.records(dt_util.utcnow())
        digests = {record.digest for record in records}
        self._pinned = {digest: one for digest, one in self._pinned.items() if digest in digests}
        return write_plays(records, self._pinned)

    def _note_users(self) -> None:
        """Tell the library which audio each stream uses, so that it is not deleted."""
        self.catalog.collection.index.use_only(
            UserKind.STREAM,
            {name: stream.audio_ids() for name, stream in self.index.streams.items()},
            # Streams that could not be read may use what is noted for them.
            is_all=not self._contents.set_aside,
        )

    @callback
    def _async_changed(self) -> None:
        """Take note of an edit."""
        self._note_users()
        self._listeners.tell(None)

    @callback
    def _async_asked(self, token: str, listening: Listening) -> None:
        """Take note that a listener asked for a part of a play."""
        every = self._listenings.setdefault(token, [])
        every[:] = [
            one
            for one in every
            if one.file is not listening.file or one.listener != listening.listener
        ]
        every.append(listening)
        del every[:-_LISTENINGS_KEPT]
        self._plays_store.async_delay_save(self._written_plays, _WRITE_AFTER)
        self._listeners.tell(token)

    @callback
    def _async_revoked(self, token: str) -> None:
        """End what a token was playing."""
        self.plays.forget(token)
        self._listenings.pop(token, None)
        self._plays_store.async_delay_save(self._written_plays, _WRITE_AFTER)
        self._listeners.tell(token)


def _is_true(result: object) -> bool:
    """Tell whether what a template was rendered to means yes."""
    if isinstance(result, str):
        return result.strip().casefold() in {"true", "yes", "on", "1"}
    return bool(result)


STREAMS: HassKey[Streams] = HassKey(f"{DOMAIN}_streams")


async def async_get_streams(hass: HomeAssistant) -> Streams:
    """Return the streams of this Home Assistant, loaded.

    Raises:
        UnsupportedStorageVersionError: A later version has written them, or the library.
        OSError: The folder of the library cannot be used.
    """
    return await async_loaded_once(hass, STREAMS, _async_loaded)


async def _async_loaded(hass: HomeAssistant) -> Streams:
    """Load the streams."""
    streams = Streams(hass, await async_get_catalog(hass), await async_get_registry(hass))
    await streams.async_load()
    return streams
