"""Live media: from the address or media id of a live item to what ffmpeg reads.

Home Assistant resolves it when it is played, since addresses of speech and of stations do not last.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, quote, urlencode

from homeassistant.components.ffmpeg import get_ffmpeg_manager
from homeassistant.components.media_player import async_process_play_media_url
from homeassistant.components.media_source import async_resolve_media, is_media_source_id
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.template import Template, is_template_string
from homeassistant.util.hass_dict import HassKey

from ..audio.ffmpeg import Ffmpeg
from ..audio.pouring import Origin
from ..audio.profile import Profile
from ..const import DOMAIN, LOGGER
from .broadcast import Listener, Pace
from .live import LiveError, LiveErrorCode, LiveSource, LiveSources
from .stream import LiveItem

_SPEECH: Final = "media-source://tts/"


class LiveMedia:
    """What is live in this Home Assistant."""

    def __init__(self, hass: HomeAssistant, sources: LiveSources) -> None:
        """Listen to sources that Home Assistant resolves."""
        self.sources: Final = sources
        self._hass = hass

    @asynccontextmanager
    async def listener(self, item: LiveItem, profile: Profile) -> AsyncIterator[Listener]:
        """Listen to a live item until the end of the context.

        Raises:
            LiveError: It cannot be heard.
        """
        try:
            source = await self._async_source(item.source)
        except HomeAssistantError as err:
            # What Home Assistant says may hold the address, which may hold a secret.
            LOGGER.debug("A live source cannot be resolved: %s", err)
            raise LiveError(LiveErrorCode.NOT_PLAYABLE) from err
        with self.sources.listener(source, profile) as listener:
            yield listener

    async def _async_source(self, name: str) -> LiveSource:
        """Return the source of a name; raises HomeAssistantError where there is none."""
        if not is_media_source_id(name):
            return LiveSource(key=name, origin=lambda: name)
        name = self._said_now(name)
        media = await async_resolve_media(self._hass, name, None)
        origin: Origin
        if media.path is not None:
            origin = Path(media.path)
        else:
            origin = async_process_play_media_url(self._hass, media.url)
        is_made = media.path is not None or name.startswith(_SPEECH)
        return LiveSource(
            key=name, origin=lambda: origin, pace=Pace.RENDERED if is_made else Pace.LIVE
        )

    def _said_now(self, name: str) -> str:
        """Return a media id of speech whose templates have been rendered, as of now."""
        if not name.startswith(_SPEECH):
            return name
        engine, _, query = name.partition("?")
        fields = dict(parse_qsl(query))
        if not any(map(is_template_string, fields.values())):
            return name
        fields = {
            key: Template(text, self._hass).async_render(parse_result=False)
            for key, text in fields.items()
        }
        return f"{engine}?{urlencode(fields, quote_via=quote)}"


_LIVE: HassKey[LiveMedia] = HassKey(f"{DOMAIN}_live_media")


@callback
def async_get_live(hass: HomeAssistant) -> LiveMedia:
    """Return what is live in this Home Assistant; it ends when Home Assistant does."""
    if (live := hass.data.get(_LIVE)) is None:
        sources = LiveSources(Ffmpeg(binary=get_ffmpeg_manager(hass).binary))
        live = hass.data[_LIVE] = LiveMedia(hass, sources)

        async def stop(_event: Event) -> None:
            """End every source."""
            await sources.stop()

        hass.bus.async_listen_once(EVENT_HOMEASSISTANT_STOP, stop)
    return live
