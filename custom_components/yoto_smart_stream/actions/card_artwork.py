"""Icons and covers for cards: looked at first, and then as Yoto knows them."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from homeassistant.exceptions import HomeAssistantError

from ..coordinator import YotoConfigEntry
from ..gallery.dressing import CHOOSE, async_cover_url, async_icon_reference
from ..publishing.draft import NewChapter, Piece, SameChapter
from ..publishing.served import ServedAudio
from .card_texts import at

_ICON_NOT_YET: Final = "yoto:#new"
"""Stands for an icon that has not been sent."""
_COVER_NOT_YET: Final = "new"
"""Stands for a cover that has not been sent."""

type Chapters = tuple[NewChapter | SameChapter, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Undressed:
    """A card as somebody wants it to look; `chapters` is None where they stay as they are.

    `cover` is a file, an address, a media-source id, `drawn`, `audio` or the picture itself.
    """

    chapters: Chapters | None
    cover: str | bytes | None
    title: str
    author: str

    @property
    def has_pictures(self) -> bool:
        """Tell whether anything of it has to be looked at."""
        return self.cover is not None or any(
            one.icon is not None or any(piece.icon is not None for piece in _pieces(one))
            for one in self.chapters or ()
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Dressed:
    """What a card says of its icons and its cover, and what keeps it from that.

    `preview` is where a cover can be seen that has not been sent.
    """

    chapters: Chapters | None
    cover: str | None
    preview: str | None = None
    problems: tuple[str, ...] = ()


async def async_dressed(
    entry: YotoConfigEntry, undressed: Undressed, *, dry_run: bool = False
) -> Dressed:
    """Return a card with what Yoto calls its pictures in the place of what people call them.

    With `dry_run` nothing is sent, and all pictures are looked at.

    Raises:
        HomeAssistantError: Yoto is away.
    """
    dressing = _Dressing(entry, dry_run=dry_run)
    cover = await dressing.async_cover(undressed)
    chapters = undressed.chapters
    if chapters is not None:
        chapters = await dressing.async_chapters(chapters)
    return Dressed(
        chapters=chapters,
        cover=_COVER_NOT_YET if dry_run and cover is not None else cover,
        preview=cover if dry_run else None,
        problems=tuple(dressing.problems),
    )


class _Dressing:
    """Finds pictures, and collects what is wrong with them."""

    def __init__(self, entry: YotoConfigEntry, *, dry_run: bool) -> None:
        """Begin without a problem."""
        self._entry = entry
        self._hass = entry.runtime_data.hass
        self._dry_run = dry_run
        self.problems: list[str] = []

    async def async_cover(self, undressed: Undressed) -> str | None:
        """Return the address of a cover, None for none."""
        if undressed.cover is None:
            return None
        try:
            return await async_cover_url(
                self._hass,
                self._entry,
                undressed.cover,
                title=undressed.title,
                author=undressed.author,
                audio_id=_first_audio(undressed.chapters or ()),
                dry_run=self._dry_run,
            )
        except HomeAssistantError as err:
            self.problems.append(str(err))
            return None

    async def async_chapters(self, chapters: Chapters) -> Chapters:
        """Return chapters with references to icons."""
        dressed: list[NewChapter | SameChapter] = []
        for number, chapter in enumerate(chapters, 1):
            own = await self._async_icon(chapter.icon, chapter.title or "", number, None)
            if isinstance(chapter, SameChapter):
                dressed.append(replace(chapter, icon=own))
                continue
            is_one = len(chapter.pieces) == 1
            pieces: list[Piece] = []
            for place, piece in enumerate(chapter.pieces, 1):
                is_same = is_one and piece.icon == chapter.icon
                other = (
                    own
                    if is_same
                    else await self._async_icon(piece.icon, piece.title, number, place)
                )
                pieces.append(replace(piece, icon=other))
            dressed.append(replace(chapter, icon=own, pieces=tuple(pieces)))
        return tuple(dressed)

    async def _async_icon(
        self, named: str | None, title: str, number: int, place: int | None
    ) -> str | None:
        """Return the reference of an icon."""
        if named is None:
            return None
        try:
            reference = await async_icon_reference(
                self._hass, self._entry, named, title=title, dry_run=self._dry_run
            )
        except HomeAssistantError as err:
            self.problems.append(at(str(err), number, place))
            return None
        is_to_be_sent = reference is None and self._dry_run and named.strip() != CHOOSE
        return _ICON_NOT_YET if is_to_be_sent else reference


def cover_of(named: str | None, beside: Path | bytes | None) -> str | bytes | None:
    """Return the cover that is named, or else the picture that lies beside the audio or in it."""
    return named or (str(beside) if isinstance(beside, Path) else beside)


def _first_audio(chapters: Chapters) -> str | None:
    """Return the id of the first audio of the library, whose cover `audio` means."""
    sources = (piece.source for one in chapters for piece in _pieces(one))
    return next((one.audio_id for one in sources if isinstance(one, ServedAudio)), None)


def _pieces(chapter: NewChapter | SameChapter) -> tuple[Piece, ...]:
    """Return the new tracks of a chapter."""
    return chapter.pieces if isinstance(chapter, NewChapter) else ()
