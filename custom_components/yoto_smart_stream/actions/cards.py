"""Actions on cards."""

from collections.abc import Sequence
from typing import Final

from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import config_validation as cv, service
import voluptuous as vol

from ..cards.builder import build, chapter_key
from ..cards.model import TITLE_LENGTH, TRACKS, StreamingCard, StreamTrack
from ..cloud.errors import CloudError
from ..const import DOMAIN
from ..coordinator import YotoConfigEntry
from ..playing.publishing import async_base_url, refusal
from ..reachability.rewriting import Result, async_rewriter, listed
from ..reachability.watch import async_watch_of
from ..streaming.addresses import read_stream_url, stream_path
from ..streaming.registry import async_get_registry
from .media import MediaFile, async_find_file

_MEDIA: Final = vol.Any(
    cv.string, vol.Schema({vol.Required("media_content_id"): cv.string}, extra=vol.ALLOW_EXTRA)
)
_UPDATE_CARD_ADDRESSES: Final = vol.Schema(
    {
        vol.Optional("dry_run", default=False): cv.boolean,
        vol.Optional("config_entry_id"): cv.string,
    }
)
_CREATE_STREAMING_CARD: Final = vol.Schema(
    {
        vol.Required("title"): cv.string,
        vol.Required("media"): vol.All(cv.ensure_list, [_MEDIA]),
        vol.Optional("config_entry_id"): cv.string,
    }
)


@callback
def async_setup_card_actions(hass: HomeAssistant) -> None:
    """Register the actions that make cards."""
    hass.services.async_register(
        DOMAIN,
        "create_streaming_card",
        _async_create_streaming_card,
        schema=_CREATE_STREAMING_CARD,
        supports_response=SupportsResponse.OPTIONAL,
    )
    hass.services.async_register(
        DOMAIN,
        "update_card_addresses",
        _async_update_card_addresses,
        schema=_UPDATE_CARD_ADDRESSES,
        supports_response=SupportsResponse.OPTIONAL,
    )


async def _async_create_streaming_card(call: ServiceCall) -> ServiceResponse:
    """Make a card whose tracks players fetch from Home Assistant."""
    hass = call.hass
    entry: YotoConfigEntry = service.async_get_config_entry(
        hass, DOMAIN, call.data.get("config_entry_id")
    )
    title = call.data["title"].strip()
    media = call.data["media"]
    check_card(title, len(media))
    files = [await async_find_file(hass, item) for item in media]
    base_url = await async_base_url(hass, entry)
    registry = await async_get_registry(hass)
    streams = await registry.async_add(
        ((file.path, file.facts.content_type) for file in files), owner=entry.entry_id
    )
    tokens = [stream.token for stream in streams]
    urls = [
        base_url + stream_path(token, chapter_key(number)) for number, token in enumerate(tokens, 1)
    ]
    card = StreamingCard(
        title=title,
        tracks=tuple(_track(file, url) for file, url in zip(files, urls, strict=True)),
    )
    card_id = await async_make_card(hass, entry, card, tokens)
    return {"card_id": card_id, "urls": [*urls]}


async def _async_update_card_addresses(call: ServiceCall) -> ServiceResponse:
    """Have all cards of an account send players to the address of now.

    Raises:
        HomeAssistantError: players cannot use that; or a card failed, and nobody takes the answer.
    """
    hass = call.hass
    entry: YotoConfigEntry = service.async_get_config_entry(
        hass, DOMAIN, call.data.get("config_entry_id")
    )
    base_url = await async_base_url(hass, entry)
    rewriter = await async_rewriter(entry)
    outcomes = await rewriter.async_rewrite(base_url, dry_run=call.data["dry_run"])
    if (watch := async_watch_of(hass, entry.entry_id)) is not None:
        await watch.async_look_at_cards()
    failed = [one for one in outcomes if one.result is Result.FAILED]
    if failed and not call.return_response:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="cards_not_rewritten",
            translation_placeholders={
                "cards": listed(f"{one.title}: {one.reason}" for one in failed)
            },
        )
    return {
        "base_url": base_url,
        "cards": [
            {
                "card_id": one.card_id,
                "title": one.title,
                "result": one.result.value,
                **({"reason": one.reason} if one.reason else {}),
            }
            for one in outcomes
        ],
    }


async def async_make_card(
    hass: HomeAssistant, entry: YotoConfigEntry, card: StreamingCard, tokens: Sequence[str]
) -> str:
    """Make a card at Yoto and return its id; its tokens are revoked if that fails.

    Raises:
        HomeAssistantError: Yoto did not take it.
    """
    registry = await async_get_registry(hass)
    try:
        card_id = await entry.runtime_data.account.create_card(build(card))
    except CloudError as err:
        await registry.async_revoke(tokens)
        raise refusal(entry, err) from err
    address = read_stream_url(card.tracks[0].url)
    await registry.async_bind(tokens, card_id, None if address is None else address.base)
    return card_id


def check_card(title: str, tracks: int) -> None:
    """Refuse what Yoto would refuse, with a reason."""
    if not 1 <= len(title) <= TITLE_LENGTH:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="title_length",
            translation_placeholders={"most": str(TITLE_LENGTH), "length": str(len(title))},
        )
    if not 1 <= tracks <= TRACKS:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="track_count",
            translation_placeholders={"most": str(TRACKS), "count": str(tracks)},
        )


def _track(file: MediaFile, url: str) -> StreamTrack:
    """Describe a file as a track of a card."""
    return StreamTrack(
        title=file.title[:TITLE_LENGTH],
        url=url,
        duration=file.facts.duration_seconds,
        size=file.facts.size_bytes,
    )
