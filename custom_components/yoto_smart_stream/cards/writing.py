"""From a card to its payload. Pure."""

from ..json import Json, JsonObject
from .model import Card, Chapter, Config, Track
from .payload import Putting


def write(card: Card) -> JsonObject:
    """Return the payload of a card as it is: what it lacks is not filled in."""
    fields = Putting(card.rest)
    fields.put(card.card_id, "cardId")
    fields.put(card.title, "title")
    fields.put(card.author, "metadata", "author")
    fields.put(card.description, "metadata", "description")
    fields.put(card.category, "metadata", "category")
    fields.put([*card.languages] or None, "metadata", "languages")
    fields.put(card.min_age, "metadata", "minAge")
    fields.put(card.max_age, "metadata", "maxAge")
    fields.put(card.cover, "metadata", "cover", "imageL")
    fields.put(card.playback, "content", "playbackType")
    fields.put(card.duration, "metadata", "media", "duration")
    fields.put(card.size, "metadata", "media", "fileSize")
    fields.put(card.has_streams, "metadata", "media", "hasStreams")
    _put_config(fields, card.config)
    fields.put([_chapter(one) for one in card.chapters] or None, "content", "chapters")
    return fields.payload


def _put_config(fields: Putting, config: Config) -> None:
    """Put in how players play a card."""
    for value, name in (
        (config.resume_seconds, "resumeTimeout"),
        (config.autoadvance, "autoadvance"),
        (config.online_only, "onlineOnly"),
        (config.locks_tracks, "disableTrackNav"),
        (config.locks_chapters, "disableChapterNav"),
    ):
        fields.put(value, "content", "config", name)
    shuffle: list[Json] = [
        {"start": one.start, "end": one.end, "limit": one.limit} for one in config.shuffle
    ]
    fields.put(shuffle or None, "content", "config", "shuffle")


def _chapter(chapter: Chapter) -> Json:
    """Return the payload of a chapter."""
    fields = Putting(chapter.rest)
    fields.put(chapter.key, "key")
    fields.put(chapter.title, "title")
    fields.put(chapter.label, "overlayLabel")
    fields.put(chapter.icon, "display", "icon16x16")
    fields.put(chapter.icon_url, "display", "iconUrl16x16")
    fields.put(chapter.duration, "duration")
    fields.put(chapter.size, "fileSize")
    fields.put(None if chapter.ambient is None else {**chapter.ambient}, "ambient")
    fields.put([_track(one) for one in chapter.tracks] or None, "tracks")
    return fields.payload


def _track(track: Track) -> Json:
    """Return the payload of a track."""
    fields = Putting(track.rest)
    fields.put(track.key, "key")
    fields.put(track.title, "title")
    fields.put(track.url, "trackUrl")
    fields.put(track.kind, "type")
    fields.put(track.format, "format")
    fields.put(track.duration, "duration")
    fields.put(track.size, "fileSize")
    fields.put(track.channels, "channels")
    fields.put(track.label, "overlayLabel")
    fields.put(track.icon, "display", "icon16x16")
    fields.put(track.icon_url, "display", "iconUrl16x16")
    fields.put(None if track.ambient is None else {**track.ambient}, "ambient")
    return fields.payload
