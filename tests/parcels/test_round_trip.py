"""A card goes into a parcel and comes out of it again, with everything that is on it."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from hashlib import sha256
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from hypothesis import given, strategies as st

from custom_components.yoto_smart_stream.cards.payload import sendable
from custom_components.yoto_smart_stream.cards.reading import read
from custom_components.yoto_smart_stream.cards.writing import write
from custom_components.yoto_smart_stream.json import Json
from custom_components.yoto_smart_stream.parcels.manifest import (
    AUDIO,
    PICTURE,
    STREAM,
    PackedAudio,
    PackedPicture,
    Parcel,
    portable,
    read_parcel,
    write_parcel,
)
from custom_components.yoto_smart_stream.parcels.packing import Content, pack
from custom_components.yoto_smart_stream.parcels.unpacking import (
    extract,
    read_manifest,
    read_picture,
    verify,
)
from custom_components.yoto_smart_stream.parcels.wrapping import Held, unwrapped, wrapped
from custom_components.yoto_smart_stream.publishing.served import ServedAudio, ServedStream
from custom_components.yoto_smart_stream.streaming.stream import AudioItem, Stream, StreamItem
from tests.cards.test_round_trip import _CARDS as CARDS
from tests.streaming.test_records import STREAMS

TOKEN = "AAAAAAAAAAAAAAAAAAAAAA"
OURS = f"https://home.example/api/yoto_smart_stream/s/{TOKEN}/01.mp3"
ICON = f"https://home.example/api/yoto_smart_stream/i/{TOKEN}/R0.png"
CONTENTS = st.binary(min_size=1, max_size=64)
_OF_AUDIO = ("trackUrl", "type", "format", "duration", "fileSize", "channels")


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """A parcel, what it was made of, and the bytes of its files by their digests."""

    before: dict[str, Json]
    parcel: Parcel
    files: Mapping[str, bytes]


def digest(content: bytes) -> str:
    """Return how a file is named."""
    return sha256(content).hexdigest()


def audio_of(content: bytes) -> PackedAudio:
    """Return what is said of audio."""
    return PackedAudio(
        sha256=digest(content),
        suffix="mp3",
        size_bytes=len(content),
        duration=len(content) / 10,
        title=f"Audio {len(content)}",
        tags=("a", "b"),
    )


@st.composite
def parcels(draw: st.DrawFn) -> Packed:
    """Draw a card, and what its tracks play and its icons show."""
    before = draw(CARDS)
    card = read(before)
    files: dict[str, bytes] = {}

    def audio() -> str:
        content = draw(CONTENTS)
        files[digest(content)] = content
        return digest(content)

    inner = replace(
        portable(draw(STREAMS))[0], name="Inner", items=(AudioItem(audio_id=audio()),), rules=()
    )
    outer = replace(
        inner,
        name="Outer",
        items=(StreamItem(name="Inner"), AudioItem(audio_id=audio())),
    )
    streams: dict[str, Stream] = {}
    tracks: dict[tuple[int, int], str] = {}
    for number, chapter in enumerate(card.chapters, 1):
        for place, _ in enumerate(chapter.tracks, 1):
            match draw(st.sampled_from(("audio", "audio", "inner", "outer"))):
                case "audio":
                    tracks[number, place] = f"{AUDIO}{audio()}"
                case "inner":
                    streams["Inner"] = inner
                    tracks[number, place] = f"{STREAM}Inner"
                case _:
                    streams |= {"Inner": inner, "Outer": outer}
                    tracks[number, place] = f"{STREAM}Outer"
    every = [chapter.icon for chapter in card.chapters] + [track.icon for track in card.tracks]
    pictures: dict[str, bytes] = {}
    for named in {*every, card.cover} - {None}:
        if draw(st.booleans()):
            pictures[str(named)] = draw(CONTENTS)
    used = {url.removeprefix(AUDIO) for url in tracks.values() if url.startswith(AUDIO)}
    for stream in streams.values():
        used |= stream.audio_ids()
    contents = {content: named for named, content in pictures.items()}
    parcel = Parcel(
        card=wrapped(card, tracks, {named: digest(one) for named, one in pictures.items()}),
        audio=tuple(audio_of(files[one]) for one in sorted(used)),
        pictures=tuple(
            PackedPicture(sha256=digest(one), suffix="png", size_bytes=len(one), title="t")
            for one in contents
        ),
        streams=tuple(streams.values()),
    )
    return Packed(
        before=before,
        parcel=parcel,
        files={**{one: files[one] for one in used}, **{digest(one): one for one in contents}},
    )


def packed_at(folder: Path, packed: Packed) -> Path:
    """Pack a parcel into a folder."""
    contents = []
    for one in packed.parcel.files:
        path = folder / one.sha256
        path.write_bytes(packed.files[one.sha256])
        contents.append(Content(packed=one, path=path))
    archive = folder / "card.zip"
    with archive.open("xb") as file:
        pack(file, packed.parcel, contents, lambda: None)
    return archive


@given(parcels())
def test_what_is_packed_is_unpacked(packed: Packed) -> None:
    """The card, its streams, its audio and its pictures, to the last byte."""
    with TemporaryDirectory() as folder:
        archive = packed_at(Path(folder), packed)
        parcel = read_manifest(archive)
        assert parcel == packed.parcel
        seen: list[int] = []
        verify(archive, parcel, lambda: None, seen.append)
        assert sum(seen) == sum(one.size_bytes for one in parcel.files)
        for number, one in enumerate(parcel.audio):
            target = Path(folder, f"audio {number}")
            extract(archive, one, target, lambda: None)
            assert target.read_bytes() == packed.files[one.sha256]
        for picture in parcel.pictures:
            assert read_picture(archive, picture, lambda: None) == packed.files[picture.sha256]


@given(parcels())
def test_the_card_is_what_it_was(packed: Packed) -> None:
    """But for its id, and for where its audio and its pictures are from."""
    parcel = packed.parcel
    layout = unwrapped(
        parcel,
        audio={
            one.sha256: Held(audio_id=one.sha256, duration=7, size_bytes=9) for one in parcel.audio
        },
        streams={one.name: one.name for one in parcel.streams},
        icons={one.sha256: f"icon {one.sha256}" for one in parcel.pictures},
        cover="cover",
    )
    named = iter(track.url or "" for track in read(parcel.card).tracks)
    for served in layout.served:
        match served:
            case ServedAudio(audio_id=sha256_of_it):
                assert next(named) == f"{AUDIO}{sha256_of_it}"
            case ServedStream(stream_id=name):
                assert next(named) == f"{STREAM}{name}"
    assert next(named, None) is None
    assert bare(write(layout.card)) == bare(
        {key: value for key, value in sendable(packed.before).items() if key != "cardId"}
    )


@given(parcels())
def test_the_manifest_is_text(packed: Packed) -> None:
    """Whatever is on the card."""
    text = json.dumps(write_parcel(packed.parcel))
    assert read_parcel(json.loads(text)) == packed.parcel


@given(parcels(), st.data())
def test_no_permission_is_packed(packed: Packed, data: st.DataObject) -> None:
    """Not even one in a place that nobody here knows."""
    before = deepcopy(packed.before)
    place: dict[str, Json] = data.draw(st.sampled_from([*_objects(before)]))
    new: list[Json] = [OURS, [OURS, 1], {"deeper": OURS}, ICON]
    place["new"] = data.draw(st.sampled_from(new))
    for part in _objects(before.get("content")):
        if "display" in part:
            part["display"] = {"iconUrl16x16": ICON}
    card = read(before)
    tracks = {
        (number, place): f"{AUDIO}a"
        for number, chapter in enumerate(card.chapters, 1)
        for place, _ in enumerate(chapter.tracks, 1)
    }
    assert TOKEN not in json.dumps(wrapped(card, tracks, {}))


def test_an_archive_is_the_same_whenever_it_is_made(tmp_path: Path) -> None:
    """Nothing of this machine or of the time is in it."""
    content = b"song"
    card: dict[str, Json] = {
        "title": "x",
        "content": {"chapters": [{"tracks": [{"trackUrl": "t"}]}]},
    }
    parcel = Parcel(
        card=wrapped(read(card), {(1, 1): f"{AUDIO}{digest(content)}"}, {}),
        audio=(audio_of(content),),
    )
    packed = Packed(before={}, parcel=parcel, files={digest(content): content})
    archives = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        archives.append(packed_at(folder, packed).read_bytes())
    assert archives[0] == archives[1]
    with ZipFile(tmp_path / "one" / "card.zip") as archive:
        assert archive.namelist() == ["card.json", f"audio/{digest(content)}.mp3"]


def bare(payload: Mapping[str, Json]) -> Json:
    """Return a payload without what is said of audio and pictures."""
    left = deepcopy(dict(payload))
    for place in _objects(left):
        for name in ("icon16x16", "imageL"):
            place.pop(name, None)
    content = left.get("content")
    chapters = content.get("chapters") if isinstance(content, dict) else None
    for chapter in chapters if isinstance(chapters, list) else ():
        tracks = chapter.get("tracks") if isinstance(chapter, dict) else None
        for track in tracks if isinstance(tracks, list) else ():
            if isinstance(track, dict):
                for name in _OF_AUDIO:
                    track.pop(name, None)
    return left


def _objects(value: Json) -> Iterator[dict[str, Json]]:
    """Yield every object within a value."""
    if isinstance(value, dict):
        yield value
        for inner in [*value.values()]:
            yield from _objects(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _objects(inner)


def test_the_prefixes_are_no_addresses_of_the_web() -> None:
    """So that nothing in a parcel is taken for what it is not."""
    assert not any(one.startswith("http") for one in (AUDIO, PICTURE, STREAM))
