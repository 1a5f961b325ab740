"""What HACS's own action checks in a repository, as far as files show it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from .shape import Closed, Either, Items, faults, kind

HACS: Final = Closed(
    {
        "name": kind(str),
        "content_in_root": kind(bool),
        "country": Either((kind(str), Items(kind(str)))),
        "filename": kind(str),
        "hacs": kind(str),
        "hide_default_branch": kind(bool),
        "homeassistant": kind(str),
        "persistent_directory": kind(str),
        "render_readme": kind(bool),
        "zip_release": kind(bool),
    },
    frozenset({"name"}),
)
NEEDED_IN_MANIFEST: Final = frozenset(
    {"codeowners", "documentation", "domain", "issue_tracker", "name", "version"}
)
# GitHub, which HACS asks for the licence, recognises the unchanged standard text only.
MIT: Final = """\
MIT License

Copyright (c) {year} {holder}

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
"""


def hacs_faults(hacs: Mapping[str, Any]) -> list[str]:
    """Return the faults of `hacs.json`."""
    found = list(faults(dict(hacs), HACS))
    if hacs.get("zip_release") and not hacs.get("filename"):
        found.append("filename is missing, which a release archive needs")
    return found


def structure_faults(root: Path) -> list[str]:
    """Return what keeps HACS from finding the one integration of a repository."""
    folders = sorted(
        path.name
        for path in (root / "custom_components").iterdir()
        if path.is_dir() and path.name != "__pycache__"
    )
    found = [] if len(folders) == 1 else [f"custom_components holds {folders}, not one folder"]
    if not any((root / name).is_file() for name in ("README.md", "readme.md", "info.md")):
        found.append("there is no README.md")
    found.extend(
        f"{folder} has no brand/icon.png"
        for folder in folders
        if not (root / "custom_components" / folder / "brand" / "icon.png").is_file()
    )
    return found


def licence_is_standard(text: str, *, year: str, holder: str) -> bool:
    """Tell whether a text is the standard MIT licence of a holder."""
    return text == MIT.format(year=year, holder=holder)
