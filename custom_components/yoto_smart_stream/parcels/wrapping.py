"""Wrapping: the payload of a card as it is in a parcel, and the card that is made of it. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from ..cards.model import STREAM as STREAMED, Card, Track
from ..cards.payload import sendable
from ..cards.reading import read
from ..cards.writing import write
from ..json import Json, JsonObject
from ..publishing.draft import PLACE, Layout
from ..publishing.served import Served, ServedAudio, ServedStream
from ..streaming.addresses import read_stream_url
from .manifest import AUDIO, PICTURE, STREAM, Parcel

type TrackPlace = tuple[int, int]
"""Chapter and track, both counted from 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Audio of a parcel as the library has it. `duration` is in seconds."""

    audio_id: str
    duration: float
    size_bytes: int


def wrapped(
    card: Card, tracks: Mapping[TrackPlace, str], pictures: Mapping[str, str]
) -> JsonObject:
    """Return the payload of a card as it is in a parcel.

    Args:
        card: as Yoto has it.
        tracks: what tracks name in the parcel; all others keep their addresses.
        pictures: by what icons and the cover are called at Yoto, the digests of their pictures.
    """
    numbered = _tracks_changed(
        card, lambda track, place: replace(track, url=tracks.get(place, track.url))
    )

    def named(picture: str | None) -> str | None:
        digest = pictures.get(picture or "")
        return picture if digest is None else f"{PICTURE}{digest}"

    dressed = _pictures_changed(numbered, named, named(card.cover))
    return _nameless(_without_addresses(write(dressed)))


def unwrapped(
    parcel: Parcel,
    *,
    audio: Mapping[str, Held],
    streams: Mapping[str, str],
    icons: Mapping[str, str | None],
    cover: str | None,
    title: str | None = None,
) -> Layout:
    """Return the card of a parcel, with all of ours as what is served.

    Args:
        parcel: what was packed.
        audio: by their digests, what became of the audio.
        streams: by their names in the parcel, the ids of the streams.
        icons: by their digests, what Yoto calls the icons; None for those that it does not have.
        cover: where the cover is, if there is one in the parcel; None where Yoto does not have it.
        title: what the card is to be called instead.
    """
    served: list[Served] = []

    def place(source: Served) -> str:
        served.append(source)
        return f"{PLACE}{len(served) - 1}"

    def with_source(track: Track, _: TrackPlace) -> Track:
        url = track.url or ""
        if url.startswith(STREAM):
            stream_id = streams[url.removeprefix(STREAM)]
            return replace(track, url=place(ServedStream(stream_id=stream_id)), kind=STREAMED)
        if not url.startswith(AUDIO):
            return track
        held = audio[url.removeprefix(AUDIO)]
        return replace(
            track,
            url=place(ServedAudio(audio_id=held.audio_id)),
            kind=STREAMED,
            format="mp3",
            duration=round(held.duration),
            size=held.size_bytes,
            channels=None,
        )

    def named(picture: str | None) -> str | None:
        if picture is None or not picture.startswith(PICTURE):
            return picture
        return icons[picture.removeprefix(PICTURE)]

    before = read(_nameless(parcel.card))
    is_packed = (before.cover or "").startswith(PICTURE)
    card = _tracks_changed(before, with_source)
    card = _pictures_changed(card, named, cover if is_packed else before.cover)
    card = replace(card, title=title or card.title)
    return Layout(card=card, served=tuple(served), is_anew=bool(served))


def _tracks_changed(card: Card, change: Callable[[Track, TrackPlace], Track]) -> Card:
    """Return a card with other tracks."""
    chapters = tuple(
        replace(
            chapter,
            tracks=tuple(
                change(track, (number, place)) for place, track in enumerate(chapter.tracks, 1)
            ),
        )
        for number, chapter in enumerate(card.chapters, 1)
    )
    return replace(card, chapters=chapters)


def _pictures_changed(
    card: Card, change: Callable[[str | None], str | None], cover: str | None
) -> Card:
    """Return a card with other pictures."""
    chapters = tuple(
        replace(
            chapter,
            icon=change(chapter.icon),
            tracks=tuple(replace(track, icon=change(track.icon)) for track in chapter.tracks),
        )
        for chapter in card.chapters
    )
    return replace(card, chapters=chapters, cover=cover)


def _nameless(payload: Mapping[str, Json]) -> JsonObject:
    """Return a payload without its id, and without what only Yoto writes."""
    return {key: value for key, value in sendable(payload).items() if key != "cardId"}


def _without_addresses(payload: JsonObject) -> JsonObject:
    """Return a payload without addresses of ours, wherever they are: each is a permission."""
    return {key: _cleaned(value) for key, value in payload.items() if not _is_ours(value)}


def _cleaned(value: Json) -> Json:
    """Return a part of a payload without addresses of ours."""
    match value:
        case dict():
            return _without_addresses(value)
        case list():
            return [_cleaned(one) for one in value if not _is_ours(one)]
    return value


def _is_ours(value: Json) -> bool:
    """Tell whether a value is an address of ours."""
    return isinstance(value, str) and read_stream_url(value) is not None
