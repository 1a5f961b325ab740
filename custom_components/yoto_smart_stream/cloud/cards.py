"""Cards as the account knows them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """One piece of audio in a chapter. Keys are opaque text (protocol §4.2)."""

    key: str
    title: str | None
    duration: float | None
    """Seconds; streams have none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A part of a card, in the order of the card."""

    key: str
    title: str | None
    tracks: tuple[Track, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Content with an id; a plastic card points at one."""

    card_id: str
    title: str
    author: str | None = None
    cover_url: str | None = None
    chapters: tuple[Chapter, ...] = ()

    def track_keys(self) -> list[tuple[str, str]]:
        """Return (chapter key, track key) of every track, in order."""
        return [(chapter.key, track.key) for chapter in self.chapters for track in chapter.tracks]

    def neighbour(self, chapter_key: str, track_key: str, offset: int) -> tuple[str, str] | None:
        """Return the keys of the track `offset` places away, or None beyond either end."""
        keys = self.track_keys()
        try:
            place = keys.index((chapter_key, track_key)) + offset
        except ValueError:
            return None
        return keys[place] if 0 <= place < len(keys) else None


def read_library(answer: Mapping[str, object]) -> dict[str, Card]:
    """Read the family library. An entry without an id or a card is left out."""
    cards = (
        _card(str(entry["cardId"]), _mapping(entry.get("card")))
        for entry in _mappings(answer.get("cards"))
        if entry.get("cardId")
    )
    return {card.card_id: card for card in cards}


def read_card(card_id: str, answer: Mapping[str, object]) -> Card:
    """Read the details of one card."""
    return _card(card_id, _mapping(answer.get("card")))


def _card(card_id: str, raw: Mapping[str, object]) -> Card:
    """Read a card, with chapters where it has some."""
    metadata = _mapping(raw.get("metadata"))
    content = _mapping(raw.get("content"))
    cover = _mapping(metadata.get("cover")) or _mapping(content.get("cover"))
    return Card(
        card_id=card_id,
        title=_text(raw.get("title")) or card_id,
        author=_text(metadata.get("author")),
        cover_url=_text(cover.get("imageL")),
        chapters=tuple(
            Chapter(
                key=str(chapter["key"]),
                title=_text(chapter.get("title")),
                tracks=tuple(
                    Track(
                        key=str(track["key"]),
                        title=_text(track.get("title")),
                        duration=_number(track.get("duration")),
                    )
                    for track in _mappings(chapter.get("tracks"))
                    if "key" in track
                ),
            )
            for chapter in _mappings(content.get("chapters"))
            if "key" in chapter
        ),
    )


def _mapping(value: object) -> Mapping[str, object]:
    """Return a JSON object, or an empty one where something else stands."""
    return value if isinstance(value, dict) else {}


def _mappings(value: object) -> Iterator[Mapping[str, object]]:
    """Yield the JSON objects of an array."""
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, dict))


def _text(value: object) -> str | None:
    """Return text that says something."""
    return value if isinstance(value, str) and value else None


def _number(value: object) -> float | None:
    """Return a positive number; Yoto writes 0 or null where a duration is unknown."""
    if isinstance(value, int | float) and not isinstance(value, bool) and value > 0:
        return float(value)
    return None
