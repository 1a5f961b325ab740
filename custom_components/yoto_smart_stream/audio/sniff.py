"""Sniffing: the format of audio, told from its first bytes (blocking reads, nothing else).

MPEG audio has no signature. It is believed only where several frames follow each other without a
gap, which text, pictures and noise do not do by chance.
"""

from typing import BinaryIO, Final

from .formats import AudioFormat
from .frames import read_frame

_HEAD: Final = 4096
# Encoders and taggers leave padding or scraps between a tag and the first frame.
_SEARCH: Final = 128 * 1024
_FRAMES_IN_A_ROW: Final = 3
_ID3_HEADER: Final = 10
_ID3_FOOTER_FLAG: Final = 0x10
_MAX_ID3_TAGS: Final = 8
_EBML: Final = b"\x1a\x45\xdf\xa3"
_EBML_HEADER: Final = 64
# Pictures use the container of MP4 too.
_PICTURES: Final = frozenset({b"heic", b"heix", b"mif1", b"msf1", b"avif", b"avis"})


def sniff(file: BinaryIO) -> AudioFormat | None:
    """Return the format of an open file, None where it is no audio that we know (blocking)."""
    start = after_id3(file)
    file.seek(start)
    data = file.read(_SEARCH)
    return _by_signature(data[:_HEAD]) or _by_frames(data)


def after_id3(file: BinaryIO) -> int:
    """Return where the content starts behind the ID3v2 tags, which any format may carry."""
    start = 0
    for _ in range(_MAX_ID3_TAGS):
        file.seek(start)
        header = file.read(_ID3_HEADER)
        if len(header) < _ID3_HEADER or header[:3] != b"ID3":
            break
        # Four bytes of seven bits each: a tag never contains something that looks like a frame.
        length = sum(
            (byte & 0x7F) << shift for byte, shift in zip(header[6:], (21, 14, 7, 0), strict=True)
        )
        footer = _ID3_HEADER if header[5] & _ID3_FOOTER_FLAG else 0
        start += _ID3_HEADER + length + footer
    return start


def _by_signature(head: bytes) -> AudioFormat | None:
    """Recognise a container by its signature."""
    if head[:4] == b"OggS":
        return _by_ogg_codec(head)
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return AudioFormat.WAV
    if head[:4] == b"FORM" and head[8:12] in {b"AIFF", b"AIFC"}:
        return AudioFormat.AIFF
    if head[4:8] == b"ftyp" and head[8:12] not in _PICTURES:
        return AudioFormat.M4A
    if head[:4] == _EBML:
        return AudioFormat.WEBM if b"webm" in head[:_EBML_HEADER] else AudioFormat.MATROSKA
    for offset, signature, found in (
        (0, b"fLaC", AudioFormat.FLAC),
        (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", AudioFormat.WMA),
        (0, b"ADIF", AudioFormat.AAC),
        (0, b"#!AMR", AudioFormat.AMR),
        (0, b"\x0b\x77", AudioFormat.AC3),
        (0, b"MThd", AudioFormat.MIDI),
        (0, b"MAC ", AudioFormat.APE),
        (0, b"wvpk", AudioFormat.WAVPACK),
        (0, b"DSD ", AudioFormat.DSF),
        (0, b".snd", AudioFormat.AU),
    ):
        if head.startswith(signature, offset):
            return found
    return None


def _by_ogg_codec(head: bytes) -> AudioFormat:
    """Tell the codecs in an Ogg container apart by the first packet."""
    if b"OpusHead" in head:
        return AudioFormat.OPUS
    if b"\x7fFLAC" in head:
        return AudioFormat.FLAC
    return AudioFormat.OGG


def _by_frames(data: bytes) -> AudioFormat | None:
    """Recognise bare MPEG audio or ADTS by frames that follow each other without a gap."""
    start = data.find(b"\xff")
    while start >= 0:
        if (found := _run_of_frames(data, start)) is not None:
            return found
        start = data.find(b"\xff", start + 1)
    return None


def _run_of_frames(data: bytes, start: int) -> AudioFormat | None:
    """Return the format if frames of one kind follow each other from `start`."""
    kind: tuple[AudioFormat, int] | None = None
    for count in range(_FRAMES_IN_A_ROW):
        if start == len(data) and count:
            # A very short file, used up to its last byte by whole frames.
            break
        frame = read_frame(data, start)
        if frame is None or (kind is not None and frame.kind != kind):
            return None
        kind = frame.kind
        start += frame.length
    return kind[0] if kind else None
