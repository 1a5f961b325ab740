"""Which streams are heard, and by whom: what players say, put beside what they ask for.

`streaming.sessions` judges. Here is what it is told, when it is asked, and who hears of it: the
sensors of streams, and everybody by an event.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from homeassistant.components.media_player import DOMAIN as MEDIA_PLAYER_DOMAIN
from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from ..automations.accounts import async_get_accounts, device_of
from ..const import DOMAIN
from ..coordinator import YotoCoordinator
from ..data import PlayerState
from ..listeners import Listeners
from ..playback.messages import PlaybackStatus
from ..streaming.naming import title_of_live
from ..streaming.resources import StreamedList
from ..streaming.sessions import GRACE, NEAR, Hearer, Session, sessions
from ..streaming.stream import AudioItem, LiveItem, Stream
from ..streaming.streams import Streams
from ..streaming.whereabouts import WHEREABOUTS
from .reports import EVENT, Heard, reports, shown_of

_A_LITTLE: Final = timedelta(seconds=0.1)
"""How long after the border of two items it is looked which one is heard."""


class StreamSessions:
    """Follow all sessions, for as long as Home Assistant runs."""

    def __init__(self, hass: HomeAssistant, streams: Streams) -> None:
        """Begin without any."""
        self._hass = hass
        self._streams = streams
        self._heard: dict[str, tuple[Heard, ...]] = {}
        # By player: the card of a stream that it has in play, and since when by its own word.
        self._since: dict[str, tuple[str, datetime | None]] = {}
        self._timers: dict[str, CALLBACK_TYPE] = {}
        self._watchers = Listeners[()]()
        self._told = Listeners[()]()

    @callback
    def async_start(self) -> None:
        """Follow the players of all accounts, and what is asked for."""
        self._hass.data[WHEREABOUTS] = self
        self._streams.async_listen(self._async_asked)
        async_get_accounts(self._hass).async_follow(self._async_attach)

    def of_stream(self, stream_id: str) -> tuple[Heard, ...]:
        """Return the sessions of a stream, the newest last."""
        return tuple(
            one
            for heard in self._heard.values()
            for one in heard
            if one.stream.stream_id == stream_id
        )

    @callback
    def async_watch(self, changed: Callable[[], None]) -> CALLBACK_TYPE:
        """Call `changed` after each change of a session or a stream; return what ends that."""
        return self._watchers.add(changed)

    @callback
    def async_listen(self, changed: Callable[[], None]) -> CALLBACK_TYPE:
        """Call `changed` each time that a player has told of a card; returns what ends that."""
        return self._told.add(changed)

    def player_of(self, resource: StreamedList) -> str | None:
        """Return the only player that can be about to play something, None where several can."""
        if resource.card_id is None:
            return None
        states = self._states(resource)
        if len(states) == 1:
            return states[0].player.player_id
        begun = [
            state.player.player_id for state in states if self._has_just_begun(state, resource)
        ]
        return begun[0] if len(begun) == 1 else None

    def _has_just_begun(self, state: PlayerState, resource: StreamedList) -> bool:
        """Tell whether a player has told that it began with a card, and has not asked for it yet.

        One that plays the card already asks for more of that, and does not begin anew.
        """
        card_id, since = self._since.get(state.player.player_id, (None, None))
        return (
            card_id == resource.card_id
            and since is not None
            and dt_util.utcnow() - since < NEAR
            and all(
                one.is_over or one.asked_at < since - NEAR
                for one in self._streams.listenings(resource.token)
            )
        )

    def _states(self, resource: StreamedList) -> list[PlayerState]:
        """Return the players that are there of the account that a card belongs to."""
        return [
            state
            for _, coordinator, state in async_get_accounts(self._hass).players()
            if coordinator.config_entry.entry_id == resource.owner and state.online
        ]

    def _has(self, state: PlayerState, resource: StreamedList) -> bool:
        """Tell whether a player says that it has a card in play."""
        snapshot = state.snapshot
        return (
            resource.card_id is not None
            and snapshot.card_id == resource.card_id
            and snapshot.status is not PlaybackStatus.STOPPED
        )

    @callback
    def _async_attach(self, coordinator: YotoCoordinator) -> CALLBACK_TYPE:
        """Follow the players of an account, those that join it later too."""
        unwatch: dict[str, CALLBACK_TYPE] = {}

        @callback
        def follow() -> None:
            for player_id in coordinator.data.keys() - unwatch.keys():
                unwatch[player_id] = coordinator.audience.async_watch(
                    player_id, partial(self._async_said, coordinator, player_id)
                )
                self._note(coordinator.data[player_id], None)

        @callback
        def detach() -> None:
            end()
            for player_id, stop in unwatch.items():
                stop()
                self._since.pop(player_id, None)
            self._async_judge(coordinator.config_entry.entry_id)

        end = coordinator.async_add_listener(follow)
        follow()
        return detach

    @callback
    def _async_said(self, coordinator: YotoCoordinator, player_id: str) -> None:
        """Take note of what a player has said, if it concerns a stream."""
        state = coordinator.data.get(player_id)
        before = self._since.get(player_id)
        if state is not None:
            self._note(state, dt_util.utcnow())
        now = self._since.get(player_id)
        if before is None and now is None:
            return
        if before != now:
            self._told.tell()
        self._async_judge(coordinator.config_entry.entry_id)

    def _note(self, state: PlayerState, moment: datetime | None) -> None:
        """Note since when a player has had the card of a stream in play."""
        player_id, card_id = state.player.player_id, state.snapshot.card_id
        is_ours = any(
            self._has(state, resource)
            for resource in self._streams.registry.lists()
            if resource.card_id == card_id
        )
        if not is_ours or not state.online or card_id is None:
            self._since.pop(player_id, None)
        elif self._since.get(player_id, (None,))[0] != card_id:
            self._since[player_id] = (card_id, moment)

    @callback
    def _async_asked(self, token: str | None) -> None:
        """Look again after a request, or after streams have been edited."""
        if token is None:
            self._async_judge(None)
        else:
            self._async_judge_token(token)

    @callback
    def _async_judge(self, owner: str | None) -> None:
        """Look at the tokens of an account, or at all."""
        tokens = {one.token for one in self._streams.registry.lists() if owner in {None, one.owner}}
        for token in tokens | (set(self._heard) if owner is None else set()):
            self._async_judge_token(token)
        if owner is None:
            self._async_show()

    @callback
    def _async_judge_token(self, token: str) -> None:
        """Find out what is heard of a token, and tell what is new."""
        if (timer := self._timers.pop(token, None)) is not None:
            timer()
        now = dt_util.utcnow()
        before = self._heard.pop(token, ())
        after = self._now_heard(token, before, now)
        if after:
            self._heard[token] = after
            self._plan(token, after, now)
        elif self._is_waited_for(token, now):
            self._at(token, now + GRACE)
        told = list(reports(before, after))
        for report in told:
            self._hass.bus.async_fire(EVENT, dict(report))
        if told or [shown_of(one) for one in before] != [shown_of(one) for one in after]:
            self._async_show()

    def _now_heard(self, token: str, before: Iterable[Heard], now: datetime) -> tuple[Heard, ...]:
        """Return the sessions of a token, given those that there were."""
        resource = self._streams.registry.find(token)
        if not isinstance(resource, StreamedList):
            return ()
        stream = self._streams.index.by_id(resource.stream_id)
        if stream is None:
            return ()
        states = {
            state.player.player_id: state
            for state in self._states(resource)
            if self._has(state, resource)
        }
        hearers = [
            Hearer(
                player_id=player_id,
                since=self._since.get(player_id, (None, None))[1],
                seconds=state.snapshot.position_at_moment(now),
            )
            for player_id, state in states.items()
        ]
        listenings = self._streams.listenings(token)
        still = {one.session.file for one in before if one.session.player_id in states}
        gone = {one.session.file for one in before if one.session.player_id is not None} - still
        for listening in listenings:
            if listening.file in gone:
                listening.is_over = True
        found = sessions(hearers, listenings, now)
        return tuple(self._named(stream, one, states) for one in found)

    def _named(self, stream: Stream, session: Session, states: dict[str, PlayerState]) -> Heard:
        """Return a session with names."""
        rate = self._streams.catalog.settings.profile.bytes_per_second
        if session.file is not None:
            rate = session.file.bytes_per_second
        heard = Heard(
            stream=stream,
            session=session,
            title=None if session.place is None else self._title_of(session.place.item),
            position=None if session.position is None else round(session.position / rate, 1),
        )
        state = states.get(session.player_id or "")
        return heard if state is None else self._with_player(heard, state)

    def _title_of(self, item: AudioItem | LiveItem) -> str | None:
        """Return what people call an item."""
        if isinstance(item, LiveItem):
            return title_of_live(item)
        audio = self._streams.audio(item.audio_id)
        return None if audio is None else audio.title

    def _with_player(self, heard: Heard, state: PlayerState) -> Heard:
        """Return a session with its player."""
        player_id = state.player.player_id
        device = next(
            (
                device_of(self._hass, coordinator, player_id)
                for _, coordinator, other in async_get_accounts(self._hass).players()
                if other.player.player_id == player_id
            ),
            None,
        )
        return replace(
            heard,
            player=(device and (device.name_by_user or device.name)) or state.player.name,
            device_id=device.id if device else None,
            entity_id=er.async_get(self._hass).async_get_entity_id(
                MEDIA_PLAYER_DOMAIN, DOMAIN, player_id
            ),
            is_paused=state.snapshot.status is PlaybackStatus.PAUSED,
        )

    def _plan(self, token: str, heard: Iterable[Heard], now: datetime) -> None:
        """Look again when the next item begins."""
        borders = [
            (stop - position) / session.file.bytes_per_second
            for session in (one.session for one in heard if not one.is_paused)
            if session.place is not None
            and (stop := session.place.stop) is not None
            and (position := session.position) is not None
            and session.file is not None
        ]
        waiting = [GRACE.total_seconds()] if self._is_waited_for(token, now) else []
        if borders or waiting:
            self._at(token, now + timedelta(seconds=min(borders + waiting)))

    def _is_waited_for(self, token: str, now: datetime) -> bool:
        """Tell whether a request or a player's word is so new that the other may still come."""
        resource = self._streams.registry.find(token)
        card_id = None if resource is None else resource.card_id
        asked = [one.asked_at for one in self._streams.listenings(token)]
        begun = [since for card, since in self._since.values() if since and card == card_id]
        return any(now - moment < GRACE for moment in asked + begun)

    def _at(self, token: str, moment: datetime) -> None:
        """Look at a token again at a moment."""

        @callback
        def look(_now: datetime) -> None:
            self._timers.pop(token, None)
            self._async_judge_token(token)

        job = HassJob(look, "Yoto stream sessions", cancel_on_shutdown=True)
        delay = moment + _A_LITTLE - dt_util.utcnow()
        self._timers[token] = async_call_later(self._hass, delay, job)

    @callback
    def _async_show(self) -> None:
        """Tell the watchers."""
        self._watchers.tell()
