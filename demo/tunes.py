"""Tunes for the demo: old children's songs, played on a music box that is computed here."""

from array import array
from dataclasses import dataclass
import functools
import math
from pathlib import Path
import subprocess
from typing import Final

SAMPLE_RATE: Final = 44_100
RING_SECONDS: Final = 1.6
"""How long a struck tongue of the music box rings."""
LOUDEST: Final = 26_000
SEMITONES: Final = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
PARTIALS: Final = ((1.0, 1.0, 3.2), (2.0, 0.45, 5.0), (3.0, 0.18, 7.0), (6.2, 0.10, 14.0))
"""Frequency relative to the note, loudness, and decay a second: the sound of the music box."""


class TuneError(Exception):
    """A tune could not be made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tune:
    """A song. A note is written as name, octave and beats: `C#4:1.5`; a rest is `-:1`."""

    file_name: str
    title: str
    beats_a_minute: int
    melody: str
    accompaniment: str = ""

    @property
    def seconds(self) -> float:
        """How long the song lasts until its last note has rung out."""
        beats = sum(length for _, length in _notes(self.melody))
        return beats * 60 / self.beats_a_minute + RING_SECONDS


_JACQUES: Final = (
    "C5:1 D5:1 E5:1 C5:1 C5:1 D5:1 E5:1 C5:1 E5:1 F5:1 G5:2 E5:1 F5:1 G5:2 "
    "G5:.75 A5:.25 G5:.5 F5:.5 E5:1 C5:1 G5:.75 A5:.25 G5:.5 F5:.5 E5:1 C5:1 "
    "C5:1 G4:1 C5:2 C5:1 G4:1 C5:2 "
)
_JACQUES_LOW: Final = _JACQUES.replace("4", "3").replace("5:", "4:")

TUNES: Final = (
    Tune(
        file_name="01-frere-jacques.mp3",
        title="Frère Jacques",
        beats_a_minute=132,
        melody=_JACQUES * 2 + "-:8",
        accompaniment="-:8 " + _JACQUES_LOW * 2,
    ),
    Tune(
        file_name="02-twinkle-twinkle.mp3",
        title="Twinkle, Twinkle, Little Star",
        beats_a_minute=108,
        melody=(
            "C5:1 C5:1 G5:1 G5:1 A5:1 A5:1 G5:2 F5:1 F5:1 E5:1 E5:1 D5:1 D5:1 C5:2 "
            "G5:1 G5:1 F5:1 F5:1 E5:1 E5:1 D5:2 G5:1 G5:1 F5:1 F5:1 E5:1 E5:1 D5:2 "
            "C5:1 C5:1 G5:1 G5:1 A5:1 A5:1 G5:2 F5:1 F5:1 E5:1 E5:1 D5:1 D5:1 C5:2"
        ),
        accompaniment=(
            "C4:2 E4:2 F4:2 E4:2 D4:2 C4:2 G3:2 C4:2 "
            "E4:2 D4:2 C4:2 G3:2 E4:2 D4:2 C4:2 G3:2 "
            "C4:2 E4:2 F4:2 E4:2 D4:2 C4:2 G3:2 C4:2"
        ),
    ),
    Tune(
        file_name="03-au-clair-de-la-lune.mp3",
        title="Au clair de la lune",
        beats_a_minute=120,
        melody=(
            "G4:1 G4:1 G4:1 A4:1 B4:2 A4:2 G4:1 B4:1 A4:1 A4:1 G4:4 "
            "G4:1 G4:1 G4:1 A4:1 B4:2 A4:2 G4:1 B4:1 A4:1 A4:1 G4:4 "
            "A4:1 A4:1 A4:1 A4:1 E4:2 E4:2 A4:1 G4:1 F#4:1 E4:1 D4:4 "
            "G4:1 G4:1 G4:1 A4:1 B4:2 A4:2 G4:1 B4:1 A4:1 A4:1 G4:4"
        ),
        accompaniment=(
            "G3:2 D4:2 G3:2 F#3:2 G3:2 D3:2 G3:4 G3:2 D4:2 G3:2 F#3:2 G3:2 D3:2 G3:4 "
            "A3:2 E3:2 C4:2 C4:2 C#4:2 A3:2 D4:4 G3:2 D4:2 G3:2 F#3:2 G3:2 D3:2 G3:4"
        ),
    ),
    Tune(
        file_name="04-brahms-lullaby.mp3",
        title="Brahms's Lullaby",
        beats_a_minute=96,
        melody=(
            "E5:.5 E5:.5 G5:2 E5:.5 E5:.5 G5:2 E5:.5 G5:.5 C6:1 B5:1 A5:1 A5:1 G5:1 D5:.5 E5:.5 "
            "F5:1 D5:1 D5:.5 E5:.5 F5:2 D5:.5 F5:.5 B5:.5 A5:.5 G5:1 B5:1 C6:2 "
            "C5:.5 C5:.5 C6:2 A5:.5 F5:.5 G5:2 E5:.5 C5:.5 F5:1 G5:1 A5:1 G5:2 "
            "C5:.5 C5:.5 C6:2 A5:.5 F5:.5 G5:2 E5:.5 C5:.5 F5:1 E5:1 D5:1 C5:3"
        ),
        accompaniment=(
            "-:1 C4:1 E4:1 G4:1 C4:1 E4:1 G4:1 C4:1 E4:1 G4:1 F4:1 G4:1 B4:1 "
            "D4:1 G4:1 B4:1 D4:1 G4:1 B4:1 G3:1 D4:1 F4:1 C4:1 E4:1 G4:1 "
            "F4:1 A4:1 C5:1 C4:1 E4:1 G4:1 D4:1 G4:1 B4:1 C4:1 E4:1 G4:1 "
            "F4:1 A4:1 C5:1 C4:1 E4:1 G4:1 G3:1 D4:1 B3:1 C4:3"
        ),
    ),
)


SHORT_TUNE: Final = Tune(
    file_name="good-night.mp3", title="Good night", beats_a_minute=120, melody="G5:1 E5:1 C5:2"
)
"""Not a song yet, but soon over: for tests."""


def make_tunes(folder: Path) -> list[Path]:
    """Write the songs of the demo into a folder and return the files, in order. Blocking."""
    return [make_tune(tune, folder) for tune in TUNES]


def make_tune(tune: Tune, folder: Path) -> Path:
    """Write a tune as MP3, where it is not there yet, and return the file. Blocking.

    It is 44.1 kHz, mono, with a constant 128 kbit/s. Raises `TuneError` when ffmpeg fails.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / tune.file_name
    if not file.is_file():
        _encode(_render(tune), tune.title, file)
    return file


def _notes(text: str) -> list[tuple[float | None, float]]:
    """Read notes as frequency in hertz, None for a rest, and length in beats."""
    notes = []
    for each in text.split():
        name, _, beats = each.partition(":")
        notes.append((None if name == "-" else _frequency(name), float(beats)))
    return notes


def _frequency(name: str) -> float:
    """Return the frequency of a note such as `F#4` in equal temperament: A4 is 440 Hz."""
    semitone = SEMITONES[name[0]] + name.count("#") + 12 * int(name[-1])
    return float(440.0 * 2 ** ((semitone - (SEMITONES["A"] + 12 * 4)) / 12))


@functools.cache
def _struck(frequency: float) -> array[float]:
    """Compute the sound of one tongue of the music box, from the stroke to silence."""
    count = int(RING_SECONDS * SAMPLE_RATE)
    sound = array("d", bytes(8 * count))
    for ratio, loudness, decay in PARTIALS:
        turn = 2 * math.pi * frequency * ratio / SAMPLE_RATE
        fading = math.exp(-decay / SAMPLE_RATE)
        level = loudness
        for i in range(count):
            sound[i] += level * math.sin(turn * i)
            level *= fading
    return sound


def _render(tune: Tune) -> bytes:
    """Compute a tune as signed 16-bit samples."""
    samples = array("d", bytes(8 * (int(tune.seconds * SAMPLE_RATE) + 1)))
    for voice, loudness in ((tune.melody, 1.0), (tune.accompaniment, 0.5)):
        beat = 0.0
        for frequency, length in _notes(voice):
            if frequency is not None:
                start = int(beat * 60 / tune.beats_a_minute * SAMPLE_RATE)
                for i, value in enumerate(_struck(frequency)[: len(samples) - start], start):
                    samples[i] += loudness * value
            beat += length
    scale = LOUDEST / max(map(abs, samples))
    return array("h", (int(value * scale) for value in samples)).tobytes()


def _encode(samples: bytes, title: str, file: Path) -> None:
    """Encode samples with ffmpeg. The file appears only when it is complete."""
    unfinished = file.with_suffix(".part")
    command = [
        *("ffmpeg", "-v", "error", "-y"),
        *("-f", "s16le", "-ar", str(SAMPLE_RATE), "-ac", "1", "-i", "-"),
        # The wooden box around the tongues.
        *("-af", "aecho=0.9:0.6:23|41:0.18|0.12"),
        *("-metadata", f"title={title}", "-metadata", "album=Tunes of the demo"),
        *("-codec:a", "libmp3lame", "-b:a", "128k", "-f", "mp3", str(unfinished)),
    ]
    try:
        subprocess.run(command, input=samples, check=True, capture_output=True)  # noqa: S603 - our own
    except FileNotFoundError as err:
        raise TuneError("ffmpeg is not installed.") from err
    except subprocess.CalledProcessError as err:
        raise TuneError(f"ffmpeg could not make {file.name}: {err.stderr.decode()}") from err
    unfinished.replace(file)
