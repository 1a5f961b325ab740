"""Print what Home Assistant's integrations need, as the installed Home Assistant pins it.

Home Assistant installs such packages when an integration is first set up. The demo and the tests
start it without that step, so the environment has them from the beginning.
"""

from importlib.util import find_spec
import json
from pathlib import Path
import sys
from typing import TypedDict


class Manifest(TypedDict, total=False):
    """The part of a manifest that is read here."""

    dependencies: list[str]
    requirements: list[str]


def requirements(domains: list[str]) -> set[str]:
    """Collect the requirements of integrations and of everything they depend on."""
    spec = find_spec("homeassistant")
    if spec is None or spec.origin is None:
        sys.exit("Home Assistant is not installed in this environment.")
    components = Path(spec.origin).parent / "components"
    found: set[str] = set()
    seen: set[str] = set()
    waiting = list(domains)
    while waiting:
        domain = waiting.pop()
        if domain in seen:
            continue
        seen.add(domain)
        manifest: Manifest = json.loads((components / domain / "manifest.json").read_text())
        found.update(manifest.get("requirements", []))
        waiting.extend(manifest.get("dependencies", []))
    return found


if __name__ == "__main__":
    print("\n".join(sorted(requirements(sys.argv[1:]))))
