"""Limits: everything that Yoto or a player would not take of a card, found before it is sent. Pure.

The numbers are those of protocol §4.2 and §4.3. Those of size and length are for what Yoto keeps:
a stream is fetched anew each time, and may have any length.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
import re
from typing import Final

from .model import AUDIO, STREAM, TITLE_LENGTH, UPLOADED, Card, Chapter, Track

TRACKS: Final = 100
"""Tracks that a card may have."""
TRACK_MB: Final = 100
TRACK_MINUTES: Final = 60
CARD_MB: Final = 500
OLDEST: Final = 99
CATEGORIES: Final = (
    *("none", "stories", "music", "radio", "podcast"),
    *("sfx", "activities", "alarms"),
)
LANGUAGES: Final = (
    *("en", "en-gb", "en-us", "fr", "fr-fr"),
    *("es", "es-es", "es-419", "de", "it"),
)
AUTOADVANCE: Final = ("next", "repeat", "none")
_FORMATS: Final = frozenset(
    {
        *("mp3", "aac", "opus", "ogg", "alac", "flac"),
        *("pcm_s16le", "x-m4a", "wav", "aiff", "mpeg"),
    }
)
_MB: Final = 1_000_000
_MINUTE: Final = 60
_ADDRESS: Final = re.compile(r"https?://[^\s/]+\S*")


class FaultCode(StrEnum):
    """Say in one word what is wrong."""

    AGE = "age"
    AGES_SWAPPED = "ages_swapped"
    AUTOADVANCE = "autoadvance"
    CARD_TOO_BIG = "card_too_big"
    CATEGORY = "category"
    CHAPTER_EMPTY = "chapter_empty"
    FORMAT = "format"
    KEY_TWICE = "key_twice"
    KIND = "kind"
    LANGUAGE = "language"
    NO_ADDRESS = "no_address"
    NO_CHAPTERS = "no_chapters"
    NO_TITLE = "no_title"
    NOT_IN_LIBRARY = "not_in_library"
    NOT_IN_LIBRARY_ANY_MORE = "not_in_library_any_more"
    NOT_UPLOADED = "not_uploaded"
    RESUME = "resume"
    SHUFFLE = "shuffle"
    TITLE_LENGTH = "title_length"
    TOO_MANY_TRACKS = "too_many_tracks"
    TRACK_TOO_BIG = "track_too_big"
    TRACK_TOO_LONG = "track_too_long"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong, and where; chapters and tracks are counted from 1."""

    code: FaultCode
    chapter: int | None = None
    track: int | None = None
    facts: dict[str, str] = field(default_factory=dict, hash=False)


def faults_of(card: Card) -> list[Fault]:
    """Return all that is wrong with a card that is complete, in its order."""
    return [*_of_card(card), *_of_config(card), *_of_chapters(card)]


def _of_card(card: Card) -> Iterator[Fault]:
    """Yield what is wrong with a card as a whole."""
    length = len(card.title or "")
    if not 1 <= length <= TITLE_LENGTH or not (card.title or "").strip():
        yield _fault(FaultCode.TITLE_LENGTH, most=TITLE_LENGTH, length=length)
    if card.category is not None and card.category not in CATEGORIES:
        yield _fault(FaultCode.CATEGORY, value=card.category, known=", ".join(CATEGORIES))
    for language in card.languages:
        if language not in LANGUAGES:
            yield _fault(FaultCode.LANGUAGE, value=language, known=", ".join(LANGUAGES))
    for age in (card.min_age, card.max_age):
        if age is not None and not 0 <= age <= OLDEST:
            yield _fault(FaultCode.AGE, value=f"{age:g}", most=OLDEST)
    if card.min_age is not None and card.max_age is not None and card.min_age > card.max_age:
        yield _fault(FaultCode.AGES_SWAPPED, min=f"{card.min_age:g}", max=f"{card.max_age:g}")
    if not card.chapters:
        yield _fault(FaultCode.NO_CHAPTERS)
    if (count := len(card.tracks)) > TRACKS:
        yield _fault(FaultCode.TOO_MANY_TRACKS, most=TRACKS, count=count)
    kept = sum(track.size or 0 for track in card.tracks if not track.is_stream)
    if kept > CARD_MB * _MB:
        yield _fault(FaultCode.CARD_TOO_BIG, most=CARD_MB, size=round(kept / _MB))


def _of_config(card: Card) -> Iterator[Fault]:
    """Yield what is wrong with how a card is played."""
    config = card.config
    if config.resume_seconds is not None and config.resume_seconds < 0:
        yield _fault(FaultCode.RESUME)
    # Yoto's own samples have "true" (protocol §4.2).
    if config.autoadvance is not None and config.autoadvance not in {*AUTOADVANCE, "true"}:
        yield _fault(FaultCode.AUTOADVANCE, value=config.autoadvance, known=", ".join(AUTOADVANCE))
    for one in config.shuffle:
        is_within = 0 <= one.start <= one.end < len(card.chapters)
        if not is_within or not 1 <= one.limit <= one.end - one.start + 1:
            yield _fault(
                FaultCode.SHUFFLE, first=one.start + 1, last=one.end + 1, count=len(card.chapters)
            )


def _of_chapters(card: Card) -> Iterator[Fault]:
    """Yield what is wrong with the chapters and their tracks."""
    keys: set[str | None] = set()
    for number, chapter in enumerate(card.chapters, 1):
        if not chapter.title:
            yield _fault(FaultCode.NO_TITLE, chapter=number)
        if not chapter.tracks:
            yield _fault(FaultCode.CHAPTER_EMPTY, chapter=number)
        if chapter.key in keys:
            yield _fault(FaultCode.KEY_TWICE, chapter=number, key=chapter.key)
        keys.add(chapter.key)
        yield from _of_tracks(chapter, number)


def _of_tracks(chapter: Chapter, number: int) -> Iterator[Fault]:
    """Yield what is wrong with the tracks of a chapter."""
    keys: set[str | None] = set()
    for place, track in enumerate(chapter.tracks, 1):
        at = {"chapter": number, "track": place}
        if track.key in keys:
            yield _fault(FaultCode.KEY_TWICE, **at, key=track.key)
        keys.add(track.key)
        if track.kind == STREAM:
            if not _ADDRESS.fullmatch(track.url or ""):
                yield _fault(FaultCode.NO_ADDRESS, **at, value=track.url or "")
        elif track.kind == AUDIO:
            yield from _of_audio(track, at)
        else:
            yield _fault(FaultCode.KIND, **at, value=track.kind or "")
        # The schema knows no format for some streams, and says so with nothing at all.
        if track.format is not None and track.format not in _FORMATS:
            yield _fault(FaultCode.FORMAT, **at, value=track.format)


def _of_audio(track: Track, at: dict[str, int]) -> Iterator[Fault]:
    """Yield what is wrong with a track that Yoto keeps."""
    if not (track.url or "").startswith(UPLOADED):
        yield _fault(FaultCode.NOT_UPLOADED, **at)
    if (size := track.size or 0) > TRACK_MB * _MB:
        yield _fault(FaultCode.TRACK_TOO_BIG, **at, most=TRACK_MB, size=round(size / _MB))
    if (duration := track.duration or 0) > TRACK_MINUTES * _MINUTE:
        yield _fault(
            FaultCode.TRACK_TOO_LONG,
            **at,
            most=TRACK_MINUTES,
            length=round(duration / _MINUTE),
        )


def _fault(
    code: FaultCode, *, chapter: int | None = None, track: int | None = None, **facts: object
) -> Fault:
    """Return a fault with the facts that its text names."""
    told = {name: str(fact) for name, fact in facts.items()}
    return Fault(code=code, chapter=chapter, track=track, facts=told)
