"""What is heard of a player, and what its hands and Home Assistant's actions do to it."""

from dataclasses import dataclass

from demo.api import EntityState, Json
from demo.players import Player
from demo.waiting import until

from .home import Home
from .songs import Songbook


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What is on at a moment."""

    url: str
    title: str | None
    """None where nothing has come yet, or the track was not begun at its beginning."""
    seconds: float
    """Since the player began with it."""


class Ears:
    """Someone beside a player who knows all songs."""

    def __init__(self, home: Home, player: Player, songs: Songbook) -> None:
        """Listen to a player."""
        self.player = player
        self.songs = songs
        self._home = home

    async def act(self, action: str, **data: object) -> None:
        """Perform an action at the player."""
        await self._home.api.act(action, entity_id=self.player.media_player, **data)

    async def play(self, title: str, enqueue: str) -> None:
        """Play a song, or put it into the queue."""
        media = self.songs.media[title]
        await self.act(
            "media_player.play_media",
            media_content_type="music",
            media_content_id=media,
            enqueue=enqueue,
        )

    async def announce(self, title: str) -> None:
        """Announce a song."""
        await self.act(
            "media_player.play_media",
            media_content_type="music",
            media_content_id=self.songs.media[title],
            announce=True,
        )

    async def operate(self, what: str, **how: object) -> None:
        """Do something at the player, with a child's hands."""
        await self._home.simulation.operate(self.player.player_id, what, **how)

    async def device(self) -> Json:
        """Look at the player itself."""
        return await self._home.simulation.player(self.player.player_id)

    async def traits(self, **traits: object) -> None:
        """Give the player the one or the other behaviour."""
        await self._home.simulation.post(f"/sim/players/{self.player.player_id}/traits", **traits)

    async def state(self) -> EntityState:
        """Return what Home Assistant says of the player."""
        found = await self._home.api.state(self.player.media_player)
        assert found is not None
        return found

    async def heard(self) -> Heard | None:
        """Return what is on."""
        hearing = (await self.device())["hearing"]
        if hearing is None:
            return None
        title = self.songs.beginning_with(hearing["sha256"])
        return Heard(url=hearing["url"], title=title, seconds=hearing["seconds"])

    async def played(self) -> list[Json]:
        """Return what the player has played so far, oldest first."""
        return await self._home.simulation.played(self.player.player_id)

    async def hears(self, title: str, *, other_than: str = "", seconds: float = 0.0) -> Heard:
        """Wait until so much of a song is heard from its beginning, at another address than one."""

        async def look() -> Heard | None:
            now = await self.heard()
            if now is None or now.url == other_than or now.seconds < seconds:
                return None
            return now if now.title == title else None

        return await until(look, f"{self.player.name} plays {title}")

    async def has_played(self, count: int) -> list[Json]:
        """Wait until the player has put so many tracks behind it; return them all."""

        async def look() -> list[Json] | None:
            played = await self.played()
            return played if len(played) >= count else None

        return await until(look, f"{self.player.name} has played {count} tracks")

    async def shows(self, title: str | None, queue: list[str] | None, place: int | None) -> None:
        """Wait until Home Assistant shows an item, the queue, and the place in it."""

        async def look() -> bool:
            shown = (await self.state()).attributes
            wanted = (title, queue, place)
            return (shown.get("media_title"), shown["queue"], shown["queue_position"]) == wanted

        await until(look, f"Home Assistant shows {title} at {place} of {queue}")
