"""Live sources: what has no length, such as a radio station, made canonical while it is heard.

Each source has one ffmpeg, whoever listens, and there are few at once. It ends soon after the last
listener has left; the one who asks again at once, as players do (protocol §6.2), finds it running.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
import logging
from typing import Final

from ..audio.errors import ToolError
from ..audio.ffmpeg import Ffmpeg, StalledError
from ..audio.layer3 import NotCanonicalError
from ..audio.pouring import PATIENCE_SECONDS, Origin, Pour
from ..audio.profile import Profile
from .broadcast import Broadcast, Listener, Pace

_LOGGER: Final = logging.getLogger(__name__)

MOST_SOURCES: Final = 4
LINGER_SECONDS: Final = 10.0
KEPT_SECONDS: Final = 30.0
"""How far a listener may fall behind."""
AHEAD_SECONDS: Final = 8.0
"""How far a source may be ahead: of the clock if it is live, of its fastest listener if not."""
HEAD_START_SECONDS: Final = 4.0
REST_SECONDS: Final = 30.0
"""How long a source that could not be played is left alone."""
_FAILURES_KEPT: Final = 64


class LiveErrorCode(StrEnum):
    """Name what is wrong with a live source."""

    TOO_MANY = "too_many"
    """As many as there may be at once are being heard."""
    NOT_PLAYABLE = "not_playable"
    """It cannot be reached, is no audio, or stopped sending."""
    NO_TOOL = "no_tool"
    """ffmpeg cannot be started."""
    STOPPED = "stopped"
    """Home Assistant is stopping."""


class LiveError(Exception):
    """Report that a live source is not heard. Its address is not told, as it may hold a secret."""

    def __init__(self, code: LiveErrorCode) -> None:
        """Remember why."""
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveSource:
    """Name a source: sources of the same key are the same, and share what is running.

    `origin` is asked for where it comes from each time that it is begun.
    """

    key: str = field(repr=False)
    origin: Callable[[], Origin] = field(repr=False)
    pace: Pace = Pace.LIVE


class LiveSources:
    """All sources that are running, and the owner of their tasks."""

    def __init__(
        self, ffmpeg: Ffmpeg, *, most: int = MOST_SOURCES, linger: float = LINGER_SECONDS
    ) -> None:
        """Start without any; `linger` is how long one runs when nobody listens, in seconds."""
        self.ffmpeg: Final = ffmpeg
        self._most = most
        self._linger = linger
        self._running: set[_Running] = set()
        self._failed: OrderedDict[object, tuple[float, LiveErrorCode]] = OrderedDict()
        self._has_stopped = False

    @property
    def running(self) -> int:
        """Return how many sources are running."""
        return len(self._running)

    @contextmanager
    def listener(self, source: LiveSource, profile: Profile) -> Iterator[Listener]:
        """Listen to a source in a profile until the end of the context.

        The listener raises LiveError where nothing comes (any more), and FellBehindError.

        Raises:
            LiveError: It cannot be begun.
        """
        running = self._joined(source, profile)
        running.keep()
        try:
            with running.broadcast.listener() as listener:
                yield listener
        finally:
            if not running.broadcast.is_heard:
                running.let_go(self._linger)

    async def stop(self) -> None:
        """End everything, and take nothing more."""
        self._has_stopped = True
        tasks = [running.task for running in self._running]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def _joined(self, source: LiveSource, profile: Profile) -> _Running:
        """Return the source that is running, or begin it."""
        if self._has_stopped:
            raise LiveError(LiveErrorCode.STOPPED)
        key = (source.key, profile)
        for running in self._running:
            is_ending = running.task.cancelling() or not running.broadcast.can_be_joined
            if running.key == key and not is_ending:
                return running
        if (failure := self._failed.get(key)) is not None:
            until, code = failure
            if asyncio.get_running_loop().time() < until:
                raise LiveError(code)
            del self._failed[key]
        self._make_room()
        running = _Running(source, profile, self.ffmpeg)
        self._running.add(running)
        running.task.add_done_callback(lambda _: self._ended(running))
        return running

    def _make_room(self) -> None:
        """End a source that nobody hears if there are too many."""
        # One that is ending has its place until its process is gone.
        going_on = [running for running in self._running if not running.task.cancelling()]
        if len(going_on) < self._most:
            return
        idle = [running for running in going_on if not running.broadcast.is_heard]
        if not idle:
            raise LiveError(LiveErrorCode.TOO_MANY)
        idle[0].task.cancel()

    def _ended(self, running: _Running) -> None:
        """Forget a source that has ended, but not soon that it could not be played."""
        self._running.discard(running)
        if running.task.cancelled():
            return
        if (fault := running.task.exception()) is not None:
            _LOGGER.error("A live source ended by a fault of ours", exc_info=fault)
        if running.failure is not None:
            now = asyncio.get_running_loop().time()
            self._failed[running.key] = (now + REST_SECONDS, running.failure)
            if len(self._failed) > _FAILURES_KEPT:
                self._failed.popitem(last=False)


class _Running:
    """A source that is running: its task, and what it brings."""

    def __init__(self, source: LiveSource, profile: Profile, ffmpeg: Ffmpeg) -> None:
        """Begin."""
        self.key = (source.key, profile)
        self.failure: LiveErrorCode | None = None
        self._source = source
        self._profile = profile
        self._rate = profile.bytes_per_second
        self._release: asyncio.TimerHandle | None = None
        self.broadcast = Broadcast(
            source.pace,
            kept=round(KEPT_SECONDS * self._rate),
            head_start=round(HEAD_START_SECONDS * self._rate),
        )
        self.task = asyncio.create_task(self._run(ffmpeg), name="yoto_smart_stream live source")

    def keep(self) -> None:
        """Go on, since somebody listens again."""
        if self._release is not None:
            self._release.cancel()
            self._release = None

    def let_go(self, linger: float) -> None:
        """End in a while, since nobody listens any more."""
        self.keep()
        if not self.task.done():
            self._release = asyncio.get_running_loop().call_later(linger, self.task.cancel)

    async def _run(self, ffmpeg: Ffmpeg) -> None:
        """Read frames until there are none."""
        code: LiveErrorCode | None = LiveErrorCode.STOPPED
        try:
            code = await self._read(ffmpeg)
        except ToolError:
            code = LiveErrorCode.NO_TOOL
        except StalledError, NotCanonicalError:
            code = LiveErrorCode.NOT_PLAYABLE
        finally:
            self.keep()
            self.broadcast.end(None if code is None else LiveError(code))
            self.failure = code

    async def _read(self, ffmpeg: Ffmpeg) -> LiveErrorCode | None:
        """Read frames and hand them on; returns what went wrong."""
        loop = asyncio.get_running_loop()
        ahead = AHEAD_SECONDS
        # When the first frame would have come if the source had no head start.
        began = loop.time()
        origin = self._source.origin()
        async with Pour.begun(ffmpeg, origin, self._profile, patience=PATIENCE_SECONDS) as pour:
            while frames := await pour.frames():
                self.broadcast.add(frames)
                if self.broadcast.pace is Pace.RENDERED:
                    await self.broadcast.until_wanted(round(ahead * self._rate))
                    continue
                # A file behind an address is read as fast as a radio station sends, while the
                # first seconds may come at once. What a station was late by is made up for.
                early = self.broadcast.total / self._rate - (loop.time() - began)
                began -= min(early + ahead, 0.0)
                if early > ahead:
                    await asyncio.sleep(early - ahead)
        return None if self.broadcast.total else LiveErrorCode.NOT_PLAYABLE
