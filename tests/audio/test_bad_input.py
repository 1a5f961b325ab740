"""Two hundred broken files: a clear error for each, no crash, nothing left, and no time lost."""

import asyncio
from collections.abc import Iterator
import hashlib
import io
from pathlib import Path
import struct
import time
import zipfile
import zlib

import psutil
import pytest

from custom_components.yoto_smart_stream.audio.errors import AudioError, AudioErrorCode
from custom_components.yoto_smart_stream.audio.ffmpeg import Ffmpeg
from custom_components.yoto_smart_stream.audio.frame_walk import walk
from custom_components.yoto_smart_stream.audio.transcode import Limits, make_canonical

from .sound import MONO, decode, make, names

LIMITS = Limits(size_bytes=64 * 1024 * 1024, seconds=600)
DECLARING = {
    "x.mp3": ["-b:a", "64k"],
    "x.m4a": ["-c:a", "aac", "-movflags", "faststart"],
    "slow.m4a": ["-c:a", "aac"],
    "x.flac": [],
    "x.wav": [],
    "x.webm": ["-c:a", "libopus"],
    "x.ogg": ["-c:a", "libvorbis"],
    "x.opus": ["-c:a", "libopus"],
}

type Case = tuple[str, bytes]


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return good files of eight seconds, by name."""
    folder = tmp_path_factory.mktemp("good")
    sound = "anoisesrc=d=8:a=0.3:seed=2"
    return {
        name: make(folder / name, *options, source=sound).read_bytes()
        for name, options in DECLARING.items()
    }


def _noise(seed: object, size: int) -> bytes:
    """Return bytes that look random and are the same in every run."""
    return hashlib.shake_256(repr(seed).encode()).digest(size)


def _synchsafe(size: int) -> bytes:
    """Return a length as ID3 writes it."""
    return bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))


def _box(name: bytes, content: bytes) -> bytes:
    """Return a box of MP4."""
    return struct.pack(">I", len(content) + 8) + name + content


def _archive() -> bytes:
    """Return a zip that grows a thousandfold."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("tune.mp3", bytes(20_000_000))
    return content.getvalue()


def _wave(rate: int, channels: int, bits: int, size: int) -> bytes:
    """Return a WAV with any header."""
    about = struct.pack(
        "<HHIIHH", 1, channels, rate, rate * channels * bits // 8 & 0xFFFFFFFF, 4, bits
    )
    content = b"WAVEfmt " + struct.pack("<I", len(about)) + about
    return b"RIFF" + bytes(4) + content + b"data" + struct.pack("<I", size)


def _cases(good: dict[str, bytes]) -> Iterator[Case]:
    """Yield names and contents."""
    for name, content in good.items():
        # Cut off within what is needed to notice: from the first bytes to nine tenths.
        for tenth in (0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85):
            yield f"cut {tenth} {name}", content[: int(len(content) * tenth) - 7]
        yield f"one byte of {name}", content[:1]
        yield f"sixteen bytes of {name}", content[:16]
        yield f"zeros after the head of {name}", content[:8] + bytes(len(content))
        yield f"noise after the head of {name}", content[:40] + _noise(name, len(content))
        yield f"reversed {name}", content[::-1]
        yield f"without its head {name}", content[:4] + content[len(content) // 3 : -20_000]
    for kind in ("mp3", "m4a", "ogg", "flac", "wav", "webm"):
        for size in (1, 10, 100, 4096, 100_000):
            yield f"noise {size}.{kind}", _noise((kind, size), size)
        yield f"empty.{kind}", b""
        yield f"text.{kind}", b"Once upon a time there was a bear.\n" * 100
        yield f"zeros.{kind}", bytes(50_000)
    yield "archive.mp3", _archive()
    yield "archive.m4a", zlib.compress(bytes(50_000_000), 9)
    yield "picture.mp3", b"\x89PNG\r\n\x1a\n" + _noise("png", 5000)
    yield "page.mp3", b"<!DOCTYPE html><title>404</title>"
    yield "list.mp3", b"#EXTM3U\nfile:///etc/passwd\n"
    yield "list.m4a", b"ffconcat version 1.0\nfile /etc/passwd\n"
    yield "program.wav", b"\x7fELF" + _noise("elf", 5000)
    # Tags that are huge, or say that they are, or grow when they are unpacked.
    yield "only a tag.mp3", b"ID3\x03\x00\x00" + _synchsafe(5_000_000) + bytes(5_000_000)
    yield "endless tag.mp3", b"ID3\x04\x00\x00\x7f\x7f\x7f\x7f" + bytes(5000)
    bomb = zlib.compress(bytes(200_000_000), 9)
    frame = b"TIT2" + _synchsafe(len(bomb) + 4) + b"\x00\x09" + _synchsafe(2**27) + bomb
    yield "tag bomb.mp3", b"ID3\x04\x00\x00" + _synchsafe(len(frame)) + frame
    yield "ten tags.mp3", (b"ID3\x03\x00\x00" + _synchsafe(10) + bytes(10)) * 20
    # Containers that lie.
    head = _box(b"ftyp", b"M4A \x00\x00\x00\x00M4A mp42")
    packed = zlib.compress(_box(b"moov", bytes(300_000_000)), 9)
    movie = _box(b"cmov", _box(b"dcom", b"zlib") + _box(b"cmvd", b"\x12\x00\x00\x00" + packed))
    yield "packed index.m4a", head + _box(b"moov", movie)
    deep = b""
    for _ in range(2000):
        deep = _box(b"moov", _box(b"trak", deep))
    yield "deep boxes.m4a", head + deep
    yield "huge box.m4a", head + b"\x7f\xff\xff\xffmoov" + bytes(100)
    yield "no tracks.m4a", head + _box(b"moov", _box(b"mvhd", bytes(100)))
    yield "flac of nothing.flac", b"fLaC\x80\x00\x00\x22" + bytes(34)
    yield "flac that lies.flac", b"fLaC\x80\x00\x00\x22\x10\x00\x10\x00" + b"\xff" * 30
    yield "ogg of nothing.ogg", b"OggS" + bytes(200)
    yield "webm of nothing.webm", b"\x1a\x45\xdf\xa3\x87\x42\x82\x84webm" + bytes(100)
    # Odd rates, and more than anybody wants to hear.
    for number, (rate, channels, bits) in enumerate(
        [
            (0, 1, 16),
            (1, 1, 16),
            (44_100, 0, 16),
            (44_100, 1, 0),
            (2**32 - 1, 2, 16),
            (8000, 999, 8),
        ]
    ):
        yield f"odd {number}.wav", _wave(rate, channels, bits, 50_000) + bytes(50_000)
    yield "hours.wav", _wave(100, 1, 8, 2**31) + _noise("hours", 100_000)


async def _judge(folder: Path, case: Case) -> tuple[str, AudioErrorCode | None, float]:
    """Import one file; returns its name, the error, and how long it took."""
    name, content = case
    place = folder / hashlib.sha256(name.encode()).hexdigest()[:12]
    place.mkdir()
    source = place / name
    source.write_bytes(content)
    begin = time.monotonic()
    code = None
    told = ""
    try:
        await make_canonical(source, place / "out", ffmpeg=Ffmpeg(), profile=MONO, limits=LIMITS)
    except AudioError as err:
        code = err.code
        told = str(err)
    else:
        assert walk(place / "out", MONO).is_bare
        decode((place / "out").read_bytes())
    assert str(place) not in told
    assert names(place) == ({name} if code else {name, "out"})
    assert source.read_bytes() == content
    return name, code, time.monotonic() - begin


async def test_two_hundred_broken_files(good: dict[str, bytes], tmp_path: Path) -> None:
    """Each is refused for a reason, soon, with nothing left behind."""
    cases = list(_cases(good))
    assert len(cases) >= 200
    room = asyncio.Semaphore(2)

    async def judge(case: Case) -> tuple[str, AudioErrorCode | None, float]:
        async with room:
            return await _judge(tmp_path, case)

    found = await asyncio.gather(*(judge(case) for case in cases))
    assert [name for name, code, _ in found if code is None] == []
    assert [name for name, _, seconds in found if seconds > 10] == []
    assert not [child for child in psutil.Process().children() if "ff" in child.name()]
    codes = {code for _, code, _ in found}
    assert codes >= {
        AudioErrorCode.BROKEN,
        AudioErrorCode.CUT_OFF,
        AudioErrorCode.EMPTY,
        AudioErrorCode.UNSUPPORTED,
    }


async def test_a_long_silence_in_a_small_file(tmp_path: Path) -> None:
    """Hours in kilobytes are refused after minutes of them at most, and not kept on the way."""
    bomb = make(tmp_path / "x.flac", "-ar", "8000", "-c:a", "flac", source="sine=f=9:r=8000:d=2400")
    hidden = bytearray(bomb.read_bytes())
    hidden[21:26] = bytes((hidden[21] & 0xF0, 0, 0, 0, 0))
    bomb.write_bytes(hidden)
    with pytest.raises(AudioError) as caught:
        await make_canonical(
            bomb, tmp_path / "out", ffmpeg=Ffmpeg(), profile=MONO, limits=Limits(seconds=60)
        )
    assert caught.value.code is AudioErrorCode.TOO_LONG
    assert names(tmp_path) == {"x.flac"}
