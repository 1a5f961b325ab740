"""What a file says of itself before it is imported."""

import base64
from io import BytesIO
from pathlib import Path
from typing import Any

from mutagen.flac import FLAC, Picture
from mutagen.id3 import APIC
from mutagen.mp3 import MP3
from mutagen.mp4 import MP4, MP4Cover
from mutagen.oggopus import OggOpus
from mutagen.oggvorbis import OggVorbis
from PIL import Image
import pytest

from custom_components.yoto_smart_stream.audio.outline import Outline, outline

from .sound import make


def _picture() -> bytes:
    """Return a picture."""
    file = BytesIO()
    Image.new("RGB", (8, 8), "navy").save(file, "PNG")
    return file.getvalue()


PICTURE = _picture()


def _embed(path: Path, content: bytes) -> None:
    """Put a picture into a file, as taggers do."""
    picture = Picture()
    picture.type, picture.mime, picture.data = 3, "image/png", content
    audio: Any
    match path.suffix:
        case ".mp3":
            audio = MP3(path)
            audio.tags.add(APIC(encoding=3, mime="image/png", type=3, data=content))
        case ".m4a":
            audio = MP4(path)
            audio["covr"] = [MP4Cover(content, MP4Cover.FORMAT_PNG)]
        case ".flac":
            audio = FLAC(path)
            audio.add_picture(picture)
        case _:
            audio = (OggVorbis if path.suffix == ".ogg" else OggOpus)(path)
            audio["metadata_block_picture"] = [base64.b64encode(picture.write()).decode()]
    audio.save()


@pytest.mark.parametrize("name", ["x.mp3", "x.m4a", "x.flac", "x.ogg", "x.opus"])
def test_title_length_and_picture(tmp_path: Path, name: str) -> None:
    """In every format, however it keeps them."""
    codec = ("-c:a", "libopus") if name == "x.opus" else ()
    path = make(tmp_path / name, "-metadata", "title= Der Bär ", *codec)
    told = outline(path)
    assert (told.title, told.picture) == ("Der Bär", None)
    assert told.duration == pytest.approx(2, abs=0.1)
    _embed(path, PICTURE)
    assert outline(path).picture == PICTURE


@pytest.mark.parametrize("name", ["x.mp3", "x.flac", "x.ogg"])
def test_what_is_no_picture_is_left_out(tmp_path: Path, name: str) -> None:
    """Some files have something else in its place."""
    path = make(tmp_path / name, "-metadata", "title=A")
    _embed(path, b"no picture")
    assert outline(path) == Outline(title="A", duration=outline(path).duration)


def test_a_comment_that_holds_no_picture_is_left_out(tmp_path: Path) -> None:
    """Whatever stands there."""
    path = make(tmp_path / "x.ogg")
    for text in ("!", base64.b64encode(b"short").decode()):
        audio = OggVorbis(path)
        audio["metadata_block_picture"] = [text]
        audio.save()
        assert outline(path).picture is None


@pytest.mark.parametrize("content", [b"", b"Once upon a time", b"fLaC", b"ID3\x04"])
def test_what_says_nothing_has_an_empty_outline(tmp_path: Path, content: bytes) -> None:
    """What is wrong with it, an import says."""
    path = tmp_path / "x.flac"
    path.write_bytes(content)
    assert outline(path) == Outline()
    assert outline(tmp_path / "missing") == Outline()
