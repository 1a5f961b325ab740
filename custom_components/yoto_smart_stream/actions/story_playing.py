"""Actions that tell stories on players."""

from typing import Final

from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.typing import VolDictType
import voluptuous as vol

from ..automations.accounts import async_get_accounts
from ..const import DOMAIN
from ..json import Json, JsonObject
from ..program.telling import REMIND_AFTER
from ..stories.at_player import PlayerStory
from ..stories.play_records import EndingFound, SavedGame
from ..stories.shelf import StoryShelf
from ..stories.teller import TELLER
from ..story.situation import Knob
from .story_checking import async_check_audio
from .story_fields import async_meant, async_shelf, story_explained
from .targets import Aim, Answer, async_register

_LONGEST_REMINDER: Final = 600
_START: Final[VolDictType] = {
    vol.Required("story_id"): cv.string,
    vol.Optional("restart", default=False): cv.boolean,
    vol.Optional("remind_after", default=REMIND_AFTER): vol.All(
        vol.Coerce(int), vol.Range(0, _LONGEST_REMINDER)
    ),
}
_CHOOSE: Final[VolDictType] = {vol.Required("choice"): vol.Coerce(Knob)}
_SESSIONS: Final = vol.Schema({vol.Optional("story_id"): cv.string})


@callback
def async_setup_story_playing_actions(hass: HomeAssistant) -> None:
    """Register the actions."""
    async_register(hass, "choose", _CHOOSE, _async_choose)
    async_register(hass, "reset_story", {}, _async_reset)
    async_register(hass, "start_story", _START, _async_start)
    hass.services.async_register(
        DOMAIN,
        "get_story_sessions",
        _async_get_sessions,
        schema=_SESSIONS,
        supports_response=SupportsResponse.ONLY,
    )


async def _async_start(aim: Aim, call: ServiceCall) -> Answer:
    """Tell a story on a player's live card."""
    meant = await async_meant(call)
    kept = meant.kept
    await async_check_audio(call.hass, meant)
    goes_on = await PlayerStory(aim.coordinator, aim.player_id).async_start(
        kept, restart=call.data["restart"], remind_after=call.data["remind_after"]
    )
    return {
        "story_id": kept.stored.story_id,
        "title": kept.story.title,
        "outcome": "continued" if goes_on else "begun",
    }


async def _async_choose(aim: Aim, call: ServiceCall) -> Answer:
    """Choose as with a knob."""
    await PlayerStory(aim.coordinator, aim.player_id).async_choose(call.data["choice"])
    return {}


async def _async_reset(aim: Aim, call: ServiceCall) -> Answer:
    """Begin the story of a player anew."""
    del call
    kept = await PlayerStory(aim.coordinator, aim.player_id).async_reset()
    return {"story_id": kept.stored.story_id, "title": kept.story.title}


async def _async_get_sessions(call: ServiceCall) -> ServiceResponse:
    """Return where all players are in stories, and which endings were found."""
    shelf = await async_shelf(call.hass)
    with story_explained():
        named = call.data.get("story_id")
        story_id = None if named is None else shelf.index.get(named).story_id
    teller = call.hass.data.get(TELLER)
    games = () if teller is None else teller.games.games
    endings = () if teller is None else teller.games.endings
    players = {
        state.player.player_id: (coordinator, state.player.name)
        for _, coordinator, state in async_get_accounts(call.hass).players()
    }

    def session(game: SavedGame) -> JsonObject:
        """Describe where a player is in a story."""
        coordinator, name = players.get(game.player_id, (None, game.player_id))
        told = None if coordinator is None else PlayerStory(coordinator, game.player_id).told
        return {
            "player": name,
            **_story(shelf, game.story_id, game.node),
            "playing": told is not None and told.telling.story_id == game.story_id,
            "ended": game.ended,
            "variables": _variables(game),
            "began": game.began.isoformat(),
            "changed": game.changed.isoformat(),
        }

    def ending(found: EndingFound) -> JsonObject:
        """Describe an ending that was found."""
        name = players.get(found.player_id, (None, found.player_id))[1]
        return {
            "player": name,
            **_story(shelf, found.story_id, found.node),
            "at": found.at.isoformat(),
        }

    sessions: list[Json] = [session(one) for one in games if story_id in {None, one.story_id}]
    found: list[Json] = [ending(one) for one in endings if story_id in {None, one.story_id}]
    return {"sessions": sessions, "endings": found}


def _story(shelf: StoryShelf, story_id: str, node_id: str | None) -> JsonObject:
    """Name a story and a node of it."""
    stored, kept = shelf.index.stories.get(story_id), shelf.known(story_id)
    node = None if kept is None or node_id is None else kept.story.nodes.get(node_id)
    return {
        "story_id": story_id,
        "title": story_id if stored is None else stored.title,
        "node": node_id,
        "node_title": node_id if node is None else node.title or node.id,
    }


def _variables(game: SavedGame) -> Json:
    """Return what the variables of a play-through are."""
    at = game.program.get("at")
    return at.get("values") if isinstance(at, dict) else {}
