"""Cards as tags of Home Assistant."""

from homeassistant.components.tag import TAG_DATA, async_scan_tag
from homeassistant.components.tag.const import DOMAIN as TAG_DOMAIN, TAG_ID
from homeassistant.const import CONF_NAME
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import entity_registry as er


async def async_scan(
    hass: HomeAssistant,
    card_id: str,
    title: str | None,
    device_id: str | None,
    context: Context,
) -> None:
    """Scan a card, whose id is the id of the tag.

    A tag that nobody has named is given the title of its card; a name that somebody gave stays.
    """
    if title is not None and title != card_id:
        await _async_name(hass, card_id, title)
    await async_scan_tag(hass, card_id, device_id, context)


async def _async_name(hass: HomeAssistant, card_id: str, title: str) -> None:
    """Name a tag after its card, unless somebody has named it."""
    tags = hass.data[TAG_DATA]
    if card_id not in tags.data:
        await tags.async_create_item({TAG_ID: card_id, CONF_NAME: title})
        return
    registry = er.async_get(hass)
    entity_id = registry.async_get_entity_id(TAG_DOMAIN, TAG_DOMAIN, card_id)
    tag = registry.async_get(entity_id) if entity_id else None
    if tag is not None and tag.name is None:
        await tags.async_update_item(card_id, {CONF_NAME: title})
