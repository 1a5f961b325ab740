"""Actions on icons and covers."""

from typing import Final

from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv, service
from homeassistant.util.json import JsonValueType
import voluptuous as vol

from ..artwork.choosing import choose, find
from ..artwork.cover import CoverShape, Fit
from ..artwork.dots import MOST_COLOURS
from ..artwork.emoji import emoji_name, is_emoji
from ..artwork.icon import COLOURS
from ..cloud.icons import REFERENCE, Icon
from ..const import DOMAIN
from ..coordinator import YotoConfigEntry
from ..gallery.dressing import (
    async_audio_cover,
    async_drawn_cover,
    async_fitted_cover,
    async_gallery,
    async_icon_file,
    async_picture,
)
from ..gallery.views import async_icon_address, async_preview_address
from ..pictures.enlarging import enlarge

_MEDIA: Final = vol.Any(
    cv.string,
    vol.All(
        vol.Schema({vol.Required("media_content_id"): cv.string}, extra=vol.ALLOW_EXTRA),
        lambda chosen: chosen["media_content_id"],
    ),
)
_TEXT: Final = vol.All(cv.string, vol.Strip)
_MOST_ICONS: Final = 500
_GET_ICONS: Final = vol.Schema(
    {
        vol.Exclusive("query", "what"): _TEXT,
        vol.Exclusive("title", "what"): _TEXT,
        vol.Optional("own", default=False): cv.boolean,
        vol.Optional("limit", default=50): vol.All(
            vol.Coerce(int), vol.Range(min=1, max=_MOST_ICONS)
        ),
        vol.Optional("config_entry_id"): cv.string,
    }
)
_UPLOAD_ICON: Final = vol.Schema(
    {
        vol.Required("media"): _MEDIA,
        vol.Optional("title", default=""): _TEXT,
        vol.Optional("colours", default=COLOURS): vol.All(
            vol.Coerce(int), vol.Range(min=2, max=MOST_COLOURS)
        ),
        vol.Optional("fit", default=Fit.FIT.value): vol.Coerce(Fit),
        vol.Optional("dry_run", default=False): cv.boolean,
        vol.Optional("config_entry_id"): cv.string,
    }
)
_UPLOAD_COVER: Final = vol.Schema(
    {
        vol.Exclusive("media", "picture"): _MEDIA,
        vol.Exclusive("audio_id", "picture"): _TEXT,
        vol.Optional("title", default=""): _TEXT,
        vol.Optional("author", default=""): _TEXT,
        vol.Optional("shape", default=CoverShape.DEFAULT.value): vol.Coerce(CoverShape),
        vol.Optional("fit", default=Fit.CROP.value): vol.Coerce(Fit),
        vol.Optional("dry_run", default=False): cv.boolean,
        vol.Optional("config_entry_id"): cv.string,
    }
)


@callback
def async_setup_artwork_actions(hass: HomeAssistant) -> None:
    """Register the actions."""
    hass.services.async_register(
        DOMAIN,
        "get_icons",
        _async_get_icons,
        schema=_GET_ICONS,
        supports_response=SupportsResponse.ONLY,
    )
    for name, act, schema in (
        ("upload_icon", _async_upload_icon, _UPLOAD_ICON),
        ("upload_cover", _async_upload_cover, _UPLOAD_COVER),
    ):
        hass.services.async_register(
            DOMAIN, name, act, schema=schema, supports_response=SupportsResponse.OPTIONAL
        )


async def _async_get_icons(call: ServiceCall) -> ServiceResponse:
    """Find icons by their words, or choose those that suit a title."""
    hass, entry = call.hass, _entry(call)
    found = await (await async_gallery(hass)).async_icons(entry)
    icons = [icon for icon in found.icons if icon.is_own or not call.data["own"]]
    if (title := call.data.get("title")) is not None:
        icons = choose(icons, _words(title))
    elif query := call.data.get("query"):
        icons = find(icons, _words(query))
    return {
        "icons": [_described(hass, icon) for icon in icons[: call.data["limit"]]],
        "total": len(icons),
        "fetched": found.fetched.isoformat(),
        "trouble": found.trouble,
    }


async def _async_upload_icon(call: ServiceCall) -> ServiceResponse:
    """Make an icon of a picture and send it to Yoto."""
    hass, entry, media = call.hass, _entry(call), call.data["media"].strip()
    icon = await async_icon_file(hass, media, colours=call.data["colours"], fit=call.data["fit"])
    gallery = await async_gallery(hass)
    large = await gallery.async_work(lambda: enlarge(icon.content))
    answer: dict[str, JsonValueType] = {
        "animated": icon.frames > 1,
        "frames": icon.frames,
        "bytes": len(icon.content),
        "preview": async_preview_address(hass, icon.sha256, large, "image/png"),
    }
    if call.data["dry_run"]:
        return answer
    title = call.data["title"] or (emoji_name(media) if is_emoji(media) else _stem(media))
    media_id, is_new = await gallery.async_upload_icon(entry, icon, title)
    return {
        "media_id": media_id,
        "icon": f"{REFERENCE}{media_id}",
        "uploaded": is_new,
        **answer,
    }


async def _async_upload_cover(call: ServiceCall) -> ServiceResponse:
    """Make a cover of a picture or a title and send it to Yoto."""
    hass, entry, data = call.hass, _entry(call), call.data
    shape, title = data["shape"], data["title"]
    gallery = await async_gallery(hass)
    is_titled = False
    named = data.get("media") or data.get("audio_id")
    if named is None:
        if not title:
            raise ServiceValidationError(
                translation_domain=DOMAIN, translation_key="cover_of_nothing"
            )
        drawn = await async_drawn_cover(hass, title, data["author"], shape)
        cover, is_titled = drawn.cover, drawn.is_titled
    else:
        content = (
            await async_picture(hass, named)
            if "media" in data
            else await async_audio_cover(hass, named)
        )
        if content is None:
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="audio_without_cover",
                translation_placeholders={"audio": named},
            )
        cover = await async_fitted_cover(gallery, content, named, shape.size, data["fit"])
    width, height = shape.size
    answer: dict[str, JsonValueType] = {
        "width": width,
        "height": height,
        "bytes": len(cover.content),
        "drawn": named is None,
        "titled": is_titled,
        "preview": async_preview_address(hass, cover.sha256, cover.content, cover.content_type),
    }
    if data["dry_run"]:
        return answer
    taken, is_new = await gallery.async_upload_cover(
        entry, cover, shape, title or _stem(named or "")
    )
    return {"media_id": taken.media_id, "url": taken.url, "uploaded": is_new, **answer}


def _entry(call: ServiceCall) -> YotoConfigEntry:
    """Return the account that is meant."""
    entry: YotoConfigEntry = service.async_get_config_entry(
        call.hass, DOMAIN, call.data.get("config_entry_id")
    )
    return entry


def _described(hass: HomeAssistant, icon: Icon) -> dict[str, JsonValueType]:
    """Return an icon as an answer shows it."""
    return {
        "media_id": icon.media_id,
        "icon": icon.reference,
        "title": icon.title,
        "tags": list(icon.tags),
        "own": icon.is_own,
        "thumbnail": async_icon_address(hass, icon.media_id),
    }


def _words(text: str) -> str:
    """Return what an emoji shows, any other text as it is."""
    return emoji_name(text) if is_emoji(text) else text


def _stem(media: str) -> str:
    """Return the name of a file without folders and ending."""
    name = media.partition("?")[0].rstrip("/").rpartition("/")[2]
    return name.rpartition(".")[0] or name or "artwork"
