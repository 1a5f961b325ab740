"""Media ids: what stands for a card, a place on it, a group or a list of cards.

Our own are `yoto-card:<card>/<chapter>/<track>#t=<seconds>`, `yoto-group:<group>` and
`yoto-shelf:<list>`. Keys are opaque text (protocol §4.2), so everything in them but letters and
digits is percent-encoded. The ids of two other integrations are understood too, since automations
outlive the change from one to another.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from math import isfinite
import re
from typing import Final, override
from urllib.parse import quote, unquote

_CARD: Final = "yoto-card:"
_GROUP: Final = "yoto-group:"
_SECONDS: Final = "#t="

_CORE_CARD: Final = "yoto://card/"
_CORE_GROUP: Final = "yoto://group/"
"""Home Assistant's own integration writes keys as they are."""

_PRINTED: Final = re.compile(r"https?://(?:www\.)?yoto\.io/([A-Za-z0-9]+)/?(?:[?#].*)?")
"""The address on a plastic card (protocol §7)."""
_JOINED: Final = re.compile(r"([A-Za-z0-9]{5})\+([^+]*)(?:\+([^+]*))?(?:\+([^+]*))?")
"""How the community's integration joins card, chapter, track and seconds."""

_PARTS: Final = 3
"""Card, chapter and track."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardPlace:
    """A card, or a place on it. A track has its chapter."""

    card_id: str
    chapter_key: str | None = None
    track_key: str | None = None
    seconds: float | None = None
    """Where to begin in the track; None leaves that to the player."""

    @override
    def __str__(self) -> str:
        """Return the media id."""
        keys = (self.card_id, self.chapter_key, self.track_key)
        path = "/".join(_encode(key) for key in keys if key is not None)
        start = "" if self.seconds is None else f"{_SECONDS}{self.seconds!r}".removesuffix(".0")
        return f"{_CARD}{path}{start}"


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupOfCards:
    """A group that the family has made."""

    group_id: str

    @override
    def __str__(self) -> str:
        """Return the media id."""
        return f"{_GROUP}{_encode(self.group_id)}"


class Section(StrEnum):
    """A list of the account; the values are the media ids."""

    ROOT = "yoto-shelf:"
    ALL = "yoto-shelf:all"
    OWN = "yoto-shelf:own"
    GROUPS = "yoto-shelf:groups"


type MediaId = CardPlace | GroupOfCards | Section


def read_media_id(text: str) -> MediaId | None:
    """Return what a media id stands for, or None where it is none that we know."""
    if text in Section:
        return Section(text)
    if text.startswith(_GROUP):
        return _group(_decode(text.removeprefix(_GROUP)))
    if text.startswith(_CORE_GROUP):
        return _group(text.removeprefix(_CORE_GROUP))
    if text.startswith(_CORE_CARD):
        return _place(text.removeprefix(_CORE_CARD).split("/"))
    if printed := _PRINTED.fullmatch(text):
        return CardPlace(card_id=printed[1])
    if text.startswith(_CARD):
        path, fragment, start = text.removeprefix(_CARD).partition(_SECONDS)
        place = _place([_decode(key) for key in path.split("/")])
        return _started(place, start) if fragment else place
    return None


def read_joined(text: str) -> CardPlace | None:
    """Return the place that `card+chapter+track+seconds` stands for; a title may look like it."""
    joined = _JOINED.fullmatch(text)
    if joined is None:
        return None
    card_id, chapter_key, track_key, seconds = (part or None for part in joined.groups())
    if track_key is not None and chapter_key is None:
        return None
    place = CardPlace(card_id=str(card_id), chapter_key=chapter_key, track_key=track_key)
    return _started(place, seconds) if seconds else place


def _group(group_id: str) -> GroupOfCards | None:
    """Return a group."""
    return GroupOfCards(group_id=group_id) if group_id else None


def _place(keys: list[str]) -> CardPlace | None:
    """Return the place at the end of a path."""
    if not all(keys) or len(keys) > _PARTS:
        return None
    card_id, chapter_key, track_key = (*keys, None, None)[:_PARTS]
    return CardPlace(card_id=str(card_id), chapter_key=chapter_key, track_key=track_key)


def _started(place: CardPlace | None, start: str) -> CardPlace | None:
    """Return a place with the second to begin at."""
    try:
        seconds = float(start)
    except ValueError:
        return None
    if place is None or not isfinite(seconds) or seconds < 0:
        return None
    return replace(place, seconds=seconds)


def _encode(key: str) -> str:
    """Return a key as it stands in a media id; any text can be one, even half a character."""
    return quote(key, safe="", errors="surrogatepass")


def _decode(text: str) -> str:
    """Return a key from a media id."""
    return unquote(text, errors="surrogatepass")
