"""Everything that a player can play, in its media browser: cards, and all other media."""

from typing import Final

from homeassistant.components.media_player import BrowseMedia, MediaClass
from homeassistant.components.media_source import async_browse_media, is_media_source_id

from ..catalogue.media_ids import Section
from ..coordinator import YotoCoordinator
from ..playing.browser import async_browse

_EVERYTHING: Final = "media-source://"
_TITLE: Final = "Home Assistant"


async def async_browse_all(coordinator: YotoCoordinator, media_id: str | None) -> BrowseMedia:
    """Return what is behind a media id; without one, what there is at all.

    Raises:
        BrowseError: there is no such thing, or it cannot be had.
    """
    if media_id is not None and is_media_source_id(media_id):
        return await async_browse_media(coordinator.hass, media_id, content_filter=_is_heard)
    node = await async_browse(coordinator, media_id)
    if media_id in {None, "", Section.ROOT}:
        node.children = [*(node.children or ()), _media()]
    return node


def _media() -> BrowseMedia:
    """Show the media of Home Assistant as one thing that can be opened."""
    return BrowseMedia(
        media_class=MediaClass.DIRECTORY,
        media_content_id=_EVERYTHING,
        media_content_type="",
        title=_TITLE,
        can_play=False,
        can_expand=True,
    )


def _is_heard(node: BrowseMedia) -> bool:
    """Tell whether something is audio. Folders are shown whatever is in them."""
    return node.media_content_type.startswith("audio/")
