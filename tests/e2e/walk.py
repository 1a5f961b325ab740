"""A walk through a queue by knobs and actions, each of which is compared with the model."""

from collections.abc import Sequence
from itertools import groupby
from random import Random
from time import monotonic
from typing import Final

from demo.api import Json
from demo.waiting import until

from .ears import Ears, Heard
from .queue_model import QueueModel

_BEGINNING: Final = 3.0
"""Seconds until which the left knob surely leads to the item before."""
_LATER: Final = 9.0
"""Seconds from which on it surely begins the item anew: Home Assistant is told of every fifth."""
_TOLD: Final = 5.0
"""Seconds of which Home Assistant has to have been told for that."""
_LONG_HEARD: Final = 8.0
"""Seconds from which on an item might be over before an action is."""
_LAST_SECONDS: Final = 3.0
_REST: Final = "the rest of "
_SILENCE: Final = "silence"
_STEPS: Final = {"knob right": 30, "next": 26, "knob left": 24, "previous": 24, "end": 12}
_OTHERS: Final = {"add": 5, "queue next": 5, "play": 4, "shuffle": 6, "repeat": 10, "pause": 10,
                  "manners": 6}  # fmt: skip
_MANNERS: Final[tuple[dict[str, object], ...]] = (
    {},
    {"repeats": 2},
    {"probes_ahead": True},
    {"prefetches": True},
    {"ranges": False},
    {"probes": False, "repeats": 1, "prefetches": True},
)
"""How the player fetches, in points that nobody knows of real ones. It tells of presses: where it
does not, Home Assistant counts seconds by its own clock, and these players live faster."""


class Walk:
    """One walk."""

    def __init__(self, ears: Ears, playlist: str, titles: Sequence[str], seed: int) -> None:
        """Prepare to walk through a playlist, the first of the titles; the rest comes in later."""
        self.done: list[str] = []
        """What was done, for whoever reads of a failure."""
        self._ears = ears
        self._playlist = playlist
        self._first = titles
        self._fresh: list[str] = []
        self._random = Random(seed)
        self.model = QueueModel.begun(titles)
        self._heard: list[str] = []
        self._before = 0

    async def begin(self, fresh: Sequence[str] = ()) -> None:
        """Play the list, in its order."""
        self._before = len(await self._ears.played())
        self._fresh = list(fresh)
        await self._play_list()
        now = await self._ears.hears(self._first[0])
        await self._ears.act("media_player.repeat_set", repeat="off")
        await self._compare(now.url)
        self._heard.append(self._first[0])

    async def go(self, steps: int) -> None:
        """Do so many things, and compare what is heard after each of them."""
        for _ in range(steps):
            now = await self._ears.heard()
            if self.model.at is None or now is None:
                await self._begin_again()
            else:
                await self._do(now)

    async def end(self) -> None:
        """Stop, and compare all that was heard with what should have been, in between too."""
        # The next queue is shuffled too where this one is.
        await self._ears.act("media_player.shuffle_set", shuffle=False)
        await self._ears.act("media_player.media_stop")

        async def stopped() -> bool:
            return bool((await self._ears.device())["status"] == "stopped")

        await until(stopped, "the player has stopped")
        await self._ears.traits(reset=True)
        played = (await self._ears.played())[self._before :]
        tracks = [next(run) for _, run in groupby(played, key=lambda one: one["url"])]
        for wanted in self._heard:
            track = tracks.pop(0)
            assert track["error"] is None, track
            assert self._is_of(track, wanted), (track, wanted)
            while wanted == _SILENCE and tracks and self._is_of(tracks[0], _SILENCE):
                tracks.pop(0)
        assert not tracks

    def _is_of(self, track: Json, wanted: str) -> bool:
        """Tell whether what was played of a track is what should have been."""
        songs, digest = self._ears.songs, track["sha256"]
        if wanted == _SILENCE:
            return songs.is_nothing(digest) or not songs.is_any(digest)
        if wanted.startswith(_REST):
            return songs.is_rest(wanted.removeprefix(_REST), track)
        # Of what was left at once, nothing may have been heard.
        return songs.beginning_with(digest) == wanted or songs.is_nothing(digest)

    async def _do(self, now: Heard) -> None:
        choices = _STEPS if now.seconds > _LONG_HEARD else {**_STEPS, **_OTHERS}
        what = self._random.choices(list(choices), list(choices.values()))[0]
        if what in {"add", "queue next", "play"} and not self._fresh:
            what = "knob right"
        self.done.append(what)
        match what:
            case "knob right" | "next":
                self.model.right()
                await self._step(what, now)
            case "knob left" | "previous":
                await self._left(what, now)
            case "end":
                await self._let_end(now)
            case "add" | "queue next":
                await self._insert("add" if what == "add" else "next")
                await self._compare(now.url)
            case "play":
                await self._insert("play")
                await self._has_gone_on(now)
            case "shuffle":
                await self._shuffle()
                await self._compare(now.url)
            case "repeat":
                self.model.repeat = self._random.choice(["off", "all", "one"])
                await self._ears.act("media_player.repeat_set", repeat=self.model.repeat)
                await self._compare(now.url)
            case "pause":
                await self._ears.act("media_player.media_pause")
                await self._is("paused")
                await self._ears.act("media_player.media_play")
                await self._is("playing", "buffering")
                await self._compare(now.url)
            case "manners":
                manners = self._random.choice(_MANNERS)
                self.done.append(str(manners))
                await self._ears.traits(reset=True, **manners)

    async def _step(self, what: str, now: Heard) -> None:
        await self._press(what)
        await self._has_gone_on(now)

    async def _press(self, what: str) -> None:
        match what:
            case "knob right" | "knob left":
                await self._ears.operate("press", button=what.removeprefix("knob "))
            case _:
                await self._ears.act(f"media_player.media_{what}_track")

    async def _left(self, what: str, now: Heard) -> None:
        """Go back, or to the beginning."""
        title, began = self.model.title, monotonic()
        assert title is not None
        if now.seconds > _BEGINNING or self._random.random() < 0.08:
            self.done.append("(late)")
            await self._ears.hears(title, seconds=_LATER)
            await self._is_known_to_be_late()
            await self._step(what, now)
            return
        self.model.left()
        await self._press(what)
        await self._has_gone_on(now, or_again=title if monotonic() - began > 0.4 else None)

    async def _is_known_to_be_late(self) -> None:
        """Wait until Home Assistant has been told that the beginning is over."""

        async def look() -> bool:
            shown = (await self._ears.state()).attributes
            return bool(shown.get("media_position", 0) > _TOLD)

        await until(look, "Home Assistant knows that the beginning is over")

    async def _let_end(self, now: Heard) -> None:
        """Hear the last seconds."""
        title = self.model.title
        assert title is not None
        self.model.end()
        rest = int(self._ears.songs.seconds(title) - _LAST_SECONDS)
        await self._ears.act("media_player.media_seek", seek_position=rest)
        self._heard.append(_REST + title)

        async def look() -> Heard | None:
            near = await self._ears.heard()
            return near if near is not None and near.url != now.url else None

        await self._has_gone_on(await until(look, f"{self._ears.player.name} has wound"))

    async def _insert(self, enqueue: str) -> None:
        title = self._fresh.pop()
        self.model.insert(title, enqueue)
        await self._ears.play(title, enqueue)

    async def _shuffle(self) -> None:
        if self.model.is_shuffled and self._random.random() < 0.7:
            self.model.put_in_order()
        else:
            title = self.model.title
            assert title is not None
            self.model.shuffle()
            await self._ears.act("media_player.shuffle_set", shuffle=True)
            await self._learn(title)
            return
        await self._ears.act("media_player.shuffle_set", shuffle=False)

    async def _begin_again(self) -> None:
        """Play something after the end of the queue."""
        self.done.append("begin again")
        if self._fresh:
            title = self._fresh.pop()
            self.model.insert(title, "play")
            await self._ears.play(title, "play")
        else:
            repeat, is_shuffled = self.model.repeat, self.model.is_shuffled
            self.model = QueueModel.begun(self._first)
            self.model.repeat = repeat
            if is_shuffled:
                self.model.shuffle()
            await self._play_list()
        await self._has_gone_on(None)

    async def _play_list(self) -> None:
        await self._ears.act(
            "media_player.play_media",
            media_content_type="music",
            media_content_id=self._playlist,
        )

    async def _has_gone_on(self, before: Heard | None, or_again: str | None = None) -> None:
        """Compare what is heard with the model, after a step."""
        if self.model.at is None:
            self._heard.append(_SILENCE)
            await self._is("idle")
            return
        url = "" if before is None else before.url

        async def look() -> Heard | None:
            now = await self._ears.heard()
            return now if now is not None and now.title is not None and now.url != url else None

        now = await until(look, f"{self._ears.player.name} plays something else")
        assert now.title is not None
        if or_again is not None and now.title == or_again and self.model.order is not None:
            # It was a moment too late to go back, by the player's clock or by ours.
            self.model.at = self.model.order.index(now.title)
        if self.model.order is None:
            await self._learn(now.title)
        assert now.title == self.model.title, (self.model, self.done[-20:])
        self._heard.append(now.title)
        await self._compare(now.url)

    async def _compare(self, url: str) -> None:
        """Compare what is heard and shown with the model."""
        model = self.model
        assert model.title is not None
        assert model.at is not None
        now = await self._ears.hears(model.title)
        assert now.url == url, self.done[-20:]
        await self._ears.shows(model.title, model.order, model.at + 1)

    async def _learn(self, title: str) -> None:
        """Take a shuffled order as Home Assistant shows it, once that is the new one."""

        async def look() -> list[str] | None:
            shown = (await self._ears.state()).attributes
            queue, place = shown["queue"], shown["queue_position"]
            if not queue or shown["shuffle"] is not True or shown["media_title"] != title:
                return None
            return queue if queue[place - 1] == title else None

        shown = await until(look, f"Home Assistant shows {title} in a shuffled queue")
        self.model.learn(shown)
        self.model.at = shown.index(title)

    async def _is(self, *states: str) -> None:
        async def look() -> bool:
            return (await self._ears.state()).state in states

        await until(look, f"{self._ears.player.name} is {' or '.join(states)}")
