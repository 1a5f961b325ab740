"""Recognition: which of the formats that can be imported a file has (blocking).

Names and content types are not believed. What cannot be imported is named, so that a person can be
told what they have: `pdf` says more than "unsupported".
"""

from dataclasses import dataclass
import os
from pathlib import Path
from typing import Final

from .ending import has_its_end
from .errors import AudioError, AudioErrorCode
from .formats import AudioFormat
from .sniff import after_id3, sniff

_HEAD: Final = 4096
_OGG: Final = b"OggS"

# The reader in ffmpeg for each format that can be imported.
_READERS: Final = {
    AudioFormat.MP3: "mp3",
    AudioFormat.AAC: "aac",
    AudioFormat.M4A: "mov",
    AudioFormat.OGG: "ogg",
    AudioFormat.OPUS: "ogg",
    AudioFormat.FLAC: "flac",
    AudioFormat.WAV: "wav",
    AudioFormat.WEBM: "matroska",
}

IMPORTABLE: Final = frozenset(_READERS)

_SIGNATURES: Final = (
    (0, b"%PDF", "pdf"),
    (0, b"PK\x03\x04", "zip"),
    (0, b"PK\x05\x06", "zip"),
    (0, b"\x1f\x8b", "gzip"),
    (0, b"7z\xbc\xaf\x27\x1c", "7z"),
    (0, b"Rar!", "rar"),
    (0, b"BZh", "bzip2"),
    (0, b"\xfd7zXZ\x00", "xz"),
    (257, b"ustar", "tar"),
    (0, b"\x89PNG", "png"),
    (0, b"\xff\xd8\xff", "jpeg"),
    (0, b"GIF8", "gif"),
    (8, b"WEBP", "webp"),
    (8, b"AVI ", "avi"),
    (0, b"FLV\x01", "flv"),
    (0, b"\x00\x00\x01\xba", "mpeg video"),
    (0, b"\x00\x00\x01\xb3", "mpeg video"),
    (0, b"\x7fELF", "program"),
    (0, b"MZ", "program"),
    (0, b"#EXTM3U", "playlist"),
    (0, b"[playlist]", "playlist"),
    (0, b"<!DOCTYPE html", "html"),
    (0, b"<html", "html"),
    (0, b"ID3", "id3"),
)
_TRANSPORT_PACKET: Final = 188
_CONTROL: Final = frozenset(range(32)) - set(b"\t\n\f\r\x1b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """Name a format and the reader in ffmpeg for it."""

    format: AudioFormat
    reader: str


def recognise(path: Path) -> Recognised:
    """Return what a file is, if it can be imported (blocking).

    Raises:
        AudioError: It is missing, empty, cut off, broken, or of a format that is not imported
            (`format` names what was found, None where nothing was).
    """
    try:
        if not path.is_file():
            raise AudioError(AudioErrorCode.MISSING, path)
        with path.open("rb") as file:
            found = sniff(file)
            start = after_id3(file)
            file.seek(start)
            head = file.read(_HEAD)
            size = file.seek(0, os.SEEK_END)
            is_whole = has_its_end(file, start)
    except OSError as err:
        raise AudioError(AudioErrorCode.MISSING, path) from err
    if not size:
        raise AudioError(AudioErrorCode.EMPTY, path)
    if found is None and start:
        # Only audio carries this tag, and no audio follows it.
        raise AudioError(AudioErrorCode.BROKEN, path)
    if found not in IMPORTABLE:
        raise AudioError(AudioErrorCode.UNSUPPORTED, path, found or _name_of(head))
    if not is_whole:
        raise AudioError(AudioErrorCode.CUT_OFF, path, found)
    reader = "ogg" if head.startswith(_OGG) else _READERS[found]
    return Recognised(format=found, reader=reader)


def _name_of(head: bytes) -> str | None:
    """Name something that is no audio by its first bytes."""
    for offset, signature, name in _SIGNATURES:
        if head[offset : offset + len(signature)].lower() == signature.lower():
            return name
    packets = head[0 : 4 * _TRANSPORT_PACKET : _TRANSPORT_PACKET]
    if packets == b"GGGG":
        return "mpeg video"
    return "text" if _is_text(head) else None


def _is_text(head: bytes) -> bool:
    """Tell whether bytes read as text; one letter may be cut at the end."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    try:
        head.decode()
    except UnicodeDecodeError as err:
        if err.start < len(head) - 3:
            return False
    return not _CONTROL & set(head)
