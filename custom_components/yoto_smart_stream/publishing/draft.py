"""A draft: what somebody wants of a card, before anything of it has an address. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from ..cards.model import STREAM, Card, Chapter, Track
from ..json import Json
from .errors import CardProblem, CardProblemError
from .served import AtYoto, Delivery, Served

PLACE: Final = "served:"
"""How an address begins that is still to be made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One track: its audio is served by us, or is at an address of somebody else's."""

    title: str
    source: Served | str
    duration: float = 0.0
    """Seconds, 0 where nobody knows."""
    size: int = 0
    icon: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewChapter:
    """A chapter to be made."""

    title: str
    pieces: tuple[Piece, ...]
    icon: str | None = None
    ambient: Mapping[str, Json] | None = field(default=None, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SameChapter:
    """A chapter that is on the card already, by its key, its title or its number."""

    named: str
    title: str | None = None
    icon: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is to be on a card; `chapters` None leaves those that are there.

    `delivery` None leaves what is on the card as it is, and streams what is new. `coming` is audio
    that the library will have, by the ids that stand for it until then: a draft with such audio is
    for looking at only.
    """

    change: Callable[[Card], Card] = lambda card: card
    chapters: tuple[NewChapter | SameChapter, ...] | None = None
    delivery: Delivery | None = None
    coming: Mapping[str, AtYoto] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A card whose tracks of ours have no address yet, but places in `served`.

    `is_anew` tells that what follows from the chapters has to be filled in.
    """

    card: Card
    served: tuple[Served, ...]
    is_anew: bool = False

    def addressed(self, url: Callable[[int], str]) -> Card:
        """Return the card with addresses; `url` gets a place in `served`."""
        card = self.card
        return replace(
            card,
            chapters=tuple(
                replace(
                    chapter,
                    tracks=tuple(_addressed(track, url) for track in chapter.tracks),
                )
                for chapter in card.chapters
            ),
        )


def lay_out(card: Card, draft: Draft) -> Layout:
    """Return a card as a draft wants it, before anything of it is delivered in another way.

    Raises:
        CardProblemError: It has no such chapter.
    """
    served: list[Served] = []
    if draft.chapters is not None:
        chapters = [_chapter(card, one, served) for one in draft.chapters]
        card = replace(card, chapters=tuple(chapters))
    return Layout(
        card=draft.change(card),
        served=tuple(served),
        is_anew=draft.chapters is not None,
    )


def _addressed(track: Track, url: Callable[[int], str]) -> Track:
    """Return a track with its address."""
    if not (track.url or "").startswith(PLACE):
        return track
    return replace(track, url=url(int((track.url or "").removeprefix(PLACE))))


def _chapter(card: Card, wanted: NewChapter | SameChapter, served: list[Served]) -> Chapter:
    """Return a chapter of a card; what we serve goes to the end of `served`."""
    if isinstance(wanted, SameChapter):
        chapter = _found(card, wanted.named)
        icon = wanted.icon or chapter.icon
        # A track that was called and dressed like its chapter still is.
        tracks = tuple(
            replace(
                track,
                title=wanted.title
                if wanted.title and track.title == chapter.title
                else track.title,
                icon=icon if track.icon == chapter.icon else track.icon,
                icon_url=None if wanted.icon else track.icon_url,
            )
            for track in chapter.tracks
        )
        return replace(
            chapter,
            title=wanted.title or chapter.title,
            icon=icon,
            icon_url=None if wanted.icon else chapter.icon_url,
            tracks=tracks,
        )
    return Chapter(
        title=wanted.title,
        icon=wanted.icon,
        ambient=wanted.ambient,
        tracks=tuple(_track(piece, served) for piece in wanted.pieces),
    )


def _track(piece: Piece, served: list[Served]) -> Track:
    """Return a track."""
    if isinstance(piece.source, str):
        url = piece.source
    else:
        url = f"{PLACE}{len(served)}"
        served.append(piece.source)
    return Track(
        title=piece.title,
        url=url,
        kind=STREAM,
        format="mp3",
        duration=round(piece.duration),
        size=piece.size,
        icon=piece.icon,
    )


def _found(card: Card, named: str) -> Chapter:
    """Return the chapter with a key, a title that only one has, or a number."""
    for chapter in card.chapters:
        if chapter.key == named:
            return chapter
    titled = [one for one in card.chapters if (one.title or "").casefold() == named.casefold()]
    if len(titled) == 1:
        return titled[0]
    if named.isdecimal() and 1 <= int(named) <= len(card.chapters):
        return card.chapters[int(named) - 1]
    raise CardProblemError(CardProblem.NO_CHAPTER, named)
