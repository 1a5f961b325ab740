"""Icons and covers for cards, as Yoto knows them."""

from dataclasses import replace

from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from ..cloud.errors import CloudError
from ..cloud.icons import find_icon
from ..const import DOMAIN
from ..coordinator import YotoConfigEntry
from ..publishing.draft import NewChapter, SameChapter

_REFERENCE = "yoto:#"


async def async_dressed(
    entry: YotoConfigEntry, chapters: tuple[NewChapter | SameChapter, ...]
) -> tuple[NewChapter | SameChapter, ...]:
    """Return chapters with references to icons in the place of what people call them.

    Raises:
        ServiceValidationError: There is no such icon.
        HomeAssistantError: The icons cannot be had.
    """
    dressed: list[NewChapter | SameChapter] = []
    for chapter in chapters:
        icon = await _async_icon(entry, chapter.icon)
        if isinstance(chapter, SameChapter):
            dressed.append(replace(chapter, icon=icon))
            continue
        pieces = [
            replace(piece, icon=await _async_icon(entry, piece.icon)) for piece in chapter.pieces
        ]
        dressed.append(replace(chapter, icon=icon, pieces=tuple(pieces)))
    return tuple(dressed)


async def async_cover(named: str | None) -> str | None:
    """Return the address of a cover.

    Raises:
        ServiceValidationError: It is none.
    """
    if not named:
        return None
    if not named.startswith(("https://", "http://")):
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="card_cover_address",
            translation_placeholders={"cover": named},
        )
    return named


async def _async_icon(entry: YotoConfigEntry, named: str | None) -> str | None:
    """Return the reference of an icon by its media id or its title."""
    if named is None or named.startswith(_REFERENCE):
        return named
    try:
        icons = await entry.runtime_data.account.icons()
    except CloudError as err:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="icons_unavailable",
            translation_placeholders={"reason": str(err)},
        ) from err
    icon = find_icon(icons, named)
    if icon is None:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="unknown_icon",
            translation_placeholders={"icon": named},
        )
    return f"{_REFERENCE}{icon.media_id}"
