"""Icons and covers for cards, as Yoto knows them."""

from dataclasses import replace
from pathlib import Path

from homeassistant.exceptions import HomeAssistantError

from ..coordinator import YotoConfigEntry
from ..gallery.dressing import AUDIO, async_cover_url, async_icon_reference
from ..publishing.draft import NewChapter, Piece, SameChapter
from ..publishing.served import ServedAudio
from .card_texts import at, refused

type Chapters = tuple[NewChapter | SameChapter, ...]


async def async_dressed(entry: YotoConfigEntry, chapters: Chapters) -> Chapters:
    """Return chapters with references to icons in the place of what people call them.

    Raises:
        ServiceValidationError: What cannot be icons, each with its place.
    """
    problems: list[str] = []

    async def icon(named: str | None, title: str, number: int, place: int | None) -> str | None:
        """Return the reference of an icon."""
        if named is None:
            return None
        try:
            return await async_icon_reference(entry.runtime_data.hass, entry, named, title=title)
        except HomeAssistantError as err:
            problems.append(at(str(err), number, place))
            return None

    dressed: list[NewChapter | SameChapter] = []
    for number, chapter in enumerate(chapters, 1):
        own = await icon(chapter.icon, chapter.title or "", number, None)
        if isinstance(chapter, SameChapter):
            dressed.append(replace(chapter, icon=own))
            continue
        is_one = len(chapter.pieces) == 1
        pieces: list[Piece] = []
        for place, piece in enumerate(chapter.pieces, 1):
            is_same = is_one and piece.icon == chapter.icon
            other = own if is_same else await icon(piece.icon, piece.title, number, place)
            pieces.append(replace(piece, icon=other))
        dressed.append(replace(chapter, icon=own, pieces=tuple(pieces)))
    if problems:
        raise refused(problems)
    return tuple(dressed)


async def async_cover(
    entry: YotoConfigEntry,
    named: str | None,
    *,
    title: str,
    author: str,
    chapters: Chapters,
    beside: Path | None,
) -> str | None:
    """Return the address of a cover at Yoto, None for none.

    Args:
        entry: the account of the card.
        named: a file, an address, a media-source id, `drawn` or `audio`.
        title: of the card.
        author: of the card.
        chapters: of the card; the first audio of the library is what `audio` means.
        beside: a picture beside the audio, for a card that names none.

    Raises:
        ServiceValidationError: There is no such picture, or it is of no use.
        HomeAssistantError: Yoto did not take it, or is away.
    """
    chosen = named or (None if beside is None else str(beside))
    if chosen is None:
        return None
    return await async_cover_url(
        entry.runtime_data.hass,
        entry,
        chosen,
        title=title,
        author=author,
        audio_id=_first_audio(chapters) if chosen == AUDIO else None,
    )


def _first_audio(chapters: Chapters) -> str | None:
    """Return the id of the first audio of the library."""
    pieces = (piece for one in chapters if isinstance(one, NewChapter) for piece in one.pieces)
    sources = (piece.source for piece in pieces)
    return next((one.audio_id for one in sources if isinstance(one, ServedAudio)), None)
