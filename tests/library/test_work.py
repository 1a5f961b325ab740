"""Long work on items: joining, splitting, clips and transcripts, judged by ffmpeg."""

import asyncio
from itertools import pairwise
from pathlib import Path

from hypothesis import given, settings, strategies as st
import numpy as np
import pytest

from custom_components.yoto_smart_stream.audio.errors import ToolError
from custom_components.yoto_smart_stream.audio.ffmpeg import Ffmpeg
from custom_components.yoto_smart_stream.audio.frame_walk import FrameWalk, walk
from custom_components.yoto_smart_stream.audio.layer3 import silent_frame
from custom_components.yoto_smart_stream.audio.loudness import Pause
from custom_components.yoto_smart_stream.audio.profile import Profile
from custom_components.yoto_smart_stream.audio.transcode import Wishes
from custom_components.yoto_smart_stream.library.collection import AudioCollection, open_collection
from custom_components.yoto_smart_stream.library.errors import (
    BeyondEndError,
    DamagedAudioError,
    NothingHeardError,
    NothingToSplitError,
    TooManyPiecesError,
    UnknownAudioError,
)
from custom_components.yoto_smart_stream.library.importing import Import, Importer
from custom_components.yoto_smart_stream.library.item import AudioItem, Details, SourceKind
from custom_components.yoto_smart_stream.library.previews import Previews
from custom_components.yoto_smart_stream.library.splitting import Method, Splitting, split_item
from custom_components.yoto_smart_stream.library.stitching import Part, Stitching, stitch_items
from custom_components.yoto_smart_stream.library.taking import Outcome
from custom_components.yoto_smart_stream.library.transcribing import (
    LONGEST_RUN,
    runs_between,
    transcribe_item,
)
from tests.audio.sound import MONO, decode, loudest, make, make_canonical_mp3

from .samples import FILE, NOW, files_in

NO_FFMPEG = Ffmpeg(binary="none")
SENTENCES = "aevalsrc='0.5*sin(2*PI*400*t)*lt(mod(t,4),2.5)':d=11"
CHAPTERS = """;FFMETADATA1
[CHAPTER]
TIMEBASE=1/1000
START=0
END=1500
title=The fox
[CHAPTER]
TIMEBASE=1/1000
START=1500
END=4000
title=The hare
"""


@pytest.fixture
async def collection(tmp_path: Path) -> AudioCollection:
    """Return a new collection in a folder of its own."""
    return await open_collection(tmp_path / "library", None, now=NOW)


async def _item(
    collection: AudioCollection, folder: Path, title: str, source: str, profile: Profile = MONO
) -> AudioItem:
    """Return an item of the library that was canonical before."""
    path = make_canonical_mp3(folder / f"{title}.mp3", source, profile)
    importer = Importer(collection, ffmpeg=Ffmpeg(), profile=profile, now=lambda: NOW)
    return (await importer.run(Import(path=path, source=FILE, title=title))).item


def _frames(path: Path) -> list[bytes]:
    """Return the frames of a file without their padding, which may be moved."""
    size = MONO.frame_length
    with path.open("rb") as file:
        # The third byte holds the bit of padding.
        return [
            f[:2] + bytes([f[2] & 0xFD]) + f[3:size] for f in FrameWalk(file=file, profile=MONO)
        ]


async def _stitched(
    collection: AudioCollection, *parts: Part, ffmpeg: Ffmpeg = NO_FFMPEG
) -> tuple[AudioItem, Outcome]:
    """Stitch parts."""
    wanted = Stitching(parts=parts, details=Details(title="Together", tags=("bed",)))
    return await stitch_items(collection, wanted, ffmpeg=ffmpeg, profile=MONO, now=lambda: NOW)


def test_what_is_stitched_is_the_frames_in_order_with_silence_between(tmp_path: Path) -> None:
    """Nothing is decoded (there is no ffmpeg), and a decoder has nothing to complain of."""

    async def prepare() -> tuple[AudioCollection, dict[str, AudioItem]]:
        collection = await open_collection(tmp_path / "library", None, now=NOW)
        items = {
            title: await _item(collection, tmp_path, title, f"sine=f={pitch}:d={seconds},volume=2")
            for title, pitch, seconds in (("a", 440, 0.4), ("b", 660, 0.7), ("c", 880, 1.1))
        }
        return collection, items

    collection, items = asyncio.run(prepare())
    silence = silent_frame(MONO)
    still = silence[:2] + bytes([silence[2] & 0xFD]) + silence[3 : MONO.frame_length]

    @settings(max_examples=25)
    @given(wanted=st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 10)), min_size=1))
    def check(wanted: list[tuple[str, float]]) -> None:
        parts = [Part(audio=title, gap=gap) for title, gap in wanted]
        item, _ = asyncio.run(_stitched(collection, *parts))
        expected = []
        for title, gap in wanted:
            expected += _frames(collection.path(items[title]))
            expected += [still] * MONO.frames_in(gap)
        path = collection.path(item)
        assert _frames(path) == expected
        assert walk(path, MONO).is_bare
        assert len(decode(path.read_bytes())) == len(expected) * 1152
        assert item.duration == pytest.approx(item.file.size_bytes / 16_000, abs=1 / 16_000)

    check()


async def test_stitching_makes_an_item(tmp_path: Path, collection: AudioCollection) -> None:
    """It is known where it is from, the same once more is the same item, and fades are heard."""
    first = await _item(collection, tmp_path, "First", "sine=f=440:d=3,volume=2")
    await _item(collection, tmp_path, "Second", "sine=f=660:d=2,volume=2")
    parts = Part(audio="First", gap=1), Part(audio="second")
    item, outcome = await _stitched(collection, *parts)
    assert outcome is Outcome.ADDED
    assert (item.title, item.slug, item.details.tags) == ("Together", "together", ("bed",))
    assert (item.source.kind, item.source.reference) == (SourceKind.STITCHED, "first, second")
    assert item.duration == pytest.approx(6.1, abs=0.1)
    again, outcome = await _stitched(collection, *parts)
    assert (again, outcome) == (item, Outcome.KNOWN)
    faded, _ = await _stitched(
        collection, Part(audio=first.audio_id, fade_in=1, fade_out=1), ffmpeg=Ffmpeg()
    )
    samples = decode(collection.path(faded).read_bytes())
    assert loudest(samples[:2000]) < 0.1 < loudest(samples[60_000:70_000])


async def test_audio_of_another_profile_is_brought_into_that_of_the_library(
    tmp_path: Path, collection: AudioCollection
) -> None:
    """What was imported before the option was changed can still be joined with what came later."""
    stereo = Profile(bit_rate=192, sample_rate=48_000, channels=2)
    await _item(collection, tmp_path, "Old", "sine=f=440:d=2,volume=2", stereo)
    await _item(collection, tmp_path, "New", "sine=f=660:d=1,volume=2")
    item, _ = await _stitched(collection, Part(audio="Old"), Part(audio="New"), ffmpeg=Ffmpeg())
    assert item.file.profile == MONO
    assert item.duration == pytest.approx(3.1, abs=0.2)
    only, _ = await _stitched(collection, Part(audio="Old", gap=1))
    assert only.file.profile == stereo
    assert not list((tmp_path / "library" / "arriving").iterdir())


async def test_what_cannot_be_stitched_leaves_nothing(
    tmp_path: Path, collection: AudioCollection
) -> None:
    """The reason is told, and no file is left."""
    item = await _item(collection, tmp_path, "First", "sine=f=440:d=3,volume=2")
    before = files_in(tmp_path / "library")
    with pytest.raises(UnknownAudioError):
        await _stitched(collection, Part(audio="First"), Part(audio="Nobody"))
    with pytest.raises(ToolError):
        await _stitched(collection, Part(audio="First", fade_in=1))
    collection.path(item).rename(tmp_path / "away.mp3")
    for part in (Part(audio="First"), Part(audio="First", gap=1)):
        with pytest.raises(DamagedAudioError) as caught:
            await _stitched(collection, part)
        assert caught.value.item == item
    (tmp_path / "away.mp3").rename(collection.path(item))
    assert files_in(tmp_path / "library") == before


async def _split(collection: AudioCollection, method: Method, **more: float) -> list[AudioItem]:
    """Split the story."""
    wanted = Splitting(audio="Story", method=method, tags=("Bed", "parts"), **more)
    taken = await split_item(collection, wanted, ffmpeg=Ffmpeg(), now=lambda: NOW)
    assert {outcome for _, outcome in taken} == {Outcome.ADDED}
    return [item for item, _ in taken]


async def test_splitting_by_silence(tmp_path: Path, collection: AudioCollection) -> None:
    """Sentences become items; together they are the frames of the whole."""
    story = await _item(collection, tmp_path, "Story", SENTENCES)
    items = await _split(collection, Method.SILENCE, silence=1, shortest=1)
    assert [item.title for item in items] == ["Story 1", "Story 2", "Story 3"]
    assert {item.details.tags for item in items} == {("Bed", "parts")}
    assert items[0].source.reference == "story"
    frames = [frame for item in items for frame in _frames(collection.path(item))]
    assert frames == _frames(collection.path(story))
    for item in items:
        path = collection.path(item)
        assert walk(path, MONO).is_bare
        assert loudest(decode(path.read_bytes())) > 0.4
    with pytest.raises(NothingToSplitError) as caught:
        await _split(collection, Method.SILENCE, silence=9)
    assert caught.value.code == "no_silence"
    with pytest.raises(NothingToSplitError) as caught:
        await _split(collection, Method.CHAPTERS)
    assert caught.value.code == "no_chapters"


async def test_splitting_by_chapters(tmp_path: Path, collection: AudioCollection) -> None:
    """Chapters of the source are remembered, where silence was put in front as well."""
    (tmp_path / "chapters.txt").write_text(CHAPTERS)
    path = make(
        tmp_path / "story.m4a",
        *("-i", str(tmp_path / "chapters.txt"), "-map", "0", "-map_chapters", "1"),
        source="sine=f=440:d=4,volume=2",
    )
    importer = Importer(collection, ffmpeg=Ffmpeg(), profile=MONO, now=lambda: NOW)
    story = (await importer.run(Import(path=path, source=FILE, title="Story"))).item
    assert [mark.title for mark in story.chapters] == ["The fox", "The hare"]
    items = await _split(collection, Method.CHAPTERS)
    assert [item.title for item in items] == ["The fox", "The hare"]
    assert [item.duration for item in items] == pytest.approx([1.5, 2.6], abs=0.1)
    later = Import(path=path, source=FILE, title="Later", wishes=Wishes(lead_in=1))
    moved = (await importer.run(later)).item
    assert [mark.start for mark in moved.chapters] == pytest.approx([1, 2.5], abs=0.05)


async def test_pieces_are_all_there_or_none(
    tmp_path: Path, collection: AudioCollection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that fails in the middle takes back what was in already."""
    await _item(collection, tmp_path, "Story", SENTENCES)
    before = files_in(tmp_path / "library")
    add = collection.add

    def fail_at_the_third(*args: object, **more: object) -> AudioItem:
        if len(collection.index.items) == 3:
            raise OSError(28, "No space left on device")
        return add(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(collection, "add", fail_at_the_third)
    with pytest.raises(OSError, match="No space"):
        await _split(collection, Method.SILENCE, silence=1, shortest=1)
    assert [item.title for item in collection.index.everything] == ["Story"]
    await collection.remove_files(collection.snapshot())
    assert files_in(tmp_path / "library") == before


async def test_too_many_pieces_are_refused(
    tmp_path: Path, collection: AudioCollection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody wants five hundred items by mistake."""
    await _item(collection, tmp_path, "Story", SENTENCES)
    monkeypatch.setattr("custom_components.yoto_smart_stream.library.splitting.MOST_PIECES", 2)
    with pytest.raises(TooManyPiecesError) as caught:
        await _split(collection, Method.SILENCE, silence=1, shortest=1)
    assert caught.value.count == 3


async def test_a_preview_is_a_clip_that_goes(tmp_path: Path, collection: AudioCollection) -> None:
    """It begins and ends softly where it is cut out, and leaves nothing behind."""
    await _item(collection, tmp_path, "Story", "sine=f=440:d=9,volume=2")
    before = files_in(tmp_path / "library")
    previews = Previews(collection, Ffmpeg())
    clip = await previews.make("Story", start=2, seconds=4)
    assert previews.find(clip.preview_id) is clip
    assert clip.seconds == pytest.approx(4, abs=0.05)
    samples = decode(clip.path.read_bytes())
    middle = loudest(samples[60_000:100_000])
    assert loudest(samples[:1000]) < middle / 3
    assert loudest(samples[-1000:]) < middle / 3
    whole = await previews.make("Story", start=0, seconds=30)
    assert whole.seconds == pytest.approx(9, abs=0.1)
    with pytest.raises(BeyondEndError):
        await previews.make("Story", start=10, seconds=1)
    for _ in range(20):
        await previews.make("Story", start=0, seconds=30)
    assert previews.find(clip.preview_id) is None
    assert not clip.path.exists()
    making = asyncio.create_task(previews.make("Story", start=1, seconds=5))
    await asyncio.sleep(0)
    await previews.close()
    with pytest.raises(asyncio.CancelledError):
        await making
    assert files_in(tmp_path / "library") == before


async def test_a_transcript_is_what_an_engine_hears(
    tmp_path: Path, collection: AudioCollection
) -> None:
    """It gets all the samples, run by run; where nothing is said, the old text stays."""
    await _item(collection, tmp_path, "Story", SENTENCES)
    heard: list[int] = []
    told: list[float] = []

    async def recognise(samples: bytes) -> str:
        heard.append(len(samples))
        sound = np.frombuffer(samples, dtype=np.int16)
        return f" sentence {len(heard)} " if np.abs(sound).max() > 10_000 else ""

    item = await transcribe_item(
        collection, "Story", recognise, ffmpeg=Ffmpeg(), on_progress=told.append
    )
    assert item.details.transcript == "sentence 1"
    assert sum(heard) / 32_000 == pytest.approx(item.duration, abs=0.1)
    assert told == sorted(told)
    assert told[-1] == 1

    async def deaf(samples: bytes) -> str:
        return ""

    with pytest.raises(NothingHeardError):
        await transcribe_item(collection, "Story", deaf, ffmpeg=Ffmpeg())
    assert collection.index.get("Story").details.transcript == "sentence 1"


_TIMES = st.floats(0, 400, allow_nan=False)
_PAUSES = st.lists(
    st.tuples(_TIMES, st.floats(0.3, 30)).map(lambda p: Pause(start=p[0], stop=p[0] + p[1])),
    max_size=30,
)


@given(pauses=_PAUSES, seconds=st.floats(0.1, 400))
def test_runs_leave_out_nothing_but_silence(pauses: list[Pause], seconds: float) -> None:
    """No run is too long, and what is between two of them is silent."""
    runs = runs_between(pauses, seconds)
    ends = [0.0, *(time for run in runs for time in (run.start, run.stop)), seconds]
    assert ends == sorted(ends)
    assert all(0 < run.stop - run.start <= LONGEST_RUN + 1e-6 for run in runs)
    gaps = [(0.0, runs[0].start)] if runs else [(0.0, seconds)]
    gaps += [(one.stop, two.start) for one, two in pairwise(runs)]
    gaps += [(runs[-1].stop, seconds)] if runs else []
    silent = sorted((pause.start, pause.stop) for pause in pauses)
    for start, stop in gaps:
        reached = start
        for begin, end in silent:
            if begin <= reached:
                reached = max(reached, end)
        assert reached >= stop
