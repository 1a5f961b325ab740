"""What a display shows of what plays: pictures that it may have, and the sign of its kind. Pure."""

from dataclasses import dataclass
from typing import Final

from ..artwork.signs import Sign
from ..opening.references import SPEECH
from ..program.announcement import Announcement
from ..program.item import Item, Play, silent_seconds
from ..program.session import Standing
from ..program.telling import story_in
from ..web import is_web_address

_STATIONS: Final = "media-source://radio_browser/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What may be shown of something, the best first; the sign where there is none of it."""

    sign: Sign
    icon: str | None = None
    """What a story calls the icon of the node: a name, a reference, a path or an address."""
    item: Item | None = None
    """What plays, which may have an icon or a cover of its own."""


def shown(standing: Standing) -> Shown:
    """Return what a display shows where a player stands."""
    outcome, program = standing.outcome, standing.program
    if not isinstance(outcome, Play):
        return Shown(sign=Sign.SILENCE)
    if isinstance(program, Announcement) and program.is_on:
        return Shown(sign=Sign.SPEECH)
    is_silent = silent_seconds(outcome.item) is not None
    item = None if is_silent else outcome.item
    if (told := story_in(program)) is not None:
        # In the silence in which a child thinks, it still is where it was.
        situation = None if told.at is None else told.at.situation
        node = None if situation is None else told.telling.story.nodes.get(situation.node)
        return Shown(sign=Sign.STORY, icon=None if node is None else node.icon, item=item)
    return Shown(sign=Sign.SILENCE if item is None else sign_of(item), item=item)


def sign_of(item: Item) -> Sign:
    """Return the sign of a kind of media, as far as its id tells."""
    if item.media.startswith(SPEECH):
        return Sign.SPEECH
    if item.media.startswith(_STATIONS):
        return Sign.RADIO
    # What has an end is known to, once it was opened.
    is_endless = is_web_address(item.media) and item.length is None
    return Sign.RADIO if is_endless else Sign.MUSIC
