"""What the players of an account say of their live cards, and what they are told to do."""

from functools import partial

from homeassistant.core import callback
from homeassistant.util import dt as dt_util

from ..cards.linear import FRONT, chapter_of, turned
from ..cloud.commands import PAUSE, STOP, Command, set_volume, start_card
from ..const import LOGGER
from ..coordinator import YotoConfigEntry, YotoCoordinator
from ..data import PlayerState
from ..playback.messages import PlaybackStatus
from ..playback.snapshot import Snapshot
from ..program.item import (
    Effect,
    InStory,
    ReturnTo,
    SetVolume,
    Skipped,
    StopCard,
    TakeUp,
)
from ..program.steering import Told
from ..streaming.registry import STREAM_REGISTRY
from .ahead import NextItem
from .queue import PlayerQueue
from .runner import LIVE_CARDS
from .running_on import RunningOn
from .shape import async_plain_story_card, async_start_at
from .skipping import SkippedItems
from .storyteller import STORYTELLER


@callback
def async_follow(entry: YotoConfigEntry) -> None:
    """Follow all players of an account, for as long as it is loaded."""
    coordinator = entry.runtime_data
    known: set[str] = set()

    @callback
    def follow_new() -> None:
        live = coordinator.hass.data.get(LIVE_CARDS)
        if live is None:
            return
        for player_id in coordinator.data.keys() - known:
            known.add(player_id)
            said = Sayings(coordinator, player_id).async_look
            entry.async_on_unload(coordinator.audience.async_watch(player_id, said))
            skipped = SkippedItems(coordinator, player_id)
            skipped.async_look()
            entry.async_on_unload(live.async_watch(player_id, skipped.async_look))
            entry.async_on_unload(skipped.async_stop)
            obey = partial(_async_obey, coordinator, skipped)
            entry.async_on_unload(live.async_connect(player_id, obey))
            ahead = NextItem(coordinator, player_id)
            entry.async_on_unload(coordinator.audience.async_watch(player_id, ahead.async_look))
            entry.async_on_unload(live.async_watch(player_id, ahead.async_look))
            entry.async_on_unload(ahead.async_stop)
            remember = partial(_async_remember, coordinator, player_id)
            # A power cut may have come before it was remembered; the card's session was written.
            remember()
            entry.async_on_unload(live.async_watch(player_id, remember))
            running_on = RunningOn(coordinator, player_id)
            entry.async_on_unload(
                coordinator.audience.async_watch(player_id, running_on.async_look)
            )
            # On a story card it says where it is before there is a session.
            entry.async_on_unload(live.async_watch(player_id, running_on.async_look))
            # It may have said where it is before anyone listened, and say no more for a minute.
            said()
            running_on.async_look()
            ahead.async_look()

    entry.async_on_unload(coordinator.async_add_listener(follow_new))
    follow_new()


class Sayings:
    """What one player says of its live card."""

    def __init__(self, coordinator: YotoCoordinator, player_id: str) -> None:
        """Begin without knowing where the player is."""
        self._coordinator = coordinator
        self._player_id = player_id
        self._key: str | None = None
        """The key of the chapter of its live card that it was in last."""

    @callback
    def async_look(self) -> None:
        """Pass on where the player is."""
        coordinator, player_id = self._coordinator, self._player_id
        hass, state = coordinator.hass, coordinator.data[player_id]
        registry, live = hass.data.get(STREAM_REGISTRY), hass.data.get(LIVE_CARDS)
        owner = coordinator.config_entry.entry_id
        card = registry.live_card(player_id, owner=owner) if registry else None
        if card is None or live is None:
            return
        snapshot = state.snapshot
        if not coordinator.live or (state.online and snapshot.status is None):
            # Nobody knows yet what it plays, as after a restart: it need not have left.
            return
        is_here = (
            state.online
            and PlayerQueue(coordinator, player_id).is_in_play
            and snapshot.status is not PlaybackStatus.STOPPED
        )
        is_live_card = snapshot.card_id == card.card_id
        said = (
            self._here(snapshot, is_live_card=is_live_card) if is_here else self._elsewhere(state)
        )
        if said is not None:
            live.async_told(card.token, said)

    def _elsewhere(self, state: PlayerState) -> Told:
        """Return what is said by a player that does not play its live card."""
        self._key = None
        snapshot = state.snapshot
        is_playing = state.online and snapshot.status is not PlaybackStatus.STOPPED
        return Told(
            chapter=None,
            at=dt_util.utcnow(),
            is_off=not state.online,
            elsewhere=snapshot.card_id if is_playing else None,
        )

    def _here(self, snapshot: Snapshot, *, is_live_card: bool) -> Told | None:
        """Return what is said by one that does, None where it names no chapter of it."""
        key, before = snapshot.chapter_key, self._key
        self._key = key
        if key is None or (chapter := chapter_of(key)) is None:
            return None
        turn = None if before is None else turned(before, key)
        if key == FRONT and turn is None and not is_live_card:
            # A plain story card has just been put in: nothing is told there, so no turn leads away.
            self._key = None
            return None
        now = dt_util.utcnow()
        return Told(
            chapter=chapter,
            at=now,
            seconds=snapshot.position_at_moment(now),
            is_playing=snapshot.status is PlaybackStatus.PLAYING and not snapshot.waiting,
            turn=turn,
        )


@callback
def _async_remember(coordinator: YotoCoordinator, player_id: str) -> None:
    """Have the storyteller remember where a player is in a story."""
    teller = coordinator.hass.data.get(STORYTELLER)
    session = PlayerQueue(coordinator, player_id).session
    if teller is not None and session is not None:
        teller.async_followed(session)


async def _async_obey(
    coordinator: YotoCoordinator, skipped: SkippedItems, player_id: str, effect: Effect
) -> None:
    """Do what is due at a player."""
    if isinstance(effect, InStory):
        if (teller := coordinator.hass.data.get(STORYTELLER)) is not None:
            await teller.async_happened(coordinator, player_id, effect)
        return
    for command in _commands(coordinator, skipped, player_id, effect):
        await coordinator.async_command(player_id, command)


def _commands(
    coordinator: YotoCoordinator,
    skipped: SkippedItems,
    player_id: str,
    effect: StopCard | ReturnTo | TakeUp | SetVolume | Skipped,
) -> tuple[Command, ...]:
    """Return what a player is to be told."""
    match effect:
        case Skipped():
            skipped.async_note(effect)
            return ()
        case StopCard():
            return (STOP,)
        case TakeUp():
            registry = coordinator.hass.data.get(STREAM_REGISTRY)
            owner = coordinator.config_entry.entry_id
            card = registry.live_card(player_id, owner=owner) if registry else None
            session = PlayerQueue(coordinator, player_id).session
            own = async_plain_story_card(coordinator, player_id, session)
            card_id = own or (None if card is None else card.card_id)
            if card_id is None:
                return ()
            return (async_start_at(coordinator, player_id, card_id, effect.chapter, session),)
        case SetVolume():
            snapshot = coordinator.data[player_id].snapshot
            limit = snapshot.volume_max
            ours = {effect.volume, effect.was, limit, None}
            if effect.was is not None and snapshot.volume not in ours:
                LOGGER.debug("Player %s was made louder or softer meanwhile", player_id)
                return ()
            return (set_volume(min(effect.volume, limit)),)
        case ReturnTo():
            back = start_card(
                effect.card_id,
                chapter_key=effect.chapter_key,
                track_key=effect.track_key,
                seconds=effect.position,
            )
            # Nothing puts a card at a place without playing it (protocol §3.4).
            return (back, PAUSE) if effect.paused else (back,)
