"""A child who wanders through a story by the knobs, and a judge who knows the engine.

The judge looks at what the player has played, in its order, only afterwards: whatever was pressed
at which moment, the chapter of the live card says what has happened. So no machine is too slow.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random
from time import time
from typing import Final

from custom_components.yoto_smart_stream.cards.live import LiveChapter, Way
from custom_components.yoto_smart_stream.json import Json as StoryJson
from custom_components.yoto_smart_stream.story import engine
from custom_components.yoto_smart_stream.story.model import Spoken
from custom_components.yoto_smart_stream.story.situation import (
    Effect,
    End,
    Ended,
    Ignored,
    Knob,
    Play,
    Press,
    Rested,
    Silence,
    State,
)
from demo.api import Json
from demo.login import DOMAIN
from demo.players import Player
from demo.waiting import until

from .home import Home
from .tale import Tale, seed_of

_KNOBS: Final = {Way.LEFT: Knob.LEFT, Way.RIGHT: Knob.RIGHT}
_MANNERS: Final[tuple[dict[str, object], ...]] = (
    {},
    {"repeats": 2},
    {"probes_ahead": True},
    {"prefetches": True},
    {"ranges": False},
    {"probes": False, "repeats": 1, "prefetches": True},
)
"""How a player fetches, in points that nobody knows of real ones."""


class Sky:
    """Whether it is night in Home Assistant, and when that has changed."""

    def __init__(self, home: Home) -> None:
        """Begin where Home Assistant knows of no sun."""
        self._home = home
        self._changes: list[tuple[float, float, bool]] = [(0.0, 0.0, False)]

    async def turn(self, *, dark: bool) -> None:
        """Have it become night, or day."""
        sent = time()
        state = "below_horizon" if dark else "above_horizon"
        await self._home.api.request("POST", "/api/states/sun.sun", body={"state": state})
        self._changes.append((sent, time(), dark))

    def between(self, begin: float, end: float) -> set[bool]:
        """Return whether it was night at a moment, or both where it changed meanwhile."""
        ends = [done for _, done, _ in self._changes[1:]] + [end]
        return {
            dark
            for (sent, _, dark), until_then in zip(self._changes, ends, strict=True)
            if sent <= end and until_then >= begin
        }


@dataclass(frozen=True, slots=True)
class _Home:
    """A home in which it is night or day."""

    is_dark: bool

    def holds(self, conditions: tuple[StoryJson, ...]) -> bool:
        """Return whether it is night: the story asks for nothing else."""
        del conditions
        return self.is_dark


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """A story was started, by an action."""

    sent: float
    heard: float
    """When it was heard that it had begun."""
    seed: int | None
    """What chance is drawn from, None where the story went on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a play-through may be."""

    state: State
    audio: Spoken | Silence | None
    """What plays; None after an ending."""
    is_rest: bool = False
    """Whether it goes on inside of what plays, since a knob led nowhere."""
    starts: int
    """How many times the story was started."""


class Judge:
    """Follows what a player has played, by the engine."""

    def __init__(self, tale: Tale, sky: Sky, starts: Sequence[Start]) -> None:
        """Know the story.

        Args:
            tale: the story.
            sky: when it was night.
            starts: every start of the story.
        """
        self._tale = tale
        self._recordings = tale.recordings
        self._sky = sky
        self._starts = starts

    def follow(self, played: Sequence[Json]) -> set[str]:
        """Compare all that was played with the engine; return the texts that were heard."""
        places: list[Place] = []
        heard = set()
        for number, one in enumerate(played):
            before = played[number - 1] if number else one
            after = played[number + 1]["at"] if number + 1 < len(played) else time()
            possible = set()
            for is_dark in self._sky.between(before["at"], after):
                home = _Home(is_dark)
                possible |= {*self._started(places, one, home)}
                possible |= {*self._stepped(places, one, before, home)}
            if one["error"] is None:
                places = [each for each in possible if self._fits(each, one)]
            else:
                # Home Assistant was killed: with or without having heard of it.
                places = [*{*places, *possible}]
            done = sum(start.heard < one["at"] for start in self._starts)
            places = [each for each in places if each.starts >= done]
            assert places, (number, one, before, possible)
            heard |= {each.audio.text for each in places if isinstance(each.audio, Spoken)}
        return heard

    def _started(self, places: Sequence[Place], one: Json, home: _Home) -> Iterator[Place]:
        """Yield where the next start may have led: a live card is told where to go on for it."""
        for number in {each.starts for each in places} or {0}:
            start = self._starts[number] if number < len(self._starts) else None
            if start is None or not start.sent <= one["at"] <= start.heard:
                continue
            if start.seed is not None:
                begun = engine.begin(self._tale.script, start.seed, home)
                yield _place(*begun, starts=number + 1)
                continue
            for place in places:
                if place.starts == number and place.audio is not None:
                    resumed = engine.resume(self._tale.script, place.state, home)
                    yield _place(*resumed, starts=number + 1)

    def _stepped(
        self, places: Sequence[Place], one: Json, before: Json, home: _Home
    ) -> Iterator[Place]:
        """Yield where a knob or an end may have led."""
        script, way = self._tale.script, LiveChapter(one["chapter_key"]).way
        for place in places:
            if place.audio is None:
                yield place
            elif way is Way.END:
                if before["error"] or self._is_over(place, before):
                    outcome = engine.step(script, place.state, End(), home)
                    yield _place(*outcome, starts=place.starts)
            elif way in _KNOBS:
                state, effects = engine.step(script, place.state, Press(_KNOBS[way]), home)
                if not any(isinstance(each, Ignored) for each in effects):
                    yield _place(state, effects, starts=place.starts)
                    continue
                yield replace(place, is_rest=True)
                # By Home Assistant's clock it may have been over.
                outcome = engine.step(script, place.state, End(), home)
                yield _place(*outcome, starts=place.starts)

    def _fits(self, place: Place, played: Json) -> bool:
        """Tell whether that was heard at a place."""
        if not isinstance(place.audio, Spoken):
            known = sum(each.is_beginning(played) for each in self._recordings.values())
            longest = place.audio.seconds if place.audio else 1
            # Of what was left at once, nothing may have been heard.
            return known != 1 and played["seconds"] < longest + 1
        recording = self._recordings[place.audio.text.strip()]
        return recording.is_beginning(played) or (
            place.is_rest and recording.is_piece(played, to_end=False)
        )

    def _is_over(self, place: Place, played: Json) -> bool:
        """Tell whether all was heard at a place."""
        if not isinstance(place.audio, Spoken):
            return True
        recording = self._recordings[place.audio.text.strip()]
        return recording.is_whole(played) or (
            place.is_rest and recording.is_piece(played, to_end=True)
        )


def _place(state: State, effects: Sequence[Effect], *, starts: int) -> Place:
    """Return where a step leads."""
    audio: Spoken | Silence | None = None
    for one in effects:
        assert not isinstance(one, Rested), "all questions of this story wait"
        if isinstance(one, Play):
            assert isinstance(one.audio, Spoken | Silence)
            audio = one.audio
        if isinstance(one, Ended):
            audio = None
    return Place(state=state, audio=audio, starts=starts)


class Wanderer:
    """A child at a player."""

    def __init__(self, home: Home, player: Player, tale: Tale, sky: Sky, seed: int) -> None:
        """Sit down beside a player."""
        self.presses = 0
        self.starts: list[Start] = []
        self._home = home
        self._player = player
        self._tale = tale
        self._recordings = tale.recordings
        self._sky = sky
        self._random = Random(seed)
        self._before = 0
        self._has_choice = True
        """Whether what was recognised last asks something."""

    async def begin(self) -> None:
        """Have the story begun."""
        self._before = len(await self._played())
        await self._start(restart=True)

    async def begin_with(self, card_id: str) -> None:
        """Put a card in, with which the story begins by an automation."""
        self._before = len(await self._played())
        await self._sky.turn(dark=True)
        sent = time()
        await self._operate("insert", card_id=card_id)

        async def look() -> bool:
            hearing = (await self._device())["hearing"]
            return hearing is not None and self._is_told(hearing) and hearing["seconds"] > 0

        await until(look, f"{self._player.name} is told the story")
        heard = time()
        seed = await asyncio.to_thread(seed_of, self._home, self._player.player_id)
        self.starts.append(Start(sent=sent, heard=heard, seed=seed))

    async def go(self, presses: int) -> None:
        """Press so often, at random, and listen now and then."""
        enough = self.presses + presses
        url = ""
        while self.presses < enough:
            hearing = await self._hears(url)
            if hearing is None:
                await self._start(restart=self._random.random() < 0.2)
                url = ""
                continue
            url = hearing["url"]
            chosen = self._random.random()
            if chosen < 0.03:
                await self._start(restart=True)
                url = ""
            elif chosen < 0.1:
                await self._traits(reset=True, **self._random.choice(_MANNERS))
                await self.press()
            elif chosen < (0.9 if self._chooses(hearing) else 0.3):
                await self.press()

    async def press(self) -> None:
        """Press one of the knobs."""
        self.presses += 1
        await self._operate("press", button=self._random.choice(("left", "right")))

    async def end(self) -> set[str]:
        """Stop, and judge; return the texts that were heard."""
        await self._home.api.act("media_player.media_stop", entity_id=self._player.media_player)

        async def stopped() -> bool:
            return bool((await self._device())["status"] == "stopped")

        await until(stopped, f"{self._player.name} has stopped")
        await self._traits(reset=True)
        played = [one for one in (await self._played())[self._before :] if self._is_told(one)]
        ways = [LiveChapter(one["chapter_key"]).way for one in played]
        assert sum(way in _KNOBS for way in ways) > self.presses / 2
        return Judge(self._tale, self._sky, self.starts).follow(played)

    def _is_told(self, played: Json) -> bool:
        """Tell whether something came from Home Assistant."""
        return bool(played["url"].startswith(self._home.api.url))

    def _chooses(self, hearing: Json) -> bool:
        """Tell whether there is something to choose, as far as a child knows what it hears."""
        texts = [text for text, each in self._recordings.items() if each.is_beginning(hearing)]
        for node in self._tale.script.story.nodes.values():
            spoken = (each.audio for each in node.variants)
            if any(isinstance(one, Spoken) and one.text.strip() in texts for one in spoken):
                self._has_choice = bool(node.left)
                break
        return self._has_choice

    async def _hears(self, other_than: str) -> Json | None:
        """Wait until something else is heard, or the story is over."""

        async def look() -> tuple[Json | None] | None:
            now = await self._device()
            hearing: Json | None = now["hearing"]
            if hearing is None:
                return (None,) if now["status"] == "stopped" else None
            is_new = hearing["seconds"] > 0 and hearing["url"] != other_than
            return (hearing,) if is_new else None

        return (await until(look, f"{self._player.name} plays something else"))[0]

    async def _start(self, *, restart: bool) -> None:
        """Have the story told, by day or by night."""
        before = len(await self._played())
        was_on = (await self._device())["hearing"] is not None
        await self._sky.turn(dark=self._random.random() < 0.5)
        entity_id, sent = self._player.media_player, time()
        answers = await self._home.api.ask(
            f"{DOMAIN}.start_story",
            entity_id=entity_id,
            story_id=self._tale.story_id,
            restart=restart,
        )

        async def look() -> bool:
            hearing = (await self._device())["hearing"]
            is_new = not was_on or len(await self._played()) > before
            return is_new and hearing is not None and hearing["seconds"] > 0

        await until(look, f"{self._player.name} is told the story")
        heard, seed = time(), None
        if answers[entity_id]["outcome"] == "begun":
            seed = await asyncio.to_thread(seed_of, self._home, self._player.player_id)
        self.starts.append(Start(sent=sent, heard=heard, seed=seed))

    async def _device(self) -> Json:
        return await self._home.simulation.player(self._player.player_id)

    async def _played(self) -> list[Json]:
        return await self._home.simulation.played(self._player.player_id)

    async def _operate(self, what: str, **how: object) -> None:
        await self._home.simulation.operate(self._player.player_id, what, **how)

    async def _traits(self, **traits: object) -> None:
        await self._home.simulation.post(f"/sim/players/{self._player.player_id}/traits", **traits)
