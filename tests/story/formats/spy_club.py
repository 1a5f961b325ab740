"""A Twee story of 100 passages, and the events that Yoto's own tools would make of its links."""

from collections.abc import Iterator
from dataclasses import dataclass
import random
from typing import Final

PASSAGES: Final = 100
STOP: Final = "stop"
_EVENTS: Final = ("onLhb", "onRhb", "onEnd")


@dataclass(frozen=True, slots=True)
class Page:
    """A passage: where its links lead, empty for those that are skipped."""

    name: str
    text: str
    links: tuple[str, ...]

    def events(self) -> dict[str, str]:
        """Return the targets by event, as the convention has them (peers §4b)."""
        found = {
            event: target for event, target in zip(_EVENTS, self.links, strict=False) if target
        }
        return {"onEnd": STOP, **found}


def pages() -> list[Page]:
    """Return the same 100 passages every time."""
    dice = random.Random(7)
    names = [f"{20_000 + number}" for number in range(PASSAGES - 3)]
    names += ["The vault", "Hidden {room} [two]", "Ende"]
    found: list[Page] = []
    for number, name in enumerate(names):
        count = dice.choice((0, 1, 2, 3, 3))
        links = tuple(dice.choice((*names, "", "")) for _ in range(count))
        found.append(Page(name, f"Somebody whispers: {number}.", links))
    return found


def twee(story: list[Page]) -> str:
    """Return passages as Twee, in the manner of those that Yoto works with."""
    return "\n\n\n".join((_head(story), *_passages(story))) + "\n"


def _head(story: list[Page]) -> str:
    return f"""\
:: StoryTitle
Spy club


:: StoryData
{{
  "ifid": "8DD48121-709A-4B3B-919A-796D8335AF5E",
  "format": "Harlowe",
  "format-version": "3.3.9",
  "start": "{story[0].name}",
  "tag-colors": {{
    "tested": "green"
  }},
  "zoom": 0.6
}}


:: StoryInit
(set: $cover to "https://example.org/cover.png")
(set: $resumeTimeout to 86400)
(set: $files to (datamap: "image", (datamap: "source", "icons")))"""


def _passages(story: list[Page]) -> Iterator[str]:
    dice = random.Random(8)
    for number, page in enumerate(story):
        name = "".join(f"\\{each}" if each in "[]{}" else each for each in page.name)
        where = f'{{"position":"{number * 125},200","size":"100,100"}}'
        links = "\n".join(_link(target, dice.randrange(4)) for target in page.links)
        yield f"""\
:: {name} [tested tag-{number % 3}] {where}
{page.text}
{links}

<!--
[[no->link]]
[Changelog]
-->

(set: $passage to "{page.name}")
(print: "<img src='icons/" + $passage + ".png' width='400'>")"""


def _link(target: str, form: int) -> str:
    if not target:
        return "[[]]"
    if any(each in target for each in "[]"):
        return f'(link-goto: "Go on", "{target}")'
    return (
        f"[[Go on->{target}]]",
        f"[[{target}<-Go on]]",
        f"[[Go on|{target}]]",
        f"[[|{target}]]",
    )[form]
