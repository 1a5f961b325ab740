"""A job: long work with an owner, as everybody sees it, and as it is stored. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
import errno
from typing import Final

from ..audio.errors import AudioError, ToolError
from ..json import Json, JsonObject
from .errors import LibraryError
from .fields import Fields

INTERRUPTED: Final = "interrupted"
"""The failure of a job that a restart ended."""
UNEXPECTED: Final = "unexpected"
"""The failure of a job by an error of ours."""


class JobState(StrEnum):
    """Say how far a job is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        """Tell whether nothing more happens."""
        return self in {JobState.DONE, JobState.FAILED, JobState.CANCELLED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Say why a job failed: a code, and facts for the text that people read.

    The codes are those of `AudioErrorCode` and `LibraryError`, and `no_tool`, `disk_full`, `disk`,
    `interrupted` and `unexpected`.
    """

    code: str
    facts: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Describe a job at one moment.

    `kind` and `owner` are for whoever added it; `title` is for people. `progress` is in percent.
    `result` is there when it is done, `failure` when it failed, `ended` when it is over.
    """

    job_id: str
    kind: str
    owner: str
    title: str
    created: datetime
    state: JobState = JobState.WAITING
    progress: int = 0
    ended: datetime | None = None
    result: JsonObject | None = None
    failure: Failure | None = None


def failure_of(error: BaseException) -> Failure:
    """Say why a job failed in terms that can be stored and translated."""
    match error:
        case AudioError():
            return Failure(
                code=error.code.value,
                facts={"file": error.path.name, "format": error.format, "limit": error.limit},
            )
        case ToolError():
            return Failure(code="no_tool", facts={"tool": error.tool})
        case LibraryError():
            return Failure(code=error.code, facts={"error": str(error), **error.facts})
        case OSError(errno=errno.ENOSPC | errno.EDQUOT):
            return Failure(code="disk_full")
        case OSError():
            return Failure(code="disk", facts={"error": error.strerror})
        case _:
            return Failure(code=UNEXPECTED, facts={"error": type(error).__name__})


def write_job(job: Job) -> JsonObject:
    """Return the record of a job."""
    failure, ended = job.failure, job.ended
    return {
        "id": job.job_id,
        "kind": job.kind,
        "owner": job.owner,
        "title": job.title,
        "created": job.created.isoformat(),
        "state": job.state.value,
        "progress": job.progress,
        "ended": None if ended is None else ended.isoformat(),
        "result": job.result,
        "failure": None if failure is None else write_failure(failure),
    }


def write_failure(failure: Failure) -> JsonObject:
    """Return the record of why something failed."""
    return {"code": failure.code, "facts": dict(failure.facts)}


def read_job(record: Json) -> Job:
    """Read the record of a job.

    Raises:
        ValueError: It is none.
    """
    fields = Fields(record)
    failure = fields.mapping_or_none("failure")
    return Job(
        job_id=fields.text("id"),
        kind=fields.text("kind"),
        owner=fields.text("owner"),
        title=fields.text("title"),
        created=fields.moment("created"),
        state=JobState(fields.text("state")),
        progress=fields.whole("progress"),
        ended=fields.moment_or_none("ended"),
        result=fields.mapping_or_none("result"),
        failure=None if failure is None else read_failure(failure),
    )


def read_failure(record: Json) -> Failure:
    """Read the record of why something failed.

    Raises:
        ValueError: It is none.
    """
    fields = Fields(record)
    return Failure(code=fields.text("code"), facts=fields.mapping_or_none("facts") or {})
