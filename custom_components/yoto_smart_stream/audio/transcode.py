"""Transcoding: any audio that is recognised becomes one canonical file.

What already is canonical but for its tags is copied frame by frame and never encoded again. The
target appears when everything is done and checked; until then it has a partial name, which is gone
whatever happens, and no process is left when whoever waits is cancelled.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final

from .container import Container, Mark, read_container
from .cover import Cover, read_cover
from .encoding import encoding
from .errors import AudioError, AudioErrorCode
from .ffmpeg import INPUT_GUARDS, Ffmpeg, StalledError
from .formats import AudioFormat
from .frame_walk import declared_seconds, walk
from .frame_writer import Written, copy_frames
from .layer3 import NotCanonicalError
from .loudness import PEAK_FILTER, Measured, PeakLog, gain_filters, measure
from .partial import partial_path, write_file
from .profile import Profile
from .recognition import Recognised, recognise
from .stoppable import Watch, in_thread

# What a file may lack of the length that it declares: encoders round, and cut at whole frames.
_SLACK_SECONDS: Final = 1.0
_SLACK_SHARE: Final = 0.01
# Measuring takes about a tenth of the time that encoding takes.
_MEASURING_SHARE: Final = 0.15
# These declare their length, so that it can be told when the end is missing.
_DECLARING: Final = frozenset(
    {AudioFormat.M4A, AudioFormat.FLAC, AudioFormat.WAV, AudioFormat.WEBM}
)

type Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """Say how audio shall become.

    `level` brings it to -16 LUFS, measured first and then changed by one gain for all of it.
    `trim` takes the silence off both ends. `lead_in` is silence in front, in seconds.
    """

    level: bool = False
    trim: bool = False
    lead_in: float = 0.0

    @property
    def keeps_audio(self) -> bool:
        """Tell whether the audio itself stays as it is."""
        return not self.level and not self.trim


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Say what is too much: bytes of the source, and seconds of audio."""

    size_bytes: int = 500 * 1024 * 1024
    seconds: float = 24 * 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """Describe a file that was made canonical. `was_copied` tells that nothing was encoded.

    `shift` is how many seconds later the audio is heard than in the source.
    """

    written: Written
    source_format: AudioFormat
    container: Container
    cover: Cover | None
    was_copied: bool
    shift: float = 0.0

    @property
    def chapters(self) -> tuple[Mark, ...]:
        """Return the chapters of the source at the times at which they are heard now."""
        moved = (
            Mark(
                start=max(mark.start + self.shift, 0.0),
                stop=min(mark.stop + self.shift, self.written.seconds),
                title=mark.title,
            )
            for mark in self.container.chapters
        )
        return tuple(mark for mark in moved if mark.start < mark.stop)


async def make_canonical(
    source: Path,
    target: Path,
    *,
    ffmpeg: Ffmpeg,
    profile: Profile,
    wishes: Wishes | None = None,
    limits: Limits | None = None,
    on_progress: Progress = lambda _: None,
) -> Made:
    """Make a canonical file out of any that is recognised, and put it at the target.

    What is at the target stays until then; a plan of it ends when it is replaced, so that what
    replaces audio that is being heard should get a path of its own.

    `on_progress` is told the share that is done, from 0.0 to 1.0, never less than before. How many
    of these run at once is for the caller to limit.

    Raises:
        AudioError: The source cannot be used; its code says why.
        ToolError: ffmpeg cannot be started.
        OSError: The disk failed or is full.
    """
    return await _Making(
        source=source,
        target=target,
        ffmpeg=ffmpeg,
        profile=profile,
        wishes=wishes or Wishes(),
        limits=limits or Limits(),
        progress=on_progress,
    ).run()


@dataclass(slots=True, kw_only=True)
class _Making:
    """The work on one file."""

    source: Path
    target: Path
    ffmpeg: Ffmpeg
    profile: Profile
    wishes: Wishes
    limits: Limits
    progress: Progress
    _told: float = 0.0
    # The length that the source promises, None where formats only guess.
    _promised: float | None = None
    # Where the audio begins that is kept.
    _begin: float = 0.0

    async def run(self) -> Made:
        """Do the work."""
        recognised = await asyncio.to_thread(self._recognise)
        container = await read_container(self.ffmpeg, self.source, recognised)
        declared = container.declared_seconds
        if declared is not None and declared > self.limits.seconds:
            raise self._error(AudioErrorCode.TOO_LONG, recognised, self.limits.seconds)
        if recognised.format is AudioFormat.MP3:
            self._promised = await asyncio.to_thread(declared_seconds, self.source)
        elif recognised.format in _DECLARING:
            self._promised = declared
        cover = await read_cover(self.ffmpeg, self.source, recognised, container)
        written = None
        if self.wishes.keeps_audio and recognised.format is AudioFormat.MP3:
            written = await self._copy(recognised)
        was_copied = written is not None
        if written is None:
            written = await self._encode(recognised, container)
        self._tell(1.0)
        return Made(
            written=written,
            source_format=recognised.format,
            container=container,
            cover=cover,
            was_copied=was_copied,
            shift=self.profile.frames_in(self.wishes.lead_in) * self.profile.frame_seconds
            - self._begin,
        )

    def _recognise(self) -> Recognised:
        """Look at the source (blocking)."""
        recognised = recognise(self.source)
        try:
            size = self.source.stat().st_size
        except OSError as err:
            raise AudioError(AudioErrorCode.MISSING, self.source) from err
        if size > self.limits.size_bytes:
            raise self._error(AudioErrorCode.TOO_BIG, recognised, self.limits.size_bytes)
        return recognised

    async def _copy(self, recognised: Recognised) -> Written | None:
        """Copy the frames of a source that is canonical already, None if it is not."""
        try:
            found = await in_thread(partial(walk, self.source, self.profile))
        except NotCanonicalError:
            return None
        if found.seconds > self.limits.seconds:
            raise self._error(AudioErrorCode.TOO_LONG, recognised, self.limits.seconds)
        peak = PeakLog()
        await self._transform(
            recognised,
            ["-map", "0:a:0", "-af", PEAK_FILTER, "-f", "null", "-"],
            on_seconds=lambda seconds: self._tell_part(0.0, 0.9, seconds, found.seconds),
            on_log=peak.add,
        )
        if peak.complaints:
            return None
        if peak.is_silent:
            raise self._error(AudioErrorCode.SILENT, recognised)
        return await self._write(self.source, recognised)

    async def _encode(self, recognised: Recognised, container: Container) -> Written:
        """Encode the source."""
        measured = None
        begin = 0.0
        if not self.wishes.keeps_audio:
            begin = _MEASURING_SHARE
            measured = await self._measure(recognised, container, begin)
        start, stop = (0.0, None) if measured is None else measured.sounding
        trimmed = stop - start if self.wishes.trim and stop is not None else None
        self._begin = start if self.wishes.trim else 0.0
        expected = trimmed or (measured.seconds if measured else container.declared_seconds)
        peak = PeakLog()
        raw = partial_path(self.target)
        arguments = [
            *self._filters(measured),
            # One second more than allowed shows that it is too long.
            *("-t", f"{self.limits.seconds + 1:.3f}"),
            *encoding(self.profile),
            f"file:{raw}",
        ]
        try:
            await self._transform(
                recognised,
                arguments,
                on_seconds=lambda seconds: self._tell_part(begin, 0.95, seconds, expected),
                on_log=peak.add,
            )
            if measured is None and peak.is_silent:
                raise self._error(AudioErrorCode.SILENT, recognised)
            return await self._write(raw, recognised, trimmed)
        finally:
            # Short enough for the loop, and it must happen even while being cancelled.
            raw.unlink(missing_ok=True)

    async def _measure(
        self, recognised: Recognised, container: Container, share: float
    ) -> Measured:
        """Measure the source and refuse it if nothing is heard."""
        measured = await measure(
            self.ffmpeg,
            self.source,
            recognised,
            self.profile,
            most_seconds=self.limits.seconds + 1,
            on_seconds=lambda seconds: self._tell_part(
                0.0, share, seconds, container.declared_seconds
            ),
        )
        self._refuse_length(recognised, measured.seconds)
        if measured.is_silent:
            raise self._error(AudioErrorCode.SILENT, recognised)
        return measured

    def _filters(self, measured: Measured | None) -> list[str]:
        """Return what is done to the audio, and to the first stream of it only."""
        filters = ["asetpts=N/SR/TB"]
        if measured is None:
            filters.append(PEAK_FILTER)
        elif self.wishes.trim:
            start, stop = measured.sounding
            filters += [f"atrim=start={start:.4f}:end={stop:.4f}", "asetpts=N/SR/TB"]
        if measured is not None and self.wishes.level:
            filters += gain_filters(measured.gain_db, measured.peak_db)
        return ["-map", "0:a:0", "-af", ",".join(filters)]

    async def _transform(
        self,
        recognised: Recognised,
        arguments: list[str],
        *,
        on_seconds: Callable[[float], None],
        on_log: Callable[[str], None],
    ) -> None:
        """Run ffmpeg on the source."""
        reading = ("-threads", "1", *INPUT_GUARDS, "-f", recognised.reader)
        try:
            ended = await self.ffmpeg.transform(
                ["-y", *reading, "-i", f"file:{self.source}", *arguments],
                on_seconds=on_seconds,
                on_log=on_log,
            )
        except StalledError as err:
            raise self._error(AudioErrorCode.BROKEN, recognised) from err
        ended.raise_for_disk()
        if ended.code:
            raise self._error(AudioErrorCode.BROKEN, recognised)

    async def _write(
        self,
        frames: Path,
        recognised: Recognised,
        trimmed: float | None = None,
    ) -> Written:
        """Write the target from a file of frames, judge it, and put it in its place."""
        lead_in = self.profile.frames_in(self.wishes.lead_in)

        def write(file: BinaryIO, watch: Watch) -> Written:
            """Copy the frames (blocking)."""
            written = copy_frames(frames, file, self.profile, lead_in=lead_in, watch=watch)
            seconds = (written.frames - lead_in) * self.profile.frame_seconds
            if trimmed is None:
                self._refuse_length(recognised, seconds)
            return written

        try:
            return await write_file(self.target, write)
        except NotCanonicalError as err:
            raise self._error(AudioErrorCode.BROKEN, recognised) from err

    def _refuse_length(self, recognised: Recognised, found: float) -> None:
        """Refuse audio that is too long, or shorter than it says."""
        # The encoder adds some silence at both ends.
        if found > self.limits.seconds + _SLACK_SECONDS / 2:
            raise self._error(AudioErrorCode.TOO_LONG, recognised, self.limits.seconds)
        declared = self._promised
        if declared is None:
            return
        if found < declared - max(_SLACK_SECONDS, declared * _SLACK_SHARE):
            raise self._error(AudioErrorCode.CUT_OFF, recognised)

    def _tell_part(self, begin: float, end: float, seconds: float, expected: float | None) -> None:
        """Tell how far a part of the work has come, if that is known."""
        if expected:
            self._tell(begin + (end - begin) * min(seconds / expected, 1.0))

    def _tell(self, share: float) -> None:
        """Tell the progress, which only grows."""
        if share > self._told:
            self._told = share
            self.progress(share)

    def _error(
        self, code: AudioErrorCode, recognised: Recognised, limit: float | None = None
    ) -> AudioError:
        """Return an error about the source."""
        return AudioError(code, self.source, recognised.format, limit=limit)
