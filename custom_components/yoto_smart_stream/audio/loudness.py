"""Loudness and silence: one pass of decoding that measures and keeps nothing.

Integrated loudness is that of EBU R 128, measured on the channels that will be heard.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
import re
from typing import Final

from .errors import AudioError, AudioErrorCode
from .ffmpeg import INPUT_GUARDS, Ffmpeg, StalledError
from .profile import Profile
from .recognition import Recognised

TARGET_LUFS: Final = -16.0
# Nothing above this, in dB of full scale, is silence.
SILENT_DB: Final = -60.0
# Lossy encoding lets peaks grow a little.
_HIGHEST_PEAK_DB: Final = -1.0
# A whisper is made louder, but hiss is not made into a storm.
_LARGEST_GAIN_DB: Final = 30.0

_TRIM_DB: Final = -50.0
_TRIM_SECONDS: Final = 0.3
# What is left of the silence at an end that is trimmed.
_BREATH_SECONDS: Final = 0.1
_EDGE_SECONDS: Final = 0.06

_PEAK = re.compile(r"^\s+Peak:\s+(-?inf|-?[\d.]+) dBFS")
_LOUDEST = re.compile(r"^\[Parsed_astats_\d+ @ [^]]+\] Peak level dB: (-?inf|-?[\d.]+)")
_COMPLAINT = re.compile(r"^\[(mp3|mp3float) @ [^]]+\] ")
_LOUDNESS = re.compile(r"^\s+I:\s+(-?inf|-?[\d.]+) LUFS")
_SILENCE = re.compile(r"^\[silencedetect @ [^]]+\] silence_(start|end): (-?[\d.e+-]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A silence: seconds [start, stop)."""

    start: float
    stop: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What decoding a whole file has shown. `peak_db` is -inf where there is nothing at all."""

    seconds: float
    loudness_lufs: float
    peak_db: float
    pauses: tuple[Pause, ...]

    @property
    def is_silent(self) -> bool:
        """Tell whether nobody would hear anything."""
        return self.peak_db < SILENT_DB

    @property
    def gain_db(self) -> float:
        """Return what makes it as loud as everything else."""
        return min(TARGET_LUFS - self.loudness_lufs, _LARGEST_GAIN_DB)

    @property
    def sounding(self) -> tuple[float, float]:
        """Return from where to where something is heard, in seconds, with a breath around it."""
        start, stop = 0.0, self.seconds
        for pause in self.pauses:
            if pause.start <= _EDGE_SECONDS:
                start = max(pause.stop - _BREATH_SECONDS, 0.0)
            if pause.stop >= self.seconds - _EDGE_SECONDS:
                stop = min(pause.start + _BREATH_SECONDS, self.seconds)
        return (start, stop) if start < stop else (0.0, self.seconds)


@dataclass(slots=True)
class PauseLog:
    """Gather the silences that ffmpeg logs."""

    pauses: list[Pause] = field(default_factory=list)
    _start: float | None = None

    def add(self, line: str) -> None:
        """Read a line of the log."""
        if not (found := _SILENCE.match(line)):
            return
        seconds = max(float(found[2]), 0.0)
        if found[1] == "start":
            self._start = seconds
        elif self._start is not None:
            self.pauses.append(Pause(start=self._start, stop=seconds))
            self._start = None

    def finish(self, seconds: float) -> tuple[Pause, ...]:
        """Return all silences; one that has not ended lasts until the end of the file."""
        if self._start is not None and self._start < seconds:
            self.pauses.append(Pause(start=self._start, stop=seconds))
        return tuple(self.pauses)


PEAK_FILTER: Final = "astats=measure_perchannel=none:measure_overall=Peak_level"
"""Has ffmpeg log how loud the loudest sample is. It looks at samples as they are, so that nothing
has to be converted for it."""


class PeakLog:
    """Gather from the log how loud the loudest sample is, and what the decoder complains of."""

    def __init__(self) -> None:
        """Start with nothing heard."""
        self._peak = float("-inf")
        self.complaints = 0

    def add(self, line: str) -> None:
        """Read a line of the log."""
        if found := _LOUDEST.match(line):
            # There are several where the format of the source changes on the way.
            self._peak = max(self._peak, float(found[1]))
        elif _COMPLAINT.match(line) and "Estimating duration" not in line:
            self.complaints += 1

    @property
    def is_silent(self) -> bool:
        """Tell whether nobody would hear anything."""
        return self._peak < SILENT_DB


async def measure(
    ffmpeg: Ffmpeg,
    path: Path,
    recognised: Recognised,
    profile: Profile,
    *,
    most_seconds: float,
    on_seconds: Callable[[float], None] = lambda _: None,
) -> Measured:
    """Decode a file as far as `most_seconds` and measure it.

    Raises:
        AudioError: It is broken.
        ToolError: ffmpeg cannot be started.
    """
    pauses = PauseLog()
    peak, loudness, reached = float("-inf"), float("-inf"), 0.0

    def read(line: str) -> None:
        """Take what the filters log."""
        nonlocal peak, loudness
        pauses.add(line)
        if found := _PEAK.match(line):
            peak = float(found[1])
        if found := _LOUDNESS.match(line):
            loudness = float(found[1])

    def reach(seconds: float) -> None:
        """Note how far it has come."""
        nonlocal reached
        reached = seconds
        on_seconds(seconds)

    layout = "mono" if profile.channels == 1 else "stereo"
    filters = (
        f"asetpts=N/SR/TB,aformat=channel_layouts={layout},ebur128=framelog=verbose:peak=sample,"
        f"silencedetect=noise={_TRIM_DB}dB:duration={_TRIM_SECONDS}"
    )
    arguments = [
        *("-threads", "1", *INPUT_GUARDS, "-f", recognised.reader, "-i", f"file:{path}"),
        *("-map", "0:a:0", "-af", filters, "-t", f"{most_seconds:.3f}", "-f", "null", "-"),
    ]
    try:
        ended = await ffmpeg.transform(arguments, on_seconds=reach, on_log=read)
    except StalledError as err:
        raise AudioError(AudioErrorCode.BROKEN, path, recognised.format) from err
    if ended.code or not reached:
        raise AudioError(AudioErrorCode.BROKEN, path, recognised.format)
    return Measured(
        seconds=reached,
        loudness_lufs=loudness,
        peak_db=peak,
        pauses=pauses.finish(reached),
    )


def gain_filters(gain_db: float, peak_db: float) -> list[str]:
    """Return the filters that apply a gain, with a limiter where peaks would be cut otherwise."""
    filters = [f"volume={gain_db:.2f}dB"]
    if peak_db + gain_db > _HIGHEST_PEAK_DB:
        limit = 10 ** (_HIGHEST_PEAK_DB / 20)
        filters.append(f"alimiter=limit={limit:.4f}:level=disabled:attack=5:release=50")
    return filters
