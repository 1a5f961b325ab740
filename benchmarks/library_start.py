"""A start of the library in a process of its own, as nothing is started twice in one.

python -m benchmarks.library_start <file of the index> <folder> ours|json
"""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
import sys
from time import perf_counter
from typing import Final

from homeassistant.util.json import load_json

from custom_components.yoto_smart_stream.json import Json
from custom_components.yoto_smart_stream.library.collection import open_collection

_NOW: Final = datetime(2026, 11, 26, 8, tzinfo=UTC)


async def _start(folder: Path, data: Json) -> None:
    """Open a library, find something in it, and make sure that it is whole."""
    assert isinstance(data, dict)
    collection = await open_collection(folder, data["data"], now=_NOW)
    assert collection.index.find("bear").items
    assert not collection.set_aside_count
    assert not collection.swept.damaged


async def measure(stored: Path, folder: Path, *, with_library: bool) -> float:
    """Return the seconds from the file of the index to a library that can be searched.

    Without the library those of reading the JSON alone.
    """
    begin = perf_counter()
    data = load_json(stored)
    if with_library:
        await _start(folder, data)
    return perf_counter() - begin


def main() -> None:
    """Measure once and print the seconds."""
    stored, folder, side = sys.argv[1:]
    print(asyncio.run(measure(Path(stored), Path(folder), with_library=side == "ours")))


if __name__ == "__main__":
    main()
