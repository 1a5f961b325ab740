"""A web server that sends streams: `python -m benchmarks.stream_server FOLDER`.

No Home Assistant, since what is compared is how a source is read and sent, and both sides go
through the same response. It makes its files, prints one line of JSON with its port and what there
is, and serves until its input is closed.

`/shuffle/<listener>` is an endless shuffle of many items; each listener begins a play of its own,
as `streaming.plays` decides.
"""

import argparse
import asyncio
from dataclasses import replace
from datetime import UTC, datetime
import json
from pathlib import Path
import shutil
import sys
from typing import Final

from aiohttp.web import Application, AppRunner, Request, StreamResponse, TCPSite

from custom_components.yoto_smart_stream.audio.plan import Source, plan_of_files
from custom_components.yoto_smart_stream.audio.profile import CONTENT_TYPE, Profile
from custom_components.yoto_smart_stream.audio.silence import Silence, silence
from custom_components.yoto_smart_stream.streaming.choosing import Circumstances
from custom_components.yoto_smart_stream.streaming.nesting import Resolver
from custom_components.yoto_smart_stream.streaming.pieces import AudioPiece, Draw
from custom_components.yoto_smart_stream.streaming.plays import Plays
from custom_components.yoto_smart_stream.streaming.response import PlanResponse, conditions_of
from custom_components.yoto_smart_stream.streaming.stream import AudioItem, PlayMode, Stream
from custom_components.yoto_smart_stream.streaming.virtual import Edition, VirtualFile, edition_of

from .bare_server import bare_server

GAP: Final = 0.5
_PROFILE: Final = Profile()
_NOW: Final = datetime(2026, 11, 26, 8, tzinfo=UTC)


def make_items(folder: Path, count: int, seconds: float) -> list[AudioPiece]:
    """Make so many files of audio, each of its own (blocking)."""
    content = silence(_PROFILE, seconds)
    items = []
    for number in range(count):
        path = folder / f"{number}.mp3"
        path.write_bytes(content)
        (part,) = plan_of_files([path], CONTENT_TYPE).parts
        items.append(AudioPiece(identity=str(number), part=part, kind=str(number)))
    return items


def edition(
    items: list[AudioPiece],
    silent: Silence,
    *,
    gap: float = 0.0,
    play_mode: PlayMode = PlayMode.SEQUENTIAL,
    endless_seconds: float | None = None,
) -> Edition:
    """Return the edition of a stream of items (blocking)."""
    stream = Stream(
        stream_id="bench",
        slug="bench",
        name="bench",
        revision=1,
        items=tuple(AudioItem(audio_id=item.kind) for item in items),
        play_mode=play_mode,
        gap=gap,
    )
    known = {item.kind: item for item in items}
    resolver = Resolver({"bench": stream}, known.get, silent, Circumstances(moment=_NOW))
    return edition_of(
        stream, resolver, profile=_PROFILE, revision="1", endless_seconds=endless_seconds
    )


def play_of(edition: Edition, draw: str = "1") -> VirtualFile:
    """Return a play of an edition."""
    return VirtualFile(edition, Draw(play=draw, day="2026-11-26"), _NOW)


def sources(folder: Path, count: int, seconds: float) -> dict[str, Source]:
    """Make everything that is served, by path (blocking)."""
    items = make_items(folder, count, seconds)
    silent = Silence(folder, _PROFILE)
    silent.prepare()
    served: dict[str, Source] = {}
    for name, gap in (("plain", 0.0), ("gaps", GAP)):
        stream = play_of(edition(items, silent, gap=gap))
        single = folder / f"single-{name}.mp3"
        with single.open("wb") as file:
            for part in stream.slices(0, stream.total):
                with part.path.open("rb") as reader:
                    reader.seek(part.offset)
                    file.write(reader.read(part.length))
        served[f"/stream-{name}"] = stream
        served[f"/single-{name}"] = plan_of_files([single], CONTENT_TYPE)
    return served


def shuffled(folder: Path, count: int, *, seconds: float = 20.0, passes: int = 0) -> Edition:
    """Return an endless shuffle of so many items, which are copies of few files (blocking).

    It goes on for `passes` passes, 0 for as long as streams do.
    """
    folder.mkdir()
    few = make_items(folder, min(count, 100), seconds)
    items = [
        replace(few[number % len(few)], identity=str(number), kind=str(number))
        for number in range(count)
    ]
    silent = Silence(folder, _PROFILE)
    silent.prepare()
    lasting = passes * count * (seconds + GAP) if passes else None
    return edition(
        items, silent, gap=GAP, play_mode=PlayMode.ENDLESS_SHUFFLE, endless_seconds=lasting
    )


async def serve(served: dict[str, Source], shuffle: Edition) -> None:
    """Serve until the input is closed."""
    plays = Plays()

    async def answer(request: Request) -> StreamResponse:
        source = served[request.path]
        return PlanResponse(lambda: source)

    async def play(request: Request) -> StreamResponse:
        conditions, listener = conditions_of(request), request.match_info["listener"]

        def load() -> Source:
            return plays.serve(
                "shuffle",
                conditions,
                listener=listener,
                now=datetime.now(UTC),
                revision=shuffle.revision,
                edition=lambda: shuffle,
            ).file

        return PlanResponse(load)

    app = Application()
    for path in served:
        app.router.add_get(path, answer)
    app.router.add_get("/shuffle/{listener}", play)
    runner = AppRunner(app, access_log=None)
    await runner.setup()
    site = TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    [(_, port)] = runner.addresses
    sizes = {path: source.total for path, source in served.items()}
    sizes["/shuffle/"] = play_of(shuffle).total
    with bare_server(served) as bare_port:
        print(json.dumps({"port": port, "bare_port": bare_port, "sizes": sizes}), flush=True)
        await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()


def main() -> None:
    """Make the files, serve them, and remove them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stream_server")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--items", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--shuffled", type=int, required=True)
    given = parser.parse_args()
    given.folder.mkdir()
    try:
        served = sources(given.folder, given.items, given.seconds)
        asyncio.run(serve(served, shuffled(given.folder / "shuffled", given.shuffled)))
    finally:
        shutil.rmtree(given.folder)


if __name__ == "__main__":
    main()
