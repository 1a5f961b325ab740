"""Where the checked things lie in this checkout, and how they are read."""

from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
import json
from pathlib import Path
from typing import Any, Final

from homeassistant.util.yaml import load_yaml_dict

ROOT: Final = Path(__file__).resolve().parents[2]
COMPONENT: Final = ROOT / "custom_components" / "yoto_smart_stream"
DOMAIN: Final = COMPONENT.name
DOCS: Final = ROOT / "docs"
# Folders with Python of our own.
CODE: Final = ("custom_components", "simulator", "demo", "benchmarks", "scripts", "tests")

type Json = dict[str, Any]


def _without_duplicates(pairs: list[tuple[str, object]]) -> Json:
    """Make an object of its members, refusing a key that comes twice."""
    made = dict(pairs)
    if len(made) != len(pairs):
        names = [name for name, _ in pairs]
        twice = sorted({name for name in names if names.count(name) > 1})
        raise ValueError(f"keys given twice: {', '.join(twice)}")
    return made


def read_json(path: Path) -> Json:
    """Read a JSON object; a key that comes twice is an error."""
    value = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=_without_duplicates)
    if not isinstance(value, dict):
        raise TypeError(f"{path.name} does not hold an object")
    return value


def read_yaml(path: Path) -> Json:
    """Read a YAML mapping as Home Assistant reads it."""
    return dict(load_yaml_dict(str(path)))


def manifest() -> Json:
    """Read the integration's manifest."""
    return read_json(COMPONENT / "manifest.json")


def english() -> Json:
    """Read the integration's English texts."""
    return read_json(COMPONENT / "translations" / "en.json")


def icons() -> Json:
    """Read the integration's icons."""
    return read_json(COMPONENT / "icons.json")


def services() -> Json:
    """Read the descriptions of the integration's actions."""
    return read_yaml(COMPONENT / "services.yaml")


def triggers() -> Json:
    """Read the descriptions of the integration's triggers, without what they share."""
    return _described("triggers.yaml")


def conditions() -> Json:
    """Read the descriptions of the integration's conditions, without what they share."""
    return _described("conditions.yaml")


def _described(name: str) -> Json:
    """Read descriptions; names with a dot in front are for parts that several share."""
    read = read_yaml(COMPONENT / name)
    return {key: value for key, value in read.items() if not key.startswith(".")}


@cache
def _ignored() -> tuple[str, ...]:
    """Return the patterns of names that do not belong to the repository."""
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    return (".git", *(line.rstrip("/") for line in lines if line))


def own_files(folder: Path = ROOT) -> Iterator[Path]:
    """Walk the files that belong to the repository, leaving environments and caches out."""
    for path in sorted(folder.iterdir()):
        if any(fnmatch(path.name, pattern) for pattern in _ignored()):
            continue
        if path.is_dir():
            yield from own_files(path)
        else:
            yield path


def python_files(*folders: str) -> list[Path]:
    """List the Python files of some folders of the checkout."""
    return [
        path
        for folder in folders
        if (ROOT / folder).is_dir()
        for path in own_files(ROOT / folder)
        if path.suffix == ".py"
    ]
