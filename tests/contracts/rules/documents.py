"""Links, tables and citations of the documents."""

from collections.abc import Iterable
from pathlib import Path
import re
from typing import Final

LINK: Final = re.compile(r"\]\((?P<target>[^)\s]+)\)")
HEADING: Final = re.compile(r"^#{1,6} +(?P<title>.+?)\s*$", re.MULTILINE)
SECTION: Final = re.compile(r"^#{2,3} (?P<number>\d+(?:\.\d+)?)[. ]", re.MULTILINE)
CITATION: Final = re.compile(r"protocol (?P<cited>§[\d.]+\d|§\d)")
CELL_BORDER: Final = re.compile(r"(?<!\\)\|")
FENCED: Final = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def anchors(text: str) -> set[str]:
    """Return the anchors that GitHub makes for a document's headings."""
    found: set[str] = set()
    for match in HEADING.finditer(FENCED.sub("", text)):
        title = re.sub(r"[^\w\- ]", "", match["title"].lower())
        found.add(title.replace(" ", "-"))
    return found


def broken_links(path: Path) -> list[str]:
    """Return the links to files and headings that are not there; the web is not asked."""
    text = path.read_text(encoding="utf-8")
    found: list[str] = []
    for match in LINK.finditer(FENCED.sub("", text)):
        target, _, anchor = match["target"].partition("#")
        if "://" in target or target.startswith("mailto:"):
            continue
        file = (path.parent / target) if target else path
        if not file.exists():
            found.append(f"{path.name} links to {target}")
        elif anchor and file.suffix == ".md" and anchor not in anchors(file.read_text("utf-8")):
            found.append(f"{path.name} links to {match['target']}")
    return found


def broken_tables(text: str) -> list[str]:
    """Return the rows of tables that have more or fewer cells than their heading."""
    found: list[str] = []
    wanted: int | None = None
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("|"):
            wanted = None
            continue
        cells = len(CELL_BORDER.findall(line)) - 1
        if wanted is None:
            wanted = cells
        elif cells != wanted:
            found.append(f"line {number} has {cells} cells instead of {wanted}")
    return found


def unresolved_citations(protocol: str, paths: Iterable[Path]) -> list[str]:
    """Return the paragraphs of the protocol that are cited but not there."""
    known = {f"§{match['number']}" for match in SECTION.finditer(protocol)}
    return [
        f"{path.name} cites {match['cited']}"
        for path in paths
        for match in CITATION.finditer(path.read_text(encoding="utf-8"))
        if match["cited"] not in known
    ]
