"""What no file of the repository may hold, and how long a module may be."""

from collections.abc import Iterable
from pathlib import Path
import re
from typing import Final

from homeassistant.const import Platform
from homeassistant.loader import BASE_PRELOAD_PLATFORMS

LONGEST_MODULE: Final = 400
LONGEST_FILE: Final = 600
# Home Assistant imports a module or folder of such a name as its plug-in.
PLUG_INS: Final = frozenset(platform.value for platform in Platform) | {
    *BASE_PRELOAD_PLATFORMS,
    "application_credentials",
    "cast",
    "device_action",
    "device_condition",
    "device_trigger",
    "llm",
    "onboarding",
    "reproduce_state",
    "significant_change",
}
# Folders of one person's machine. (Home Assistant's own, such as /config, are the same everywhere.)
MACHINE_PATH: Final = re.compile(r"(?<![\w.~:/-])/(?:home|root|Users|work)/\w")
# Where packages are fetched from differs between machines and is theirs to know. The names are
# put together here so that this file does not hold them itself.
REGISTRIES: Final = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("crates", "io"),
        ("deb", "debian", "org"),
        ("archive", "ubuntu", "com"),
        ("anaconda", "org"),
    )
)


def _text(path: Path) -> str:
    """Return a file's text; what is no text is empty."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def too_long(paths: Iterable[Path], limit: int) -> list[str]:
    """Return the files with more lines than they may have."""
    lengths = {path: len(_text(path).splitlines()) for path in paths}
    return [f"{path.name} has {length} lines" for path, length in lengths.items() if length > limit]


def machine_paths(paths: Iterable[Path]) -> list[str]:
    """Return the lines that name a folder of one person's machine."""
    return [
        f"{path.name}:{number} {line.strip()}"
        for path in paths
        for number, line in enumerate(_text(path).splitlines(), 1)
        if MACHINE_PATH.search(line)
    ]


def registry_hosts(paths: Iterable[Path]) -> list[str]:
    """Return the files that name the host of a package registry."""
    return [
        f"{path.name} names {host}" for path in paths for host in REGISTRIES if host in _text(path)
    ]


def misnamed_packages(folder: Path) -> list[str]:
    """Return the sub-packages that Home Assistant would take for a plug-in."""
    return sorted(path.name for path in folder.iterdir() if path.is_dir() and path.name in PLUG_INS)
