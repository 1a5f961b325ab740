"""Stitching: pieces, fades and gaps become one file; splitting finds where to cut."""

from itertools import pairwise
from pathlib import Path

from hypothesis import given, strategies as st
import numpy as np
import pytest

from custom_components.yoto_smart_stream.audio.container import Mark
from custom_components.yoto_smart_stream.audio.cutting import cut_frames
from custom_components.yoto_smart_stream.audio.errors import AudioError, AudioErrorCode, ToolError
from custom_components.yoto_smart_stream.audio.ffmpeg import Ffmpeg
from custom_components.yoto_smart_stream.audio.frame_walk import walk
from custom_components.yoto_smart_stream.audio.loudness import Pause
from custom_components.yoto_smart_stream.audio.profile import Profile
from custom_components.yoto_smart_stream.audio.split import (
    Cut,
    cuts_at_chapters,
    cuts_at_pauses,
    find_pauses,
)
from custom_components.yoto_smart_stream.audio.stitch import Piece, stitch

from .sound import MONO, Samples, decode, loudest, make_canonical_mp3, names

FRAME = 1152
CHIRP = "aevalsrc='0.6*sin(2*PI*t*(200+100*t))':d=6"
STEREO = Profile(bit_rate=192, sample_rate=48_000, channels=2)


def _power(samples: Samples) -> float:
    """Return the mean power, in dB."""
    return float(10 * np.log10(np.mean(np.square(samples)) + 1e-12))


async def test_pieces_and_gaps_are_copied(tmp_path: Path) -> None:
    """Without fades no sample changes, and the file is canonical."""
    first = make_canonical_mp3(tmp_path / "1.mp3", CHIRP)
    second = make_canonical_mp3(tmp_path / "2.mp3")
    target = tmp_path / "out.mp3"
    pieces = [
        Piece(path=first, start=1, stop=3, gap=0.5),
        Piece(path=second),
        Piece(path=first, start=5),
    ]
    written = await stitch(pieces, target, ffmpeg=Ffmpeg(binary="none"), profile=MONO)
    found = walk(target, MONO)
    assert found.is_bare
    assert found.frames == written.frames
    samples = decode(target.read_bytes())
    alone = decode(first.read_bytes())
    start, count = MONO.frames_in(1) * FRAME, (MONO.frames_in(3) - MONO.frames_in(1)) * FRAME
    assert np.array_equal(samples[2 * FRAME : count], alone[start + 2 * FRAME : start + count])
    gap = MONO.frames_in(0.5) * FRAME
    assert loudest(samples[count + 2 * FRAME : count + gap]) == 0
    tail = decode(second.read_bytes())
    where = count + gap
    assert np.array_equal(samples[where + 2 * FRAME : where + len(tail)], tail[2 * FRAME :])


@pytest.mark.parametrize("profile", [MONO, STEREO], ids=["mono", "stereo"])
async def test_fades(tmp_path: Path, profile: Profile) -> None:
    """Loudness rises and falls, what is between is untouched, and no click is at the borders."""
    path = make_canonical_mp3(tmp_path / "1.mp3", CHIRP, profile)
    target = tmp_path / "out.mp3"
    piece = Piece(path=path, fade_in=1, fade_out=2)
    await stitch([piece], target, ffmpeg=Ffmpeg(), profile=profile)
    assert walk(target, profile).is_bare
    alone = decode(path.read_bytes(), profile)
    faded = decode(target.read_bytes(), profile)
    assert len(faded) == len(alone)
    rate = profile.sample_rate
    middle = slice(int(1.2 * rate), len(alone) - int(2.2 * rate))
    assert np.array_equal(faded[middle], alone[middle])
    # What it should be: both ends multiplied by a ramp.
    ramp = np.ones(len(alone), dtype=np.float32)
    rise = np.linspace(0, 1, rate, dtype=np.float32)
    fall = np.linspace(1, 0, 2 * rate, dtype=np.float32)
    ramp[:rate], ramp[-2 * rate :] = rise, fall
    wrong = faded - alone * ramp
    assert _power(wrong) < _power(alone) - 25
    # The borders are no worse than the rest.
    for border in (rate, len(alone) - 2 * rate):
        near = slice(border - 3 * FRAME, border + 3 * FRAME)
        assert _power(wrong[near]) < _power(alone[near]) - 25
    assert loudest(faded[-FRAME:]) < 0.05
    assert names(tmp_path) == {"1.mp3", "out.mp3"}


async def test_a_fade_is_half_of_a_short_piece(tmp_path: Path) -> None:
    """Fades that would meet share the piece; a piece of one frame has none."""
    path = make_canonical_mp3(tmp_path / "1.mp3", CHIRP)
    target = tmp_path / "out.mp3"
    pieces = [
        Piece(path=path, start=1, stop=2, fade_in=9, fade_out=9),
        Piece(path=path, start=1, stop=1.03, fade_in=1, fade_out=1),
    ]
    written = await stitch(pieces, target, ffmpeg=Ffmpeg(), profile=MONO)
    samples = decode(target.read_bytes())
    assert len(samples) == written.frames * FRAME
    assert loudest(samples[:200]) < 0.05 < loudest(samples[20_000:24_000])


async def test_what_cannot_be_stitched(tmp_path: Path) -> None:
    """Nothing is left behind, and the reason is told."""
    path = make_canonical_mp3(tmp_path / "1.mp3")
    other = make_canonical_mp3(tmp_path / "2.mp3", profile=STEREO)
    target = tmp_path / "out.mp3"
    for piece, code in (
        (Piece(path=tmp_path / "none"), AudioErrorCode.MISSING),
        (Piece(path=other), AudioErrorCode.BROKEN),
        (Piece(path=path, start=50), AudioErrorCode.EMPTY),
        (Piece(path=path, start=1, stop=0.5), AudioErrorCode.EMPTY),
    ):
        with pytest.raises(AudioError) as caught:
            await stitch([piece], target, ffmpeg=Ffmpeg(), profile=MONO)
        assert caught.value.code is code
    with pytest.raises(ToolError):
        await stitch(
            [Piece(path=path, fade_in=1)], target, ffmpeg=Ffmpeg(binary="none"), profile=MONO
        )
    assert names(tmp_path) == {"1.mp3", "2.mp3"}


async def test_long_audio_is_split_in_its_pauses(tmp_path: Path) -> None:
    """Three sentences with pauses between them become three files."""
    source = "aevalsrc='0.5*sin(2*PI*400*t)*lt(mod(t,4),2.5)':d=11"
    path = make_canonical_mp3(tmp_path / "1.mp3", source)
    told: list[float] = []
    pauses = await find_pauses(Ffmpeg(), path, at_least=1, on_seconds=told.append)
    assert [round(pause.start, 1) for pause in pauses[:2]] == [2.5, 6.5]
    assert told == sorted(told)
    seconds = walk(path, MONO).seconds
    cuts = cuts_at_pauses(pauses, seconds, shortest=1)
    assert [round(cut.start) for cut in cuts] == [0, 3, 7]
    total = 0
    for number, cut in enumerate(cuts):
        target = tmp_path / f"piece {number}.mp3"
        piece = Piece(path=path, start=cut.start, stop=cut.stop)
        total += (await stitch([piece], target, ffmpeg=Ffmpeg(), profile=MONO)).frames
        assert loudest(decode(target.read_bytes())) > 0.4
    assert total == walk(path, MONO).frames


async def test_cutting_leaves_all_or_nothing(tmp_path: Path) -> None:
    """Every frame is in one of the pieces; what cannot be cut leaves no file, and says why."""
    path = make_canonical_mp3(tmp_path / "1.mp3", CHIRP)
    seconds = walk(path, MONO).seconds
    cuts = [Cut(start=0, stop=2), Cut(start=2, stop=2.5), Cut(start=2.5, stop=seconds)]
    targets = [tmp_path / f"{number}.cut" for number in range(3)]
    written = await cut_frames(path, list(zip(cuts, targets, strict=True)), MONO)
    assert sum(one.frames for one in written) == walk(path, MONO).frames
    assert [walk(target, MONO).frames for target in targets] == [one.frames for one in written]
    for target in targets:
        target.unlink()
    broken = tmp_path / "2.mp3"
    broken.write_bytes(path.read_bytes()[:-100])
    empty = [Cut(start=0, stop=0.001), Cut(start=0.001, stop=seconds)]
    for source, wanted, code in (
        (broken, cuts, AudioErrorCode.BROKEN),
        (tmp_path / "none", cuts, AudioErrorCode.MISSING),
        (path, empty, AudioErrorCode.EMPTY),
    ):
        with pytest.raises(AudioError) as caught:
            await cut_frames(source, list(zip(wanted, targets, strict=False)), MONO)
        assert caught.value.code is code
    assert names(tmp_path) == {"1.mp3", "2.mp3"}


_TIMES = st.floats(0, 100, allow_nan=False)
_SPANS = st.lists(st.tuples(_TIMES, _TIMES).map(lambda pair: (min(pair), max(pair))), max_size=12)


@given(spans=_SPANS, seconds=st.floats(0.1, 100), shortest=st.floats(0.1, 20))
def test_cuts_leave_nothing_out(
    spans: list[tuple[float, float]], seconds: float, shortest: float
) -> None:
    """However pauses and chapters lie: the pieces make up the whole, and none is too short."""
    pauses = [Pause(start=start, stop=stop) for start, stop in spans]
    chapters = [Mark(start=start, stop=stop, title=None) for start, stop in spans]
    for cuts in (
        cuts_at_pauses(pauses, seconds, shortest=shortest),
        cuts_at_chapters(chapters, seconds, shortest=shortest),
    ):
        assert (cuts[0].start, cuts[-1].stop) == (0, seconds)
        for one, next_one in pairwise(cuts):
            assert one.stop == next_one.start
        assert len(cuts) == 1 or all(cut.stop - cut.start >= shortest * 0.999 for cut in cuts)


def test_chapters_have_titles() -> None:
    """A piece is called as its chapter; what is before the first belongs to it."""
    chapters = [
        Mark(start=50, stop=90, title="Two"),
        Mark(start=3, stop=50, title="One"),
        Mark(start=50.1, stop=51, title="Mistake"),
        Mark(start=500, stop=600, title="Behind the end"),
    ]
    cuts = cuts_at_chapters(chapters, 90)
    assert [(cut.start, cut.stop, cut.title) for cut in cuts] == [(0, 50, "One"), (50, 90, "Two")]
    assert len(cuts_at_chapters([], 90)) == 1
