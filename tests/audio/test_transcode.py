"""Transcoding: whatever comes in, a canonical file comes out, or a reason."""

import asyncio
from collections.abc import Callable
import hashlib
import os
from pathlib import Path
import threading
from typing import BinaryIO

import numpy as np
import psutil
import pytest

from custom_components.yoto_smart_stream.audio.errors import AudioError, AudioErrorCode, ToolError
from custom_components.yoto_smart_stream.audio.ffmpeg import (
    MEMORY_BYTES,
    NICENESS,
    Ffmpeg,
    StalledError,
)
from custom_components.yoto_smart_stream.audio.frame_walk import walk
from custom_components.yoto_smart_stream.audio.partial import remove_partial_files, write_file
from custom_components.yoto_smart_stream.audio.profile import Profile
from custom_components.yoto_smart_stream.audio.stoppable import Watch
from custom_components.yoto_smart_stream.audio.transcode import Limits, Made, Wishes, make_canonical

from .sound import CANONICAL, MONO, decode, loudest, loudness, make, make_canonical_mp3, names

STEREO = Profile(bit_rate=192, sample_rate=48_000, channels=2)
QUIET_BETWEEN = "aevalsrc='0.3*sin(2*PI*500*t)*between(t,1,3)':d=4.5"


async def _made(
    source: Path,
    *,
    profile: Profile = MONO,
    wishes: Wishes | None = None,
    limits: Limits | None = None,
    on_progress: Callable[[float], None] = lambda _: None,
) -> Made:
    """Make a canonical file named `out` beside the source."""
    return await make_canonical(
        source,
        source.with_name("out"),
        ffmpeg=Ffmpeg(),
        profile=profile,
        wishes=wishes,
        limits=limits,
        on_progress=on_progress,
    )


async def _refusal(source: Path, limits: Limits | None = None) -> AudioError:
    """Return why a file is refused, and insist that nothing is left."""
    before = set(source.parent.iterdir())
    with pytest.raises(AudioError) as caught:
        await _made(source, limits=limits)
    assert set(source.parent.iterdir()) == before
    return caught.value


_FORMATS = {
    "x.mp3": [],
    "variable.mp3": ["-q:a", "3"],
    "x.m4a": ["-c:a", "aac"],
    "x.aac": ["-c:a", "aac"],
    "x.ogg": ["-c:a", "libvorbis"],
    "flac.ogg": ["-c:a", "flac"],
    "x.opus": ["-c:a", "libopus"],
    "x.flac": [],
    "x.wav": ["-ac", "2"],
    "low.wav": ["-ar", "8000", "-c:a", "pcm_u8"],
    "high.wav": ["-ar", "192000", "-c:a", "pcm_f32le"],
    "x.webm": ["-c:a", "libopus"],
}


@pytest.mark.parametrize(
    ("name", "profile"),
    [*((name, MONO) for name in _FORMATS), ("x.mp3", STEREO), ("x.wav", STEREO)],
)
async def test_every_format_becomes_canonical(tmp_path: Path, name: str, profile: Profile) -> None:
    """The result has the profile, the length, the facts and the sound."""
    source = make(tmp_path / name, *_FORMATS[name])
    told: list[float] = []
    made = await _made(source, profile=profile, on_progress=told.append)
    target = tmp_path / "out"
    found = walk(target, profile)
    assert found.is_bare
    content = target.read_bytes()
    written = made.written
    assert (written.frames, written.size_bytes) == (found.frames, len(content))
    assert written.sha256 == hashlib.sha256(content).hexdigest()
    assert written.seconds == pytest.approx(2, abs=0.15)
    samples = decode(content, profile)
    # Between mono and stereo, ffmpeg keeps the power and not the samples.
    assert 0.15 < loudest(samples) < 0.4
    assert told == sorted(told)
    assert told[-1] == 1
    assert names(tmp_path) == {name, "out"}


async def test_what_is_canonical_is_copied(tmp_path: Path) -> None:
    """Every sample stays; only the tags and the Info frame go."""
    bare = make_canonical_mp3(tmp_path / "bare.mp3")
    tagged = make(
        tmp_path / "x.mp3", "-b:a", "128k", "-reservoir", "0", "-metadata", "title=A tune"
    )
    titles = []
    for source in (bare, tagged):
        made = await _made(source)
        assert made.was_copied
        titles.append(made.container.tags.title)
        assert np.array_equal(decode((tmp_path / "out").read_bytes()), decode(bare.read_bytes()))
    assert titles == [None, "A tune"]
    reservoir = make(tmp_path / "y.mp3", "-b:a", "128k")
    assert not (await _made(reservoir)).was_copied


async def test_frames_that_do_not_decode_are_not_copied(tmp_path: Path) -> None:
    """A file whose frames look right but are damaged inside is encoded anew, without a click."""
    source = make_canonical_mp3(tmp_path / "x.mp3", "anoisesrc=d=2:a=0.5:seed=3")
    content = bytearray(source.read_bytes())
    for frame in range(20, 30):
        start = MONO.bytes_of(frame) + 40
        content[start : start + 300] = b"\xaa" * 300
    source.write_bytes(content)
    await _made(source)
    decode((tmp_path / "out").read_bytes())


@pytest.mark.parametrize("volume", ["0.02", "0.9"])
async def test_loudness_is_brought_to_one_level(tmp_path: Path, volume: str) -> None:
    """Whispered or shouted: -16 LUFS, and no peak is cut off."""
    speech = f"aevalsrc='{volume}*sin(2*PI*400*t)*(0.6+0.4*sin(9*t))':d=6"
    source = make(tmp_path / "x.flac", source=speech)
    await _made(source, wishes=Wishes(level=True))
    found = loudness(tmp_path / "out")
    assert found.lufs == pytest.approx(-16, abs=0.5)
    assert found.peak_db < 0


async def test_peaks_are_limited_and_not_cut(tmp_path: Path) -> None:
    """A quiet voice with one loud bang: the bang stays below full scale."""
    source = make(
        tmp_path / "x.flac",
        source="aevalsrc='0.01*sin(2*PI*400*t)+0.9*between(t,3,3.01)*sin(2*PI*900*t)':d=6",
    )
    await _made(source, wishes=Wishes(level=True))
    assert loudness(tmp_path / "out").peak_db < 0


async def test_silence_is_trimmed_and_added(tmp_path: Path) -> None:
    """Both ends are trimmed but for a breath, and the lead-in is silent to the sample."""
    source = make(tmp_path / "x.flac", source=QUIET_BETWEEN)
    made = await _made(source, wishes=Wishes(trim=True))
    assert made.written.seconds == pytest.approx(2.2, abs=0.1)
    made = await _made(source, wishes=Wishes(trim=True, lead_in=2))
    assert made.written.seconds == pytest.approx(4.2, abs=0.1)
    samples = decode((tmp_path / "out").read_bytes())
    assert loudest(samples[: MONO.frames_in(2) * 1152]) == 0
    assert loudest(samples) > 0.25
    copied = await _made(make_canonical_mp3(tmp_path / "x.mp3"), wishes=Wishes(lead_in=1))
    assert copied.was_copied
    assert copied.written.seconds == pytest.approx(3, abs=0.1)


@pytest.mark.parametrize("suffix", ["flac", "mp3", "wav"])
async def test_silence_is_refused(tmp_path: Path, suffix: str) -> None:
    """Nothing, and nothing that anybody would hear, whatever was wished."""
    for number, source in enumerate(("anullsrc=d=1,atrim=0:1", "sine=d=1,volume=-50dB")):
        path = make(tmp_path / f"{number}.{suffix}", "-b:a", "128k", *CANONICAL, source=source)
        assert (await _refusal(path)).code is AudioErrorCode.SILENT
        with pytest.raises(AudioError) as caught:
            await _made(path, wishes=Wishes(level=True))
        assert caught.value.code is AudioErrorCode.SILENT
    await _made(make(tmp_path / "soft.flac", source="sine=d=1,volume=-30dB"))


async def test_too_long_and_too_big(tmp_path: Path) -> None:
    """The limit is told; a file that hides its length is found out."""
    for name in ("x.flac", "x.mp3", "x.aac", "x.opus"):
        path = make(tmp_path / name)
        error = await _refusal(path, Limits(seconds=1))
        assert (error.code, error.limit) == (AudioErrorCode.TOO_LONG, 1)
        error = await _refusal(path, Limits(size_bytes=1000))
        assert (error.code, error.limit) == (AudioErrorCode.TOO_BIG, 1000)
        assert "limit: 1000" in str(error)
    # A WAV of unknown length, as programs write that cannot go back to the beginning.
    wave = bytearray(make(tmp_path / "x.wav", source="sine=d=9").read_bytes())
    data = wave.index(b"data")
    wave[data + 4 : data + 8] = wave[4:8] = b"\xff\xff\xff\xff"
    (tmp_path / "x.wav").write_bytes(wave)
    assert (await _refusal(tmp_path / "x.wav", Limits(seconds=5))).code is AudioErrorCode.TOO_LONG
    await _made(tmp_path / "x.wav")


@pytest.mark.parametrize("wishes", [Wishes(), Wishes(level=True)], ids=["plain", "levelled"])
async def test_cancelling_leaves_nothing(tmp_path: Path, wishes: Wishes) -> None:
    """In the middle of the work: no process and no file, and what was there stays."""
    source = make(tmp_path / "x.wav", source="anoisesrc=d=600:a=0.3")
    target = tmp_path / "out"
    target.write_bytes(b"what was there")
    moving = asyncio.Event()
    making = asyncio.create_task(_made(source, wishes=wishes, on_progress=lambda _: moving.set()))
    await moving.wait()
    [process] = [
        child for child in psutil.Process().children() if child.name().startswith("ffmpeg")
    ]
    assert process.nice() == NICENESS
    assert process.rlimit(psutil.RLIMIT_DATA) == (MEMORY_BYTES, MEMORY_BYTES)
    making.cancel()
    with pytest.raises(asyncio.CancelledError):
        await making
    assert not process.is_running()
    assert names(tmp_path) == {"x.wav", "out"}
    assert target.read_bytes() == b"what was there"


async def test_cancelling_at_any_moment(tmp_path: Path) -> None:
    """Whenever it happens, even while frames are copied, nothing is left."""
    source = make_canonical_mp3(tmp_path / "x.mp3", "anoisesrc=d=60:a=0.3")
    for step in range(12):
        making = asyncio.create_task(_made(source))
        await asyncio.sleep(step * 0.03)
        making.cancel()
        done = await asyncio.gather(making, return_exceptions=True)
        left = names(tmp_path)
        if isinstance(done[0], Made):
            assert left == {"x.mp3", "out"}
            (tmp_path / "out").unlink()
        else:
            assert left == {"x.mp3"}
    assert not [child for child in psutil.Process().children() if "ff" in child.name()]


async def test_without_ffmpeg(tmp_path: Path) -> None:
    """A missing program is no fault of the file."""
    source = make(tmp_path / "x.flac")
    with pytest.raises(ToolError, match="cannot be started"):
        await make_canonical(
            source, tmp_path / "out", ffmpeg=Ffmpeg(binary="/none/ffmpeg"), profile=MONO
        )


async def test_a_full_disk_is_no_fault_of_the_file(tmp_path: Path) -> None:
    """The error is that of the disk."""
    source = make(tmp_path / "x.flac")
    tool = tmp_path / "ffmpeg"
    tool.write_text("#!/bin/sh\necho 'x: No space left on device' >&2\nexit 1\n")
    tool.chmod(0o755)
    (tmp_path / "ffprobe").write_text('#!/bin/sh\nexec ffprobe "$@"\n')
    (tmp_path / "ffprobe").chmod(0o755)
    with pytest.raises(OSError, match=os.strerror(28)):
        await make_canonical(
            source, tmp_path / "out", ffmpeg=Ffmpeg(binary=str(tool)), profile=MONO
        )


async def test_a_program_that_hangs_is_killed(tmp_path: Path) -> None:
    """Nobody waits for ever."""
    tool = tmp_path / "ffmpeg"
    tool.write_text("#!/bin/sh\nwhile :; do echo progress=continue; sleep 0.1; done\n")
    tool.chmod(0o755)
    with pytest.raises(StalledError):
        await Ffmpeg(binary=str(tool)).transform([], patience=0.5)
    assert not [child for child in psutil.Process().children() if child.name() == "ffmpeg"]


async def test_writing_ends_when_it_is_cancelled(tmp_path: Path) -> None:
    """The thread has ended when the cancelled task has, and its file is gone."""
    begun = threading.Event()
    ended = threading.Event()

    def write(file: BinaryIO, watch: Watch) -> None:
        """Write for ever."""
        begun.set()
        try:
            while True:
                file.write(b"x" * 1000)
                watch()
        finally:
            ended.set()

    writing = asyncio.create_task(write_file(tmp_path / "x", write))
    await asyncio.to_thread(begun.wait)
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    assert ended.is_set()
    assert names(tmp_path) == set()


async def test_writing_that_fails_keeps_what_was_there(tmp_path: Path) -> None:
    """The target changes when all is written, and not before."""

    def write(file: BinaryIO, watch: Watch) -> None:
        """Fail halfway."""
        file.write(b"half")
        raise OSError("The disk failed")

    (tmp_path / "x").write_bytes(b"old")
    with pytest.raises(OSError, match="The disk failed"):
        await write_file(tmp_path / "x", write)
    assert names(tmp_path) == {"x"}
    assert (tmp_path / "x").read_bytes() == b"old"


def test_what_a_power_cut_left_is_removed(tmp_path: Path) -> None:
    """Only what is partial goes."""
    (tmp_path / ".x.mp3.0123456789abcdef.partial").write_bytes(b"half")
    (tmp_path / "x.mp3").write_bytes(b"whole")
    assert remove_partial_files(tmp_path) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["x.mp3"]


async def test_half_a_frame_at_the_end_is_left_out(tmp_path: Path) -> None:
    """A recording that ends in the middle of a frame, and promises no length, is what it is."""
    whole = make_canonical_mp3(tmp_path / "x.mp3")
    whole.write_bytes(whole.read_bytes()[:-200])
    made = await _made(whole)
    assert not made.was_copied
    assert made.written.seconds == pytest.approx(2, abs=0.15)
