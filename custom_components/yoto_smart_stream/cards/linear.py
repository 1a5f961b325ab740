"""The live card as a plain one, for players that do not play streams on interactive cards.

Nothing on it has rules, so only its end leads a player on: from each chapter to the one after it.
The chapters are those of a live card all the same, in an order in which each may follow the one
before: a run of `R0, E1, E0, E1, ...` and a run of `R1, E0, E1, E0, ...`. The end of an item leads
to an `E*`, whose fetch is a step; Home Assistant itself sends the player to `R0` or `R1`. From the
last chapter of a run the way leads to the first one of the other run, where a step by the end has
to be laid out before; after the last of all the player stops, and is sent on.

A turn of the knob is switched off on the card. Where a player turns all the same, it is a step by
the end, whichever way: the loss of the knobs is what this card costs.
"""

from typing import Final

from .builder import chapter_key
from .live import LiveCard, LiveChapter, metadata_of
from .payload import Json

RUN: Final = 41
"""Chapters of a run. It is odd, so that the first of one run may follow the last of the other."""
_RESUME_TIMEOUT: Final = 2_592_000
"""Seconds for which players remember where a card was left."""
_ENDS: Final = (LiveChapter.E1, LiveChapter.E0)


def _run(first: LiveChapter) -> tuple[LiveChapter, ...]:
    """Return the chapters of a run."""
    return (first, *(_ENDS[(first.phase + number) % 2] for number in range(RUN - 1)))


CHAPTERS: Final = (*_run(LiveChapter.R0), *_run(LiveChapter.R1))
"""What each chapter of the card is on a live card, in their order."""
_BY_KEY: Final = {chapter_key(number): one for number, one in enumerate(CHAPTERS, 1)}
_KEYS: Final = {
    LiveChapter.R0: chapter_key(1),
    LiveChapter.R1: chapter_key(RUN + 1),
}
TRACK_KEY: Final = "01"
"""The key of the one track of each chapter."""
_LEADS_ON: Final = {
    chapter_key(RUN): LiveChapter.R1,
    chapter_key(2 * RUN): LiveChapter.R0,
}
LAST: Final = chapter_key(2 * RUN)
"""The last chapter, after whose end a player stops."""


def linear_key(chapter: LiveChapter) -> str:
    """Return where a player is sent for a chapter, which is `R0` or `R1`."""
    return _KEYS[chapter]


def chapter_of(key: str) -> LiveChapter | None:
    """Return which chapter of a live card a key is, on a plain one or on an interactive one."""
    if key in LiveChapter:
        return LiveChapter(key)
    return _BY_KEY.get(key)


def leads_on(key: str) -> LiveChapter | None:
    """Return where the end of the last chapter of a run leads; None for all other keys."""
    return _LEADS_ON.get(key)


def build_linear(card: LiveCard) -> dict[str, Json]:
    """Return the payload for `POST /content`."""
    return {
        "title": card.title,
        "metadata": metadata_of(card, "none"),
        "content": {
            "activity": "yoto_Player",
            "version": "1",
            "playbackType": "linear",
            "restricted": True,
            "config": {
                "resumeTimeout": _RESUME_TIMEOUT,
                "disableTrackNav": True,
                "disableChapterNav": True,
                "onlineOnly": True,
            },
            "chapters": [_chapter(card, key, chapter) for key, chapter in _BY_KEY.items()],
        },
    }


def _chapter(card: LiveCard, key: str, chapter: LiveChapter) -> dict[str, Json]:
    """Return a chapter with its one track."""
    # The number of a chapter means nothing to a family: the same one on all of them.
    shown: dict[str, Json] = {
        "title": card.title,
        "overlayLabel": "1",
        "duration": card.length,
        "fileSize": 0,
        "display": {"icon16x16": card.icon},
    }
    track: dict[str, Json] = {
        **shown,
        "key": TRACK_KEY,
        "trackUrl": card.address(chapter),
        "type": "stream",
        "format": "mp3",
    }
    return {**shown, "key": key, "tracks": [track]}
