"""Reading an MP3 body far enough to know what was got: frames, their length and their time.

Nothing is decoded to sound. A body is cut into pieces, each a frame or something else that players
pass over (tags, padding, damage), so that every byte of the body is in exactly one piece.
"""

from dataclasses import dataclass
from typing import Final

_BITRATES_1: Final = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_BITRATES_2: Final = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_SAMPLE_RATES: Final = {
    3: (44_100, 48_000, 32_000),
    2: (22_050, 24_000, 16_000),
    0: (11_025, 12_000, 8_000),
}
"""By the two version bits: 3 is MPEG-1, 2 is MPEG-2, 0 is MPEG-2.5."""

_SYNC: Final = 0xFFE0
"""The eleven bits that begin every frame."""

_HEADER: Final = 4
_ID3_HEADER: Final = 10
_LAYER_3: Final = 1
_MONO: Final = 3
_MPEG_1: Final = 3
_PATIENCE: Final = 65_536
"""Bytes in a row without a frame after which a body counts as something else than MPEG audio."""


class NotMpegAudioError(Exception):
    """A body, or a long part of it, holds no MPEG Layer III frames."""


@dataclass(frozen=True, slots=True)
class FrameHeader:
    """The four bytes that begin a frame of MPEG-1, MPEG-2 or MPEG-2.5 Layer III."""

    mpeg_1: bool
    bitrate: int
    """Bits a second."""
    sample_rate: int
    padded: bool
    mono: bool

    @property
    def samples(self) -> int:
        """Return the samples of each channel."""
        return 1152 if self.mpeg_1 else 576

    @property
    def size(self) -> int:
        """Return the bytes of the frame, header included."""
        return self.samples // 8 * self.bitrate // self.sample_rate + self.padded

    @property
    def seconds(self) -> float:
        """Return how long the frame sounds."""
        return self.samples / self.sample_rate

    @property
    def info_offset(self) -> int:
        """Return where an encoder's note about the whole file begins, if the frame holds one."""
        if self.mpeg_1:
            return _HEADER + (17 if self.mono else 32)
        return _HEADER + (9 if self.mono else 17)


@dataclass(frozen=True, slots=True)
class Piece:
    """Some consecutive bytes of a body."""

    data: bytes
    seconds: float
    """How long they sound; 0 for everything that is not a frame of audio."""


def parse_header(data: bytes | bytearray, offset: int = 0) -> FrameHeader | None:
    """Read a frame header, or return None where there is none."""
    if len(data) < offset + _HEADER:
        return None
    first, second, third, fourth = data[offset : offset + _HEADER]
    if (first << 8 | second) & _SYNC != _SYNC:
        return None
    version = second >> 3 & 3
    rates = _SAMPLE_RATES.get(version)
    bitrate, rate = third >> 4, third >> 2 & 3
    if rates is None or second >> 1 & 3 != _LAYER_3 or bitrate in {0, 15} or rate == len(rates):
        return None
    bitrates = _BITRATES_1 if version == _MPEG_1 else _BITRATES_2
    return FrameHeader(
        mpeg_1=version == _MPEG_1,
        bitrate=bitrates[bitrate - 1] * 1000,
        sample_rate=rates[rate],
        padded=bool(third & 2),
        mono=fourth >> 6 == _MONO,
    )


class FrameReader:
    """Cuts a body that arrives bit by bit into pieces.

    The pieces joined are the body. What they are does not depend on how the body was split on its
    way, except that things which are not frames may be in more or fewer pieces.
    """

    def __init__(self, *, from_start: bool = True) -> None:
        """Read a body from its start, or from somewhere in its middle."""
        self.first: FrameHeader | None = None
        """The header of the first frame."""
        self.first_offset = 0
        """How many bytes lie before the first frame."""
        self.frames = 0
        self.seconds = 0.0
        """How long everything read so far sounds."""
        self._from_start = from_start
        self._pending = bytearray()
        self._pieces: list[Piece] = []
        self._beginning = b""
        self._tag_left = 0
        self._at_border = from_start
        self._synced = False
        self._passed_over = 0

    def feed(self, data: bytes) -> list[Piece]:
        """Take the next bytes and return the pieces that are complete.

        Raises:
            NotMpegAudioError: no frame was found for 64 KiB.
        """
        return self._read(data, final=False)

    def finish(self) -> list[Piece]:
        """Return the last pieces, after the last byte.

        Raises:
            NotMpegAudioError: a body read from its start held no frame at all.
        """
        pieces = self._read(b"", final=True)
        if self._from_start and not self.frames:
            raise NotMpegAudioError(self._complaint())
        return pieces

    def _read(self, data: bytes, *, final: bool) -> list[Piece]:
        if len(self._beginning) < _ID3_HEADER * 2:
            self._beginning += data[: _ID3_HEADER * 2]
        self._pending += data
        self._pieces = []
        while self._pending and self._step(final=final):
            pass
        return self._pieces

    def _step(self, *, final: bool) -> bool:
        """Cut off one piece; return False if more bytes are needed for that."""
        if self._tag_left:
            taken = min(self._tag_left, len(self._pending))
            self._tag_left -= taken
            self._cut(taken, 0.0)
            return True
        if self._at_border and (size := _tag_size(self._pending)) is not None:
            if size == 0:
                if not final:
                    return False
                self._at_border = False
            self._tag_left = size
            return True
        if self._synced:
            return self._take_frame(final=final)
        self._at_border = False
        return self._seek_frame(final=final)

    def _take_frame(self, *, final: bool) -> bool:
        if len(self._pending) < _HEADER and not final:
            return False
        header = parse_header(self._pending)
        if header is None:
            self._synced = False
            return True
        if len(self._pending) < header.size:
            if final:
                self._pass_over(len(self._pending))
            return False
        seconds = header.seconds
        if self.first is None:
            self.first = header
            if self._from_start and _is_note(self._pending, header):
                seconds = 0.0
        self.frames += 1
        self.seconds += seconds
        self._passed_over = 0
        self._at_border = True
        self._cut(header.size, seconds)
        return True

    def _seek_frame(self, *, final: bool) -> bool:
        """Pass over bytes up to a header that is followed by another one."""
        pending = self._pending
        at = pending.find(0xFF)
        while at >= 0:
            header = parse_header(pending, at)
            after = at + header.size if header else at
            short = len(pending) < (after if header else at) + _HEADER
            if short and not final:
                break
            if header and _fits(pending, after, header, final=final):
                self._pass_over(at)
                self._synced = True
                return True
            at = pending.find(0xFF, at + 1)
        self._pass_over(len(pending) if at < 0 else at)
        return False

    def _pass_over(self, size: int) -> None:
        if not size:
            return
        self._cut(size, 0.0)
        self._passed_over += size
        if self._passed_over > _PATIENCE:
            raise NotMpegAudioError(self._complaint())

    def _cut(self, size: int, seconds: float) -> None:
        self._pieces.append(Piece(bytes(self._pending[:size]), seconds))
        del self._pending[:size]
        if self.first is None:
            self.first_offset += size

    def _complaint(self) -> str:
        if self.frames:
            return "not MPEG audio: the frames stop in the middle of the body"
        return f"not MPEG audio: {describe(self._beginning)}"


def describe(beginning: bytes) -> str:
    """Say in words what a body looks like that begins like this."""
    text = beginning.lstrip()
    match beginning:
        case b"":
            return "the body is empty"
        case _ if beginning.startswith(b"OggS"):
            return "it looks like Ogg"
        case _ if beginning.startswith(b"RIFF"):
            return "it looks like WAV"
        case _ if beginning.startswith(b"fLaC"):
            return "it looks like FLAC"
        case _ if beginning[4:8] == b"ftyp":
            return "it looks like MP4 or M4A"
        case _ if beginning[:1] == b"\xff" and beginning[1:2] in {
            b"\xf0",
            b"\xf1",
            b"\xf8",
            b"\xf9",
        }:
            return "it looks like AAC"
        case _ if text.startswith((b"{", b"[")):
            return "it looks like JSON"
        case _ if text.startswith(b"<"):
            return "it looks like HTML or XML"
        case _:
            return "no frame was found"


def _fits(pending: bytearray, after: int, header: FrameHeader, *, final: bool) -> bool:
    """Return whether what follows a frame confirms that it was one."""
    following = parse_header(pending, after)
    if following is not None:
        return following.sample_rate == header.sample_rate
    return final and (after == len(pending) or pending[after : after + 3] == b"TAG")


def _is_note(frame: bytearray, header: FrameHeader) -> bool:
    """Return whether a frame carries an encoder's note instead of sound."""
    at = header.info_offset
    return bytes(frame[at : at + 4]) in {b"Xing", b"Info"} or frame[36:40] == b"VBRI"


def _tag_size(data: bytearray) -> int | None:
    """Return the size of the ID3v2 tag that begins here, 0 if that is not known yet, or None."""
    if not b"ID3".startswith(data[:3]):
        return None
    if len(data) < _ID3_HEADER:
        return 0
    size = 0
    for byte in data[6:_ID3_HEADER]:
        size = size << 7 | byte & 0x7F
    has_footer = bool(data[5] & 0x10)
    return size + _ID3_HEADER * (2 if has_footer else 1)
