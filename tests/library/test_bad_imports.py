"""Odd and hostile files through the importer: a clear error or good audio, and nothing left."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
import struct
import subprocess
import time
import zlib

import psutil
import pytest

from custom_components.yoto_smart_stream.audio.errors import AudioError, AudioErrorCode
from custom_components.yoto_smart_stream.audio.ffmpeg import Ffmpeg
from custom_components.yoto_smart_stream.audio.frame_walk import walk
from custom_components.yoto_smart_stream.audio.transcode import Limits
from custom_components.yoto_smart_stream.library.collection import open_collection
from custom_components.yoto_smart_stream.library.importing import Import, Importer

from ..audio.sound import MONO, decode
from .samples import FILE, NOW

LIMITS = Limits(size_bytes=64 * 1024 * 1024, seconds=600)
SOUND = "anoisesrc=d=1:a=0.3:seed=2"
PICTURE = "testsrc=d=1:s=320x240:r=25"
GOOD = None
ANY = frozenset(AudioErrorCode)

type Case = tuple[str, bytes, frozenset[AudioErrorCode | None]]


def _synchsafe(size: int) -> bytes:
    """Return a length as ID3 writes it."""
    return bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))


def _id3(frames: bytes, version: int = 3) -> bytes:
    """Return a tag of ID3."""
    return b"ID3" + bytes((version, 0, 0)) + _synchsafe(len(frames)) + frames


def _frame(name: bytes, content: bytes) -> bytes:
    """Return a frame of ID3v2.3."""
    return name + struct.pack(">IH", len(content), 0) + content


def _png(width: int, height: int, data: bytes) -> bytes:
    """Return a picture that says how large it is, whatever is in it."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        checked = kind + content
        return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    )


def _ebml(code: str, content: bytes) -> bytes:
    """Return an element of Matroska."""
    return bytes.fromhex(code) + struct.pack(">Q", 0x01 << 56 | len(content)) + content


def _webm_bomb() -> bytes:
    """Return a WebM whose blocks are compressed and grow a thousandfold."""
    compression = _ebml("5034", _ebml("4254", b"\x00"))
    encodings = _ebml("6D80", _ebml("6240", _ebml("5031", b"\x00") + compression))
    audio = _ebml("E1", _ebml("B5", struct.pack(">d", 48_000.0)) + _ebml("9F", b"\x01"))
    track = b"".join(
        (
            _ebml("D7", b"\x01"),
            _ebml("73C5", b"\x01"),
            _ebml("83", b"\x02"),
            _ebml("86", b"A_PCM/INT/LIT"),
            audio,
            encodings,
        )
    )
    packed = zlib.compress(bytes(150_000_000), 9)
    blocks = b"".join(_ebml("A3", b"\x81\x00\x00\x80" + packed) for _ in range(3))
    head = _ebml("1A45DFA3", _ebml("4282", b"webm"))
    cluster = _ebml("1F43B675", _ebml("E7", b"\x00") + blocks)
    return head + _ebml("18538067", _ebml("1654AE6B", _ebml("AE", track)) + cluster)


def _flac_with(good: bytes, kind: int, block: bytes, count: int = 1) -> bytes:
    """Return a FLAC with more blocks of metadata behind its first."""
    first = bytearray(good[4:42])
    first[0] &= 0x7F
    more = (bytes((kind,)) + len(block).to_bytes(3) + block) * count
    padding = b"\x81\x00\x00\x04" + bytes(4)
    audio = good[good.index(b"\xff\xf8", 42) :]
    return good[:4] + bytes(first) + more + padding + audio


def _wave(rate: int, bits: int, samples: bytes) -> bytes:
    """Return a WAV of one channel."""
    about = struct.pack("<HHIIHH", 1, 1, rate, rate * bits // 8, bits // 8, bits)
    content = b"WAVEfmt " + struct.pack("<I", len(about)) + about
    content += b"data" + struct.pack("<I", len(samples)) + samples
    return b"RIFF" + struct.pack("<I", len(content)) + content


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., bytes]:
    """Return what makes files with ffmpeg."""
    folder = tmp_path_factory.mktemp("made")

    def make_with(name: str, *options: str, inputs: tuple[str, ...] = (SOUND,)) -> bytes:
        given = [part for source in inputs for part in ("-f", "lavfi", "-i", source)]
        command = ["ffmpeg", "-y", "-v", "error", *given, *options, str(folder / name)]
        subprocess.run(command, check=True)  # noqa: S603
        return (folder / name).read_bytes()

    return make_with


def _cases(made: Callable[..., bytes]) -> Iterator[Case]:
    """Yield names, contents, and what may come of them."""
    good, refused = frozenset((GOOD,)), ANY
    mp3, flac = made("x.mp3", "-b:a", "64k"), made("x.flac")
    # Rates and depths that are odd, and audio all the same.
    for rate in (5512, 11_025, 37_800, 44_056, 96_000, 192_000):
        yield f"rate {rate}.wav", made("rate.wav", "-ar", str(rate)), good
    for rate in (12_345, 50_000):
        yield f"rate {rate}.flac", made("rate.flac", "-ar", str(rate)), good
    yield "eight kHz.mp3", made("low.mp3", "-ar", "8000"), good
    for codec in ("pcm_u8", "pcm_s24le", "pcm_f64le", "pcm_alaw"):
        yield f"{codec}.wav", made("deep.wav", "-c:a", codec), good
    for channels in (6, 8):
        yield f"{channels} channels.flac", made("many.flac", "-ac", str(channels)), good
    # Rates that are none.
    loud = bytes(range(256)) * 400
    for rate in (3, 4_000_000, 2**31 - 1):
        yield f"rate {rate}.wav", _wave(rate, 16, loud), ANY | good
    # Pictures that move, with sound and without, in containers of audio too.
    unsupported = frozenset((AudioErrorCode.UNSUPPORTED,))
    both = ("-map", "0:a", "-map", "1:v")
    video, silent = (SOUND, PICTURE), (PICTURE,)
    mpeg4, vp8 = ("-c:v", "mpeg4"), ("-c:v", "libvpx")
    yield "film.m4a", made("film.mp4", *both, *mpeg4, "-c:a", "aac", inputs=video), unsupported
    film = made("film.webm", *both, *vp8, "-c:a", "libvorbis", inputs=video)
    yield "film.webm", film, unsupported
    yield "no sound.m4a", made("mute.mp4", *mpeg4, inputs=silent), unsupported
    yield "no sound.webm", made("mute.webm", *vp8, inputs=silent), unsupported
    for name in ("film.mkv", "film.avi", "film.mpg", "film.flv"):
        content = made(name, *both, "-ar", "44100", inputs=video)
        yield f"{name}.mp3", content, unsupported
    # Tags that are huge, and what is hidden in them.
    texts = b"".join(_frame(b"TXXX", b"\x00" + bytes((65 + n % 26,)) * 900) for n in range(20_000))
    yield "many tags.mp3", _id3(texts) + mp3, good
    yield "long title.mp3", _id3(_frame(b"TIT2", b"\x00" + b"x" * 5_000_000)) + mp3, good
    bomb = _png(60_000, 60_000, zlib.compress(bytes(100_000_000), 9))
    for name, picture in (("bomb", bomb), ("large", bomb + bytes(12_000_000)), ("none", b"")):
        frame = _frame(b"APIC", b"\x00image/png\x00\x03\x00" + picture)
        yield f"picture {name}.mp3", _id3(frame) + mp3, good
    comment = b"\x04\x00\x00\x00test" + struct.pack("<I", 1) + struct.pack("<I", 10_000_000)
    yield (
        "long comment.flac",
        _flac_with(flac, 4, comment + b"TITLE=" + b"x" * 9_999_994),
        ANY | good,
    )
    yield "many blocks.flac", _flac_with(flac, 2, b"test" + bytes(60_000), 200), good
    lies = b"\x04\x00\x00\x00test\xff\xff\xff\xff"
    yield "lying comment.flac", _flac_with(flac, 4, lies), ANY | good
    yield "apetag.mp3", mp3 + b"APETAGEX" + struct.pack("<IIII", 2000, 2**31, 2**31, 0), ANY | good
    # Containers that grow when they are unpacked.
    yield "bomb.webm", _webm_bomb(), refused
    for count in (1, 50):
        tag = b"TIT2" + _synchsafe(200_000) + b"\x00\x09" + _synchsafe(2**27)
        tag += zlib.compress(bytes(100_000_000), 9).ljust(200_000, b"\x00")
        yield f"tag bombs {count}.mp3", _id3(tag * count, 4) + mp3, ANY | good
    # Nothing but pictures and documents, whatever they are called.
    for name, content in (
        ("cover.png", bomb[:10_000]),
        ("song.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("book.pdf", b"%PDF-1.7\n" + bytes(1000)),
        ("subtitles.srt", b"1\n00:00:01,000 --> 00:00:02,000\nHello\n"),
        ("concat.txt", b"ffconcat version 1.0\nfile /etc/passwd\n"),
        ("cue.cue", b'FILE "/etc/passwd" WAVE\n  TRACK 01 AUDIO\n'),
    ):
        yield f"{name}.mp3", content, unsupported


async def test_odd_files_through_the_importer(made: Callable[..., bytes], tmp_path: Path) -> None:
    """Each is refused for a reason or becomes one item; soon, and with nothing left behind."""
    cases = await asyncio.to_thread(lambda: list(_cases(made)))
    library = tmp_path / "library"
    collection = await open_collection(library, None, now=NOW)
    importer = Importer(collection, ffmpeg=Ffmpeg(), profile=MONO, limits=LIMITS)
    given = tmp_path / "given"
    given.mkdir()
    room = asyncio.Semaphore(2)
    told: list[str] = []

    async def judge(name: str, content: bytes) -> tuple[AudioErrorCode | None, float]:
        path = given / name
        async with room:
            await asyncio.to_thread(path.write_bytes, content)
            begin = time.monotonic()
            try:
                imported = await importer.run(Import(path=path, source=FILE))
            except AudioError as err:
                told.append(str(err))
                return err.code, time.monotonic() - begin
            assert walk(collection.path(imported.item), MONO).is_bare
            assert len(imported.item.details.title) < 2000
            return None, time.monotonic() - begin

    found = await asyncio.gather(*(judge(name, content) for name, content, _ in cases))
    wrong = {
        name: code
        for (name, _, allowed), (code, _) in zip(cases, found, strict=True)
        if code not in allowed
    }
    assert wrong == {}
    assert not [text for text in told if str(tmp_path) in text]
    assert [name for (name, *_), (_, took) in zip(cases, found, strict=True) if took > 15] == []
    assert not list((library / "arriving").iterdir())
    stored = {collection.path(item) for item in collection.index.items}
    assert set((library / "audio").iterdir()) == stored
    assert {path.name for path in given.iterdir()} == {name for name, *_ in cases}
    assert not [child for child in psutil.Process().children() if "ff" in child.name()]
    # What a decoder makes of them, all at once: frames stand for themselves.
    joined = b"".join([await asyncio.to_thread(path.read_bytes) for path in sorted(stored)])
    await asyncio.to_thread(decode, joined)
