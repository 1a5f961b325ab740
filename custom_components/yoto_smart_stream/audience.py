"""Whoever wants to be told of an account's players: entities, automations, the bus."""

from collections import defaultdict
from collections.abc import Callable

from homeassistant.core import CALLBACK_TYPE, callback

from .cloud.link import Delivery
from .data import PlayerState
from .listeners import Listeners
from .playback.occurrences import Occurrence

type Listener = Callable[[PlayerState, Occurrence], None]
"""Called with the player as it is after an occurrence, and the occurrence."""


class Audience:
    """Tells those whom it concerns. Players say something several times a second each."""

    def __init__(self) -> None:
        """Begin without anybody."""
        self._watchers: defaultdict[str, Listeners[()]] = defaultdict(Listeners)
        self._steady_watchers: defaultdict[str, Listeners[()]] = defaultdict(Listeners)
        self._overhearing: defaultdict[str, Listeners[Delivery]] = defaultdict(Listeners)
        self._listeners: defaultdict[str | None, Listeners[PlayerState, Occurrence]] = defaultdict(
            Listeners
        )

    @callback
    def async_watch(
        self, player_id: str, changed: CALLBACK_TYPE, *, steady: bool = False
    ) -> CALLBACK_TYPE:
        """Call `changed` after each change of one player; return what ends that.

        Args:
            player_id: whose.
            changed: what to call.
            steady: leave out what the snapshot alone tells, but for coming and going.
        """
        return (self._steady_watchers if steady else self._watchers)[player_id].add(changed)

    @callback
    def async_listen(self, happened: Listener, player_id: str | None = None) -> CALLBACK_TYPE:
        """Call `happened` for each occurrence at a player, or at any; return what ends that."""
        return self._listeners[player_id].add(happened)

    @callback
    def async_overhear(
        self, player_id: str, overheard: Callable[[Delivery], None]
    ) -> CALLBACK_TYPE:
        """Call `overheard` with each message of a player as it came; return what ends that."""
        return self._overhearing[player_id].add(overheard)

    @callback
    def async_pass(self, delivery: Delivery) -> None:
        """Tell those who listen to messages as they come."""
        self._overhearing[delivery.player_id].tell(delivery)

    @callback
    def async_show(self, before: PlayerState, after: PlayerState) -> None:
        """Tell the watchers of a player that it has changed."""
        player_id = after.player.player_id
        self._watchers[player_id].tell()
        if after.player is not before.player or after.online is not before.online:
            self._steady_watchers[player_id].tell()

    @callback
    def async_show_all(self) -> None:
        """Tell the watchers of all players to look."""
        for watchers in [*self._watchers.values(), *self._steady_watchers.values()]:
            watchers.tell()

    @callback
    def async_announce(self, state: PlayerState, occurrence: Occurrence) -> None:
        """Tell the listeners of a player, and those of all, what has happened."""
        for concerned in (state.player.player_id, None):
            self._listeners[concerned].tell(state, occurrence)
