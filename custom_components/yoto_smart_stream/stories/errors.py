"""What can be wrong with the stories that are kept, as data."""

from collections.abc import Iterable


class UnknownStoryError(Exception):
    """There is no such story."""

    def __init__(self, key: str, known: Iterable[str]) -> None:
        """Remember what was looked for, and what there is."""
        super().__init__(f"There is no story {key!r}")
        self.key = key
        self.known = tuple(known)


class AmbiguousStoryError(Exception):
    """Several stories have this title."""

    def __init__(self, title: str, slugs: Iterable[str]) -> None:
        """Remember the title, and what tells them apart."""
        super().__init__(f"Several stories are called {title!r}")
        self.title = title
        self.slugs = tuple(sorted(slugs))


class TitleTakenError(Exception):
    """Another story has this title already."""

    def __init__(self, title: str) -> None:
        """Remember it."""
        super().__init__(f"There is a story {title!r} already")
        self.title = title
