"""The library at a glance: counts, and no title of anything. Pure."""

from ..json import JsonObject
from .collection import AudioCollection
from .job import Job


def overview(collection: AudioCollection) -> JsonObject:
    """Return how much there is; `bytes` and `seconds` are those of the canonical files."""
    index = collection.index
    kinds = [item.source.kind.value for item in index.items]
    return {
        "items": len(index.items),
        "in_trash": len(index.trash),
        "seconds": round(sum(item.duration for item in index.items)),
        "bytes": sum(item.file.size_bytes for item in index.items),
        "in_use": sum(bool(item.used_by) for item in index.items),
        "damaged": len(collection.swept.damaged),
        "records_set_aside": collection.set_aside_count,
        "sources": {kind: kinds.count(kind) for kind in sorted(set(kinds))},
    }


def outline(job: Job) -> JsonObject:
    """Return what became of a job, without what it was about."""
    return {
        "kind": job.kind,
        "state": job.state.value,
        "progress": job.progress,
        "created": job.created.isoformat(),
        "ended": None if job.ended is None else job.ended.isoformat(),
        "error_code": None if job.failure is None else job.failure.code,
    }
