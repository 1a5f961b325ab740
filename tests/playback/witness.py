"""Somebody who hears everything that one player says and everything that it is told."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
import json

from custom_components.yoto_smart_stream.playback.context import CardMap, Context, Exits
from custom_components.yoto_smart_stream.playback.messages import (
    Armed,
    Message,
    StreamFetch,
    Tick,
)
from custom_components.yoto_smart_stream.playback.occurrences import Cause, Confidence, Occurrence
from custom_components.yoto_smart_stream.playback.reducer import reduce
from custom_components.yoto_smart_stream.playback.snapshot import Snapshot
from custom_components.yoto_smart_stream.playback.wire import parse

START = datetime(2026, 11, 21, 7, tzinfo=UTC)
LINEAR = CardMap(places=tuple((f"{n:02}", f"{n:02}") for n in range(1, 6)))
STORY = CardMap(
    places=tuple((key, key) for key in ("gate", "cave", "lake", "inn", "loop", "twin")),
    interactive=True,
    exits={
        ("gate", "gate"): Exits(left=("cave", "cave"), right=("lake", "lake"), end=("inn", "inn")),
        ("cave", "cave"): Exits(left=("gate", "gate"), end=("gate", "gate")),
        ("loop", "loop"): Exits(left=("gate", "gate"), right=("loop", "loop")),
        ("twin", "twin"): Exits(left=("lake", "lake"), right=("lake", "lake")),
    },
)
CARDS = {"7JtVV": LINEAR, "story": STORY}
IDLE = {
    "repeatAll": False,
    "volume": 8,
    "volumeMax": 13,
    "cardId": "none",
    "playbackStatus": "stopped",
    "streaming": False,
    "playbackWait": False,
    "sleepTimerActive": False,
}


def playing(
    card_id: str = "7JtVV", key: str = "02", position: int = 0, **more: object
) -> dict[str, object]:
    """Return what a player says of a track that it begins."""
    return {
        "trackLength": 180,
        "position": position,
        "cardId": card_id,
        "repeatAll": False,
        "source": "card",
        "chapterTitle": f"Chapter {key}",
        "chapterKey": key,
        "trackTitle": f"Track {key}",
        "trackKey": key,
        "streaming": False,
        "volume": 8,
        "volumeMax": 13,
        "playbackStatus": "playing",
        "playbackWait": False,
        "sleepTimerActive": False,
    } | more


def brief(occurrence: Occurrence) -> str:
    """Return an occurrence in words: its kind and what is special about it."""
    words = [str(occurrence.kind)]
    details = (
        occurrence.side,
        occurrence.gesture,
        occurrence.choice,
        occurrence.reason,
        occurrence.on,
    )
    words += [str(detail) for detail in details if detail is not None]
    if occurrence.volume is not None:
        words.append(f"{occurrence.volume_before}>{occurrence.volume}")
    if occurrence.cause is not Cause.PLAYER:
        words.append(str(occurrence.cause))
    if occurrence.confidence is Confidence.INFERRED:
        words.append("?")
    return " ".join(words)


class Witness:
    """Takes messages off the wire, one after the other, and keeps what they make."""

    def __init__(
        self,
        cards: Mapping[str, CardMap] = CARDS,
        *,
        shortcuts: frozenset[str] = frozenset(),
        pauses_at_zero: bool = False,
    ) -> None:
        """Know nothing of the player."""
        self.snapshot = Snapshot()
        self.now = START
        self.skew = 0
        self.seen: list[Occurrence] = []
        self._cards = cards
        self._shortcuts = shortcuts
        self._pauses_at_zero = pauses_at_zero

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)

    def take(self, message: Message | None) -> list[str]:
        """Take a message; return what has happened, in words."""
        assert message is not None
        context = Context(
            player_id="kitchen",
            received_at=self.now,
            cards=self._cards,
            shortcuts=self._shortcuts,
            pauses_at_zero=self._pauses_at_zero,
        )
        self.snapshot, told = reduce(self.snapshot, message, context)
        self.seen += told
        return [brief(occurrence) for occurrence in told]

    def hear(self, topic: str, body: Mapping[str, object]) -> list[str]:
        """Take a message off the wire."""
        return self.take(parse(topic, json.dumps(body).encode()))

    def events(self, body: Mapping[str, object] | None = None, **more: object) -> list[str]:
        """Take a message about playback, stamped by the player's clock."""
        stamp = {"eventUtc": int(self.now.timestamp()) + self.skew}
        return self.hear("data/events", stamp | dict(body or {}) | more)

    def status(self, **block: object) -> list[str]:
        """Take a status block."""
        return self.hear("data/status", {"status": block})

    def presence(self, state: str) -> list[str]:
        """Take a presence message."""
        return self.hear("presence", {"state": state, "ts": 0})

    def answer(self, word: str, request: str = "", verdict: str = "OK") -> list[str]:
        """Take an answer to a command."""
        return self.hear("response", {"status": {word: verdict, "req_body": request}})

    def command(self, path: str, request: str = "") -> list[str]:
        """Take note of a command of ours."""
        return self.take(parse(f"command/{path}", request.encode()))

    def arm(self) -> list[str]:
        """Take note that everything was asked for."""
        return self.take(Armed())

    def fetch(self, card_id: str) -> list[str]:
        """Take note that audio of a card was fetched."""
        return self.take(StreamFetch(card_id=card_id))

    def tick(self) -> list[str]:
        """Let the coordinator's minute pass."""
        self.wait(60)
        return self.take(Tick())

    def settle(self, body: Mapping[str, object], *, slot: int | None = None) -> None:
        """Have the player say how things are, long ago."""
        self.arm()
        assert self.events(body) == []
        if slot is not None:
            assert self.status(cardInserted=slot, charging=0, headphones=0) == []
        self.wait(20)
