"""From a payload to a card, without losing anything of it. Pure."""

from collections.abc import Mapping

from ..json import Json, JsonObject
from .model import Card, Chapter, Config, ShuffleRange, Track
from .payload import Taking


def read(payload: Mapping[str, Json]) -> Card:
    """Read a card, whatever is in it: `write(read(payload)) == payload`."""
    fields = Taking(payload)
    return Card(
        card_id=fields.text("cardId"),
        title=fields.text("title"),
        author=fields.text("metadata", "author"),
        description=fields.text("metadata", "description"),
        category=fields.text("metadata", "category"),
        languages=fields.texts("metadata", "languages"),
        min_age=fields.number("metadata", "minAge"),
        max_age=fields.number("metadata", "maxAge"),
        cover=fields.text("metadata", "cover", "imageL"),
        playback=fields.text("content", "playbackType"),
        duration=fields.number("metadata", "media", "duration"),
        size=fields.number("metadata", "media", "fileSize"),
        has_streams=fields.flag("metadata", "media", "hasStreams"),
        config=_config(fields),
        chapters=tuple(_chapter(one) for one in fields.objects("content", "chapters")),
        rest=fields.rest,
    )


def _config(fields: Taking) -> Config:
    """Read how players play a card."""
    shuffle = fields.objects("content", "config", "shuffle")
    ranges = tuple(one for record in shuffle if (one := _range(record)) is not None)
    if len(ranges) != len(shuffle):
        # Some of them say more than we know of: all stay as they are.
        content = fields.rest["content"]
        if isinstance(content, dict) and isinstance(config := content["config"], dict):
            config["shuffle"] = [*shuffle]
        ranges = ()
    return Config(
        resume_seconds=fields.number("content", "config", "resumeTimeout"),
        autoadvance=fields.text("content", "config", "autoadvance"),
        online_only=fields.flag("content", "config", "onlineOnly"),
        locks_tracks=fields.flag("content", "config", "disableTrackNav"),
        locks_chapters=fields.flag("content", "config", "disableChapterNav"),
        shuffle=ranges,
    )


def _range(record: JsonObject) -> ShuffleRange | None:
    """Read chapters that are shuffled, None where it is something else."""
    fields = Taking(record)
    start, end, limit = fields.whole("start"), fields.whole("end"), fields.whole("limit")
    if start is None or end is None or limit is None or fields.rest:
        return None
    return ShuffleRange(start=start, end=end, limit=limit)


def _chapter(record: JsonObject) -> Chapter:
    """Read a chapter."""
    fields = Taking(record)
    return Chapter(
        key=fields.text("key"),
        title=fields.text("title"),
        label=fields.text("overlayLabel"),
        icon=fields.text("display", "icon16x16"),
        icon_url=fields.text("display", "iconUrl16x16"),
        duration=fields.number("duration"),
        size=fields.number("fileSize"),
        ambient=fields.object("ambient"),
        tracks=tuple(_track(one) for one in fields.objects("tracks")),
        rest=fields.rest,
    )


def _track(record: JsonObject) -> Track:
    """Read a track."""
    fields = Taking(record)
    return Track(
        key=fields.text("key"),
        title=fields.text("title"),
        url=fields.text("trackUrl"),
        kind=fields.text("type"),
        format=fields.text("format"),
        duration=fields.number("duration"),
        size=fields.number("fileSize"),
        channels=fields.text("channels"),
        label=fields.text("overlayLabel"),
        icon=fields.text("display", "icon16x16"),
        icon_url=fields.text("display", "iconUrl16x16"),
        ambient=fields.object("ambient"),
        rest=fields.rest,
    )
