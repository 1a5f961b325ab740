"""What plays, and where it goes from there."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from aiohttp import hdrs

from simulator.clock import Clock
from simulator.traits import InteractiveStreams, StreamLength, Traits

from .card import Card, Spot, Track
from .crew import Crew
from .display import Display
from .fetcher import BrokenTransferError, Fetcher, TransferError
from .listening import Listening, Played, Told
from .messages import Playback, Programme, Source
from .moves import Finish, Go, Move, Nothing, Signal, Wait, react, skip
from .storage import KeptTransfer, Storage
from .transfer import Transfer

_REMEMBERED: Final = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What to play and how."""

    card: Card
    source: Source
    spot: Spot | None = None
    """None: where the card was left."""
    seconds: float | None = None
    """None: where the card was left if the spot is None too, else the start of the track."""
    cut_off: float | None = None
    any_button_stops: bool = False


@dataclass(frozen=True, slots=True)
class _Mark:
    """Where a card was left."""

    spot: Spot
    seconds: float
    made_at: float


@dataclass(slots=True, kw_only=True)
class Heard:
    """What the transport tells the player."""

    new_track: Callable[[bool], None]
    """With whether the player tells of it."""
    changed: Callable[[], None]
    ticked: Callable[[], None]


class Transport:
    """Plays cards. Everything happens at once; the sound goes on in tasks of the crew."""

    def __init__(
        self,
        clock: Clock,
        fetcher: Fetcher,
        storage: Storage,
        display: Display,
        crew: Crew,
        traits: Traits,
        heard: Heard,
        repeat_all: Callable[[], bool],
    ) -> None:
        """Start with nothing to play."""
        self.playback = Playback.STOPPED
        self.started: Start | None = None
        """What is being played, paused, or has come to its end with its card still in."""
        self.spot = Spot(0)
        self.programme: Programme | None = None
        self.error: str | None = None
        """Why the last track was not played."""
        self.record: list[Played] = []
        self.listening: Listening | None = None
        self._clock = clock
        self._fetcher = fetcher
        self._storage = storage
        self._display = display
        self._crew = crew
        self._traits = traits
        self._heard = heard
        self._repeat_all = repeat_all
        self._marks: dict[str, _Mark] = {}
        self._position = 0.0
        self._length = 0.0
        self._stop_hearing: Callable[[], object] = lambda: None

    @property
    def card(self) -> Card | None:
        """Return the card that is being played."""
        return self.started.card if self.started else None

    @property
    def track(self) -> Track | None:
        """Return the track that is being played."""
        return self.started.card.track(self.spot) if self.started else None

    @property
    def position(self) -> float:
        """Return the seconds into the track; the last ones when nothing plays."""
        return self.listening.position if self.listening else self._position

    @property
    def length(self) -> float:
        """Return the seconds of the track, 0 while they are not known (protocol §3.8)."""
        if self.track is not None and self.track.seconds:
            return self.track.seconds
        if self._traits.stream_length is StreamLength.NEVER:
            return 0.0
        if self.listening is None:
            return self._length
        if self._traits.stream_length is StreamLength.EARLY:
            return self.listening.early_length or 0.0
        return self.listening.length or 0.0

    @property
    def waiting(self) -> bool:
        """Return whether the player waits for the server."""
        return self.listening is not None and self.listening.waiting

    def begin(self, start: Start) -> None:
        """Play a card."""
        self._leave()
        if self._traits.interactive_streams is InteractiveStreams.LINEAR and _has_streams(
            start.card
        ):
            start = replace(start, card=replace(start.card, interactive=False))
        self.started = start
        self._storage.fetch_card(start.card)
        self._display.card_begins(start.card)
        spot, seconds = start.spot, start.seconds
        if spot is None:
            mark = self._mark_of(start.card)
            spot = mark.spot
            seconds = mark.seconds if seconds is None else seconds
        self._play(spot, seconds or 0.0)

    def pause(self) -> None:
        """Hold what plays."""
        if self.playback is Playback.PLAYING and self.listening:
            self.listening.pause()
            self.playback = Playback.PAUSED
            self._heard.changed()

    def resume(self) -> bool:
        """Go on after a pause, or with the card that has come to its end; say if there was one."""
        if self.started is None:
            return False
        if self.playback is Playback.PLAYING:
            return True
        if self.listening is None:
            again = self.spot if self.playback is Playback.PAUSED else self.started.card.spots[0]
            self._play(again, 0.0)
            return True
        self.listening.resume()
        self.playback = Playback.PLAYING
        self._heard.changed()
        return True

    def stop(self) -> None:
        """Stop and forget the card, but not where it was left."""
        self._leave()
        self.started = None
        self._display.clear()
        self.playback = Playback.STOPPED
        self._heard.changed()

    def forget(self) -> None:
        """Forget what was played last, as by switching off."""
        self.programme = None
        self.error = None
        self._position = self._length = 0.0

    def press(self, side: Signal) -> None:
        """React to a button while a card is being played."""
        if self.started is None:
            return
        if self.started.any_button_stops:
            self.stop()
        elif self.started.card.interactive:
            move = react(self.started.card, self.spot, side, repeat_all=False)
            self._make(move, told=self._traits.tells_presses)
        elif side is Signal.RIGHT:
            if self.playback is Playback.PLAYING:
                self.pause()
            else:
                self.resume()

    def turn(self, clicks: int) -> None:
        """React to the right knob."""
        if self.started is not None:
            self._make(skip(self.started.card, self.spot, clicks), told=self._traits.tells_turns)

    def _make(self, move: Move, *, told: bool = True) -> None:
        match move:
            case Go(spot):
                self._finish_hearing(None)
                self._play(spot, 0.0, told=told)
            case Wait():
                self._finish_hearing(None)
                self.playback = Playback.PAUSED
                self._heard.changed()
            case Finish():
                self._finish()
            case Nothing():
                pass

    def _play(self, spot: Spot, seconds: float, *, told: bool = True) -> None:
        """Begin with a track."""
        start = self.started
        if start is None:
            return
        self.spot = spot
        chapter, track = start.card.chapter(spot), start.card.track(spot)
        self.programme = Programme(
            card_updated_at=start.card.updated_at,
            chapter_key=chapter.key,
            chapter_title=chapter.title,
            track_key=track.key,
            track_title=track.title,
            streaming=track.is_stream,
        )
        self.playback = Playback.PLAYING
        self.error = None
        listening = Listening(
            self._transfer(track),
            self._clock,
            Told(changed=self._heard.changed, ticked=self._heard.ticked, complete=self._look_ahead),
            begin_at=seconds,
            cut_off=start.cut_off,
        )
        self.listening = listening
        task = self._crew.start(self._hear(listening), f"hearing {track.key}")
        self._stop_hearing = task.cancel
        self._display.track_begins(chapter, track)
        self._heard.new_track(told)

    def _transfer(self, track: Track) -> Transfer | KeptTransfer:
        """Return where the bytes of a track come from."""
        if track.kept_as:
            return KeptTransfer(self._storage, track)
        return Transfer(self._fetcher, track.url)

    async def _hear(self, listening: Listening) -> None:
        refused = (
            self._traits.interactive_streams is InteractiveStreams.REFUSED
            and self.card is not None
            and self.card.interactive
            and _has_streams(self.card)
        )
        error = "a stream on an interactive card" if refused else await listening.run()
        if self.listening is not listening or self.started is None:
            return
        self._stop_hearing = lambda: None
        was_cut_off = listening.was_cut_off
        self._finish_hearing(error)
        if error is not None:
            self.error = error
            self._finish()
        elif was_cut_off:
            self.stop()
        else:
            card = self.started.card
            self._make(react(card, self.spot, Signal.END, repeat_all=self._repeat_all()))

    def _look_ahead(self) -> None:
        """Ask about what may follow before it does, if the player does that."""
        if self.started is None:
            return
        card = self.started.card
        if self._traits.probes_ahead:
            for signal in Signal:
                match react(card, self.spot, signal, repeat_all=False):
                    case Go(spot):
                        self._ask_ahead(hdrs.METH_HEAD, card.track(spot))
        if self._traits.prefetches:
            match react(card, self.spot, Signal.END, repeat_all=self._repeat_all()):
                case Go(spot):
                    self._ask_ahead(hdrs.METH_GET, card.track(spot))

    def _ask_ahead(self, method: str, track: Track) -> None:
        if not track.kept_as:
            self._crew.start(self._ask(method, track.url), f"{method} ahead of {track.key}")

    async def _ask(self, method: str, url: str) -> None:
        """Send a request and give up what comes: only that it was sent is of interest."""
        try:
            response, _ = await self._fetcher.request(method, url)
        except TransferError, BrokenTransferError:
            return
        response.close()

    def _finish(self) -> None:
        """Come to the end of the card. One that is in the slot stays the player's card."""
        if self.started is None:
            return
        self._finish_hearing(None)
        self._marks.pop(self.started.card.card_id, None)
        self.playback = Playback.STOPPED
        if self.started.source is not Source.INSERTED:
            self.started = None
            self._display.clear()
        self._heard.changed()

    def _leave(self) -> None:
        """End the hearing and remember where the card was left."""
        if self.started is not None and self.playback is not Playback.STOPPED:
            seconds = self.position if self.listening else 0.0
            mark = _Mark(self.spot, seconds, self._clock.elapsed())
            self._marks[self.started.card.card_id] = mark
        self._finish_hearing(None)

    def _mark_of(self, card: Card) -> _Mark:
        """Return where a card was left, if that is not too long ago and still there."""
        mark = self._marks.get(card.card_id)
        now = self._clock.elapsed()
        if mark is None or now - mark.made_at > card.resume_timeout or mark.spot not in card.spots:
            return _Mark(card.spots[0], 0.0, now)
        return mark

    def _finish_hearing(self, error: str | None) -> None:
        """End the hearing and put it on record."""
        listening = self.listening
        if listening is None or self.started is None or self.programme is None:
            return
        self._stop_hearing()
        self._position, self._length = self.position, self.length
        self.listening = None
        self.record.append(
            Played(
                url=listening.url,
                card_id=self.started.card.card_id,
                chapter_key=self.programme.chapter_key,
                track_key=self.programme.track_key,
                sha256=listening.sha256,
                seconds=listening.heard,
                at=listening.began_at,
                error=error,
            )
        )
        del self.record[:-_REMEMBERED]


def _has_streams(card: Card) -> bool:
    """Return whether anything on a card is a stream."""
    return any(card.track(spot).is_stream for spot in card.spots)
