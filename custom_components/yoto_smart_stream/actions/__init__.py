"""The integration's actions: schemas, targets and the translation of errors."""

from homeassistant.core import HomeAssistant, callback

from .alarms import async_setup_alarm_actions
from .announcing import async_setup_announcing_actions
from .artwork import async_setup_artwork_actions
from .audio import async_setup_audio_actions
from .audio_work import async_setup_audio_work_actions
from .card_addresses import async_setup_card_address_action
from .card_listing import async_setup_card_listing_actions
from .cards import async_setup_card_actions
from .groups import async_setup_group_actions
from .icons import async_setup_icon_actions
from .parcels import async_setup_parcel_actions
from .players import async_setup_player_actions
from .shortcuts import async_setup_shortcut_actions
from .stories import async_setup_story_actions
from .story_playing import async_setup_story_playing_actions
from .story_publishing import async_setup_story_publishing_action
from .story_rehearsing import async_setup_story_rehearsing_action
from .story_speaking import async_setup_story_speaking_action
from .streams import async_setup_stream_actions
from .uploads import async_setup_upload_actions


@callback
def async_setup_actions(hass: HomeAssistant) -> None:
    """Register every action."""
    async_setup_alarm_actions(hass)
    async_setup_announcing_actions(hass)
    async_setup_artwork_actions(hass)
    async_setup_audio_actions(hass)
    async_setup_audio_work_actions(hass)
    async_setup_card_actions(hass)
    async_setup_card_address_action(hass)
    async_setup_card_listing_actions(hass)
    async_setup_group_actions(hass)
    async_setup_icon_actions(hass)
    async_setup_parcel_actions(hass)
    async_setup_player_actions(hass)
    async_setup_shortcut_actions(hass)
    async_setup_story_actions(hass)
    async_setup_story_playing_actions(hass)
    async_setup_story_publishing_action(hass)
    async_setup_story_rehearsing_action(hass)
    async_setup_story_speaking_action(hass)
    async_setup_stream_actions(hass)
    async_setup_upload_actions(hass)
