"""Answering who asks for the icon of a chapter: it is looked at what is played, and no step taken.

A story card is one for all players. Whose it is is concluded as it is for its audio; where that
stays unclear the sign of stories is shown, and nobody is told.
"""

from aiohttp.web import Request
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..artwork.signs import Sign
from ..cards.live import LiveChapter
from ..program.fetching import Fetch
from ..streaming.icon_view import ShowLiveCard
from ..streaming.resources import LiveCardResource, StoryCardResource
from ..streaming.views import is_player
from .holders import Asked, Holders
from .icons import LIVE_ICONS, async_live_icons
from .runner import LiveCards
from .showing import shown
from .story_cards import Asking, StoryCards


async def async_icon_server(
    hass: HomeAssistant, live: LiveCards, holders: Holders, stories: StoryCards
) -> ShowLiveCard:
    """Return what answers with the icon of a chapter."""
    icons = hass.data[LIVE_ICONS] = await async_live_icons(hass)

    async def show(
        request: Request, resource: LiveCardResource | StoryCardResource, chapter: LiveChapter
    ) -> bytes:
        fetch = Fetch(chapter=chapter, at=dt_util.utcnow(), head=True)
        asking: Asking | None
        if isinstance(resource, LiveCardResource):
            asking = Asking(token=resource.token, player_id=resource.player_id)
        else:
            asked = Asked(
                chapter=chapter, address=request.remote or "", is_player=is_player(request)
            )
            asking = await stories.async_looking(resource, fetch, asked)
        if asking is None:
            return icons.sign(Sign.STORY)
        standing = await live.async_look(
            asking.token,
            asking.player_id,
            fetch,
            card_id=asking.card_id,
            program=asking.program,
        )
        account = holders.account(asking.player_id)
        entry = None if account is None else account.config_entry
        return await icons.async_icon(shown(standing), entry)

    return show
