"""Packs of Lunii STUdio that are made up for tests, and what a device does with them.

Nothing of this is from a pack of others. The rules are those of STUdio's own preview.
"""

from collections.abc import Iterator
from typing import Any, Final

from hypothesis import strategies as st

type Raw = dict[str, Any]
"""What is in a `story.json`."""
ENDLESS: Final = 200
"""More silent stages in a row than a pack has ways between them."""
OFTEN: Final = st.sampled_from((True, True, True, False))


def stage(key: str, audio: str | None = None, **more: object) -> Raw:
    """Return a stage at which nothing can be done but what `more` says."""
    controls: Raw = {"wheel": False, "ok": False, "home": False, "pause": False, "autoplay": False}
    controls |= {name: more.pop(name) for name in [*more] if name in controls}
    return {
        "uuid": key,
        "type": "stage",
        "name": key.title(),
        "image": None,
        "audio": audio,
        "okTransition": None,
        "homeTransition": None,
        "controlSettings": controls,
        **more,
    }


def to(options: str, index: int = 0) -> Raw:
    """Return a transition."""
    return {"actionNode": options, "optionIndex": index}


def options(key: str, *stages: str) -> Raw:
    """Return options."""
    return {"id": key, "type": "action", "name": key.title(), "options": [*stages]}


def pack(stages: list[Raw], actions: list[Raw], **more: object) -> Raw:
    """Return a pack."""
    return {
        "format": "v1",
        "version": 1,
        "title": "Who goes there?",
        "description": "",
        "nightModeAvailable": False,
        "stageNodes": stages,
        "actionNodes": actions,
        **more,
    }


FARM = pack(
    [
        stage("cover", "cover.mp3", ok=True, wheel=True, okTransition=to("ask"), squareOne=True),
        stage("question", "question.mp3", autoplay=True, okTransition=to("animals", 1)),
        *(
            stage(
                name,
                f"{name}.mp3",
                wheel=True,
                ok=True,
                home=True,
                image="farm.png",
                okTransition=to("tales", number),
                homeTransition=to("ask"),
            )
            for number, name in enumerate(("cow", "duck", "pig"))
        ),
        *(
            stage(
                f"the {name}",
                f"{tale}.ogg",
                autoplay=True,
                home=True,
                okTransition=to("ask"),
                homeTransition=to("ask"),
            )
            for name, tale in (("cow", "milk"), ("duck", "pond"), ("pig", "pond"))
        ),
    ],
    [
        options("ask", "question"),
        options("animals", "cow", "duck", "pig"),
        options("tales", "the cow", "the duck", "the pig"),
    ],
)
"""A cover, a question that leads to one of three animals, and a tale of each. Two are the same."""


def assets(raw: Raw) -> set[str]:
    """Return what a pack names of audio."""
    return {one["audio"] for one in raw["stageNodes"] if one["audio"]}


@st.composite
def packs(draw: st.DrawFn) -> Raw:
    """Return any pack in which nothing is wrong. Each stage has a place of its own."""
    names = [f"s{number}" for number in range(draw(st.integers(1, 6)))]
    actions = [
        options(f"o{number}", *draw(st.lists(st.sampled_from(names), min_size=1, max_size=4)))
        for number in range(draw(st.integers(1, 4)))
    ]
    stages = []
    for number, name in enumerate(names):
        audio = f"{draw(st.integers(0, number))}.mp3" if draw(OFTEN) else None
        passes = draw(st.booleans())
        made = stage(
            name,
            audio,
            wheel=draw(OFTEN),
            ok=draw(OFTEN),
            home=draw(st.booleans()),
            autoplay=passes,
            # What is silent and leads on at once does so always to the same.
            okTransition=_transition(draw, actions, chance=audio is not None or not passes),
            homeTransition=_transition(draw, actions, chance=True),
            position={"x": number, "y": -1.5},
        )
        if draw(st.booleans()):
            made["name"] = draw(st.sampled_from(("Stage title", "", "A\nB", "stop", "…")))
        stages.append(made)
    draw(st.sampled_from(stages))["squareOne"] = True
    return pack(stages, actions)


def _transition(draw: st.DrawFn, actions: list[Raw], *, chance: bool) -> Raw | None:
    if not draw(OFTEN):
        return None
    chosen = draw(st.sampled_from(actions))
    least = -1 if chance else 0
    return to(chosen["id"], draw(st.integers(least, len(chosen["options"]) - 1)))


class CirclesError(Exception):
    """Silent stages lead to each other without end."""


class Device:
    """A device that plays a pack. What it comes to is in `been`, what is heard in `heard`."""

    def __init__(self, raw: Raw, draws: Iterator[int]) -> None:
        """Begin at the first square."""
        self._stages = {one["uuid"]: one for one in raw["stageNodes"]}
        self._options = {one["id"]: one["options"] for one in raw["actionNodes"]}
        self._draws = draws
        self.been: list[str] = []
        self.heard: list[str] = []
        self._silent = 0
        self._playing = False
        first = [one["uuid"] for one in raw["stageNodes"] if one.get("squareOne")]
        self._enter((first or [*self._stages])[0], None)

    def left(self) -> None:
        """Turn the wheel; where it does not turn, press the button with the house."""
        self._silent = 0
        if self._can("wheel") and self._among is not None:
            key, index = self._among
            count = len(self._options[key])
            if count > 1:
                self._go(to(key, (index + 1) % count))
                return
        if self._can("home"):
            self._go(self._here["homeTransition"])

    def right(self) -> None:
        """Press OK."""
        self._silent = 0
        if self._can("ok"):
            self._go(self._here["okTransition"])

    def end(self) -> None:
        """Let the audio be over."""
        self._silent = 0
        if self._playing:
            self._playing = False
            self._over()

    def _can(self, control: str) -> bool:
        return bool(self._here["controlSettings"][control])

    def _over(self) -> None:
        if self._can("autoplay"):
            self._go(self._here["okTransition"])

    def _go(self, transition: Raw | None) -> None:
        if transition is None:
            return
        key, index = transition["actionNode"], transition["optionIndex"]
        every = self._options[key]
        if index == -1:
            index = next(self._draws) % len(every) if len(every) > 1 else 0
        self._enter(every[index], (key, index))

    def _enter(self, name: str, among: tuple[str, int] | None) -> None:
        self._here = self._stages[name]
        self._among = among
        self.been.append(name)
        audio = self._here["audio"]
        self._playing = audio is not None
        if audio is not None:
            self.heard.append(audio)
            return
        self._silent += 1
        if self._silent > ENDLESS:
            raise CirclesError
        self._over()
