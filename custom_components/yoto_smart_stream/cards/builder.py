"""A card made complete: keys, labels, icons and sums are filled in before Yoto gets it. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import count
from typing import Final

from ..json import Json
from .model import INTERACTIVE, STREAM, Card, Chapter, Track
from .writing import write

__all__ = ["DEFAULT_ICON", "Json", "build", "chapter_key", "completed", "new_card", "streamed"]

DEFAULT_ICON: Final = "yoto:#aUm9i3ex3qqAMYBv-i-O-pYMKuMJGICtR3Vhf289u2Q"
"""The icon that Yoto itself gives to a track without one (protocol §5.3)."""


def chapter_key(number: int) -> str:
    """Return the key of the n-th chapter, counted from 1: "01", "02", ..."""
    return f"{number:02}"


def new_card(*, title: str, chapters: Iterable[Chapter] = ()) -> Card:
    """Return a card that Yoto does not know yet."""
    return Card(
        title=title,
        category="none",
        playback="linear",
        chapters=tuple(chapters),
        rest={"content": {"activity": "yoto_Player", "version": "1", "restricted": True}},
    )


def streamed(*, title: str, url: str, duration: float, size: int) -> Chapter:
    """Return a chapter with one track that players fetch from an address (protocol §6.1)."""
    track = Track(
        title=title, url=url, kind=STREAM, format="mp3", duration=round(duration), size=size
    )
    return Chapter(title=title, tracks=(track,))


def build(card: Card) -> dict[str, Json]:
    """Return the payload for `POST /content`."""
    return write(completed(card))


def completed(card: Card) -> Card:
    """Return a card with everything that follows from the rest of it.

    Keys that are there stay, since players remember places by them. Labels that are numbers count
    the chapters; others stay as well.
    """
    free = _free_keys({chapter.key for chapter in card.chapters})
    chapters = tuple(
        _completed(chapter, chapter.key or next(free), str(number))
        for number, chapter in enumerate(card.chapters, 1)
    )
    tracks = [track for chapter in chapters for track in chapter.tracks]
    streams = [track for track in tracks if track.is_stream]
    # Players keep no stream, but may play the other tracks of a card without a network. In a story
    # one stream is enough to be stuck.
    is_story = card.playback == INTERACTIVE
    online_only = True if len(streams) == len(tracks) or (is_story and streams) else None
    return replace(
        card,
        chapters=chapters,
        duration=sum(track.duration or 0 for track in tracks),
        size=sum(track.size or 0 for track in tracks),
        has_streams=bool(streams),
        config=replace(card.config, online_only=online_only),
    )


def _completed(chapter: Chapter, key: str, number: str) -> Chapter:
    """Return a chapter with keys, labels, icons and sums."""
    label = number if chapter.label is None or chapter.label.isdecimal() else chapter.label
    icon = chapter.icon or (DEFAULT_ICON if chapter.icon_url is None else None)
    free = _free_keys({track.key for track in chapter.tracks})
    tracks = tuple(
        replace(
            track,
            key=track.key or next(free),
            title=track.title or chapter.title,
            # Without a label players skip through a card and play nothing (protocol §4.2).
            label=label if track.label in {None, chapter.label} else track.label,
            icon=track.icon or (icon if track.icon_url is None else None),
        )
        for track in chapter.tracks
    )
    return replace(
        chapter,
        key=key,
        label=label,
        icon=icon,
        tracks=tracks,
        duration=sum(track.duration or 0 for track in tracks),
        size=sum(track.size or 0 for track in tracks),
    )


def _free_keys(taken: set[str | None]) -> Iterator[str]:
    """Yield keys that nothing has yet."""
    return (key for number in count(1) if (key := chapter_key(number)) not in taken)
