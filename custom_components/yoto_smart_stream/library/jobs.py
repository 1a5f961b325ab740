"""The queue of jobs: so many at once, each with progress, and an end that is always told.

A job runs in a task that the queue owns. It ends by returning a result, by an exception, which
becomes a failure with a code, or by being cancelled; whoever cancels it waits until its clean-up is
over. Watchers are told of changes a few times a second at most, and of every end exactly once.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
import logging
from typing import Final

from ulid_transform import ulid_at_time

from ..json import Json, JsonObject
from .errors import QueueClosedError, UnknownJobError
from .job import INTERRUPTED, UNEXPECTED, Failure, Job, JobState, failure_of, read_job, write_job

KEPT: Final = 20
TELL_SECONDS: Final = 0.1
_FULL: Final = 100
_INTERRUPTION: Final = Failure(code=INTERRUPTED)

_LOGGER = logging.getLogger(__name__)

type Body = Callable[[Handle], Coroutine[None, None, JsonObject]]
"""The work of a job; what it returns is the job's result."""
type Watcher = Callable[[tuple[Job, ...]], None]
"""Told the jobs that changed, each as it is now."""


class Handle:
    """What the work of a job reports on."""

    def __init__(self, job_id: str, told: Callable[[int], None]) -> None:
        """Remember whom to tell."""
        self.job_id: Final = job_id
        self._told = told

    def progress(self, share: float) -> None:
        """Tell the share that is done, from 0.0 to 1.0. Less than before is not told."""
        self._told(int(min(max(share, 0.0), 1.0) * _FULL))


class JobQueue:
    """All jobs: those that wait and run, and the last ones that are over."""

    def __init__(
        self,
        *,
        at_once: int,
        records: Json = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Start with the records of before a restart: what was not over then has failed."""
        self._at_once = at_once
        self._now = now
        self._jobs: dict[str, Job] = {}
        self._waiting: deque[tuple[str, Body]] = deque()
        self._tasks: dict[str, asyncio.Task[JsonObject]] = {}
        self._ends: dict[str, asyncio.Future[Job]] = {}
        self._reasons: dict[str, Failure | None] = {}
        self._watchers: dict[object, Watcher] = {}
        self._changed: dict[str, Job] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._is_closed = False
        self._load(records)

    @property
    def jobs(self) -> tuple[Job, ...]:
        """Return all jobs, the oldest first."""
        return tuple(self._jobs.values())

    @property
    def running(self) -> tuple[Job, ...]:
        """Return the jobs that run."""
        return tuple(job for job in self._jobs.values() if job.state is JobState.RUNNING)

    def job(self, job_id: str) -> Job:
        """Return a job as it is now.

        Raises:
            UnknownJobError: There is none with this id.
        """
        if (job := self._jobs.get(job_id)) is None:
            raise UnknownJobError(job_id)
        return job

    def records(self) -> list[Json]:
        """Return what is to be stored."""
        return [write_job(job) for job in self._jobs.values()]

    def add(self, *, kind: str, owner: str, title: str, body: Body) -> Job:
        """Add a job; it starts when it is its turn, and not before this has returned.

        Raises:
            QueueClosedError: Everything is coming to an end.
        """
        if self._is_closed:
            raise QueueClosedError
        now = self._now()
        while (job_id := ulid_at_time(now.timestamp())) in self._jobs:
            pass
        job = Job(job_id=job_id, kind=kind, owner=owner, title=title, created=now)
        self._ends[job_id] = asyncio.get_running_loop().create_future()
        self._waiting.append((job_id, body))
        self._put(job)
        self._start()
        return self._jobs[job_id]

    async def wait(self, job_id: str) -> Job:
        """Wait until a job is over, however it ends. Who waits may give up without harm to it.

        Raises:
            UnknownJobError: There is none with this id.
        """
        job = self.job(job_id)
        end = self._ends.get(job_id)
        return job if end is None else await asyncio.shield(end)

    async def cancel(self, job_id: str) -> Job:
        """Cancel a job and wait until it has cleaned up. One that is over stays as it is.

        Raises:
            UnknownJobError: There is none with this id.
        """
        self.job(job_id)
        self._cancel(job_id, None)
        return await self.wait(job_id)

    async def cancel_of(self, owner: str) -> None:
        """Cancel all jobs of an owner and wait until they have cleaned up."""
        mine = [job for job in self.jobs if job.owner == owner and not job.state.is_over]
        # Those that wait first, so that none of them starts in the place of another.
        mine.sort(key=lambda job: job.state is JobState.RUNNING)
        ends = [self._ends[job.job_id] for job in mine]
        for job in mine:
            self._cancel(job.job_id, None)
        if ends:
            await asyncio.wait(ends)

    async def close(self) -> None:
        """Take on no more, end all jobs as interrupted, and wait until they have cleaned up."""
        self._is_closed = True
        ends = list(self._ends.values())
        for job_id in [*(job_id for job_id, _ in self._waiting), *self._tasks]:
            self._cancel(job_id, _INTERRUPTION)
        if ends:
            await asyncio.wait(ends)
        self._tell()

    def watch(self, watcher: Watcher) -> Callable[[], None]:
        """Tell somebody of changes from now on; returns how to stop that."""
        place = object()
        self._watchers[place] = watcher

        def stop() -> None:
            """Tell no more."""
            self._watchers.pop(place, None)

        return stop

    def _start(self) -> None:
        """Start jobs while there is room."""
        while self._waiting and len(self._tasks) < self._at_once:
            job_id, body = self._waiting.popleft()
            job = self._jobs[job_id]
            handle = Handle(job_id, partial(self._progress, job_id))
            task = asyncio.create_task(body(handle), name=f"job {job.kind} {job_id}")
            self._tasks[job_id] = task
            task.add_done_callback(partial(self._ended, job_id))
            self._put(replace(job, state=JobState.RUNNING))

    def _progress(self, job_id: str, percent: int) -> None:
        """Note how far a job is."""
        job = self._jobs.get(job_id)
        if job and job.state is JobState.RUNNING and percent > job.progress:
            self._put(replace(job, progress=percent))

    def _cancel(self, job_id: str, failure: Failure | None) -> None:
        """Ask a job to end, as cancelled or as failed."""
        if (task := self._tasks.get(job_id)) is not None:
            # Once is enough: a second time would hit the clean-up that the first one caused.
            if job_id not in self._reasons:
                self._reasons[job_id] = failure
                task.cancel()
            return
        for waiting in list(self._waiting):
            if waiting[0] == job_id:
                self._waiting.remove(waiting)
                self._end(_stopped(self._jobs[job_id], failure))

    def _ended(self, job_id: str, task: asyncio.Task[JsonObject]) -> None:
        """Note how a job ended, and start the next one."""
        del self._tasks[job_id]
        job = self._jobs[job_id]
        reason = self._reasons.pop(job_id, None)
        if task.cancelled():
            self._end(_stopped(job, reason))
        elif (error := task.exception()) is not None:
            failure = failure_of(error)
            if failure.code == UNEXPECTED:
                _LOGGER.error("The job %s failed unexpectedly", job.kind, exc_info=error)
            self._end(replace(job, state=JobState.FAILED, failure=failure))
        else:
            self._end(replace(job, state=JobState.DONE, progress=_FULL, result=task.result()))
        self._start()

    def _end(self, job: Job) -> None:
        """Note that a job is over, and let everybody know who waits for it."""
        job = replace(job, ended=self._now())
        self._put(job)
        self._ends.pop(job.job_id).set_result(job)
        self._forget()

    def _put(self, job: Job) -> None:
        """Hold a job as it is now, and tell it soon."""
        self._jobs[job.job_id] = job
        self._changed[job.job_id] = job
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(TELL_SECONDS, self._tell)

    def _tell(self) -> None:
        """Tell all watchers what changed since the last time, each on its own."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        jobs = tuple(self._changed.values())
        self._changed.clear()
        if not jobs:
            return
        # One that raises shall not keep the others from hearing of it.
        loop = asyncio.get_running_loop()
        for place in self._watchers:
            loop.call_soon(self._tell_one, place, jobs)

    def _tell_one(self, place: object, jobs: tuple[Job, ...]) -> None:
        """Tell one watcher, unless it has left."""
        if (watcher := self._watchers.get(place)) is not None:
            watcher(jobs)

    def _forget(self) -> None:
        """Forget the oldest of those that are over."""
        over = [(job.ended or job.created, key) for key, job in self._jobs.items() if job.ended]
        for _, job_id in sorted(over)[:-KEPT]:
            del self._jobs[job_id]

    def _load(self, records: Json) -> None:
        """Take over the jobs of before a restart; what cannot be read is told in the log."""
        for record in records if isinstance(records, list) else ():
            try:
                job = read_job(record)
            except ValueError as err:
                _LOGGER.warning("A record of a job cannot be read: %s", err)
                continue
            if not job.state.is_over:
                job = replace(_stopped(job, _INTERRUPTION), ended=self._now())
            self._jobs[job.job_id] = job
        self._forget()


def _stopped(job: Job, failure: Failure | None) -> Job:
    """Return a job that was ended from outside: cancelled, or failed for a reason."""
    if failure is None:
        return replace(job, state=JobState.CANCELLED)
    return replace(job, state=JobState.FAILED, failure=failure)
