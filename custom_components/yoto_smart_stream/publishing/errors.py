"""Why a card cannot be published, as data; the actions say it in people's words."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from ..cards.limits import Fault


class PublishingError(Exception):
    """Base of what is wrong with what somebody wants of a card."""


class CardFaultsError(PublishingError):
    """Report everything that Yoto or players would not take."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        """Keep all of them."""
        super().__init__(f"{len(faults)} faults")
        self.faults = tuple(faults)


class CardChangedError(PublishingError):
    """Report that somebody else has changed a card since we wrote it.

    `changed` is when, as Yoto writes it.
    """

    def __init__(self, title: str, *, written: datetime, changed: str) -> None:
        """Keep both versions' times."""
        super().__init__(f"{title} was changed")
        self.title = title
        self.written = written
        self.changed = changed


class CardProblem(StrEnum):
    """Say in one word why nothing can be done with a card."""

    LIVE = "live"
    STORY = "story"
    """It is told by Home Assistant, which knows it by its id."""
    NOT_OWN = "not_own"
    NO_VERSION = "no_version"
    NO_CHAPTER = "no_chapter"
    NOTHING_TO_PLAY = "nothing_to_play"


class CardProblemError(PublishingError):
    """Report why nothing can be done with a card; `named` is what it is about."""

    def __init__(self, problem: CardProblem, named: str) -> None:
        """Keep what it is about."""
        super().__init__(f"{problem}: {named}")
        self.problem = problem
        self.named = named
