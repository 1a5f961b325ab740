"""The live card as a plain one, for players that do not play streams on interactive cards.

Nothing on it has rules, so only its end leads a player on: from each chapter to the one after it.
The chapters are those of a live card all the same, in an order in which each may follow the one
before: a run of `R0, E1, E0, E1, ...` and a run of `R1, E0, E1, E0, ...`. The end of an item leads
to an `E*`, whose fetch is a step; Home Assistant itself sends the player to `R0` or `R1`. From the
last chapter of a run the way leads to the first one of the other run, where a step by the end has
to be laid out before; after the last of all the player stops, and is sent on, or begins again.

A turn of the right knob leads to the chapter after or before, which the player tells. Home
Assistant takes the step that is meant, and sends the player to a run for it: right for a turn
forwards, left for one back. So there is a chapter in front of the first run too, which may follow
the last of all.

A story card can be plain as well. Players begin it in front of the first run, from where no turn
leads back, so that nothing is told there: its address is that of `start`, and is a moment of
silence.
"""

from collections.abc import Mapping
from typing import Final

from ..json import Json
from .builder import chapter_key
from .live import LiveCard, LiveChapter, Way, display_of, metadata_of

RUN: Final = 41
"""Chapters of a run. It is odd, so that the first of one run may follow the last of the other."""
_RESUME_TIMEOUT: Final = 2_592_000
"""Seconds for which players remember where a card was left."""
_ENDS: Final = (LiveChapter.E1, LiveChapter.E0)


def _run(first: LiveChapter) -> tuple[LiveChapter, ...]:
    """Return the chapters of a run."""
    return (first, *(_ENDS[(first.phase + number) % 2] for number in range(RUN - 1)))


CHAPTERS: Final = (LiveChapter.E0, *_run(LiveChapter.R0), *_run(LiveChapter.R1))
"""What each chapter of the card is on a live card, in their order."""
_BY_KEY: Final = {chapter_key(number): one for number, one in enumerate(CHAPTERS, 1)}
FRONT: Final = chapter_key(1)
"""The chapter in front of the first run, to which a turn back leads from there."""
_OF_STORY: Final = {**_BY_KEY, FRONT: LiveChapter.START}
_KEYS: Final = {
    LiveChapter.R0: chapter_key(2),
    LiveChapter.R1: chapter_key(RUN + 2),
}
TRACK_KEY: Final = "01"
"""The key of the one track of each chapter."""
LAST: Final = chapter_key(2 * RUN + 1)
"""The last chapter, after whose end a player stops."""
_LEADS_ON: Final = {
    FRONT: LiveChapter.R0,
    chapter_key(RUN + 1): LiveChapter.R1,
    LAST: LiveChapter.R0,
}


def linear_key(chapter: LiveChapter) -> str:
    """Return where a player is sent for a chapter, which is `R0` or `R1`."""
    return _KEYS[chapter]


def chapter_of(key: str) -> LiveChapter | None:
    """Return which chapter of a live card a key is, on a plain one or on an interactive one."""
    if key in LiveChapter:
        return LiveChapter(key)
    return _BY_KEY.get(key)


def leads_on(key: str) -> LiveChapter | None:
    """Return where the end of the last chapter before a run leads; None for all other keys."""
    return _LEADS_ON.get(key)


def turned(key: str, other: str) -> Way | None:
    """Return which step a turn of the knob from one key to another is; None if it cannot be one.

    The end leads forwards too: who knows what plays has to tell it from a turn.
    """
    chapter = _BY_KEY.get(other)
    if key not in _BY_KEY or chapter is None or chapter.way is not Way.END or key == other:
        return None
    # Keys of one width are in the order of the chapters, and after the last one comes the first.
    return Way.RIGHT if other > key or (key, other) == (LAST, FRONT) else Way.LEFT


def build_linear(card: LiveCard) -> dict[str, Json]:
    """Return the payload for `POST /content`."""
    return _built(card, _BY_KEY)


def build_plain_story(card: LiveCard) -> dict[str, Json]:
    """Return the payload of a story card."""
    return _built(card, _OF_STORY)


def _built(card: LiveCard, chapters: Mapping[str, LiveChapter]) -> dict[str, Json]:
    """Return the payload of a card with these chapters."""
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
                "disableTrackNav": False,
                "disableChapterNav": False,
                "onlineOnly": True,
            },
            "chapters": [_chapter(card, key, chapter) for key, chapter in chapters.items()],
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
        "display": display_of(card, chapter),
    }
    track: dict[str, Json] = {
        **shown,
        "key": TRACK_KEY,
        "trackUrl": card.address(chapter),
        "type": "stream",
        "format": "mp3",
    }
    return {**shown, "key": key, "tracks": [track]}
