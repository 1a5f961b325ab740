"""Delivering: tracks of a card become streams of ours, or audio that Yoto keeps. Pure.

A card keeps its id, its chapters and their keys; only where the audio is from is another.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from ..cards.builder import completed
from ..cards.limits import Fault, FaultCode
from ..cards.model import AUDIO, STREAM, UPLOADED, Card, Track
from ..streaming.addresses import read_stream_url
from .draft import PLACE, Layout
from .served import AtYoto, Delivery, Served, ServedAudio


def to_upload(layout: Layout, known: Mapping[str, Served]) -> tuple[str, ...]:
    """Return the ids of the audio on a card that is streamed and could be kept by Yoto.

    Args:
        layout: the card.
        known: what our tokens, and addresses of audio at Yoto, stand for.
    """
    found = (behind(track, layout, known) for track in layout.card.tracks if track.kind == STREAM)
    return tuple(dict.fromkeys(one.audio_id for one in found if isinstance(one, ServedAudio)))


def to_stream(layout: Layout, known: Mapping[str, Served]) -> tuple[str, ...]:
    """Return the ids of the audio on a card that Yoto keeps; arguments as of `to_upload`."""
    found = (behind(track, layout, known) for track in layout.card.tracks if track.kind == AUDIO)
    return tuple(dict.fromkeys(one.audio_id for one in found if isinstance(one, ServedAudio)))


def delivered(
    layout: Layout,
    delivery: Delivery | None,
    known: Mapping[str, Served],
    at_yoto: Mapping[str, AtYoto],
) -> tuple[Layout, list[Fault]]:
    """Return a card that is delivered as is wanted, and what keeps it from that.

    Args:
        layout: the card.
        delivery: how; None leaves every track as it is.
        known: what our tokens, and addresses of audio at Yoto, stand for.
        at_yoto: by its id, what became of audio that was uploaded; of what is to be streamed, what
            it is here.
    """
    served: list[Served] = []
    faults: list[Fault] = []

    def streamed(track: Track, source: Served) -> Track:
        served.append(source)
        return replace(track, url=f"{PLACE}{len(served) - 1}")

    def other(track: Track, chapter: int, place: int) -> Track:
        source = behind(track, layout, known)
        if track.kind == STREAM and delivery in {Delivery.UPLOAD, Delivery.MIXED}:
            if isinstance(source, ServedAudio) and source.audio_id in at_yoto:
                return _kept(track, at_yoto[source.audio_id])
            if delivery is Delivery.UPLOAD:
                faults.append(_fault(FaultCode.NOT_IN_LIBRARY, chapter, place))
        if track.kind == AUDIO and delivery is Delivery.STREAM:
            here = at_yoto.get(source.audio_id) if isinstance(source, ServedAudio) else None
            if source is None or here is None:
                faults.append(_fault(FaultCode.NOT_IN_LIBRARY_ANY_MORE, chapter, place))
                return track
            return streamed(replace(_kept(track, here), kind=STREAM, channels=None), source)
        if source is not None and (track.url or "").startswith(PLACE):
            return streamed(track, source)
        return track

    chapters = [
        replace(
            chapter,
            tracks=tuple(
                other(track, number, place) for place, track in enumerate(chapter.tracks, 1)
            ),
        )
        for number, chapter in enumerate(layout.card.chapters, 1)
    ]
    card = replace(layout.card, chapters=tuple(chapters))
    if layout.is_anew or card.chapters != layout.card.chapters:
        card = completed(card)
    return Layout(card=card, served=tuple(served)), faults


def laid_out_anew(card: Card, served: Mapping[str, Served], valid: frozenset[str]) -> Layout:
    """Return a card whose addresses of ours are made anew, but for those with a valid token."""
    every: list[Served] = []

    def anew(track: Track) -> Track:
        address = read_stream_url(track.url or "")
        if address is None or address.token in valid or address.token not in served:
            return track
        every.append(served[address.token])
        return replace(track, url=f"{PLACE}{len(every) - 1}")

    chapters = [
        replace(chapter, tracks=tuple(anew(track) for track in chapter.tracks))
        for chapter in card.chapters
    ]
    return Layout(card=replace(card, chapters=tuple(chapters)), served=tuple(every))


def behind(track: Track, layout: Layout, known: Mapping[str, Served]) -> Served | None:
    """Return what is behind the address of a track, None where nobody knows."""
    url = track.url or ""
    if url.startswith(PLACE):
        return layout.served[int(url.removeprefix(PLACE))]
    if url.startswith(UPLOADED):
        return known.get(url)
    address = read_stream_url(url)
    return None if address is None else known.get(address.token)


def uploaded_in(at_yoto: Mapping[str, AtYoto]) -> Iterator[tuple[str, Served]]:
    """Yield what addresses of audio at Yoto stand for."""
    for audio_id, audio in at_yoto.items():
        yield audio.url, ServedAudio(audio_id=audio_id)


def _kept(track: Track, audio: AtYoto) -> Track:
    """Return a track of audio that Yoto keeps."""
    return replace(
        track,
        url=audio.url,
        kind=AUDIO,
        format=audio.format,
        duration=round(audio.duration),
        size=audio.size,
        channels=audio.channels,
    )


def _fault(code: FaultCode, chapter: int, track: int) -> Fault:
    """Return what keeps a track from being delivered as is wanted."""
    return Fault(code=code, chapter=chapter, track=track)
