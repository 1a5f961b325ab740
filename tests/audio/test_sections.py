"""What is left of a source from a second on, and two in one piece."""

from functools import cache
from itertools import pairwise
from pathlib import Path
from tempfile import mkdtemp

from hypothesis import given, strategies as st
import pytest

from custom_components.yoto_smart_stream.audio.borders import profile_of
from custom_components.yoto_smart_stream.audio.chime import chime
from custom_components.yoto_smart_stream.audio.errors import AudioError
from custom_components.yoto_smart_stream.audio.plan import Plan, Source, plan_of_files
from custom_components.yoto_smart_stream.audio.profile import CONTENT_TYPE, Profile
from custom_components.yoto_smart_stream.audio.sections import Joined, rest_of

from .sound import decode, make_canonical_mp3

STEREO = Profile(bit_rate=192, sample_rate=48_000, channels=2)


@cache
def _files() -> tuple[Path, Path, Path]:
    """Return two canonical files of one profile, and one of another."""
    folder = Path(mkdtemp())
    return (
        make_canonical_mp3(folder / "a.mp3", "sine=f=440:d=2.3"),
        make_canonical_mp3(folder / "b.mp3", "sine=f=700:d=1.7"),
        make_canonical_mp3(folder / "c.mp3", "sine=f=500:d=2", STEREO),
    )


def _bytes(source: Source, start: int = 0, stop: int | None = None) -> bytes:
    """Return what a source serves."""
    content = b""
    for part in source.slices(start, source.total if stop is None else stop):
        content += part.path.read_bytes()[part.offset : part.offset + part.length]
    return content


@given(seconds=st.floats(0, 10), data=st.data())
def test_the_rest_is_the_end_of_the_whole_from_a_frame_on(
    seconds: float, data: st.DataObject
) -> None:
    """In one file, over the border of two, and of any profile; every range of it."""
    first, second, other = _files()
    paths = data.draw(st.sampled_from([(first,), (first, second), (other,)]))
    whole = plan_of_files(paths, CONTENT_TYPE)
    everything = _bytes(whole)
    rest = rest_of(whole, seconds)
    content = _bytes(rest)
    profile = profile_of(paths[0])
    assert content
    assert everything.endswith(content)
    assert content[:2] == b"\xff\xfb"
    left_out = profile.seconds_of(len(everything) - len(content))
    expected = min(seconds, profile.seconds_of(len(everything)) - profile.frame_seconds)
    assert left_out == pytest.approx(expected, abs=2 * profile.frame_seconds)
    start = data.draw(st.integers(0, rest.total))
    stop = data.draw(st.integers(start, rest.total))
    assert _bytes(rest, start, stop) == content[start:stop]
    assert rest.is_current()


def test_validators_tell_all_of_them_apart() -> None:
    """So that no player takes a piece of one for a piece of another."""
    first, second, _ = _files()
    one, two = (plan_of_files([path], CONTENT_TYPE) for path in (first, second))
    sources = [one, two, rest_of(one, 1), rest_of(one, 1.5), Joined(one, two), Joined(two, one)]
    assert len({source.etag for source in sources}) == len(sources)
    assert rest_of(one, 0) is one


@given(cuts=st.lists(st.floats(0, 1), max_size=4))
def test_two_are_one_piece(cuts: list[float]) -> None:
    """Whatever is asked for of them, at the border too."""
    first, second, _ = _files()
    one, two = (plan_of_files([path], CONTENT_TYPE) for path in (first, second))
    both = Joined(one, two)
    everything = first.read_bytes() + second.read_bytes()
    borders = sorted({0, one.total, both.total, *(int(cut * both.total) for cut in cuts)})
    assert b"".join(_bytes(both, *ends) for ends in pairwise(borders)) == everything
    assert both.is_current()


def test_what_is_no_canonical_audio_has_no_rest(tmp_path: Path) -> None:
    """It is said, and nothing is cut anywhere."""
    path = tmp_path / "x.mp3"
    path.write_bytes(b"no audio at all" * 1000)
    with pytest.raises(AudioError):
        rest_of(plan_of_files([path], CONTENT_TYPE), 0.1)
    gone = plan_of_files([_files()[0]], CONTENT_TYPE).parts[0]
    missing = Plan(
        parts=(type(gone)(path=tmp_path / "gone", offset=0, length=9000, size=9000, mtime_ns=0),),
        content_type=CONTENT_TYPE,
    )
    with pytest.raises(AudioError):
        rest_of(missing, 0.1)


def test_the_chime_is_heard_and_ends_in_silence(tmp_path: Path) -> None:
    """It neither clips nor clicks at its ends."""
    wav = tmp_path / "chime.wav"
    wav.write_bytes(chime())
    made = tmp_path / "chime.mp3"
    from .sound import run

    rates = ("-b:a", "128k", "-ar", "44100", "-ac", "1")
    run(["ffmpeg", "-y", "-v", "error", "-i", str(wav), *rates, "-write_xing", "0", str(made)])
    samples = decode(made.read_bytes())
    assert 0.2 < abs(samples).max() < 0.9
    assert abs(samples[-200:]).max() < 0.01
