"""Joining: many canonical files are one, and a decoder agrees."""

from pathlib import Path

from hypothesis import given, settings, strategies as st
import numpy as np
import pytest

from custom_components.yoto_smart_stream.audio.errors import AudioError, AudioErrorCode
from custom_components.yoto_smart_stream.audio.frame_walk import walk
from custom_components.yoto_smart_stream.audio.join import join
from custom_components.yoto_smart_stream.audio.profile import (
    BIT_RATES,
    CHANNELS,
    SAMPLE_RATES,
    Profile,
)
from custom_components.yoto_smart_stream.audio.silence import Silence, silence

from .sound import MONO, bytes_of, decode, loudest, make_canonical_mp3

FRAME = 1152
SOURCES = (
    "sine=f=300:d=0.9,volume=4",
    "anoisesrc=d=1.3:a=0.5:seed=7",
    "aevalsrc='0.7*sin(2*PI*t*(200+900*t))':d=1.1",
    "sine=f=5000:d=0.31",
)
ODD = Profile(bit_rate=160, sample_rate=48_000, channels=2)


@pytest.fixture(scope="module", params=[MONO, ODD], ids=["usual", "stereo"])
def profile(request: pytest.FixtureRequest) -> Profile:
    """Return a profile."""
    found: Profile = request.param
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, profile: Profile) -> Path:
    """Return a folder with four canonical files, `0` to `3`, and the file of silence."""
    folder = tmp_path_factory.mktemp("library")
    for number, source in enumerate(SOURCES):
        path = make_canonical_mp3(folder / f"{number}.mp3", source, profile)
        path.rename(folder / str(number))
    Silence(folder, profile).prepare()
    return folder


@pytest.mark.parametrize("bit_rate", BIT_RATES)
@pytest.mark.parametrize("sample_rate", SAMPLE_RATES)
@pytest.mark.parametrize("channels", CHANNELS)
def test_silence_is_silent(bit_rate: int, sample_rate: int, channels: int) -> None:
    """In every profile, silent frames decode to nothing but zeros, in the time asked for."""
    profile = Profile(bit_rate=bit_rate, sample_rate=sample_rate, channels=channels)
    content = silence(profile, 0.5)
    samples = decode(content, profile)
    assert loudest(samples) == 0
    assert len(samples) == profile.frames_in(0.5) * FRAME
    assert profile.seconds_of(len(content)) == pytest.approx(0.5, abs=profile.frame_seconds)


def test_silence_of_any_length() -> None:
    """None at all, and more than is kept."""
    assert silence(MONO, 0) == b""
    assert len(silence(MONO, 61)) == MONO.bytes_of(MONO.frames_in(61))


@settings(max_examples=8, deadline=None)
@given(
    order=st.lists(st.integers(0, 3), min_size=1, max_size=20),
    gap=st.sampled_from([0.0, 0.02, 0.5, 1.7]),
    lead_in=st.sampled_from([0.0, 0.3]),
)
def test_a_join_is_its_items_in_order(
    folder: Path, profile: Profile, order: list[int], gap: float, lead_in: float
) -> None:
    """No warning, the time is the bytes, and each item sounds as it does alone."""
    paths = [folder / str(number) for number in order]
    plan = join(paths, Silence(folder, profile), gap=gap, lead_in=lead_in)
    samples = decode(bytes_of(plan), profile)
    seconds = len(samples) / profile.sample_rate
    assert seconds == pytest.approx(profile.seconds_of(plan.total), abs=profile.frame_seconds)
    place = profile.frames_in(lead_in) * FRAME
    assert loudest(samples[:place]) == 0
    for path in paths:
        alone = decode(path.read_bytes(), profile)
        item = samples[place : place + len(alone)]
        # A decoder carries the end of one frame into the next; from the third on it is the same.
        assert np.array_equal(item[2 * FRAME :], alone[2 * FRAME :])
        assert loudest(item[: 2 * FRAME] - alone[: 2 * FRAME]) < 0.02
        place += len(alone) + profile.frames_in(gap) * FRAME
    assert place == len(samples) + profile.frames_in(gap) * FRAME


def test_a_long_gap_repeats_the_silence(folder: Path, profile: Profile) -> None:
    """A gap longer than the file of silence is still a gap."""
    plan = join([folder / "0", folder / "1"], Silence(folder, profile), gap=130)
    frames = sum(walk(folder / name, profile).frames for name in ("0", "1"))
    assert abs(plan.total - profile.bytes_of(frames + profile.frames_in(130))) < 4
    content = bytes_of(plan)
    (folder / "joined").write_bytes(content)
    assert walk(folder / "joined", profile).frames == frames + profile.frames_in(130)


def test_the_silence_is_made_once(tmp_path: Path) -> None:
    """It is left alone while it is right, and mended when it is not."""
    quiet = Silence(tmp_path, MONO)
    with pytest.raises(AudioError) as caught:
        quiet.parts(1)
    assert caught.value.code is AudioErrorCode.MISSING
    assert quiet.parts(0) == []
    quiet.prepare()
    [path] = tmp_path.iterdir()
    before = path.stat()
    quiet.prepare()
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    path.write_bytes(b"noise")
    quiet.prepare()
    assert path.stat().st_size == before.st_size
    assert [found.name for found in tmp_path.iterdir()] == [path.name]


def test_nothing_is_joined_with_a_missing_file(tmp_path: Path) -> None:
    """A file that is gone is an error, not a hole."""
    with pytest.raises(AudioError) as caught:
        join([tmp_path / "none"], Silence(tmp_path, MONO))
    assert caught.value.code is AudioErrorCode.MISSING
