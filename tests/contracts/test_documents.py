"""Documents link to what exists, and their tables and numbers hold."""

from pathlib import Path

import pytest

from custom_components.yoto_smart_stream.cloud import endpoints

from .checkout import CODE, DOCS, ROOT, own_files, python_files
from .rules.documents import anchors, broken_links, broken_tables, unresolved_citations

DOCUMENTS = [
    pytest.param(path, id=str(path.relative_to(ROOT)))
    for path in own_files()
    if path.suffix == ".md"
]
# Docstrings cite these paragraphs, so their numbers never change.
PROTOCOL_SECTIONS = {
    **dict.fromkeys(("0", "7", "8", "9", "10"), 0),
    "1": 8,
    "2": 7,
    "3": 11,
    "4": 5,
    "5": 5,
    "6": 3,
}


@pytest.mark.parametrize("path", DOCUMENTS)
def test_the_links_of_a_document_lead_somewhere(path: Path) -> None:
    """Files and headings that are linked exist."""
    assert broken_links(path) == []


@pytest.mark.parametrize("path", DOCUMENTS)
def test_the_tables_of_a_document_are_whole(path: Path) -> None:
    """Every row has as many cells as its heading."""
    assert broken_tables(path.read_text(encoding="utf-8")) == []


def test_every_cited_paragraph_exists() -> None:
    """A citation in a docstring leads to the paragraph it rests on."""
    protocol = (DOCS / "yoto-protocol.md").read_text(encoding="utf-8")
    documents = [path for path in own_files() if path.suffix == ".md"]
    assert unresolved_citations(protocol, python_files(*CODE) + documents) == []


@pytest.mark.parametrize(("section", "paragraphs"), PROTOCOL_SECTIONS.items())
def test_the_numbers_of_the_protocol_stay(section: str, paragraphs: int) -> None:
    """Paragraphs may be added at the end of a section, never be renumbered."""
    protocol = (DOCS / "yoto-protocol.md").read_text(encoding="utf-8")
    assert f"\n## {section}. " in protocol
    assert all(f"\n### {section}.{one} " in protocol for one in range(1, paragraphs + 1))


def test_every_script_is_described() -> None:
    """A person who lists the scripts finds each of them explained."""
    text = (DOCS / "development.md").read_text(encoding="utf-8")
    scripts = [path.name for path in (ROOT / "scripts").iterdir() if path.is_file()]
    assert [name for name in scripts if f"| `scripts/{name}` |" not in text] == []


@pytest.mark.parametrize(
    "variable",
    [endpoints.API_VARIABLE, endpoints.LOGIN_VARIABLE, endpoints.MQTT_VARIABLE],
)
def test_every_environment_variable_is_described(variable: str) -> None:
    """The variables that the code reads are the described ones."""
    assert f"| `{variable}` |" in (DOCS / "development.md").read_text(encoding="utf-8")


def test_a_broken_link_is_found(tmp_path: Path) -> None:
    """The rule reports files and headings that are not there, and no address on the web."""
    page = tmp_path / "page.md"
    page.write_text(
        "# One: two!\n[a](#one-two) [b](#three) [c](other.md) [d](https://example.org/x.md)\n"
        "```\n[e](in-code.md)\n```\n"
    )
    assert broken_links(page) == ["page.md links to #three", "page.md links to other.md"]


def test_headings_become_anchors_as_on_github() -> None:
    """Signs are dropped, blanks become hyphens."""
    assert anchors("## 9.1 What has been seen, and where") == {"91-what-has-been-seen-and-where"}


def test_a_broken_table_is_found() -> None:
    """The rule reports a cell too many, and knows an escaped border."""
    assert broken_tables("| a | b |\n|---|---|\n| 1 \\| 2 | 3 |\n") == []
    assert broken_tables("| a | b |\n|---|---|\n| 1 | 2 | 3 |\n") == [
        "line 3 has 3 cells instead of 2"
    ]


def test_an_unresolved_citation_is_found(tmp_path: Path) -> None:
    """The rule reports a paragraph that is not there."""
    module = tmp_path / "module.py"
    sign = "§"
    module.write_text(f"# protocol {sign}3.1, protocol {sign}3.10 (protocol {sign}9).")
    protocol = "## 3. MQTT\n### 3.1 Connection\n"
    assert unresolved_citations(protocol, [module]) == [
        f"module.py cites {sign}3.10",
        f"module.py cites {sign}9",
    ]
