"""From what a person names to artwork that Yoto has: icons and covers for cards and groups."""

from difflib import get_close_matches
from functools import partial
import re
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers.aiohttp_client import async_get_clientsession

from ..artwork.choosing import choose
from ..artwork.cover import GROUP_SIZE, CoverFile, CoverShape, Fit, make_cover
from ..artwork.drawing import Drawn, draw_cover
from ..artwork.emoji import emoji_name, is_emoji, suiting
from ..artwork.emoji_drawing import draw_emoji
from ..artwork.errors import ArtworkError
from ..artwork.icon import COLOURS, IconFile, make_icon
from ..cloud.errors import CloudError
from ..cloud.icons import REFERENCE, Icon, find_icon
from ..const import DOMAIN
from ..coordinator import YotoConfigEntry
from ..library.errors import LibraryError
from ..pictures.fetching import fetch_picture
from ..sources.cover import async_read_picture
from ..sources.errors import SourceError
from ..sources.refusals import async_library, refusal_of
from .collection import DAY, LATELY, Gallery, async_get_gallery
from .emoji_font import async_emoji_font
from .refusals import picture_refusal, upload_refusal
from .views import async_preview_address

CHOOSE: Final = "choose"
"""As an icon: the one that suits the title best, or none."""
DRAWN: Final = "drawn"
"""As a cover: the title, drawn."""
AUDIO: Final = "audio"
"""As a cover: that of the audio itself."""
_MEDIA_ID: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_SUGGESTIONS: Final = 5


async def async_gallery(hass: HomeAssistant) -> Gallery:
    """Return the gallery.

    Raises:
        HomeAssistantError: Its folder cannot be used.
    """
    try:
        return await async_get_gallery(hass)
    except OSError as err:
        raise _disk(err) from err


async def async_icon_reference(
    hass: HomeAssistant,
    entry: YotoConfigEntry,
    named: str,
    *,
    title: str,
    dry_run: bool = False,
) -> str | None:
    """Return what a card calls an icon: `yoto:#...`; None where none suits.

    Args:
        hass: Home Assistant.
        entry: the account of the card.
        named: a media id or a reference, the title of an icon, an emoji, a file, an address, a
            media-source id, or `choose`. An emoji is drawn if no icon shows the same.
        title: of what the icon is for; decides with `choose`.
        dry_run: send nothing; an icon that would have to be sent is looked at, and None.

    Raises:
        ServiceValidationError: there is no such icon, or the picture is of no use.
        HomeAssistantError: Yoto did not take it, or is away.
    """
    named = named.strip()
    if named.startswith(REFERENCE):
        return named
    if _MEDIA_ID.fullmatch(named):
        return f"{REFERENCE}{named}"
    if is_emoji(named):
        if (known := await _async_found(hass, entry, named)) is not None:
            return known.reference
        title = emoji_name(named)
    if is_emoji(named) or _is_place(named):
        icon = await async_icon_file(hass, named)
        if dry_run:
            return None
        return f"{REFERENCE}{await _async_uploaded(hass, entry, icon, title)}"
    if named == CHOOSE:
        gallery = await async_gallery(hass)
        chosen = choose((await gallery.async_icons(entry)).icons, title)
        return chosen[0].reference if chosen else None
    return (await async_known_icon(hass, entry, named)).reference


async def async_cover_url(
    hass: HomeAssistant,
    entry: YotoConfigEntry,
    named: str | bytes,
    *,
    title: str,
    author: str = "",
    audio_id: str | None = None,
    shape: CoverShape = CoverShape.DEFAULT,
    fit: Fit = Fit.CROP,
    dry_run: bool = False,
) -> str | None:
    """Return what goes into `metadata.cover.imageL` of a card; None where audio has no cover.

    Args:
        hass: Home Assistant.
        entry: the account of the card.
        named: a file, an address, a media-source id, `drawn`, `audio`, or the picture itself.
        title: of the card; decides what is drawn.
        author: of the card; is drawn too.
        audio_id: id, slug or title of the item of the library whose cover `audio` means.
        shape: what kind of card it is for.
        fit: what becomes of a picture of other proportions.
        dry_run: send nothing, and return where the cover can be seen here.

    Raises:
        ServiceValidationError: there is no such picture or item, or it is of no use.
        HomeAssistantError: Yoto did not take it, or is away.
    """
    gallery = await async_gallery(hass)
    if named == DRAWN:
        if not title.strip():
            raise ServiceValidationError(
                translation_domain=DOMAIN, translation_key="cover_of_nothing"
            )
        cover = (await async_drawn_cover(hass, title, author, shape)).cover
    elif named == AUDIO:
        content = None if audio_id is None else await async_audio_cover(hass, audio_id)
        if content is None:
            return None
        cover = await async_fitted_cover(gallery, content, title, shape.size, fit)
    elif isinstance(named, bytes):
        cover = await async_fitted_cover(gallery, named, title, shape.size, fit)
    else:
        content = await async_picture(hass, named)
        cover = await async_fitted_cover(gallery, content, named, shape.size, fit)
    if dry_run:
        return async_preview_address(hass, cover.sha256, cover.content, cover.content_type)
    return (await gallery.async_upload_cover(entry, cover, shape, title))[0].url


async def async_group_image_id(hass: HomeAssistant, entry: YotoConfigEntry, named: str) -> str:
    """Return the id of a family image made of a picture, for a group of cards.

    Raises:
        ServiceValidationError: there is no such picture, or it is of no use.
        HomeAssistantError: Yoto did not take it, or is away.
    """
    content = await async_picture(hass, named)
    image = await async_fitted_cover(
        await async_gallery(hass), content, named, GROUP_SIZE, Fit.CROP
    )
    try:
        taken = await entry.runtime_data.account.studio.upload_family_image(
            image.content, image.content_type
        )
    except CloudError as err:
        raise upload_refusal(entry, err) from err
    return taken.image_id


async def async_known_icon(hass: HomeAssistant, entry: YotoConfigEntry, named: str) -> Icon:
    """Return the icon with a media id or a title, or one that shows an emoji.

    An emoji that no icon shows is drawn and sent to Yoto.

    Raises:
        ServiceValidationError: there is none; similar ones are named.
        HomeAssistantError: the list of icons cannot be had, or an emoji not be drawn or sent.
    """
    if (icon := await _async_found(hass, entry, named)) is not None:
        return icon
    if is_emoji(named):
        file = await async_icon_file(hass, named)
        media_id = await _async_uploaded(hass, entry, file, emoji_name(named))
        if (icon := await _async_found(hass, entry, media_id)) is not None:
            return icon
    found = (await (await async_gallery(hass)).async_icons(entry)).icons
    titles = {icon.title.casefold(): icon.title for icon in found if icon.title}
    alike = get_close_matches(named.casefold(), titles, _SUGGESTIONS)
    if alike:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="unknown_icon_similar",
            translation_placeholders={
                "icon": named,
                "known": ", ".join(titles[title] for title in alike),
            },
        )
    raise ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key="unknown_icon",
        translation_placeholders={"icon": named},
    )


async def _async_found(hass: HomeAssistant, entry: YotoConfigEntry, named: str) -> Icon | None:
    """Return the icon that is meant, None if there is none.

    Raises:
        HomeAssistantError: the list of icons cannot be had.
    """
    gallery = await async_gallery(hass)
    for within in (DAY, LATELY):
        # Somebody may just have made it: before it is missing, the list has to be new.
        icons = (await gallery.async_icons(entry, within)).icons
        icon = find_icon(icons, named) or (suiting(icons, named) if is_emoji(named) else None)
        if icon is not None:
            return icon
    return None


async def _async_uploaded(
    hass: HomeAssistant, entry: YotoConfigEntry, icon: IconFile, title: str
) -> str:
    """Have Yoto take an icon that it may have; return its media id.

    Raises:
        HomeAssistantError: Yoto did not take it.
    """
    return (await (await async_gallery(hass)).async_upload_icon(entry, icon, title))[0]


async def async_icon_content(hass: HomeAssistant, entry: YotoConfigEntry, named: str) -> bytes:
    """Return the picture of an icon that a person names as for `async_icon_reference`.

    Nothing is sent to Yoto: an emoji that no icon shows is drawn here.

    Raises:
        ServiceValidationError: there is no such icon.
        HomeAssistantError: the list of icons cannot be had, or an emoji not be drawn.
        PictureError: Yoto does not give the icon.
    """
    named = named.strip()
    if is_emoji(named):
        if (icon := await _async_found(hass, entry, named)) is None:
            return (await async_icon_file(hass, named)).content
    elif not named.startswith(REFERENCE) and _is_place(named):
        return await async_picture(hass, named)
    else:
        icon = await async_known_icon(hass, entry, named)
    return (await fetch_picture(async_get_clientsession(hass), icon.url)).content


async def async_icon_file(
    hass: HomeAssistant, named: str, *, colours: int = COLOURS, fit: Fit = Fit.FIT
) -> IconFile:
    """Return a picture that a person names, or an emoji, as an icon.

    Raises:
        ServiceValidationError: there is no such picture or emoji, or it is of no use.
        HomeAssistantError: what draws emoji cannot be had.
    """
    gallery = await async_gallery(hass)
    make = partial(make_icon, colours=colours, crop=fit is Fit.CROP)
    try:
        if is_emoji(named):
            font = await async_emoji_font(hass, named)
            return await gallery.async_work(lambda: make(draw_emoji(font, named)))
        content = await async_picture(hass, named)
        return await gallery.async_work(partial(make, content))
    except ArtworkError as err:
        raise picture_refusal(err, named) from err
    except OSError as err:
        raise _disk(err) from err


async def async_drawn_cover(
    hass: HomeAssistant, title: str, author: str, shape: CoverShape
) -> Drawn:
    """Return a cover that shows a title."""
    gallery = await async_gallery(hass)
    return await gallery.async_work(
        partial(draw_cover, title, shape=shape, lettering=gallery.lettering, author=author)
    )


async def async_fitted_cover(
    gallery: Gallery, content: bytes, named: str, size: tuple[int, int], fit: Fit
) -> CoverFile:
    """Return a picture as a cover.

    Raises:
        ServiceValidationError: it is of no use.
    """
    try:
        return await gallery.async_work(partial(make_cover, content, size=size, fit=fit))
    except ArtworkError as err:
        raise picture_refusal(err, named) from err


async def async_picture(hass: HomeAssistant, named: str) -> bytes:
    """Return the file that a path, an address or a media-source id leads to.

    Raises:
        ServiceValidationError: it cannot be had.
    """
    try:
        return await async_read_picture(hass, await async_library(hass), named)
    except SourceError as err:
        raise refusal_of(err, named) from err
    except OSError as err:
        raise _disk(err) from err


async def async_audio_cover(hass: HomeAssistant, audio_id: str) -> bytes | None:
    """Return the cover of an item of the library, None if it has none.

    Raises:
        ServiceValidationError: there is no such item, or there are several.
    """
    catalog = await async_library(hass)
    try:
        cover = catalog.collection.index.get(audio_id).details.cover
    except LibraryError as err:
        raise refusal_of(err, audio_id) from err
    if cover is None:
        return None
    try:
        return await hass.async_add_executor_job(catalog.collection.storage.path(cover).read_bytes)
    except OSError as err:
        raise _disk(err) from err


def _is_place(named: str) -> bool:
    """Say whether a text is a path, an address or a media-source id, and not a title."""
    return "/" in named


def _disk(err: OSError) -> HomeAssistantError:
    """Return what is wrong with the disk."""
    return HomeAssistantError(
        translation_domain=DOMAIN,
        translation_key="library_disk",
        translation_placeholders={"reason": err.strerror or str(err)},
    )
