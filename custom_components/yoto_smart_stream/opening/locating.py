"""Locating: the file, the address or the speech behind a reference, as Home Assistant resolves it.

What a family asks Home Assistant to play may be on the home network: a radio in the next room or a
server of music is what most media players are used with. Imports are stricter, since they keep
what they fetch. Only http(s) is asked, without any login, within limits of size and time, and what
comes back is heard or refused: nobody is shown it.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from homeassistant.components import tts
from homeassistant.components.media_player import async_process_play_media_url
from homeassistant.components.media_source import async_resolve_media, is_media_source_id
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from yarl import URL

from ..sources.errors import SourceFault
from ..sources.fetching import parse_address
from .errors import OpeningError, OpeningFault
from .references import SPEECH

_SAID_ONCE: Final = f"{SPEECH}-stream-/"


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalFile:
    """A file on this machine."""

    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An address of the web, of the home network, or of this Home Assistant (`is_own`)."""

    url: URL
    is_own: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """Speech of one of Home Assistant's engines; `identity` changes with what is heard."""

    stream: tts.ResultStream
    identity: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chimed:
    """The chime, which is made by arithmetic."""


type Located = LocalFile | Address | Spoken | Chimed


async def async_locate(hass: HomeAssistant, media: str) -> Located:
    """Return what is behind a reference.

    Raises:
        OpeningError: There is no such thing.
        SourceError: Its address is none.
    """
    if not is_media_source_id(media):
        return _address(hass, media)
    try:
        resolved = await async_resolve_media(hass, media, None)
    # Home Assistant's own folders assert that the name of what is asked for tells its type.
    except (HomeAssistantError, AssertionError) as err:
        is_said_once = media.startswith(_SAID_ONCE)
        code = OpeningFault.SPEECH_GONE if is_said_once else SourceFault.MEDIA_NOT_FOUND
        raise OpeningError(code, {"error": str(err)}) from err
    if media.startswith(SPEECH):
        return _spoken(hass, media, resolved.url)
    if resolved.path is not None:
        return LocalFile(path=Path(resolved.path))
    return _address(hass, resolved.url)


def _spoken(hass: HomeAssistant, media: str, url: str) -> Spoken:
    """Return speech by the address at which it is heard."""
    stream = tts.async_get_stream(hass, url.rpartition("/")[2])
    if stream is None:
        raise OpeningError(OpeningFault.SPEECH_GONE)
    options = sorted((stream.options or {}).items())
    return Spoken(
        stream=stream, identity=(media, stream.engine, stream.language or "", repr(options))
    )


def _address(hass: HomeAssistant, text: str) -> Address:
    """Return an address, signed where this Home Assistant serves it."""
    is_relative = text.startswith("/")
    if not is_relative:
        parse_address(text)
    try:
        signed = async_process_play_media_url(hass, text)
    except HomeAssistantError as err:
        raise OpeningError(SourceFault.MEDIA_NOT_FOUND, {"error": str(err)}) from err
    if is_relative or signed != text:
        return Address(url=URL(signed, encoded=True), is_own=True)
    return Address(url=parse_address(text))
