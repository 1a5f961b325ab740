"""The audio library: importing, searching, starting up: `scripts/bench library`.

Importing is measured against ffmpeg alone, which does the same encoding and nothing else; both
take turns. Searching is measured against looking for a text in every item, and starting up against
reading the JSON of the index.
"""

import argparse
import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from hashlib import sha256
import json
from pathlib import Path
from random import Random
from statistics import median
import sys
import tempfile
from time import perf_counter, process_time
from typing import Final

from custom_components.yoto_smart_stream.audio.encoding import encoding
from custom_components.yoto_smart_stream.audio.ffmpeg import NICENESS, Ffmpeg
from custom_components.yoto_smart_stream.audio.frame_writer import Written
from custom_components.yoto_smart_stream.audio.profile import Profile
from custom_components.yoto_smart_stream.library.collection import open_collection
from custom_components.yoto_smart_stream.library.importing import Import, Importer
from custom_components.yoto_smart_stream.library.index import AudioIndex
from custom_components.yoto_smart_stream.library.item import (
    AudioItem,
    Details,
    Place,
    Source,
    SourceKind,
    StoredFile,
)
from custom_components.yoto_smart_stream.library.records import write_contents
from custom_components.yoto_smart_stream.library.sifting import Sifted
from demo.child_process import REPOSITORY

from .machine import this_machine
from .report import Measured, beside, percentile_99, ratio_of, write_section

RESULTS: Final = Path(__file__).with_name("results.md")
ITEMS, SEARCH_GOAL, START_GOAL = 10_000, 0.010, 0.5
IMPORT_GOAL, IMPORT_SECONDS = 0.9, 600
SEARCHES: Final = 1000
_PROFILE: Final = Profile()
_NOW: Final = datetime(2026, 11, 26, 8, tzinfo=UTC)
_FILE_BYTES: Final = 1000
_SOURCES: Final = {
    "FLAC": ("source.flac", ["-ac", "2"]),
    "MP3 at 192 kbit/s": ("source.mp3", ["-ac", "2", "-b:a", "192k"]),
    "AAC (m4a)": ("source.m4a", ["-ac", "2", "-b:a", "128k"]),
}
_WORDS: Final = (
    *("bear", "fox", "owl", "moon", "river", "castle", "dragon", "night", "garden", "winter"),
    *("song", "story", "little", "brave", "Anna", "Jón", "gruffalo", "pirate", "train", "snow"),
    *("seven", "golden", "whisper", "forest", "cloud", "lullaby", "adventure", "école", "tiger"),
)

HOW: Final = f"""\
How it was measured: in one process without Home Assistant, sides in turns. Medians of the rounds;
the ratio is the median of the ratios of the pairs of rounds, with the lowest and the highest in
brackets.

* Import: {IMPORT_SECONDS // 60} minutes of stereo noise and tones, brought into a library:
  recognised, probed, encoded, judged, checked frame by frame, hashed and taken in. Beside it ffmpeg
  alone with the same encoding options, as many threads for reading and the same priority, from the
  file to a file. Speed is seconds of audio in a second.
* Search: {SEARCHES:,} queries of one to three words, or beginnings of words, over {ITEMS:,} items
  with titles, authors, tags and descriptions of twenty words, for the first fifty. Beside it a
  search for the same words, without capitals, in the texts of each item, in no order. In seconds of
  processor time, as it waits for nothing.
* Start: from the file of the index with {ITEMS:,} items to a library that can be searched, with a
  look at each of its files, in a new process each time. Beside it reading the same JSON alone, as
  Home Assistant reads it.
"""


async def _import_once(folder: Path, source: Path) -> float:
    """Import a file into an empty library; returns the seconds it took."""
    collection = await open_collection(folder, None, now=_NOW)
    importer = Importer(collection, ffmpeg=Ffmpeg(), profile=_PROFILE)
    begin = perf_counter()
    await importer.run(Import(path=source, source=Source(kind=SourceKind.FILE)))
    return perf_counter() - begin


async def _bare_once(folder: Path, source: Path) -> float:
    """Encode a file with ffmpeg alone; returns the seconds it took."""
    begin = perf_counter()
    await _run("-threads", "1", "-i", str(source), *encoding(_PROFILE), str(folder / "bare.mp3"))
    return perf_counter() - begin


async def _run(*arguments: str) -> None:
    """Run ffmpeg."""
    process = await asyncio.create_subprocess_exec(
        *("nice", "-n", str(NICENESS), "ffmpeg", "-nostdin", "-y", "-v", "error", *arguments)
    )
    if await process.wait():
        raise RuntimeError("ffmpeg failed")


async def _imports(folder: Path, rounds: int) -> list[Measured]:
    """Compare imports of some formats."""
    measured = []
    for title, (name, options) in _SOURCES.items():
        source = folder / name
        sound = f"anoisesrc=d={IMPORT_SECONDS}:a=0.2:seed=1,asplit[a][b];[a][b]amerge"
        await _run("-f", "lavfi", "-i", sound, *options, str(source))
        ours: list[float] = []
        theirs: list[float] = []
        for number in range(rounds):
            library = folder / f"library {title} {number}"
            if number % 2:
                ours.append(IMPORT_SECONDS / await _import_once(library, source))
            theirs.append(IMPORT_SECONDS / await _bare_once(folder, source))
            if not number % 2:
                ours.append(IMPORT_SECONDS / await _import_once(library, source))
        ratio, written = ratio_of(ours, theirs)
        print(f"import of {title}: {written}", flush=True)
        measured.append(
            Measured(
                title=f"import of {title}",
                ours=f"{median(ours):,.0f} s/s",
                theirs=f"{median(theirs):,.0f} s/s (ffmpeg alone)",
                ratio=written,
                goal=f"at least {IMPORT_GOAL}",
                is_met=ratio >= IMPORT_GOAL,
            )
        )
    return measured


def _filled(count: int) -> AudioIndex:
    """Return an index of so many items."""
    random = Random(3)
    index = AudioIndex()
    for number in range(count):
        words = random.choices(_WORDS, k=5)
        details = Details(
            title=f"{' '.join(words).capitalize()} {number}",
            author=" ".join(random.choices(_WORDS, k=2)).title(),
            tags=tuple(dict.fromkeys(random.choices(_WORDS, k=2))),
            description=" ".join(random.choices(_WORDS, k=20)),
        )
        file = Written(
            profile=_PROFILE,
            frames=2000,
            size_bytes=_FILE_BYTES,
            sha256=sha256(str(number).encode()).hexdigest(),
        )
        index.add(details=details, file=file, source=Source(kind=SourceKind.FILE), now=_NOW)
    return index


def _queries() -> list[str]:
    """Return what is looked for."""
    random = Random(4)
    queries = []
    for _ in range(SEARCHES):
        words = random.choices(_WORDS, k=random.randint(1, 3))
        queries.append(" ".join(word[: random.randint(2, len(word))] for word in words))
    return queries


def _naive(items: Sequence[AudioItem], query: str) -> list[AudioItem]:
    """Look for words in the texts of each item."""
    words = query.casefold().split()
    found = []
    for item in items:
        details = item.details
        texts = (details.title, details.author, *details.tags, details.description)
        text = " ".join(text for text in texts if text).casefold()
        if all(word in text for word in words):
            found.append(item)
    return found


def _timed(work: Callable[[], object], clock: Callable[[], float] = perf_counter) -> float:
    """Return how long work takes by a clock, in seconds."""
    begin = clock()
    work()
    return clock() - begin


def _search(index: AudioIndex) -> Measured:
    """Compare searches."""
    items = index.items
    ours: list[float] = []
    theirs: list[float] = []
    for number, query in enumerate(_queries()):
        ours.append(_timed(lambda query=query: index.find(query), process_time))  # type: ignore[misc]
        if not number % 10:
            theirs.append(_timed(lambda query=query: _naive(items, query), process_time))  # type: ignore[misc]
    found = percentile_99(ours)
    return Measured(
        title=f"search over {ITEMS:,} items, p99",
        ours=f"{found * 1000:.2f} ms (median {median(ours) * 1000:.2f})",
        theirs=f"{percentile_99(theirs) * 1000:.1f} ms (in every item)",
        goal=f"under {SEARCH_GOAL * 1000:.0f} ms",
        is_met=found < SEARCH_GOAL,
    )


async def _start_once(stored: Path, library: Path, side: str) -> float:
    """Start in a new process; returns the seconds that it took without the process itself."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.library_start", str(stored), str(library), side),
        cwd=REPOSITORY,
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await process.communicate()
    return float(said)


async def _start(folder: Path, index: AudioIndex, rounds: int) -> Measured:
    """Compare start-ups."""
    stored, library = folder / "index.json", folder / "library"
    contents = Sifted(records=index.everything)
    stored.write_text(json.dumps({"data": write_contents(contents)}))
    for item in index.everything:
        file = StoredFile(place=Place.AUDIO, sha256=item.file.sha256, suffix="mp3")
        path = library / file.place / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes(_FILE_BYTES))
    ours: list[float] = []
    theirs: list[float] = []
    for number in range(2 * rounds):
        side, found = ("ours", ours) if number % 2 else ("json", theirs)
        found.append(await _start_once(stored, library, side))
    return Measured(
        title=f"start with {ITEMS:,} items",
        ours=f"{median(ours) * 1000:.0f} ms (worst {max(ours) * 1000:.0f})",
        theirs=f"{median(theirs) * 1000:.0f} ms (reading JSON)",
        goal=f"under {START_GOAL * 1000:.0f} ms",
        is_met=median(ours) < START_GOAL,
    )


async def measure(rounds: int) -> list[Measured]:
    """Measure everything."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        index = _filled(ITEMS)
        search = _search(index)
        start = await _start(folder, index, rounds)
        return [*await _imports(folder, rounds), search, start]


def main() -> None:
    """Measure, print, and write the results down."""
    parser = argparse.ArgumentParser(prog="scripts/bench library", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="rounds for each side (5)")
    parser.add_argument("--dry-run", action="store_true", help="write nothing down")
    given = parser.parse_args()
    found = asyncio.run(measure(given.rounds))
    section = beside("Library: results of `scripts/bench library`", this_machine(), found, HOW)
    if not given.dry_run:
        write_section(RESULTS, section)
    print(f"\n{section}")


if __name__ == "__main__":
    main()
