"""What a file says of itself: tags, chapters, cover, and what is in it."""

from pathlib import Path

from mutagen.flac import FLAC
from mutagen.oggvorbis import OggVorbis
import pytest

from custom_components.yoto_smart_stream.audio.container import Container, Tags, read_container
from custom_components.yoto_smart_stream.audio.cover import Cover, read_cover
from custom_components.yoto_smart_stream.audio.errors import AudioError, AudioErrorCode
from custom_components.yoto_smart_stream.audio.ffmpeg import Ffmpeg
from custom_components.yoto_smart_stream.audio.recognition import recognise

from .sound import make, run

METADATA = """;FFMETADATA1
title=  Der Bär & die Maus
artist=Großmutter
album=Märchen\\
zwei
track=3/12
[CHAPTER]
TIMEBASE=1/1000
START=0
END=1000
title=Anfang
[CHAPTER]
TIMEBASE=1/1000
START=1000
END=2000
title=Schluss
"""
TAGS = Tags(title="Der Bär & die Maus", author="Großmutter", album="Märchen zwei", track=3)


async def _read(path: Path) -> tuple[Container, Cover | None]:
    """Read a file and its cover."""
    recognised = recognise(path)
    container = await read_container(Ffmpeg(), path, recognised)
    return container, await read_cover(Ffmpeg(), path, recognised, container)


def _tagged(path: Path, *options: str) -> Path:
    """Make a file with tags and chapters."""
    metadata = path.with_suffix(".txt")
    metadata.write_text(METADATA)
    reading = ("-i", str(metadata), "-map", "0:a", "-map_metadata", "1")
    return make(path, *reading, *options)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("x.mp3", []),
        ("x.m4a", ["-c:a", "aac"]),
        ("x.ogg", ["-c:a", "libvorbis"]),
        ("x.opus", ["-c:a", "libopus"]),
        ("x.flac", []),
        ("x.webm", ["-c:a", "libopus"]),
    ],
)
async def test_tags_and_chapters(tmp_path: Path, name: str, options: list[str]) -> None:
    """In every format that has them, in one shape."""
    container, cover = await _read(_tagged(tmp_path / name, *options))
    assert container.tags == TAGS
    marks = [(round(mark.start), round(mark.stop), mark.title) for mark in container.chapters]
    if name not in {"x.flac", "x.ogg"}:  # ffmpeg writes none there
        assert marks == [(0, 1, "Anfang"), (1, 2, "Schluss")]
    assert container.declared_seconds == pytest.approx(2, abs=0.1)
    assert container.channels == 1
    assert cover is None


@pytest.mark.parametrize("name", ["x.flac", "x.ogg"])
async def test_chapters_in_comments(tmp_path: Path, name: str) -> None:
    """The usual way of FLAC and Vorbis, which other programs write."""
    path = make(tmp_path / name)
    audio = FLAC(path) if name == "x.flac" else OggVorbis(path)
    for number, title in ((1, "Anfang"), (2, "Schluss")):
        audio[f"chapter00{number}"] = [f"00:00:0{number - 1}.000"]
        audio[f"chapter00{number}name"] = [title]
    audio.save()
    container, _ = await _read(path)
    marks = [(round(mark.start), round(mark.stop), mark.title) for mark in container.chapters]
    assert marks == [(0, 1, "Anfang"), (1, 2, "Schluss")]


async def test_tags_of_a_wav(tmp_path: Path) -> None:
    """It has few."""
    container, _ = await _read(_tagged(tmp_path / "x.wav"))
    assert (container.tags.title, container.tags.author) == (TAGS.title, TAGS.author)


async def test_no_tags(tmp_path: Path) -> None:
    """Nothing is invented; a blank tag is none."""
    path = make(tmp_path / "x.mp3", "-metadata", "title=  ", "-metadata", "track=-3")
    container, _ = await _read(path)
    assert (container.tags, container.chapters) == (Tags(), ())


@pytest.mark.parametrize("name", ["x.mp3", "x.m4a", "x.flac"])
@pytest.mark.parametrize("picture", ["mjpeg", "png"])
async def test_the_cover(tmp_path: Path, name: str, picture: str) -> None:
    """The picture comes out byte by byte as it went in, with its type."""
    image = tmp_path / "cover"
    frames = ("-frames:v", "1", "-c:v", picture, "-f", "image2pipe")
    make(image, *frames, source="testsrc=size=64x64:duration=1")
    reading = ("-i", str(image), "-map", "0:a", "-map", "1:v", "-c:v", "copy")
    path = make(tmp_path / name, *reading, "-disposition:v", "attached_pic")
    _, cover = await _read(path)
    assert cover is not None
    assert cover.content == image.read_bytes()
    assert cover.content_type == {"mjpeg": "image/jpeg", "png": "image/png"}[picture]


async def test_nonsense_in_tags(tmp_path: Path) -> None:
    """Control characters, megabytes, and numbers that are none: what is left is usable."""
    title = "A\x00B\x07\x1b[31m" + "x" * 50_000
    path = make(tmp_path / "x.flac")
    audio = FLAC(path)
    audio["title"] = [title.replace("\x00", "")]
    audio["tracknumber"] = ["\uff19\uff19"]
    audio["chapter001"] = ["00:00:99999.000"]
    audio["chapter001name"] = ["\u202e" * 10]
    audio.save()
    container, _ = await _read(path)
    assert container.tags.title is not None
    assert len(container.tags.title) <= 1000
    assert container.tags.title.isprintable()
    assert container.tags.track is None
    assert all(mark.start < mark.stop for mark in container.chapters)


async def _refusal(path: Path) -> tuple[AudioErrorCode, str | None]:
    """Return why a file is refused."""
    with pytest.raises(AudioError) as caught:
        await _read(path)
    return caught.value.code, caught.value.format


@pytest.mark.parametrize("suffix", ["mp4", "webm"])
async def test_a_video_is_no_audio(tmp_path: Path, suffix: str) -> None:
    """A container that moves is named a video; without sound there is nothing to hear."""
    codec = {"mp4": "mpeg4", "webm": "libvpx"}[suffix]
    video = tmp_path / f"x.{suffix}"
    pictures = "testsrc=size=64x64:rate=5:duration=1"
    command = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", pictures, "-f", "lavfi", "-i", "sine"]
    run([*command, "-t", "1", "-c:v", codec, str(video)])
    assert await _refusal(video) == (AudioErrorCode.UNSUPPORTED, "video")


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"%PDF-1.7 ...", "pdf"),
        (b"PK\x03\x04" + bytes(50), "zip"),
        (b"Once upon a time\n" * 200, "text"),
        ("Es war einmal ein Bär".encode("utf-16"), "text"),
        (("ä" * 2047 + "xä").encode()[:4096], "text"),
        (b"#EXTM3U\nhttp://example.com/x.mp3", "playlist"),
        (b"<!doctype html><p>Not found", "html"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "png"),
        (b"#!AMR\n" + bytes(50), "amr"),
        (b"MThd" + bytes(50), "midi"),
        (b"\x1a\x45\xdf\xa3" + b"\x42\x82\x88matroska", "matroska"),
        (bytes(4) + b"ftypheic" + bytes(50), None),
        ((b"G" + bytes(187)) * 5, "mpeg video"),
        (b"RIFF\x00\x00\x00\x00AVI LIST", "avi"),
        (bytes(range(256)) * 4, None),
        (bytes(1000), None),
    ],
)
async def test_what_is_not_imported_is_named(
    tmp_path: Path, content: bytes, name: str | None
) -> None:
    """Whatever it is called, a family is told what it has."""
    path = tmp_path / "tune.mp3"
    path.write_bytes(content)
    assert await _refusal(path) == (AudioErrorCode.UNSUPPORTED, name)
