"""Cards as the account knows them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from ..playback.context import CardMap, Exits, Place
from ..web import is_web_address

type SetAside = Callable[[object], object]
"""Takes a record that cannot be read and is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """One piece of audio in a chapter. Keys are opaque text (protocol §4.2)."""

    key: str
    title: str | None
    duration: float | None
    """Seconds; streams have none."""
    icon_url: str | None = None
    """Where its picture of 16 by 16 pixels is; None where it has none of its own."""
    exits: Exits | None = None
    """Where the track of an interactive card leads; None where its author has said nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A part of a card, in the order of the card."""

    key: str
    title: str | None
    tracks: tuple[Track, ...]
    icon_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Content with an id; a plastic card points at one."""

    card_id: str
    title: str
    author: str | None = None
    series: str | None = None
    category: str | None = None
    """Such as `stories`, `music`, `podcast` or `radio` (protocol §4.2)."""
    cover_url: str | None = None
    interactive: bool = False
    updated_at: str | None = None
    """When Yoto last changed it, as it writes that; equal text means the same card."""
    chapters: tuple[Chapter, ...] = ()

    def icon_url(self, chapter_key: str | None, track_key: str | None) -> str | None:
        """Return where the picture of a track is, or that of its chapter."""
        for chapter in self.chapters:
            if chapter.key == chapter_key:
                own = (track.icon_url for track in chapter.tracks if track.key == track_key)
                return next(own, None) or chapter.icon_url
        return None

    def track_keys(self) -> list[tuple[str, str]]:
        """Return (chapter key, track key) of every track, in order."""
        return [(chapter.key, track.key) for chapter in self.chapters for track in chapter.tracks]

    def map(self) -> CardMap:
        """Return what the reducer needs to tell what a knob did."""
        return CardMap(
            places=tuple(self.track_keys()),
            interactive=self.interactive,
            exits={
                (chapter.key, track.key): track.exits
                for chapter in self.chapters
                for track in chapter.tracks
                if track.exits is not None
            },
            lengths={
                (chapter.key, track.key): track.duration
                for chapter in self.chapters
                for track in chapter.tracks
                if track.duration is not None
            },
        )

    def neighbour(self, chapter_key: str, track_key: str, offset: int) -> tuple[str, str] | None:
        """Return the keys of the track `offset` places away, or None beyond either end."""
        keys = self.track_keys()
        try:
            place = keys.index((chapter_key, track_key)) + offset
        except ValueError:
            return None
        return keys[place] if 0 <= place < len(keys) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Cards that the family has put together in the app."""

    group_id: str
    name: str
    image_url: str | None = None
    card_ids: tuple[str, ...] = ()


def _ignore(_record: object) -> None:
    """Take no note of a record that is left out."""


def read_library(answer: object, set_aside: SetAside = _ignore) -> dict[str, Card]:
    """Read the family library (protocol §4.1). An entry without an id is left out."""
    cards = (
        _card(card_id, _mapping(entry.get("card")))
        for entry, card_id in _identified(_mapping(answer).get("cards"), "cardId", set_aside)
    )
    return {card.card_id: card for card in cards}


def read_own(answer: object, set_aside: SetAside = _ignore) -> dict[str, Card]:
    """Read the account's own cards (protocol §4.1). One without an id is left out."""
    cards = (
        _card(card_id, entry)
        for entry, card_id in _identified(_mapping(answer).get("cards"), "cardId", set_aside)
        if entry.get("deleted") is not True
    )
    return {card.card_id: card for card in cards}


def read_groups(
    answer: object, set_aside: SetAside = _ignore
) -> tuple[tuple[Group, ...], dict[str, Card]]:
    """Read the groups, and the cards that they show; one without an id is left out.

    The answer is an array at its top level (protocol §4.1).
    """
    groups = []
    cards = {}
    for entry, group_id in _identified(answer, "id", set_aside):
        groups.append(
            Group(
                group_id=group_id,
                name=_text(entry.get("name")) or group_id,
                image_url=_text(entry.get("imageUrl")),
                card_ids=tuple(
                    card_id
                    for _, card_id in _identified(entry.get("items", []), "contentId", set_aside)
                ),
            )
        )
        for outline, card_id in _identified(entry.get("cards", []), "cardId", set_aside):
            cards[card_id] = _card(card_id, outline)
    return tuple(groups), cards


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
        series=_text(metadata.get("seriestitle")),
        category=_text(metadata.get("category")),
        cover_url=_text(cover.get("imageL")),
        interactive=content.get("playbackType") == "interactive",
        updated_at=_text(raw.get("updatedAt")),
        chapters=tuple(
            Chapter(
                key=chapter_key,
                title=_text(chapter.get("title")),
                icon_url=_icon_url(chapter),
                tracks=tuple(
                    Track(
                        key=track_key,
                        title=_text(track.get("title")),
                        duration=_number(track.get("duration")),
                        icon_url=_icon_url(track),
                        exits=_exits(_mapping(track.get("events"))),
                    )
                    for track, track_key in _identified(chapter.get("tracks"), "key")
                ),
            )
            for chapter, chapter_key in _identified(content.get("chapters"), "key")
        ),
    )


def _icon_url(part: Mapping[str, object]) -> str | None:
    """Read the address of a picture for the display; details have no bare ids (protocol §4.2)."""
    address = _text(_mapping(part.get("display")).get("icon16x16"))
    return address if address and is_web_address(address) else None


def _exits(events: Mapping[str, object]) -> Exits | None:
    """Read where a track leads (protocol §4.4)."""
    if not events:
        return None
    return Exits(
        left=_goto(_mapping(events.get("onLhb"))),
        right=_goto(_mapping(events.get("onRhb"))),
        end=_goto(_mapping(events.get("onEnd"))),
    )


def _goto(rule: Mapping[str, object]) -> Place | None:
    """Read the place that a rule jumps to."""
    params = _mapping(rule.get("params"))
    if rule.get("cmd") != "goto" or "chapterKey" not in params or "trackKey" not in params:
        return None
    return str(params["chapterKey"]), str(params["trackKey"])


def _mapping(value: object) -> Mapping[str, object]:
    """Return a JSON object, or an empty one where something else stands."""
    return value if isinstance(value, dict) else {}


def _identified(
    value: object, key: str, set_aside: SetAside = _ignore
) -> Iterator[tuple[Mapping[str, object], str]]:
    """Yield the objects of an array with their ids; hand over what is no object or has no id."""
    if not isinstance(value, list):
        set_aside(value)
        return
    for item in value:
        found = _id(_mapping(item).get(key))
        if found is None:
            set_aside(item)
        else:
            yield item, found


def _id(value: object) -> str | None:
    """Return an id or key as text; a few clients have written numbers."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return _text(value)


def _text(value: object) -> str | None:
    """Return text that says something."""
    return value if isinstance(value, str) and value else None


def _number(value: object) -> float | None:
    """Return a positive number; Yoto writes 0 or null where a duration is unknown."""
    if isinstance(value, int | float) and not isinstance(value, bool) and value > 0:
        return float(value)
    return None
