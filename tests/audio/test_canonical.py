"""Canonical files: telling whether a file is one, and copying frames into a new one."""

from io import BytesIO
from pathlib import Path

from hypothesis import given, settings, strategies as st
import numpy as np
import pytest

from custom_components.yoto_smart_stream.audio.frame_walk import FrameWalk, declared_seconds, walk
from custom_components.yoto_smart_stream.audio.frame_writer import FrameWriter, copy_frames
from custom_components.yoto_smart_stream.audio.layer3 import Flaw, NotCanonicalError
from custom_components.yoto_smart_stream.audio.profile import Profile

from .sound import CANONICAL, MONO, decode, make, make_canonical_mp3

STEREO = Profile(bit_rate=192, sample_rate=48_000, channels=2)
# Loud noise leaves little room in its frames.
NOISE = "anoisesrc=d=2:a=0.9:seed=1:r=44100"


def _flaw(path: Path, profile: Profile = MONO) -> Flaw:
    """Return why a file is not canonical."""
    with pytest.raises(NotCanonicalError) as caught:
        walk(path, profile)
    return caught.value.flaw


@pytest.mark.parametrize("profile", [MONO, STEREO, Profile(bit_rate=96), Profile(bit_rate=256)])
def test_what_ffmpeg_makes_in_the_tried_way_is_canonical(tmp_path: Path, profile: Profile) -> None:
    """The frames are counted, and nothing is found around them."""
    path = make_canonical_mp3(tmp_path / "x.mp3", profile=profile)
    found = walk(path, profile)
    assert (found.start, found.stop) == (0, path.stat().st_size)
    assert found.is_bare
    assert found.seconds == pytest.approx(2, abs=0.1)
    assert found.frames * 1152 == len(decode(path.read_bytes(), profile))


@pytest.mark.parametrize("behind", [b"", b"TAG".ljust(128)], ids=["", "ID3v1"])
@pytest.mark.parametrize("options", [["-id3v2_version", "3"], ["-id3v2_version", "0"]])
def test_tags_are_around_the_frames(tmp_path: Path, options: list[str], behind: bytes) -> None:
    """Tags and the Info frame are told from audio, and lost when the frames are copied."""
    tags = ("-metadata", "title=Tune", *options)
    path = make(tmp_path / "x.mp3", "-b:a", "128k", "-reservoir", "0", *tags)
    path.write_bytes(path.read_bytes() + behind)
    found = walk(path, MONO)
    assert not found.is_bare
    bare = make(tmp_path / "bare.mp3", "-b:a", "128k", *CANONICAL)
    with (tmp_path / "y.mp3").open("wb") as target:
        written = copy_frames(path, target, MONO)
    assert written.frames == found.frames == walk(bare, MONO).frames
    assert walk(tmp_path / "y.mp3", MONO).is_bare
    same = decode((tmp_path / "y.mp3").read_bytes())
    assert np.array_equal(same, decode(bare.read_bytes()))


def test_an_ape_tag_ends_the_frames(tmp_path: Path) -> None:
    """What mp3gain and others append is no audio."""
    path = make_canonical_mp3(tmp_path / "x.mp3")
    frames = walk(path, MONO).frames
    with path.open("ab") as file:
        file.write(b"APETAGEX" + bytes(200))
    found = walk(path, MONO)
    assert (found.frames, found.is_bare) == (frames, False)


@pytest.mark.parametrize(
    ("options", "flaw"),
    [
        (["-b:a", "128k", "-reservoir", "1"], Flaw.RESERVOIR),
        (["-b:a", "160k"], Flaw.OTHER_PROFILE),
        (["-b:a", "128k", "-ac", "2"], Flaw.OTHER_PROFILE),
        (["-b:a", "128k", "-ar", "48000"], Flaw.OTHER_PROFILE),
        (["-q:a", "4"], Flaw.OTHER_PROFILE),
        (["-b:a", "64k", "-ar", "22050"], Flaw.OTHER_PROFILE),
    ],
)
def test_why_a_file_is_not_canonical(tmp_path: Path, options: list[str], flaw: Flaw) -> None:
    """Each way of being different has its word; a reservoir is one of them."""
    path = make(tmp_path / "x.mp3", *CANONICAL, *options, source=NOISE)
    assert _flaw(path) is flaw


def test_scraps_and_ends(tmp_path: Path) -> None:
    """Bytes between frames, half a frame at the end, and nothing at all."""
    whole = make_canonical_mp3(tmp_path / "x.mp3").read_bytes()
    path = tmp_path / "y.mp3"
    for content, flaw in (
        (whole[:417] + b"junk and more" + whole[417:], Flaw.SCRAPS),
        (whole + bytes(500), Flaw.SCRAPS),
        (whole[:-1], Flaw.CUT_OFF),
        (whole[: 417 + 3], Flaw.CUT_OFF),
        (b"", Flaw.NO_FRAMES),
        (b"ID3\x04\x00\x00\x7f\x7f\x7f\x7f" + whole, Flaw.NO_FRAMES),
    ):
        path.write_bytes(content)
        assert _flaw(path) is flaw


def test_missing_frames_are_noticed(tmp_path: Path) -> None:
    """A download that ends at a frame border is told by the Info frame."""
    path = make(
        tmp_path / "x.mp3", "-b:a", "128k", *CANONICAL, "-write_xing", "1", "-id3v2_version", "0"
    )
    assert declared_seconds(path) == pytest.approx(walk(path, MONO).seconds)
    path.write_bytes(path.read_bytes()[: 418 + MONO.bytes_of(20)])
    with pytest.raises(NotCanonicalError):
        walk(path, MONO)


@settings(max_examples=15, deadline=None)
@given(runs=st.lists(st.tuples(st.integers(0, 70), st.integers(0, 70)), min_size=1, max_size=12))
def test_any_frames_in_any_order_keep_time(runs: list[tuple[int, int]], noise: bytes) -> None:
    """Wherever frames come from, bytes are time, and what a decoder reads is never changed."""
    frames = list(FrameWalk(file=BytesIO(noise), profile=MONO))
    content = BytesIO()
    writer = FrameWriter(content, MONO)
    chosen = [frame for start, count in runs for frame in frames[start : start + count]]
    for frame in chosen:
        writer.write(frame)
    written = writer.finish()
    assert written.frames == len(chosen)
    assert written.size_bytes == len(content.getvalue())
    assert abs(written.size_bytes - MONO.bytes_of(len(chosen))) <= 1
    if chosen:
        assert np.array_equal(decode(content.getvalue()), decode(b"".join(chosen)))


@pytest.fixture(scope="module")
def noise(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return frames that are full to the last byte now and then."""
    return make_canonical_mp3(tmp_path_factory.mktemp("noise") / "x.mp3", NOISE).read_bytes()


@settings(max_examples=200, deadline=None)
@given(place=st.integers(0, 20_000), value=st.binary(min_size=1, max_size=40))
def test_damage_is_a_flaw_or_harmless(noise: bytes, place: int, value: bytes) -> None:
    """Whatever bytes are changed: a walk ends, and says what it thinks."""
    damaged = noise[:place] + value + noise[place + len(value) :]
    try:
        frames = list(FrameWalk(file=BytesIO(damaged), profile=MONO))
    except NotCanonicalError:
        return
    assert b"".join(frames) == damaged or damaged.startswith(b"ID3")
