"""How fast messages become state and occurrences: `scripts/bench reducing`.

One core, no Home Assistant: ten hours of a child's life with a player, off the wire and through the
reducer. Reading the wire and reducing are measured apart.
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
import json
from pathlib import Path
from statistics import median
from time import process_time
from typing import Final

from custom_components.yoto_smart_stream.playback.context import CardMap, Context
from custom_components.yoto_smart_stream.playback.messages import Message
from custom_components.yoto_smart_stream.playback.reducer import reduce
from custom_components.yoto_smart_stream.playback.snapshot import Snapshot
from custom_components.yoto_smart_stream.playback.wire import parse

from .machine import this_machine
from .report import Speed, speeds, write_section

RESULTS: Final = Path(__file__).with_name("results.md")
GOAL: Final = 50_000
_HOURS: Final = 10
_START: Final = datetime(2026, 11, 21, 7, tzinfo=UTC)
_TRACK_SECONDS: Final = 180
_TRACKS: Final = 20
_PLACES: Final = tuple((f"{number:02}", f"{number:02}") for number in range(1, _TRACKS + 1))
_CARDS: Final = {"7JtVV": CardMap(places=_PLACES)}
_HOW: Final = """\
How it was measured: ten hours with a card of twenty tracks, on one core. Every five seconds the
position, every ten seconds one turn of the volume knob, every minute both status blocks, every
three minutes another track, every ten minutes a command with its answer. The figures are medians
of the rounds, in seconds of processor time, since other work on the machine must not count; reading
JSON off the wire and reducing are timed apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A message as it comes: after how many seconds, on which topic, saying what."""

    seconds: float
    topic: str
    payload: bytes


def hours(count: int) -> Iterator[Heard]:
    """Yield what a player says in some hours, and what it is told."""
    volume, began = 8, int(_START.timestamp())
    for second in range(count * 3600):
        stamp = {"eventUtc": began + second}
        if second % _TRACK_SECONDS == 0:
            yield _heard(second, "data/events", _track(second // _TRACK_SECONDS, volume) | stamp)
        elif second % 5 == 0:
            position = {"position": second % _TRACK_SECONDS}
            yield _heard(second, "data/events", position | stamp)
        if second % 10 == 3:
            volume = 8 + (volume + 1) % 5
            yield _heard(second, "data/events", {"volume": volume, "volumeMax": 16} | stamp)
        if second % 60 == 30:
            yield _heard(second, "data/status", {"status": _status(second)})
            yield _heard(second, "status/full", {"status": _status(second) | _MORE})
        if second % 600 == 301:
            request = json.dumps({"volume": 50})
            answer = {"status": {"set-volume": "OK", "req_body": request}}
            yield Heard(seconds=second, topic="command/volume/set", payload=request.encode())
            yield _heard(second + 0.2, "response", answer)


def measure(rounds: int) -> tuple[Speed, Speed]:
    """Return how many messages a second are read, and reduced."""
    heard = list(hours(_HOURS))
    read: list[float] = []
    reduced: list[float] = []
    for _ in range(rounds):
        began = process_time()
        messages = [parse(each.topic, each.payload) for each in heard]
        read.append(len(heard) / (process_time() - began))
        reduced.append(_reduce_all(heard, messages))
    return (
        Speed(title="reading the wire", rate=median(read), worst=min(read), goal=GOAL),
        Speed(title="reducing", rate=median(reduced), worst=min(reduced), goal=GOAL),
    )


def _reduce_all(heard: Sequence[Heard], messages: Sequence[Message | None]) -> float:
    """Return how many messages a second go through the reducer."""
    work = [
        (message, Context(player_id="bench", received_at=_at(each), cards=_CARDS))
        for each, message in zip(heard, messages, strict=True)
        if message is not None
    ]
    snapshot, happened = Snapshot(), 0
    began = process_time()
    for message, context in work:
        snapshot, occurrences = reduce(snapshot, message, context)
        happened += len(occurrences)
    seconds = process_time() - began
    assert happened
    return len(work) / seconds


def _at(heard: Heard) -> datetime:
    return _START + timedelta(seconds=heard.seconds)


def _heard(seconds: float, topic: str, body: Mapping[str, object]) -> Heard:
    return Heard(seconds=seconds, topic=topic, payload=json.dumps(body).encode())


def _track(number: int, volume: int) -> dict[str, object]:
    key = f"{number % _TRACKS + 1:02}"
    return {
        "trackLength": _TRACK_SECONDS,
        "position": 0,
        "cardId": "7JtVV",
        "repeatAll": True,
        "source": "card",
        "cardUpdatedAt": "2021-07-13T14:51:26.576Z",
        "chapterTitle": f"Chapter {key}",
        "chapterKey": key,
        "trackTitle": f"Track {key}",
        "trackKey": key,
        "streaming": False,
        "volume": volume,
        "volumeMax": 16,
        "playbackStatus": "playing",
        "playbackWait": False,
        "sleepTimerActive": False,
    }


def _status(second: int) -> dict[str, object]:
    return {
        "statusVersion": 1,
        "fwVersion": "v2.23.2",
        "productType": "mini",
        "batteryLevel": 100 - second // 360 % 100,
        "als": second % 50,
        "freeDisk": 25160368,
        "charging": 0,
        "activeCard": "7JtVV",
        "cardInserted": 1,
        "playingStatus": 2,
        "headphones": 0,
        "dnowBrightness": 100,
        "bluetoothHp": 0,
        "volume": 55,
        "userVolume": 50,
        "nightlightMode": "off",
        "temp": "24:24",
        "day": 1,
    }


_MORE: Final[dict[str, object]] = {
    "statusVersion": 3,
    "shutDown": "nA",
    "totalDisk": 30_000_000,
    "wifiStrength": -55,
    "batteryTemp": "24",
    "powerSrc": 0,
    "bgDownload": 0,
    "upTime": 1200,
}


def main() -> None:
    """Measure and write the section."""
    parser = argparse.ArgumentParser(prog="scripts/bench reducing", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="rounds (7)")
    found = measure(parser.parse_args().rounds)
    section = speeds("Reducer: results of `scripts/bench reducing`", this_machine(), found, _HOW)
    write_section(RESULTS, section)
    print(f"\n{section}")


if __name__ == "__main__":
    main()
