"""Stories that come with the integration, as texts that a family can read, play and change."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

_FOLDER: Final = Path(__file__).parent

EXAMPLES: Final[Mapping[str, Path]] = MappingProxyType(
    {
        "the_way_home": _FOLDER / "the_way_home.yaml",
        "the_sea_in_the_bedroom": _FOLDER / "the_sea_in_the_bedroom.yaml",
        "the_cloud_baker": _FOLDER / "the_cloud_baker.twee",
    }
)
"""The files by name: one that a card can hold, one for a live card, one written with Twine."""


def example(name: str) -> str:
    """Return the text of a story. Blocking.

    Raises:
        KeyError: There is no such story.
    """
    return EXAMPLES[name].read_text(encoding="utf-8")
