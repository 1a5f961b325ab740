"""Transcribing: what is said in an item becomes text that is kept with it.

Engines are made for commands of a few seconds, and many refuse more than a minute. Audio is cut
where somebody takes a breath, and they get one run after the other.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from ..audio.errors import AudioError, AudioErrorCode
from ..audio.ffmpeg import INPUT_GUARDS, Ffmpeg, OutputTooLongError, StalledError
from ..audio.loudness import Pause
from ..audio.split import find_pauses
from .collection import AudioCollection
from .errors import NothingHeardError
from .item import LONGEST_TEXT, AudioItem
from .reading import reading

LONGEST_RUN: Final = 55.0
SAMPLE_RATE: Final = 16_000
_BYTES_PER_SECOND: Final = SAMPLE_RATE * 2
_BREATH_DB: Final = -35.0
_BREATH_SECONDS: Final = 0.3
# A silence of this length says nothing, and engines that hear one make something up.
_LONG_SILENCE: Final = 3.0
_LOOKING_SHARE: Final = 0.1

type Recognise = Callable[[bytes], Awaitable[str]]
"""Turns samples (16 bits, one channel, `SAMPLE_RATE`) into text; empty where nothing is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run of audio: seconds [start, stop)."""

    start: float
    stop: float


async def transcribe_item(
    collection: AudioCollection,
    key: str,
    recognise: Recognise,
    *,
    ffmpeg: Ffmpeg,
    on_progress: Callable[[float], None] = lambda _: None,
) -> AudioItem:
    """Write down what is said in an item, and keep it as its transcript.

    Raises what `recognise` raises, and:
        UnknownAudioError, AmbiguousTitleError: There is no such item (any more), or several.
        NothingHeardError: Nothing is said in it; the transcript of before stays.
        DamagedAudioError: The audio is missing or broken.
        ToolError: ffmpeg cannot be started.
    """
    item = collection.index.get(key)
    path = collection.path(item)
    with reading(item):
        pauses = await find_pauses(
            ffmpeg,
            path,
            below_db=_BREATH_DB,
            at_least=_BREATH_SECONDS,
            on_seconds=lambda seconds: on_progress(_LOOKING_SHARE * seconds / item.duration),
        )
    texts = []
    runs = runs_between(pauses, item.duration)
    for count, run in enumerate(runs, start=1):
        with reading(item):
            samples = await _samples(ffmpeg, path, run)
        texts.append((await recognise(samples)).strip())
        on_progress(_LOOKING_SHARE + (1 - _LOOKING_SHARE) * count / len(runs))
    text = "\n".join(filter(None, texts))[:LONGEST_TEXT]
    if not text:
        raise NothingHeardError(item)
    return collection.index.update(item.audio_id, lambda details: replace(details, transcript=text))


def runs_between(
    pauses: Sequence[Pause], seconds: float, *, longest: float = LONGEST_RUN
) -> tuple[Run, ...]:
    """Return runs of at most `longest` seconds that leave out nothing but silence.

    They end in a pause where there is one, as late as possible.
    """
    runs: list[Run] = []
    ordered = sorted(pauses, key=lambda pause: pause.start)
    start = 0.0
    while start < seconds:
        silence = next((p for p in ordered if p.start <= start < p.stop), None)
        if silence is not None and silence.stop - start >= _LONG_SILENCE:
            start = silence.stop
            continue
        stop = min(start + longest, seconds)
        within = [pause for pause in ordered if start < pause.start < stop]
        long = next((p for p in within if p.stop - p.start >= _LONG_SILENCE), None)
        if long is not None:
            stop = long.start
        elif stop < seconds and within:
            last = within[-1]
            middle = min((last.start + last.stop) / 2, stop)
            stop = middle if middle > start else stop
        runs.append(Run(start=start, stop=stop))
        start = stop
    return tuple(runs)


async def _samples(ffmpeg: Ffmpeg, path: Path, run: Run) -> bytes:
    """Decode a run for an engine.

    Raises:
        AudioError: It is missing or broken.
    """
    length = run.stop - run.start
    arguments = [
        *(*INPUT_GUARDS, "-f", "mp3", "-ss", f"{run.start:.3f}", "-t", f"{length:.3f}"),
        *("-i", f"file:{path}", "-map", "0:a:0"),
        *("-f", "s16le", "-ar", str(SAMPLE_RATE), "-ac", "1", "pipe:1"),
    ]
    try:
        ended, samples = await ffmpeg.extract(arguments, most=int((length + 1) * _BYTES_PER_SECOND))
    except (StalledError, OutputTooLongError) as err:
        raise AudioError(AudioErrorCode.BROKEN, path) from err
    if ended.code:
        raise AudioError(AudioErrorCode.BROKEN, path)
    return samples
