"""The arithmetic of canonical audio."""

from hypothesis import given, strategies as st
import pytest

from custom_components.yoto_smart_stream.audio.profile import (
    BIT_RATES,
    CHANNELS,
    SAMPLE_RATES,
    Profile,
)

PROFILES = st.builds(
    Profile,
    bit_rate=st.sampled_from(BIT_RATES),
    sample_rate=st.sampled_from(SAMPLE_RATES),
    channels=st.sampled_from(CHANNELS),
)


def test_the_usual_profile() -> None:
    """128 kbit/s are 16,000 bytes a second, in frames of 417 or 418 bytes."""
    profile = Profile()
    assert profile.bytes_per_second == 16_000
    assert {profile.length_of(frame) for frame in range(100)} == {417, 418}
    # 49 frames are the first whole number of bytes.
    assert profile.bytes_of(49) == 20_480
    assert profile.seconds_of(profile.bytes_of(49)) == pytest.approx(49 * 1152 / 44_100)


@pytest.mark.parametrize("wrong", [{"bit_rate": 64}, {"sample_rate": 22_050}, {"channels": 3}])
def test_what_is_no_profile(wrong: dict[str, int]) -> None:
    """What players or the format do not have is refused."""
    with pytest.raises(ValueError, match=r"must|has"):
        Profile(**wrong)


@given(profile=PROFILES, frame=st.integers(0, 5_000_000))
def test_bytes_are_time(profile: Profile, frame: int) -> None:
    """Wherever a frame starts, its byte and its time differ by half a byte at most."""
    start = profile.bytes_of(frame)
    assert abs(start - frame * profile.frame_seconds * profile.bytes_per_second) <= 0.5 + 1e-3
    assert profile.length_of(frame) - profile.frame_length in {0, 1}
    assert profile.frames_in(profile.seconds_of(start)) == frame


@given(profile=PROFILES, frame=st.integers(0, 5_000_000), data=st.data())
def test_every_byte_belongs_to_one_frame(profile: Profile, frame: int, data: st.DataObject) -> None:
    """The frame of a byte is the one that it lies in."""
    inside = data.draw(st.integers(0, profile.length_of(frame) - 1))
    assert profile.frame_at(profile.bytes_of(frame) + inside) == frame
