"""Telling what an audio file is, with files that ffmpeg makes."""

import hashlib
from pathlib import Path
import subprocess

from hypothesis import given, strategies as st
import pytest

from custom_components.yoto_smart_stream.audio.errors import AudioError, AudioErrorCode
from custom_components.yoto_smart_stream.audio.formats import AudioFormat
from custom_components.yoto_smart_stream.audio.frames import read_frame
from custom_components.yoto_smart_stream.audio.probe import probe


def _make(path: Path, *options: str) -> Path:
    """Make two seconds of a tone."""
    source = ("-f", "lavfi", "-i", "sine=d=2")
    subprocess.run(  # noqa: S603 - a fixed program with options from this file
        ["ffmpeg", "-y", "-loglevel", "error", *source, *options, str(path)],  # noqa: S607
        check=True,
    )
    return path


def _refusal(path: Path) -> tuple[AudioErrorCode, str | None]:
    """Return why a file is refused."""
    with pytest.raises(AudioError) as caught:
        probe(path)
    assert str(path.parent) not in str(caught.value)
    return caught.value.code, caught.value.format


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(["-b:a", "128k"], id="constant rate"),
        pytest.param(["-q:a", "4"], id="variable rate"),
        pytest.param(["-b:a", "64k", "-id3v2_version", "0", "-write_xing", "0"], id="bare frames"),
        pytest.param(["-ar", "22050", "-b:a", "32k"], id="MPEG 2"),
        pytest.param(["-ar", "8000"], id="MPEG 2.5"),
    ],
)
def test_every_kind_of_mp3_is_accepted(tmp_path: Path, options: list[str]) -> None:
    """Whatever encoder made it: MPEG Layer III is what players get."""
    path = _make(tmp_path / "tune.mp3", *options)
    facts = probe(path)
    assert (facts.format, facts.content_type) == (AudioFormat.MP3, "audio/mpeg")
    assert facts.duration_seconds == pytest.approx(2, abs=0.2)
    assert facts.size_bytes == path.stat().st_size
    assert facts.channels == 1


def test_the_tags_are_read(tmp_path: Path) -> None:
    """Title and author come from the tags, blank ones count as none."""
    tags = ("-metadata", "title=Der Bär", "-metadata", "artist= ", "-metadata", "album_artist=Us")
    facts = probe(_make(tmp_path / "x.mp3", "-ac", "2", *tags))
    assert (facts.title, facts.author, facts.channels) == ("Der Bär", "Us", 2)
    facts = probe(_make(tmp_path / "y.mp3", "-map_metadata", "-1"))
    assert (facts.title, facts.author) == (None, None)


def test_the_name_does_not_matter(tmp_path: Path) -> None:
    """An MP3 with any name is one, and nothing becomes one by its name."""
    assert probe(_make(tmp_path / "tune.txt", "-f", "mp3")).format is AudioFormat.MP3
    assert _refusal(_make(tmp_path / "tune.mp3", "-f", "flac")) == (
        AudioErrorCode.UNSUPPORTED,
        "flac",
    )


@pytest.mark.parametrize(
    ("suffix", "options", "found"),
    [
        ("m4a", ["-c:a", "aac"], "m4a"),
        ("aac", ["-c:a", "aac"], "aac"),
        ("ogg", ["-c:a", "libvorbis"], "ogg"),
        ("ogg", ["-c:a", "flac"], "flac"),
        ("opus", ["-c:a", "libopus"], "opus"),
        ("flac", [], "flac"),
        ("wav", [], "wav"),
        ("aiff", [], "aiff"),
        ("webm", ["-c:a", "libopus"], "webm"),
        ("mp2", [], "mp2"),
        ("wma", [], "wma"),
    ],
)
def test_other_formats_are_named(
    tmp_path: Path, suffix: str, options: list[str], found: str
) -> None:
    """A family that tries another format is told which one it is."""
    path = _make(tmp_path / f"tune.{suffix}", *options)
    assert _refusal(path) == (AudioErrorCode.UNSUPPORTED, found)


def test_no_audio_at_all(tmp_path: Path) -> None:
    """Text, noise and pictures are no audio, whatever they are called."""
    path = tmp_path / "tune.mp3"
    for content in (
        b"Once upon a time\n" * 20_000,
        hashlib.shake_256(b"noise").digest(400_000),
        b"\x89PNG\r\n\x1a\n" + bytes(5000),
        b"\xff" * 100_000,
        bytes(100_000),
        b"x",
    ):
        path.write_bytes(content)
        assert _refusal(path) == (AudioErrorCode.UNSUPPORTED, None)


def test_broken_empty_and_missing(tmp_path: Path) -> None:
    """A tag without audio is a broken file; no bytes and no file have words of their own."""
    whole = _make(tmp_path / "whole.mp3", "-metadata", "title=Tune").read_bytes()
    path = tmp_path / "tune.mp3"
    path.write_bytes(whole[:60])
    assert _refusal(path) == (AudioErrorCode.BROKEN, None)
    path.write_bytes(b"")
    assert _refusal(path) == (AudioErrorCode.EMPTY, None)
    path.unlink()
    assert _refusal(path) == (AudioErrorCode.MISSING, None)
    path.mkdir()
    assert _refusal(path) == (AudioErrorCode.MISSING, None)


def test_scraps_before_the_first_frame(tmp_path: Path) -> None:
    """Padding that a tagger left behind does not hide the audio."""
    bare = _make(tmp_path / "bare.mp3", "-id3v2_version", "0").read_bytes()
    path = tmp_path / "tune.mp3"
    path.write_bytes(b"ID3\x04\x00\x00\x00\x00\x00\x0a" + bytes(10) + bytes(3000) + bare)
    assert probe(path).format is AudioFormat.MP3


@given(data=st.binary(max_size=16), start=st.integers(0, 20))
def test_a_frame_always_moves_on(data: bytes, start: int) -> None:
    """No header, however strange, makes a frame of no bytes, on which a walk would hang."""
    frame = read_frame(data, start)
    assert frame is None or frame.length > 0
