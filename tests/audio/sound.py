"""Making audio with ffmpeg, and judging audio with it."""

from dataclasses import dataclass
from pathlib import Path
import subprocess

import numpy as np
import numpy.typing as npt

from custom_components.yoto_smart_stream.audio.plan import Plan
from custom_components.yoto_smart_stream.audio.profile import Profile

type Samples = npt.NDArray[np.float32]

MONO = Profile()
TONE = "sine=f=440:d=2,volume=2"
CANONICAL = (
    *("-map_metadata", "-1", "-write_xing", "0", "-id3v2_version", "0", "-write_id3v1", "0"),
    *("-reservoir", "0"),
)


def run(command: list[str], content: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run a program that has to succeed."""
    return subprocess.run(command, input=content, capture_output=True, check=True)  # noqa: S603


def names(folder: Path) -> set[str]:
    """Return the names of everything in a folder."""
    return {path.name for path in folder.iterdir()}


def make(path: Path, *options: str, source: str = TONE) -> Path:
    """Make audio out of a filter of ffmpeg."""
    command = ["ffmpeg", "-y", "-v", "error", "-f", "lavfi", "-i", source, *options, str(path)]
    run(command)
    return path


def make_canonical_mp3(path: Path, source: str = TONE, profile: Profile = MONO) -> Path:
    """Make a canonical file with ffmpeg alone, in the tried way."""
    rates = ("-b:a", f"{profile.bit_rate}k", "-ar", str(profile.sample_rate))
    return make(path, *rates, "-ac", str(profile.channels), *CANONICAL, source=source)


def decode(content: bytes, profile: Profile = MONO) -> Samples:
    """Decode an MP3, and insist that the decoder has nothing to complain of."""
    command = ["ffmpeg", "-v", "warning", "-xerror", "-f", "mp3", "-i", "-", "-f", "f32le", "-"]
    found = run(command, content)
    log = [line for line in found.stderr.decode().splitlines() if "Estimating dur" not in line]
    assert log == []
    samples = np.frombuffer(found.stdout, dtype=np.float32)
    return samples.reshape(-1, profile.channels)[:, 0]


def bytes_of(plan: Plan) -> bytes:
    """Return everything that a plan serves."""
    pieces = []
    for part in plan.slices(0, plan.total):
        content = part.path.read_bytes()
        pieces.append(content[part.offset : part.offset + part.length])
    return b"".join(pieces)


def loudest(samples: Samples) -> float:
    """Return the highest absolute sample, 0 for none."""
    return float(np.abs(samples).max(initial=0.0))


@dataclass(frozen=True, slots=True)
class Loudness:
    """Integrated loudness in LUFS, and the highest sample in dB of full scale."""

    lufs: float
    peak_db: float


def loudness(path: Path) -> Loudness:
    """Measure a file with ffmpeg's scanner."""
    command = ["ffmpeg", "-hide_banner", "-nostats", "-i", str(path), "-af", "ebur128=peak=sample"]
    found = run([*command, "-f", "null", "-"])
    summary = found.stderr.decode().rpartition("Summary:")[2].split()
    return Loudness(
        lufs=float(summary[summary.index("I:") + 1]),
        peak_db=float(summary[summary.index("Peak:") + 1]),
    )
