"""What the cloud makes of uploaded audio (protocol §5.1).

It stays MP3, since players here read nothing else, and gets a tag in front, so that it has another
hash than what was uploaded, as a real transcode has.
"""

from dataclasses import dataclass
import hashlib
from pathlib import Path

from simulator.player.mp3 import FrameReader, NotMpegAudioError

_TAG = b"ID3\x04\x00\x00\x00\x00\x00\x0a" + bytes(10)
_BLOCK = 64 * 1024


class NotTranscodedError(Exception):
    """The upload is nothing that audio can be made of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcode:
    """Audio as players get it."""

    sha256: str
    seconds: float
    size: int
    sample_rate: int
    channels: str
    """`mono` or `stereo`."""


def transcode(uploaded: Path, into: Path) -> Transcode:
    """Make audio of an upload and write it to `into`. Reads and writes files: not in the loop.

    Raises:
        NotTranscodedError: it is no MP3; nothing is left in `into`.

    """
    digest = hashlib.sha256(_TAG)
    size = len(_TAG)
    reader = FrameReader()
    try:
        with uploaded.open("rb") as source, into.open("wb") as target:
            target.write(_TAG)
            while block := source.read(_BLOCK):
                reader.feed(block)
                digest.update(block)
                size += len(block)
                target.write(block)
        reader.finish()
    except NotMpegAudioError as err:
        into.unlink()
        raise NotTranscodedError(str(err)) from err
    if reader.first is None:
        into.unlink()
        raise NotTranscodedError("there is no sound in it")
    return Transcode(
        sha256=digest.hexdigest(),
        seconds=reader.seconds,
        size=size,
        sample_rate=reader.first.sample_rate,
        channels="mono" if reader.first.mono else "stereo",
    )
