"""What is told of the sessions of streams: on the bus, and to whoever shows them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypedDict

from ..const import DOMAIN
from ..streaming.sessions import Session
from ..streaming.stream import AudioItem, LiveItem, Stream

EVENT: Final = f"{DOMAIN}_stream"
"""The type of the event on Home Assistant's bus."""

PLAY_BEGAN: Final = "play_began"
ITEM_CHANGED: Final = "item_changed"
PLAY_ENDED: Final = "play_ended"


class StreamReport(TypedDict):
    """Everything that is told of a session. None: unknown."""

    type: str
    stream: str
    stream_id: str
    player: str | None
    device_id: str | None
    entity_id: str | None
    """The media player."""
    audio_id: str | None
    title: str | None
    position: float | None
    """Seconds into the stream."""
    certain: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A session with the names of what is in it. `is_paused` is by the player's own word."""

    stream: Stream
    session: Session
    player: str | None = None
    device_id: str | None = None
    entity_id: str | None = None
    title: str | None = None
    position: float | None = None
    is_paused: bool = False

    @property
    def is_certain(self) -> bool:
        """Tell whether player and item are known, and not only likely."""
        return self.session.is_certain

    @property
    def item(self) -> AudioItem | LiveItem | None:
        """Return the item that is heard, None where it is not known."""
        return None if self.session.place is None else self.session.place.item

    @property
    def audio_id(self) -> str | None:
        """Return the id of the audio that is heard, None for what is live or not known."""
        return self.item.audio_id if isinstance(self.item, AudioItem) else None

    def report(self, kind: str) -> StreamReport:
        """Return what is told of it."""
        return StreamReport(
            type=kind,
            stream=self.stream.name,
            stream_id=self.stream.stream_id,
            player=self.player,
            device_id=self.device_id,
            entity_id=self.entity_id,
            audio_id=self.audio_id,
            title=self.title,
            position=self.position,
            certain=self.is_certain,
        )


def shown_of(heard: Heard) -> object:
    """Return what of a session is worth showing; its position moves on by itself."""
    return heard.player, heard.item, heard.title, heard.is_certain, heard.is_paused


def reports(before: Iterable[Heard], after: Iterable[Heard]) -> Iterator[StreamReport]:
    """Yield what has begun, changed and ended.

    Somebody unknown who turns out to be a player goes on with the same play.
    """
    gone = {one.session.key: one for one in before}
    new = []
    for one in after:
        old = gone.pop(one.session.key, None) or gone.pop(one.session.file, None)
        if old is None:
            new.append(one)
        elif one.item is not None and old.item != one.item:
            yield one.report(ITEM_CHANGED)
    for one in gone.values():
        yield one.report(PLAY_ENDED)
    for one in new:
        yield one.report(PLAY_BEGAN)
