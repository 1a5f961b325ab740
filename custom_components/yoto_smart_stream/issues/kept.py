"""What a family should know of what is kept on the disk and cannot be read, shown under Repairs."""

from enum import Enum, auto
from typing import Final

from homeassistant.core import HomeAssistant, callback

from .raising import async_raise, async_withdraw


class Kept(Enum):
    """What is kept: many records in a store of its own."""

    ADDRESSES = auto()
    """Of files and streams, for players."""
    STREAMS = auto()
    PROFILES = auto()
    """What checks of players have found."""
    SESSIONS = auto()
    """What live cards were playing."""
    STORIES = auto()


_SET_ASIDE: Final = {
    Kept.ADDRESSES: "streams_set_aside",
    Kept.STREAMS: "stream_lists_set_aside",
    Kept.PROFILES: "player_profiles_set_aside",
    Kept.SESSIONS: "live_sessions_set_aside",
    Kept.STORIES: "stories_set_aside",
}
_UNUSABLE: Final = {
    Kept.STREAMS: "stream_lists_unusable",
    Kept.SESSIONS: "live_sessions_unusable",
    Kept.STORIES: "stories_unusable",
}


@callback
def async_report_set_aside(hass: HomeAssistant, kept: Kept, count: int) -> None:
    """Say how many records could not be read, or withdraw that; they are kept, the others work."""
    if kept in _UNUSABLE:
        async_withdraw(hass, _UNUSABLE[kept])
    if count:
        async_raise(hass, _SET_ASIDE[kept], {"count": str(count)})
    else:
        async_withdraw(hass, _SET_ASIDE[kept])


@callback
def async_report_unusable(hass: HomeAssistant, kept: Kept, reason: str) -> None:
    """Say that none of the records can be used; nothing of them was changed."""
    async_raise(hass, _UNUSABLE[kept], {"reason": reason})
