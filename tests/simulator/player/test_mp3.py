"""Reading MP3 bodies: every byte is accounted for, however it comes, and time adds up."""

import asyncio
from itertools import pairwise
import json
from pathlib import Path

from hypothesis import given, strategies as st
import pytest

from simulator.player.mp3 import FrameReader, NotMpegAudioError, Piece, parse_header

_MPEG_1_RATES = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
_MPEG_2_RATES = [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]
_SAMPLE_RATES = {
    3: [44_100, 48_000, 32_000],
    2: [22_050, 24_000, 16_000],
    0: [11_025, 12_000, 8_000],
}


@st.composite
def frame_runs(draw: st.DrawFn) -> tuple[list[bytes], float]:
    """Draw frames of one sample rate with changing bit rates, and how long they sound."""
    version = draw(st.sampled_from([3, 2, 0]))
    rate = draw(st.integers(0, 2))
    mode = draw(st.integers(0, 3))
    frames = []
    samples = 1152 if version == 3 else 576
    sample_rate = _SAMPLE_RATES[version][rate]
    for bitrate, padding, fill in draw(
        st.lists(
            st.tuples(st.integers(1, 14), st.integers(0, 1), st.integers(0, 255)),
            min_size=2,
            max_size=12,
        )
    ):
        rates = _MPEG_1_RATES if version == 3 else _MPEG_2_RATES
        size = samples // 8 * rates[bitrate - 1] * 1000 // sample_rate + padding
        header = bytes(
            [0xFF, 0xE0 | version << 3 | 0b011, bitrate << 4 | rate << 2 | padding << 1, mode << 6]
        )
        frames.append(header + bytes([fill]) * (size - 4))
    return frames, len(frames) * samples / sample_rate


def id3(size: int) -> bytes:
    """Return an ID3v2 tag with so many bytes of content, which look like frames to fool readers."""
    length = bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x04\x00\x00" + length + (b"\xff\xfb\x90\x00" * size)[:size]


def read(body: bytes, cuts: list[int]) -> tuple[list[Piece], FrameReader]:
    """Read a body that arrives in parts."""
    reader = FrameReader()
    edges = [0, *sorted(min(cut, len(body)) for cut in cuts), len(body)]
    pieces = []
    for start, stop in pairwise(edges):
        pieces += reader.feed(body[start:stop])
    return pieces + reader.finish(), reader


@given(
    run=frame_runs(),
    tag=st.none() | st.integers(0, 300),
    trailer=st.sampled_from([b"", b"TAG" + bytes(125), b"\x00" * 64]),
    cuts=st.lists(st.integers(0, 20_000), max_size=8),
)
def test_frames_are_found_between_tags(
    run: tuple[list[bytes], float], tag: int | None, trailer: bytes, cuts: list[int]
) -> None:
    """All bytes are in the pieces, in order, and only frames take time."""
    frames, seconds = run
    body = (b"" if tag is None else id3(tag)) + b"".join(frames) + trailer

    pieces, reader = read(body, cuts)

    assert b"".join(piece.data for piece in pieces) == body
    assert [piece.data for piece in pieces if piece.seconds] == frames
    assert reader.seconds == pytest.approx(seconds)
    assert reader.frames == len(frames)


@given(body=st.binary(max_size=2_000), cuts=st.lists(st.integers(0, 2_000), max_size=6))
def test_any_body_is_read_without_losing_a_byte(body: bytes, cuts: list[int]) -> None:
    """Whatever arrives is either not audio, or all of it is in the pieces."""
    try:
        pieces, reader = read(body, cuts)
    except NotMpegAudioError:
        return
    assert b"".join(piece.data for piece in pieces) == body
    assert reader.frames > 0


@given(run=frame_runs(), damage=st.binary(min_size=1, max_size=200), cut=st.integers(0, 4_000))
def test_the_reader_finds_back_after_damage(
    run: tuple[list[bytes], float], damage: bytes, cut: int
) -> None:
    """Bytes in between cost no more than the frames next to them."""
    frames, _ = run
    damage = damage.replace(b"\xff", b"\x00").replace(b"I", b"\x00")
    body = b"".join(frames) + damage + b"".join(frames)

    pieces, reader = read(body, [cut])

    assert b"".join(piece.data for piece in pieces) == body
    assert reader.frames == 2 * len(frames)


def test_reading_may_begin_inside_a_frame() -> None:
    """A player that seeks lands anywhere."""
    frame = bytes([0xFF, 0xFB, 0x90, 0xC0]) + bytes(413)
    reader = FrameReader(from_start=False)

    pieces = reader.feed((frame * 10)[100:]) + reader.finish()

    assert reader.frames == 9
    assert pieces[0].seconds == 0.0
    assert len(pieces[0].data) == 317


def test_the_note_of_an_encoder_takes_no_time() -> None:
    """A Xing or Info frame is part of the body and makes no sound."""
    header = bytes([0xFF, 0xFB, 0x90, 0xC0])
    note = header + bytes(17) + b"Info" + bytes(417 - 25)
    sound = header + bytes(413)

    pieces, reader = read(note + sound * 3, [])

    assert [piece.seconds > 0 for piece in pieces] == [False, True, True, True]
    assert reader.seconds == pytest.approx(3 * 1152 / 44_100)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "empty"),
        (b'{"error": "not found"}', "JSON"),
        (b"  <!doctype html><html></html>", "HTML"),
        (b"OggS" + bytes(100_000), "Ogg"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt " + bytes(100_000), "WAV"),
        (b"fLaC" + bytes(100), "FLAC"),
        (b"\x00\x00\x00\x20ftypM4A " + bytes(100), "M4A"),
        (b"\xff\xf1\x50\x80" + bytes(300), "AAC"),
        (bytes(70_000), "no frame"),
    ],
)
def test_other_bodies_are_refused_with_a_guess(body: bytes, why: str) -> None:
    """What is not an MP3 is an error that says what it looks like."""
    with pytest.raises(NotMpegAudioError, match=why):
        read(body, [1000])


@given(
    st.sampled_from(
        [b"\xff\xfb\x00\x00", b"\xff\xfb\xf0\x00", b"\xff\xfb\x9c\x00", b"\xff\xeb\x90\x00"]
    )
)
def test_reserved_values_are_no_header(header: bytes) -> None:
    """Free format, bad bit rates, bad sample rates and the reserved version are passed over."""
    assert parse_header(header) is None


async def test_a_file_of_ffmpeg_is_as_long_as_ffmpeg_says(
    tmp_path: Path, socket_enabled: None
) -> None:
    """A variable bit rate, with an ID3 tag and a Xing frame."""
    file = tmp_path / "tune.mp3"
    make = await asyncio.create_subprocess_exec(
        *("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=frequency=330:duration=7.3"),
        *("-metadata", "title=A tune", "-q:a", "4", str(file)),
    )
    assert await make.wait() == 0
    ask = await asyncio.create_subprocess_exec(
        *("ffprobe", "-v", "error", "-count_packets", "-show_streams", "-of", "json", str(file)),
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await ask.communicate()
    stream = json.loads(said)["streams"][0]

    _, reader = read(await asyncio.to_thread(file.read_bytes), [700, 5_000])

    assert reader.frames - 1 == int(stream["nb_read_packets"])
    assert reader.seconds == pytest.approx(
        int(stream["nb_read_packets"]) * 1152 / int(stream["sample_rate"])
    )
