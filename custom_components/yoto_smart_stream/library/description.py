"""Describing items to people and automations. Pure."""

from ..json import JsonObject
from .item import AudioItem


def describe(item: AudioItem) -> JsonObject:
    """Return what is known about an item; `duration` in seconds, `bytes` of the canonical file."""
    details, file = item.details, item.file
    return {
        "audio_id": item.audio_id,
        "slug": item.slug,
        "title": details.title,
        "author": details.author,
        "tags": list(details.tags),
        "description": details.description,
        "duration": round(item.duration, 3),
        "bytes": file.size_bytes,
        "bit_rate": file.profile.bit_rate,
        "sample_rate": file.profile.sample_rate,
        "channels": file.profile.channels,
        "source": item.source.kind.value,
        "source_reference": item.source.reference,
        "has_cover": details.cover is not None,
        "icon": details.icon,
        "has_transcript": details.transcript is not None,
        "has_original": item.original is not None,
        "created": item.created.isoformat(),
        "used_by": [f"{user.kind} {user.reference}" for user in sorted(item.used_by)],
        "trashed": None if item.trashed is None else item.trashed.isoformat(),
    }


def describe_fully(item: AudioItem) -> JsonObject:
    """Return what is known about an item, with what may be long."""
    return {**describe(item), "transcript": item.details.transcript}
