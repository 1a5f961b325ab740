"""Ten thousand things done to a virtual player, by hand and by command, and what is told of them.

What the simulator's player does with a knob is the truth. A knob action counts as *distinguishable*
if it changes something that the player tells at all, and if nothing else could have changed it the
same way:

* not within a tick of the end of a track, where a turn and the end look alike (protocol §3.10);
* not where both knobs lead to the same place, or the end does too and is near;
* not where a track begins anew that has been heard for a few seconds only, or a stream of which
  nobody knows yet how long it is;
* not a turn to the first chapter after the end of a card, where a press does the same;
* not a press that begins the card in the slot, if that card was exchanged while nothing played.
"""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random

import pytest

from custom_components.yoto_smart_stream.playback.context import CardMap, Exits, Place
from simulator.player.messages import Playback, Source
from simulator.player.moves import Go, Signal, react, skip
from simulator.world import JsonObject

from .theatre import TRACK_SECONDS, Theatre, theatre

ACTIONS = 10_000
_ZONE = 6.5
"""Seconds before the end of a track in which nothing is certain."""
_RECENT = 5.5
"""Seconds that must have been heard for a beginning anew to show."""


def _place(name: str) -> Place:
    return name, name


NUMBERED = CardMap(places=tuple((f"{n:02}", f"{n:02}") for n in range(1, 8)))
CHAPTERS = CardMap(places=tuple((c, t) for c in ("aXq", "Bzz", "c-1") for t in ("t1", "t2")))
STREAMS = CardMap(places=tuple((f"{n}", "live") for n in (1, 2, 3)))
STORY = CardMap(
    places=tuple(_place(name) for name in ("gate", "cave", "lake", "inn", "loop", "twin", "end")),
    interactive=True,
    exits={
        _place("gate"): Exits(left=_place("cave"), right=_place("lake"), end=_place("inn")),
        _place("cave"): Exits(left=_place("gate"), right=_place("loop")),
        _place("lake"): Exits(left=_place("twin"), right=_place("inn"), end=_place("inn")),
        _place("inn"): Exits(left=_place("inn"), right=_place("gate"), end=_place("inn")),
        _place("loop"): Exits(left=_place("lake"), right=_place("loop"), end=_place("twin")),
        _place("twin"): Exits(left=_place("end"), right=_place("end"), end=_place("gate")),
        _place("end"): Exits(right=_place("gate")),
    },
)
CARDS = {"7JtVV": NUMBERED, "abc12": CHAPTERS, "radio": STREAMS, "story": STORY}


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What a knob action should be told as; None where it changes nothing."""

    word: str | None
    distinguishable: bool = True


NOTHING = Truth(word=None)


@dataclass
class Score:
    """How well the knobs were told."""

    done: Counter[str] = field(default_factory=Counter)
    right: int = 0
    distinguishable: int = 0
    unsure: int = 0
    wrong: list[str] = field(default_factory=list)
    invented: list[str] = field(default_factory=list)

    def knob(self, truth: Truth, told: list[str], where: str) -> None:
        """Compare what was told of a knob action with the truth."""
        seen = knobs(told)
        if truth.word is None:
            if seen:
                self.invented.append(f"{where}: {told}")
        elif not truth.distinguishable:
            self.unsure += 1
        else:
            self.distinguishable += 1
            if seen == [truth.word]:
                self.right += 1
            else:
                self.wrong.append(f"{where}: {truth.word} was told as {told}")

    def no_knob(self, told: list[str], where: str) -> None:
        """Check that nothing was told of a knob that nobody has touched."""
        if knobs(told):
            self.invented.append(f"{where}: {told}")


def knobs(told: list[str]) -> list[str]:
    """Return what was told of hands at knobs."""
    hands = ("button_pressed", "volume_changed")
    others = ("home_assistant", "other_app", "automatic")
    return [
        word.removesuffix(" ?")
        for word in told
        if word.startswith(hands) and not any(other in word for other in others)
    ]


class Child:
    """Does things to a player, at random, and knows what they should be told as."""

    def __init__(self, scene: Theatre, seed: int) -> None:
        """Have a player and an idea."""
        self.scene = scene
        self.score = Score()
        self._random = Random(seed)
        self._slot_is_known = True
        self._where = ""
        self._acts: list[tuple[int, Callable[[], Awaitable[None]]]] = [
            (14, self._turn_right),
            (12, self._press_right),
            (7, self._press_left),
            (10, self._turn_left),
            (6, self._insert),
            (2, self._remove),
            (3, self._start),
            (3, self._pause_or_resume),
            (1, self._stop),
            (3, self._set_volume),
            (1, self._plug),
            (1, self._power),
        ]

    async def play(self, actions: int) -> Score:
        """Do a number of things; time passes in between."""
        weights = [weight for weight, _ in self._acts]
        since_status = since_all = 0.0
        for number in range(actions):
            act = self._random.choices(self._acts, weights)[0][1]
            name = act.__name__.removeprefix("_")
            self._where = f"{number}: {name} at {self._view()}"
            self.score.done[name] += 1
            await act()
            pause = self._random.choice((0.7, 1.3, 2.9, 6.1, 11.3, 27.7))
            if name in {"start", "pause_or_resume", "stop", "set_volume"}:
                pause += 2.5
            await self._idle(pause)
            since_status, since_all = since_status + pause, since_all + pause
            if since_status >= 60:
                await self.scene.ask_status()
                since_status = 0.0
                self._learn_slot()
            if since_all >= 240:
                await self.scene.ask()
                since_all = 0.0
            self.score.no_knob(self.scene.heard(), f"{self._where}, afterwards")
        return self.score

    async def _idle(self, seconds: float) -> None:
        await self.scene.pass_time(seconds)
        self.score.no_knob(self.scene.heard(), f"{self._where}, later")

    async def _do(self, deed: Awaitable[None]) -> list[str]:
        await deed
        await self.scene.pump()
        return self.scene.heard()

    # Hands

    async def _turn_right(self) -> None:
        clicks = self._random.choice((-2, -1, -1, 1, 1, 1, 2))
        truth = self._truth_of_turn(clicks)
        told = await self._do(self.scene.player.turn("right", clicks))
        self.score.knob(truth, told, f"{self._where} by {clicks}")

    async def _press_right(self) -> None:
        truth = self._truth_of_press(Signal.RIGHT)
        told = await self._do(self.scene.player.press("right"))
        self.score.knob(truth, told, self._where)

    async def _press_left(self) -> None:
        truth = self._truth_of_press(Signal.LEFT)
        told = await self._do(self.scene.player.press("left"))
        self.score.knob(truth, told, self._where)

    async def _turn_left(self) -> None:
        body = self.scene.player.workings.body
        before = body.volume
        told = await self._do(self.scene.player.turn("left", self._random.choice((-3, -1, 1, 2))))
        word = f"volume_changed {before}>{body.volume}" if body.volume != before else None
        self.score.knob(Truth(word=word), told, self._where)

    async def _insert(self) -> None:
        transport, body = self.scene.player.workings.transport, self.scene.player.workings.body
        card_id = self._random.choice(list(CARDS))
        before, playing = body.slot, None
        if transport.started is not None and transport.started.source is Source.INSERTED:
            playing = transport.started.card.card_id
        told = await self._do(self.scene.player.insert(card_id))
        self.score.no_knob(told if self._slot_is_known and before != card_id else [], self._where)
        # Taken out and put in again, or unseen so far: nobody can tell.
        if card_id not in {playing, before} and self._slot_is_known:
            assert "card_inserted" in told, (self._where, told)
            assert ("card_removed" in told) is (before is not None), (self._where, told)
        self._slot_is_known = True

    async def _remove(self) -> None:
        body, transport = self.scene.player.workings.body, self.scene.player.workings.transport
        was_in, was_played = body.slot, transport.started
        told = await self._do(self.scene.player.remove())
        self.score.no_knob(told, self._where)
        shows = was_in is not None and was_played is not None and transport.started is None
        assert ("card_removed" in told) is shows, (self._where, told)
        self._slot_is_known = self._slot_is_known and (shows or was_in is None)

    async def _plug(self) -> None:
        body = self.scene.player.workings.body
        await self._do(self.scene.player.headphones(not body.headphones))
        await self._do(self.scene.player.battery(50, not body.charging))
        await self.scene.pass_time(1)
        await self.scene.ask_status()
        told = self.scene.heard()
        assert f"headphones {body.headphones}" in told, (self._where, told)
        self.score.no_knob(told, self._where)
        self._learn_slot()

    async def _power(self) -> None:
        told = await self._do(self.scene.player.power(False))
        # The farewell is a status too, and may be the first to show that the card has gone.
        assert told[-1] == "offline switched_off", (self._where, told)
        assert set(told[:-1]) <= {"card_removed"}, (self._where, told)
        await self.scene.pass_time(60)
        told = await self._do(self.scene.player.power(True))
        assert told[0] == "online ?", (self._where, told)
        await self.scene.ask()
        await self.scene.pass_time(5)
        await self.scene.ask()
        await self.scene.ask_status()
        await self.scene.pass_time(60)
        await self.scene.ask_status()
        self.score.no_knob([*told, *self.scene.heard()], self._where)
        self._learn_slot()

    # Commands

    async def _command(self, path: str, body: JsonObject | None = None) -> None:
        ours = self._random.random() < 0.5
        await self.scene.command(path, body, ours=ours)
        told = self.scene.heard()
        cause = "home_assistant" if ours else "other_app"
        assert all(cause in word for word in told), (self._where, path, body, told)

    async def _start(self) -> None:
        card_id = self._random.choice(list(CARDS))
        body: JsonObject = {"uri": f"https://yoto.io/{card_id}"}
        if self._random.random() < 0.6:
            chapter, track = self._random.choice(CARDS[card_id].places)
            body |= {"chapterKey": chapter, "trackKey": track, "secondsIn": 0}
        await self._command("card/start", body)

    async def _pause_or_resume(self) -> None:
        await self._command(self._random.choice(("card/pause", "card/resume")))

    async def _stop(self) -> None:
        await self._command("card/stop")

    async def _set_volume(self) -> None:
        await self._command("volume/set", {"volume": self._random.randrange(0, 101)})

    # The truth

    def _learn_slot(self) -> None:
        """Note that a status has told of the slot, unless something remote hides it."""
        started = self.scene.player.workings.transport.started
        self._slot_is_known |= started is None or started.source is Source.INSERTED

    def _view(self) -> str:
        transport = self.scene.player.workings.transport
        place = (
            self.scene.witness.snapshot.card_id,
            transport.programme
            and (
                transport.programme.chapter_key,
                transport.programme.track_key,
            ),
        )
        return f"{place} {transport.playback} {transport.position:.1f}"

    def _near_end(self) -> bool:
        """Return whether the track may end right now."""
        transport = self.scene.player.workings.transport
        left = (transport.length or TRACK_SECONDS) - transport.position
        return transport.playback is Playback.PLAYING and left <= _ZONE

    def _starts_anew_visibly(self) -> bool:
        """Return whether one could see that the same track begins once more."""
        transport = self.scene.player.workings.transport
        if transport.playback is not Playback.PLAYING:
            return transport.position >= 1
        return transport.length > 0 and transport.position >= _RECENT

    def _truth_of_turn(self, clicks: int) -> Truth:
        transport = self.scene.player.workings.transport
        card, spot = transport.card, transport.spot
        if card is None:
            return NOTHING
        move = skip(card, spot, clicks)
        if not isinstance(move, Go):
            return NOTHING
        word = "button_pressed right " + ("next" if move.spot > spot else "previous")
        if transport.playback is Playback.STOPPED:
            # The card is over: a press begins at the first track too.
            clear = move.spot not in {card.spots[0], spot}
        elif move.spot == spot:
            clear = self._starts_anew_visibly() and not self._near_end()
        else:
            clear = not self._near_end()
        return Truth(word=word, distinguishable=clear)

    def _truth_of_press(self, side: Signal) -> Truth:
        transport, body = self.scene.player.workings.transport, self.scene.player.workings.body
        card, spot = transport.card, transport.spot
        word = f"button_pressed {side.name.lower()} press"
        if card is None:
            if side is Signal.LEFT or body.slot is None:
                return NOTHING
            return Truth(word=word, distinguishable=self._slot_is_known)
        if not card.interactive:
            return NOTHING if side is Signal.LEFT else Truth(word=word)
        move = react(card, spot, side, repeat_all=False)
        if not isinstance(move, Go):
            return NOTHING
        other = Signal.LEFT if side is Signal.RIGHT else Signal.RIGHT
        clear = react(card, spot, other, repeat_all=False) != move
        if react(card, spot, Signal.END, repeat_all=False) == move or move.spot == spot:
            clear = clear and not self._near_end()
        if move.spot == spot:
            clear = clear and self._starts_anew_visibly()
        return Truth(word=word, distinguishable=clear)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("seed", [2026])
async def test_knobs_are_told_right(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    """At least 99 % of what can be told apart, with the right kind and side; none invented."""
    async with theatre(monkeypatch) as scene:
        for card_id, card in CARDS.items():
            scene.put_card(card_id, card, streamed=card_id == "radio")
        score = await Child(scene, seed).play(ACTIONS)
    assert sum(score.done.values()) == ACTIONS
    assert score.distinguishable > ACTIONS / 5
    assert score.invented == []
    assert score.right >= 0.99 * score.distinguishable, score.wrong[:20]
