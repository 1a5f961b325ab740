"""The cards that the simulated family has bought, with their audio."""

from dataclasses import dataclass
import hashlib

from simulator.world import Json, JsonObject

from .card_rules import completed_content
from .cards import PUBLISHER, StoredCard
from .media import Media
from .silence import duration, make_silence

_BOUGHT_AT = "2026-01-06T09:30:00.000Z"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Track:
    key: str
    title: str
    seconds: float
    left: str | None = None
    right: str | None = None
    end: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Product:
    card_id: str
    title: str
    author: str
    category: str
    chapters: tuple[tuple[_Track, ...], ...]
    interactive: bool = False


def _linear(*tracks: tuple[str, float]) -> tuple[tuple[_Track, ...], ...]:
    """Return chapters of one track each, with keys as MYO cards have them."""
    return tuple(
        (_Track(key=f"{number:02}", title=title, seconds=seconds),)
        for number, (title, seconds) in enumerate(tracks, 1)
    )


_PRODUCTS = (
    _Product(
        card_id="2Lght",
        title="The Lighthouse Cat",
        author="Ada Fenwick",
        category="stories",
        chapters=_linear(("The storm", 40), ("The lamp", 30), ("The morning", 20)),
    ),
    _Product(
        card_id="4Drum",
        title="Songs for a Rainy Day",
        author="The Puddle Band",
        category="music",
        chapters=_linear(("Drip drop", 25), ("Umbrella waltz", 35)),
    ),
    _Product(
        card_id="6Moon",
        title="Three Journeys to the Moon",
        author="Juno Marsh",
        category="stories",
        chapters=(
            (
                _Track(key="k3Vd9QmZ1a", title="Ready", seconds=15),
                _Track(key="p0XyT7wLr2", title="Steady", seconds=15),
            ),
            (_Track(key="h8NcB4sJe6", title="Go", seconds=45),),
            (_Track(key="u5GfW2oKi3", title="Home again", seconds=30),),
        ),
    ),
    _Product(
        card_id="8Maze",
        title="The Maze in the Garden",
        author="Juno Marsh",
        category="activities",
        interactive=True,
        chapters=tuple(
            (track,)
            for track in (
                _Track(
                    key="gate",
                    title="At the gate",
                    seconds=12,
                    left="hedge",
                    right="pond",
                    end="waiting",
                ),
                _Track(
                    key="waiting",
                    title="Waiting",
                    seconds=6,
                    left="hedge",
                    right="pond",
                    end="waiting",
                ),
                _Track(
                    key="hedge", title="Behind the hedge", seconds=15, left="gate", right="pond"
                ),
                _Track(key="pond", title="By the pond", seconds=15, left="hedge", right="bench"),
                _Track(key="bench", title="The bench at the end", seconds=10),
            )
        ),
    ),
)


def stock(media: Media) -> list[StoredCard]:
    """Put the audio of the bought cards into `media` and return the cards.

    Makes and writes megabytes: not in the event loop.
    """
    cards = []
    for product in _PRODUCTS:
        audio = {
            track.key: make_silence(f"{product.title}, {track.title}", track.seconds)
            for chapter in product.chapters
            for track in chapter
        }
        for data in audio.values():
            media.add(data)
        cards.append(_make_card(product, audio, media.cover_url(product.card_id)))
    return cards


def _make_card(product: _Product, audio: dict[str, bytes], cover: str) -> StoredCard:
    size = sum(map(len, audio.values()))
    content: JsonObject = {
        "activity": "yoto_Player",
        "version": "1",
        "restricted": True,
        "hidden": False,
        "cover": {"imageL": cover},
        "chapters": [
            _chapter(number, chapter, audio) for number, chapter in enumerate(product.chapters, 1)
        ],
    }
    if product.interactive:
        # The shape that Yoto's own tool gives to branching cards (protocol §4.5).
        content["playbackType"] = "interactive"
        content["config"] = {
            "disableTrackNav": True,
            "disableChapterNav": True,
            "autoadvance": "none",
        }
        content["editSettings"] = {
            "autoOverlayLabels": "chapters",
            "editKeys": False,
            "interactiveContent": True,
        }
    return StoredCard(
        card_id=product.card_id,
        owner=PUBLISHER,
        title=product.title,
        content=completed_content(content),
        metadata={
            "author": product.author,
            "category": product.category,
            "description": f"{product.title}, by {product.author}.",
            "cover": {"imageL": cover},
            "languages": ["en"],
            "media": {
                "duration": round(sum(map(duration, audio.values()))),
                "fileSize": size,
                "hasStreams": False,
            },
        },
        created_at=_BOUGHT_AT,
        updated_at=_BOUGHT_AT,
    )


def _chapter(number: int, tracks: tuple[_Track, ...], audio: dict[str, bytes]) -> JsonObject:
    label = str(number)
    icon: JsonObject = {"icon16x16": f"yoto:#{_icon(tracks[0])}"}
    return {
        "key": tracks[0].key,
        "title": tracks[0].title,
        "overlayLabel": label,
        "display": icon,
        "duration": round(sum(duration(audio[track.key]) for track in tracks)),
        "fileSize": sum(len(audio[track.key]) for track in tracks),
        "tracks": [_track(track, label, icon, audio[track.key]) for track in tracks],
    }


def _track(track: _Track, label: str, icon: JsonObject, audio: bytes) -> JsonObject:
    return {
        "key": track.key,
        "title": track.title,
        "trackUrl": f"yoto:#{hashlib.sha256(audio).hexdigest()}",
        "type": "audio",
        "format": "mp3",
        "overlayLabel": label,
        "duration": round(duration(audio)),
        "fileSize": len(audio),
        "channels": "mono",
        "display": icon,
        "events": _events(track),
    }


def _events(track: _Track) -> JsonObject:
    if not (track.left or track.right or track.end):
        return {}
    events: JsonObject = {"onEnd": {"cmd": "stop"}}
    for name, target in (("onLhb", track.left), ("onRhb", track.right), ("onEnd", track.end)):
        if target is not None:
            params: dict[str, Json] = {"chapterKey": target, "trackKey": target}
            events[name] = {"cmd": "goto", "params": params}
    return events


def _icon(track: _Track) -> str:
    """Return an icon's id: 43 characters, as Yoto's are."""
    return hashlib.sha256(track.title.encode()).hexdigest()[:43]
