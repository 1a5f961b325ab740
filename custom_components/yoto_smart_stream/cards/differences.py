"""Differences: what a version of a card changes, and whether Yoto has kept what it got. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
import json

from ..json import Json
from .model import Card, Chapter
from .reading import read
from .writing import write

_PARTS = ("title", "metadata", "content")
"""What people can change of a card."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that is other than before.

    `what` is a field of the card, or `chapter` with the key of one; `before` is None of what is
    new, `after` of what is gone.
    """

    what: str
    before: Json = None
    after: Json = None
    key: str | None = None


def differences(before: Card, after: Card) -> list[Difference]:
    """Return what is other on a card than before."""
    return [*_of_fields(before, after), *_of_chapters(before, after)]


def fingerprint(card: Mapping[str, Json], address: Callable[[str], str]) -> str:
    """Return a digest of everything on a card that people can change.

    Args:
        card: as Yoto gives it.
        address: returns what counts of the address of a track, or of an icon.
    """

    def counted(url: str | None) -> str | None:
        return None if url is None else address(url)

    whole = read({part: card.get(part) for part in _PARTS})
    chapters = tuple(
        replace(
            chapter,
            icon_url=counted(chapter.icon_url),
            tracks=tuple(
                replace(track, url=counted(track.url), icon_url=counted(track.icon_url))
                for track in chapter.tracks
            ),
        )
        for chapter in whole.chapters
    )
    told = json.dumps(write(replace(whole, chapters=chapters)), sort_keys=True)
    return sha256(told.encode()).hexdigest()


def lost(sent: Mapping[str, Json], kept: Mapping[str, Json]) -> list[str]:
    """Return the paths of what was sent and was not kept so; what Yoto has added is no loss."""
    return list(_lost({name: sent[name] for name in _PARTS if name in sent}, {**kept}, ""))


def _of_fields(before: Card, after: Card) -> Iterator[Difference]:
    """Yield the fields of a card that are others."""
    texts = ("title", "author", "description", "category", "cover")
    pairs: list[tuple[str, Json, Json]] = [
        *((name, getattr(before, name), getattr(after, name)) for name in texts),
        ("languages", [*before.languages], [*after.languages]),
        ("min_age", before.min_age, after.min_age),
        ("max_age", before.max_age, after.max_age),
        ("resume_seconds", before.config.resume_seconds, after.config.resume_seconds),
        ("autoadvance", before.config.autoadvance, after.config.autoadvance),
        ("locks_tracks", before.config.locks_tracks, after.config.locks_tracks),
        ("locks_chapters", before.config.locks_chapters, after.config.locks_chapters),
        (
            "shuffle",
            [[one.start, one.end, one.limit] for one in before.config.shuffle],
            [[one.start, one.end, one.limit] for one in after.config.shuffle],
        ),
    ]
    for what, old, new in pairs:
        if old != new:
            yield Difference(what=what, before=old, after=new)


def _of_chapters(before: Card, after: Card) -> Iterator[Difference]:
    """Yield the chapters that are gone, new, others or elsewhere."""
    old = {chapter.key: chapter for chapter in before.chapters}
    new = {chapter.key: chapter for chapter in after.chapters}
    for key in [*old, *(key for key in new if key not in old)]:
        was, now = old.get(key), new.get(key)
        if was is None or now is None or _heard(was) != _heard(now):
            yield Difference(
                what="chapter",
                key=key,
                before=None if was is None else was.title,
                after=None if now is None else now.title,
            )
    stayed = [key for key in old if key in new]
    order = [key for key in new if key in old]
    if stayed != order:
        yield Difference(what="order", before=[*map(str, stayed)], after=[*map(str, order)])


def _heard(chapter: Chapter) -> Chapter:
    """Return a chapter without its number, which changes with those before it."""
    return replace(
        chapter,
        label=None,
        tracks=tuple(replace(track, label=None) for track in chapter.tracks),
    )


def _lost(sent: Json, kept: Json, path: str) -> Iterator[str]:
    """Yield the paths of what differs."""
    if isinstance(sent, dict) and isinstance(kept, dict):
        for name, value in sent.items():
            yield from _lost(value, kept.get(name), f"{path}.{name}".removeprefix("."))
    elif isinstance(sent, list) and isinstance(kept, list) and len(sent) == len(kept):
        for number, (one, other) in enumerate(zip(sent, kept, strict=True), 1):
            yield from _lost(one, other, f"{path}[{number}]")
    elif sent != kept:
        yield path
