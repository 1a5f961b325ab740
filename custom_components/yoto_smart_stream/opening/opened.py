"""What was opened: a file with a length, or something live without one."""

from collections.abc import Callable
from dataclasses import dataclass

from ..audio.plan import Source
from ..program.item import Item
from ..streaming.live_response import Listen
from ..streaming.live_sequence import LiveSequence


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedFile:
    """Canonical audio of an exact length, with ranges.

    `item` is as it is known now: with its length, and the title of its tags.
    """

    item: Item
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedLive:
    """Something that is heard as it comes: `LiveResponse(opened.load, opened.listen)` sends it."""

    item: Item
    load: Callable[[], LiveSequence]
    listen: Listen


type Opened = OpenedFile | OpenedLive
