"""Virtual files: a stream is exactly the bytes of its items, whichever range is asked for."""

from collections.abc import Callable
import gc
import os
from pathlib import Path
import tracemalloc

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.yoto_smart_stream.audio.errors import AudioError, AudioErrorCode
from custom_components.yoto_smart_stream.audio.frame_walk import walk
from custom_components.yoto_smart_stream.audio.profile import Profile
from custom_components.yoto_smart_stream.streaming.pieces import Draw
from custom_components.yoto_smart_stream.streaming.stream import PlayMode, SeedPolicy, Stream
from custom_components.yoto_smart_stream.streaming.virtual import Edition, VirtualFile, edition_of

from ..audio.sound import decode
from .songs import MONDAY, PROFILE, Songs, content_of_plan, stream

DRAW = Draw(play="0123", day="2026-11-23")
PAUSES = st.sampled_from([0.0, 0.03, 1.0])
LONG = 200 * 3600.0


@pytest.fixture(scope="module")
def songs(tmp_path_factory: pytest.TempPathFactory) -> Songs:
    """Return some songs."""
    return Songs(tmp_path_factory.mktemp("songs"))


def _file(edition: Edition, draw: Draw = DRAW) -> VirtualFile:
    return VirtualFile(edition, draw, MONDAY)


@st.composite
def _families(draw: st.DrawFn) -> tuple[Stream, ...]:
    """Return streams of which the first may hold the others."""

    def one(name: str, letters: str) -> Stream:
        return stream(
            name,
            draw(st.text(letters, min_size=1, max_size=5)),
            play_mode=draw(st.sampled_from(PlayMode)),
            seed=draw(st.sampled_from(SeedPolicy)),
            gap=draw(PAUSES),
            lead_in=draw(PAUSES),
        )

    return one("A", "abcdefBC"), one("B", "abcC"), one("C", "def")


@settings(max_examples=60, deadline=None)
@given(family=_families(), seconds=st.floats(0.05, 20), data=st.data())
def test_any_ranges_make_up_the_file(
    songs: Songs, family: tuple[Stream, ...], seconds: float, data: st.DataObject
) -> None:
    """Whatever is played in whatever mode, its ranges put together are its items put together."""
    edition = songs.edition(*family, seconds=seconds)
    file = _file(edition)
    expected = songs.naive(family[0], edition, DRAW)[: file.total]
    assert len(expected) == file.total
    borders = data.draw(st.lists(st.integers(0, file.total), max_size=12).map(sorted))
    ranges = zip([0, *borders], [*borders, file.total], strict=True)
    assert b"".join(content_of_plan(file, *one) for one in ranges) == expected
    for start in data.draw(st.permutations(borders)):
        assert (
            content_of_plan(file, start, min(start + 3000, file.total))
            == (expected[start : start + 3000])
        )
    assert all(part.length for part in file.slices(0, file.total))


@settings(max_examples=25, deadline=None)
@given(family=_families(), seconds=st.floats(0.03, 15))
def test_it_ends_where_a_frame_ends(
    songs: Songs,
    family: tuple[Stream, ...],
    seconds: float,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """An endless stream is less than a frame shorter than it may be, and no frame is cut."""
    edition = songs.edition(*family, seconds=seconds)
    file = _file(edition)
    assert edition.longest - PROFILE.frame_length - 2 < file.total <= edition.longest
    path = tmp_path_factory.mktemp("joined") / "all"
    path.write_bytes(content_of_plan(file))
    assert walk(path, PROFILE).stop == file.total


@pytest.mark.parametrize("mode", PlayMode)
def test_a_decoder_agrees(songs: Songs, mode: PlayMode) -> None:
    """No warning, and the time is the bytes."""
    some = (stream("A", "abBc", play_mode=mode, gap=0.4, lead_in=1), stream("B", "def", gap=0.1))
    file = _file(songs.edition(*some, seconds=31.7))
    samples = decode(content_of_plan(file))
    seconds = len(samples) / PROFILE.sample_rate
    assert seconds == pytest.approx(PROFILE.seconds_of(file.total), abs=PROFILE.frame_seconds)


@pytest.mark.parametrize(
    "profile", [Profile(bit_rate=192, sample_rate=48_000), Profile(channels=2)]
)
def test_a_file_of_another_profile_is_no_end(songs: Songs, profile: Profile) -> None:
    """Where no frame of the profile can be found, the audio is to blame."""
    one = stream("A", "f", play_mode=PlayMode.LOOP)
    edition = edition_of(
        one, songs.resolver({"A": one}), profile=profile, revision="1", endless_seconds=10.01
    )
    with pytest.raises(AudioError) as caught:
        _ = _file(edition).total
    assert caught.value.code is AudioErrorCode.BROKEN


def test_twelve_hours_to_the_last_byte(songs: Songs) -> None:
    """The default is twelve hours, all of which can be asked for."""
    one = stream("A", "abcdef", play_mode=PlayMode.ENDLESS_SHUFFLE, gap=0.5)
    file = _file(songs.edition(one))
    assert PROFILE.seconds_of(file.total) == pytest.approx(12 * 3600, abs=0.03)
    last = content_of_plan(file, file.total - 2000, file.total)
    assert len(last) == 2000
    assert last == content_of_plan(_file(songs.edition(one)), file.total - 2000, file.total)
    with pytest.raises(ValueError, match="inside the file"):
        file.slices(0, file.total + 1)


def test_memory_does_not_grow_with_the_passes(songs: Songs) -> None:
    """Passes that were played are forgotten, and those to come are not thought of."""
    some = (
        stream("A", "abcdefB" * 30, play_mode=PlayMode.ENDLESS_SHUFFLE),
        stream("B", "abcdef", play_mode=PlayMode.SHUFFLE),
    )
    edition = songs.edition(*some, seconds=LONG)
    file = _file(edition)

    def touch(passes: range) -> None:
        for number in passes:
            start = number * edition.root.period
            assert sum(part.length for part in file.slices(start, start + edition.root.period))
        gc.collect()

    touch(range(20))
    objects = len(gc.get_objects())
    tracemalloc.start()
    touch(range(20, 60))
    before = tracemalloc.get_traced_memory()[0]
    touch(range(5000, 5400))
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert after - before < 20_000
    assert len(gc.get_objects()) - objects < 50


def _changed(**fields: object) -> Callable[[Songs], Edition]:
    return lambda songs: songs.edition(
        stream("A", "abB", **{"play_mode": PlayMode.SHUFFLE, "gap": 1, **fields}),
        stream("B", "cd"),
        revision="1",
    )


def test_every_fact_shows_in_the_tag(songs: Songs) -> None:
    """Plays with other bytes never share a tag, and the same ones always do."""
    plain = _changed()
    editions: list[Callable[[Songs], Edition]] = [
        plain,
        _changed(stream_id="id-Z"),
        _changed(gap=2),
        _changed(lead_in=1),
        _changed(play_mode=PlayMode.ENDLESS_SHUFFLE),
        _changed(play_mode=PlayMode.SEQUENTIAL),
        _changed(play_mode=PlayMode.LOOP),
        _changed(seed=SeedPolicy.FIXED),
        lambda songs: songs.edition(stream("A", "baB", gap=1), stream("B", "cd")),
        lambda songs: songs.edition(stream("A", "abB", gap=1), stream("B", "dc")),
        lambda songs: songs.edition(stream("A", "abB", gap=1), stream("B", "cd", gap=1)),
        lambda songs: songs.edition(stream("A", "abB"), stream("B", "cd"), revision="2"),
    ]
    tags = {_file(edition(songs)).etag for edition in editions}
    assert len(tags) == len(editions)
    assert _file(plain(songs)).etag == _file(plain(songs)).etag


@pytest.mark.parametrize(
    ("policy", "by_play", "by_day"),
    [
        (SeedPolicy.EACH_PLAY, True, False),
        (SeedPolicy.DAILY, False, True),
        (SeedPolicy.FIXED, False, False),
    ],
)
def test_how_long_a_draw_lasts(
    songs: Songs, policy: SeedPolicy, by_play: bool, by_day: bool
) -> None:
    """Drawn for each play, for each day, or once and for all; tags and bytes say the same."""
    edition = songs.edition(stream("A", "abcdef", play_mode=PlayMode.SHUFFLE, seed=policy))
    files = [
        _file(edition, Draw(play=play, day=day))
        for play, day in (("1", "2026-11-23"), ("2", "2026-11-23"), ("1", "2026-11-24"))
    ]
    contents = [content_of_plan(file) for file in files]
    assert (contents[1] != contents[0]) is by_play
    assert (contents[2] != contents[0]) is by_day
    assert (files[1].etag != files[0].etag) is by_play
    assert (files[2].etag != files[0].etag) is by_day


def test_what_is_not_drawn_is_the_same_in_every_play(songs: Songs) -> None:
    """A stream in order has one tag, whoever plays it when."""
    edition = songs.edition(stream("A", "abc", play_mode=PlayMode.LOOP))
    tags = {_file(edition, Draw(play=play, day=play)).etag for play in "123"}
    assert len(tags) == 1


@pytest.mark.parametrize("change", ["touch", "remove"])
def test_it_notices_that_a_file_changed(tmp_path: Path, change: str) -> None:
    """As a whole, and at the bytes that come from that file."""
    songs = Songs(tmp_path)
    edition = songs.edition(stream("A", "aB", gap=1), stream("B", "b"))
    file = _file(edition)
    assert file.is_current()
    path = songs.pieces["b"].part.path
    if change == "touch":
        os.utime(path, ns=(0, 0))
    else:
        path.unlink()
    assert not file.is_current()
    assert file.is_current_at(0)
    assert not file.is_current_at(file.total - 1)


def test_an_end_in_a_file_that_is_gone(tmp_path: Path) -> None:
    """The length of an endless stream needs the file that it ends in."""
    songs = Songs(tmp_path)
    edition = songs.edition(stream("A", "a", play_mode=PlayMode.LOOP))
    songs.pieces["a"].part.path.unlink()
    with pytest.raises(AudioError) as caught:
        _ = _file(edition).total
    assert caught.value.code is AudioErrorCode.MISSING
