"""Play-throughs: where each player has left each story, and which endings were found there.

They are written soon after they change. What a live card plays is in its own store, so that a
restart in between loses a saved game at most for a story that is not being played.
"""

from datetime import datetime
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.storage import Store

from ..const import DOMAIN
from ..json import Json, JsonObject
from .play_records import VERSION, EndingFound, SavedGame, read_kept, write_kept

STORE_KEY: Final = f"{DOMAIN}.story_games"
_SOON: Final = 2.0
_ENDINGS_KEPT: Final = 1000


class PlayThroughs:
    """The saved games and the endings of all players."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Prepare; `async_load` reads the store."""
        self._store: Store[JsonObject] = Store(
            hass, VERSION, STORE_KEY, private=True, atomic_writes=True
        )
        self._games: dict[tuple[str, str], SavedGame] = {}
        self._endings: list[EndingFound] = []
        self._set_aside: list[Json] = []

    @property
    def games(self) -> tuple[SavedGame, ...]:
        """Return all saved games, the one that changed last at the end."""
        return tuple(sorted(self._games.values(), key=lambda one: one.changed))

    @property
    def endings(self) -> tuple[EndingFound, ...]:
        """Return the endings that were found, the newest last."""
        return tuple(self._endings)

    @property
    def set_aside_count(self) -> int:
        """Return how many records could not be read."""
        return len(self._set_aside)

    async def async_load(self) -> None:
        """Read the store."""
        kept = read_kept(await self._store.async_load())
        self._games = {(one.player_id, one.story_id): one for one in kept.games}
        self._endings = list(kept.endings)
        self._set_aside = list(kept.set_aside)

    def game(self, player_id: str, story_id: str) -> SavedGame | None:
        """Return where a player has left a story."""
        return self._games.get((player_id, story_id))

    @callback
    def async_save(
        self,
        player_id: str,
        story_id: str,
        program: JsonObject,
        *,
        node: str | None,
        ended: bool,
        now: datetime,
    ) -> None:
        """Note where a player is in a story."""
        before = self.game(player_id, story_id)
        if before is not None and before.program == program:
            return
        is_same = before is not None and before.program.get("seed") == program.get("seed")
        self._games[player_id, story_id] = SavedGame(
            player_id=player_id,
            story_id=story_id,
            program=program,
            node=node,
            ended=ended,
            began=before.began if before is not None and is_same else now,
            changed=now,
        )
        self._async_write()

    @callback
    def async_found(self, ending: EndingFound) -> None:
        """Note that an ending was reached. The same one twice in a second is one."""
        last = self._endings[-1] if self._endings else None
        if (
            last is not None
            and (last.player_id, last.story_id, last.node)
            == (ending.player_id, ending.story_id, ending.node)
            and (ending.at - last.at).total_seconds() < 1
        ):
            return
        self._endings = [*self._endings, ending][-_ENDINGS_KEPT:]
        self._async_write()

    @callback
    def async_forget_story(self, story_id: str) -> None:
        """Forget everything about a story that is no more."""
        self._games = {key: one for key, one in self._games.items() if one.story_id != story_id}
        self._endings = [one for one in self._endings if one.story_id != story_id]
        self._async_write()

    @callback
    def _async_write(self) -> None:
        """Write soon."""
        self._store.async_delay_save(
            lambda: write_kept(self._games.values(), self._endings, self._set_aside), _SOON
        )
