"""Yoto Smart Stream: Yoto players, live in Home Assistant and fed with its audio."""

from collections.abc import Callable
from functools import partial
import os

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.storage import UnsupportedStorageVersionError
from homeassistant.helpers.typing import ConfigType

from .actions import async_setup_actions
from .actions.stream_fields import async_streams
from .arrivals.announcing import async_announce_cards
from .arrivals.memory import async_forget_cards
from .bus import async_announce
from .checking.cards import async_tidy
from .checking.profiles import PROFILES, async_setup_profiles
from .cloud.account import YotoAccount
from .cloud.endpoints import Endpoints
from .cloud.errors import CloudError
from .cloud.link import Delivery
from .cloud.oauth import OAuth
from .cloud.tokens import TokenOwner
from .const import CONF_CLIENT_ID, DOMAIN, LOGGER
from .coordinator import YotoConfigEntry, YotoCoordinator
from .gallery.collection import async_get_gallery
from .gallery.views import async_register_views as async_register_gallery_views
from .issues.accounts import async_clear_issues, async_report_scopes
from .issues.kept import Kept, async_report_set_aside, async_report_unusable
from .issues.library import (
    async_report_library,
    async_report_no_library,
    async_report_watched,
)
from .library.catalog import async_get_catalog
from .library.clips import ClipView
from .library.importing import Imported
from .library.work import async_transcribe_imports
from .library_page.job_events import async_announce_jobs
from .live.following import async_follow
from .live.retiring import async_delete_live_cards, async_retire_absent
from .live.serving import async_setup_live_cards
from .media.views import async_register_views as async_register_media_views
from .opening.opener import async_get_opener
from .publishing.finishing import async_finish_interrupted
from .publishing.naming import async_name_cards
from .reachability.watch import async_watch_address
from .sources.upload import UploadView
from .sources.watching import async_watch_folder
from .stories.plain_players import async_serve_plain_players
from .stories.teller import TELLER, async_setup_stories
from .streaming.discretion import be_discreet
from .streaming.icon_view import async_register_icon_view
from .streaming.registry import async_get_registry
from .streaming.views import async_register_views
from .sure_store import NotWrittenError
from .token_store import TokenStore
from .uploads.memory import async_forget_uploads
from .uploads.work import async_end_uploads
from .websocket_api import async_register_commands

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)

PLATFORMS = (
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.EVENT,
    Platform.IMAGE,
    Platform.LIGHT,
    Platform.MEDIA_PLAYER,
    Platform.NOTIFY,
    Platform.NUMBER,
    Platform.SELECT,
    Platform.SENSOR,
    Platform.SWITCH,
    Platform.TIME,
)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Set up what all accounts share: the actions, and the views that serve audio.

    Audio is served whether or not an account can be reached: that is no fault of a card's.
    """
    async_setup_actions(hass)
    async_register_commands(hass)
    await async_register_views(hass)
    async_register_icon_view(hass)
    be_discreet()
    hass.http.register_view(ClipView())
    async_register_media_views(hass)
    async_register_gallery_views(hass)
    registry = await async_get_registry(hass)
    async_report_set_aside(hass, Kept.ADDRESSES, registry.rejected_count)
    hass.http.register_view(UploadView())
    await _async_setup_checks(hass)
    await _async_setup_library(hass)
    return True


async def _async_setup_checks(hass: HomeAssistant) -> None:
    """Set up what player checks have found; without that, players are trusted to be able."""
    try:
        profiles = await async_setup_profiles(hass)
    except (UnsupportedStorageVersionError, OSError) as err:
        LOGGER.error("What player checks have found cannot be read: %s", err)
        return
    async_report_set_aside(hass, Kept.PROFILES, profiles.set_aside_count)


async def _async_setup_library(hass: HomeAssistant) -> None:
    """Set up the audio library; what is wrong with it keeps nothing else from working."""
    try:
        catalog = await async_get_catalog(hass)
    except (UnsupportedStorageVersionError, OSError) as err:
        async_report_no_library(hass, err)
        return

    @callback
    def report(_imported: Imported | None = None) -> None:
        async_report_library(hass, catalog)

    report()
    if catalog.damaged:
        catalog.async_listen(report)
        catalog.async_listen_to_imports(report)
    async_announce_jobs(hass, catalog)
    async_transcribe_imports(hass, catalog)
    async_name_cards(hass, catalog)
    await async_watch_folder(hass, catalog, partial(async_report_watched, hass))
    await _async_setup_streams(hass)


async def _async_setup_streams(hass: HomeAssistant) -> None:
    """Set up the streams, which play what is in the library."""
    try:
        streams = await async_streams(hass)
    except HomeAssistantError as err:
        async_report_unusable(hass, Kept.STREAMS, str(err))
        return
    async_report_set_aside(hass, Kept.STREAMS, streams.set_aside_count)
    await _async_setup_stories(hass)
    try:
        live = await async_setup_live_cards(hass, await async_get_opener(hass))
    except (UnsupportedStorageVersionError, OSError) as err:
        LOGGER.error("Nothing but cards can be played on players: %s", err)
        async_report_unusable(hass, Kept.SESSIONS, str(err))
        return
    async_report_set_aside(hass, Kept.SESSIONS, live.set_aside_count)


async def _async_setup_stories(hass: HomeAssistant) -> None:
    """Set up the stories, which live cards tell."""
    try:
        teller = await async_setup_stories(hass)
    except UnsupportedStorageVersionError as err:
        async_report_unusable(hass, Kept.STORIES, str(err))
        return
    set_aside = teller.shelf.set_aside_count + teller.games.set_aside_count
    async_report_set_aside(hass, Kept.STORIES, set_aside)
    async_serve_plain_players(hass)


async def async_setup_entry(hass: HomeAssistant, entry: YotoConfigEntry) -> bool:
    """Set up an account."""
    make_account, owner = await _async_make_account(hass, entry)
    coordinator = YotoCoordinator(hass, entry, make_account)
    entry.runtime_data = coordinator
    async_report_scopes(hass, entry, owner.tokens.scopes)
    await coordinator.async_config_entry_first_refresh()
    async_watch_address(entry)
    registry = await async_get_registry(hass)
    entry.async_on_unload(registry.async_listen(entry.entry_id, coordinator.async_fetched))
    async_announce(hass, entry)
    await async_announce_cards(hass, entry)
    async_follow(entry)
    async_retire_absent(entry)
    entry.async_create_background_task(
        hass, async_tidy(hass, coordinator.account, entry.entry_id), name="Yoto check cards"
    )
    entry.async_create_background_task(
        hass, async_finish_interrupted(entry), name="Yoto cards that were interrupted"
    )
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    entry.async_on_unload(entry.add_update_listener(_async_options_changed))
    return True


async def async_unload_entry(hass: HomeAssistant, entry: YotoConfigEntry) -> bool:
    """Unload an account."""
    await async_end_uploads(hass, entry)
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)


async def async_remove_entry(hass: HomeAssistant, entry: YotoConfigEntry) -> None:
    """Forget an account: its live cards, its tokens, its streams, its issues."""
    registry = await async_get_registry(hass)
    make_account, _ = await _async_make_account(hass, entry)
    account = make_account(_ignore, _ignore)
    await async_delete_live_cards(account, registry, entry.entry_id)
    await async_tidy(hass, account, entry.entry_id)
    await account.close()
    await TokenStore(hass, entry.entry_id).async_remove()
    await registry.async_revoke_owner(entry.entry_id)
    await async_forget_uploads(hass, entry.unique_id or entry.entry_id)
    await async_forget_cards(hass, entry.entry_id)
    await (await async_get_gallery(hass)).async_forget(entry.entry_id)
    if (profiles := hass.data.get(PROFILES)) is not None:
        try:
            await profiles.async_forget(entry.entry_id)
        except NotWrittenError:
            LOGGER.error("What player checks have found could not be forgotten on the disk")
    if (teller := hass.data.get(TELLER)) is not None:
        try:
            await teller.shelf.async_forget_cards(entry.entry_id)
        except NotWrittenError:
            LOGGER.error("The cards of stories could not be forgotten on the disk")
    async_clear_issues(hass, entry)


type _MakeAccount = Callable[
    [Callable[[Delivery], None], Callable[[CloudError], None]], YotoAccount
]


async def _async_make_account(
    hass: HomeAssistant, entry: YotoConfigEntry
) -> tuple[_MakeAccount, TokenOwner]:
    """Return what makes the account of an entry, and the owner of its tokens."""
    store = TokenStore(hass, entry.entry_id)
    endpoints = Endpoints.from_environment(os.environ)
    session = async_get_clientsession(hass)
    owner = TokenOwner(
        OAuth(session, endpoints),
        entry.data[CONF_CLIENT_ID],
        await store.async_load(entry.data),
        store.async_save,
    )

    def make_account(
        receive: Callable[[Delivery], None], trouble: Callable[[CloudError], None]
    ) -> YotoAccount:
        return YotoAccount(session, endpoints, owner, receive, trouble)

    return make_account, owner


def _ignore(_news: object) -> None:
    """Take no note of what an account that is being removed tells."""


async def _async_options_changed(hass: HomeAssistant, entry: YotoConfigEntry) -> None:
    """Load the account anew with its new options."""
    await hass.config_entries.async_reload(entry.entry_id)
