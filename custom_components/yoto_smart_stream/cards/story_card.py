"""The card of a compiled story, in the shape that Yoto's own tool sends (protocol §4.5). Pure.

Without streams it needs no server: players keep it, and play it without a network.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from ..json import Json
from ..story.model import Audio, Story
from ..story.native.card import Chapter as StoryChapter, CompiledStory
from ..story.situation import Silence
from .builder import completed
from .limits import LANGUAGES
from .model import INTERACTIVE, Card, Chapter, Config, Track

type Tracks = Mapping[Audio | Silence, Track]
"""What is to be heard as tracks: address, kind, format, length and size, without a key."""

NO_ICONS: Final[Mapping[str, str]] = {}


def story_card(
    story: Story,
    compiled: CompiledStory,
    tracks: Tracks,
    *,
    icons: Mapping[str, str] = NO_ICONS,
    cover: str | None = None,
) -> Card:
    """Return the card of a story, ready to be written.

    `tracks` has one for each of `compiled.audios`, uploaded or a stream; `icons` has what Yoto
    calls an icon (`yoto:#...`) by what the story calls it; `cover` is the address of a picture that
    Yoto has (protocol §5.2).
    """
    return completed(
        Card(
            title=story.title,
            author=story.author,
            description=story.description,
            category="activities",
            languages=languages_of(story),
            cover=cover,
            playback=INTERACTIVE,
            config=Config(
                resume_seconds=story.resume_timeout,
                autoadvance="none",
                locks_tracks=True,
                locks_chapters=True,
            ),
            chapters=tuple(_chapter(each, tracks, icons) for each in compiled.chapters),
            rest={
                "content": {
                    "activity": "yoto_Player",
                    "version": "1",
                    "restricted": True,
                    "editSettings": {
                        "autoOverlayLabels": "chapters",
                        "editKeys": False,
                        "interactiveContent": True,
                    },
                }
            },
        )
    )


def languages_of(story: Story) -> tuple[str, ...]:
    """Return the language as Yoto knows it, or without its region; nothing if it knows neither."""
    language = (story.language or "").lower()
    known = (each for each in (language, language.partition("-")[0]) if each in LANGUAGES)
    return tuple(known)[:1]


def merged(before: Mapping[str, Json], after: Mapping[str, Json]) -> dict[str, Json]:
    """Return what is on a card besides, with what has to be there for a story."""
    both = {**before, **after}
    for key, value in after.items():
        present = before.get(key)
        if isinstance(value, dict) and isinstance(present, dict):
            both[key] = {**present, **value}
    return both


def without_rules(rest: Mapping[str, Json]) -> dict[str, Json]:
    """Return what is on a card besides, without what says that its knobs follow rules."""
    content = rest.get("content")
    if not isinstance(content, dict):
        return {**rest}
    return {**rest, "content": {key: one for key, one in content.items() if key != "editSettings"}}


def _chapter(chapter: StoryChapter, tracks: Tracks, icons: Mapping[str, str]) -> Chapter:
    """Return a chapter with its one track."""
    events: dict[str, Json] = {"onEnd": _at_end(chapter)}
    for name, key in (("onLhb", chapter.left), ("onRhb", chapter.right)):
        if key is not None:
            events[name] = _goto(key)
    track = tracks[chapter.audio]
    return Chapter(
        key=chapter.key,
        title=chapter.title,
        icon=None if chapter.icon is None else icons.get(chapter.icon, chapter.icon),
        tracks=(
            replace(
                track, key=chapter.key, title=chapter.title, rest={**track.rest, "events": events}
            ),
        ),
    )


def _at_end(chapter: StoryChapter) -> Json:
    """Return the rule for the end of a chapter (protocol §4.4)."""
    if chapter.end is None:
        return {"cmd": "stop"}
    return {"cmd": "repeat"} if chapter.end == chapter.key else _goto(chapter.end)


def _goto(key: str) -> Json:
    """Return a rule that leads to a chapter."""
    return {"cmd": "goto", "params": {"chapterKey": key, "trackKey": key}}
