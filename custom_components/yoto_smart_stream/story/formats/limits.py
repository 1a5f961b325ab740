"""How much of everything a story may have. Lengths are characters."""

from typing import Final

NODES: Final = 20_000
VARIABLES: Final = 100
WORDS: Final = 200
"""Words that a variable can be one of."""
ALTERNATIVES: Final = 50
"""Choices of a knob, endings or sounds of a node."""
ASSIGNMENTS: Final = 50
LOTS: Final = 50
ACTIONS: Final = 100
CONDITIONS: Final = 20
TAGS: Final = 50

TITLE: Final = 100
"""As on a card (protocol §4.2)."""
ID: Final = 100
LINE: Final = 500
DESCRIPTION: Final = 4000
SPOKEN: Final = 20_000
EXPRESSION: Final = 1000

SECONDS: Final = 600
"""How long a child may be waited for."""
WEIGHT: Final = 1000
BOUND: Final = 1_000_000_000
RESUME: Final = 31_536_000
"""A year, in seconds."""
