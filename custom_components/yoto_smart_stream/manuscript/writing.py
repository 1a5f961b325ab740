"""From values to YAML and JSON that people like to read."""

import json
from typing import Final, override

import yaml

from ..json import Json

_WIDTH: Final = 90
_LIST_INDENT: Final = 2
_ODD_LINE_ENDS: Final = frozenset("\x85\u2028\u2029")


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as blocks, and items of a list below their name, moved in."""

    @override
    def ignore_aliases(self, data: object) -> bool:
        # What is the same twice is written twice.
        return True

    @override
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        yaml.SafeDumper.increase_indent(self, flow, indentless=False)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    if not _ODD_LINE_ENDS.isdisjoint(text):
        # Only in quotes do they stay what they are.
        style = '"'
    node: yaml.ScalarNode = dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)
    return node


yaml.add_representer(str, _text, Dumper=_Dumper)


def write_yaml(value: Json) -> str:
    """Return a value as YAML; names keep their order."""
    written: str = yaml.dump(
        value,
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        width=_WIDTH,
        indent=_LIST_INDENT,
    )
    return written


def write_json(value: Json, indent: int | None = 2) -> str:
    """Return a value as JSON, in one line if there is no indent; names keep their order."""
    written = json.dumps(value, ensure_ascii=False, indent=indent)
    return written if indent is None else f"{written}\n"
