"""Jobs: so many at once, and whatever happens, each has one end that everybody hears of."""

import asyncio
from collections.abc import Callable
import errno
import logging
from pathlib import Path

from hypothesis import given, strategies as st
import pytest

from custom_components.yoto_smart_stream.audio.errors import AudioError, AudioErrorCode, ToolError
from custom_components.yoto_smart_stream.json import Json, JsonObject
from custom_components.yoto_smart_stream.library.errors import (
    QueueClosedError,
    UnknownAudioError,
    UnknownJobError,
)
from custom_components.yoto_smart_stream.library.job import Job, JobState, read_job, write_job
from custom_components.yoto_smart_stream.library.jobs import (
    KEPT,
    TELL_SECONDS,
    Body,
    Handle,
    JobQueue,
)

from .samples import JSON


def _added(queue: JobQueue, body: Body, owner: str = "me") -> str:
    """Add a job and return its id."""
    return queue.add(kind="import", owner=owner, title="A job", body=body).job_id


async def _at_once(_: Handle) -> JsonObject:
    """Do nothing much."""
    await asyncio.sleep(0)
    return {"audio_id": "x"}


async def _for_ever(_: Handle) -> JsonObject:
    """Never end by itself."""
    await asyncio.Event().wait()
    return {}


def _failing(error: Exception) -> Body:
    """Return work that fails."""

    async def work(_: Handle) -> JsonObject:
        raise error

    return work


async def test_so_many_run_at_once() -> None:
    """Others wait for their turn, and have it in the order in which they came."""
    queue = JobQueue(at_once=2)
    order: list[str] = []
    running = 0

    async def work(job: Handle) -> JsonObject:
        nonlocal running
        running += 1
        assert running <= 2
        order.append(job.job_id)
        await asyncio.sleep(0.01)
        running -= 1
        return {}

    ids = [_added(queue, work) for _ in range(7)]
    assert len(queue.running) == 2
    jobs = [await queue.wait(job_id) for job_id in ids]
    assert order == ids
    assert {job.state for job in jobs} == {JobState.DONE}
    assert {job.progress for job in jobs} == {100}
    await queue.close()


@pytest.mark.parametrize(
    ("error", "code", "fact"),
    [
        (
            AudioError(AudioErrorCode.TOO_BIG, Path("/x/a.flac"), "flac", limit=5),
            "too_big",
            {"file": "a.flac", "format": "flac", "limit": 5},
        ),
        (ToolError("ffmpeg"), "no_tool", {"tool": "ffmpeg"}),
        (
            UnknownAudioError("cat"),
            "unknown_audio",
            {"error": "There is no audio 'cat'", "audio": "cat"},
        ),
        (OSError(errno.ENOSPC, "full"), "disk_full", {}),
        (PermissionError(errno.EACCES, "no"), "disk", {"error": "no"}),
        (ZeroDivisionError(), "unexpected", {"error": "ZeroDivisionError"}),
    ],
)
async def test_a_failure_has_a_code_and_facts(
    error: Exception, code: str, fact: JsonObject, caplog: pytest.LogCaptureFixture
) -> None:
    """What nobody expected is in the log with its traceback; the rest is no news for it."""
    queue = JobQueue(at_once=1)
    job = await queue.wait(_added(queue, _failing(error)))
    assert job.state is JobState.FAILED
    assert job.failure is not None
    assert (job.failure.code, job.failure.facts) == (code, fact)
    errors = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert [record.exc_info is not None for record in errors] == [True] * (code == "unexpected")
    assert (await queue.wait(_added(queue, _at_once))).state is JobState.DONE
    await queue.close()


def _cleaning(clean: list[str], steps: int) -> Body:
    """Return work of some steps that notes its beginning and its clean-up, which takes a while."""

    async def work(job: Handle) -> JsonObject:
        clean.append(f"begin {job.job_id}")
        try:
            for step in range(steps):
                job.progress(step / steps)
                await asyncio.sleep(0)
        except asyncio.CancelledError:
            clean.append(f"stop {job.job_id}")
            await asyncio.sleep(0.002)
            clean.append(f"end {job.job_id}")
            raise
        clean.append(f"end {job.job_id}")
        return {}

    return work


@given(
    jobs=st.lists(st.integers(0, 6), min_size=1, max_size=5),
    at_once=st.integers(1, 3),
    cancels=st.lists(st.tuples(st.integers(0, 8), st.integers(0, 4)), max_size=5),
    closes_after=st.integers(0, 12),
)
def test_a_cancel_at_any_moment_ends_a_job_cleanly(
    jobs: list[int], at_once: int, cancels: list[tuple[int, int]], closes_after: int
) -> None:
    """Who cancels finds the clean-up done; every job ends once, and is told once as over."""

    async def play() -> None:
        queue = JobQueue(at_once=at_once)
        told: list[Job] = []
        queue.watch(told.extend)
        log: list[str] = []
        ids = [_added(queue, _cleaning(log, steps)) for steps in jobs]

        async def cancel(turns: int, which: int) -> None:
            for _ in range(turns):
                await asyncio.sleep(0)
            job_id = ids[which % len(ids)]
            ended = await queue.cancel(job_id)
            assert ended.state.is_over
            assert log.count(f"begin {job_id}") == log.count(f"end {job_id}")

        async with asyncio.TaskGroup() as group:
            for turns, which in cancels:
                group.create_task(cancel(turns, which))
        for _ in range(closes_after):
            await asyncio.sleep(0)
        await queue.close()
        await asyncio.sleep(0)
        assert all(job.state.is_over and job.ended for job in queue.jobs)
        began = [line.split()[1] for line in log if line.startswith("begin")]
        assert sorted(line.split()[1] for line in log if line.startswith("end")) == sorted(began)
        over = [job.job_id for job in told if job.state.is_over]
        assert sorted(over) == sorted(ids)
        with pytest.raises(QueueClosedError):
            _added(queue, _at_once)

    asyncio.run(play())


async def test_a_job_that_waits_never_starts_when_it_is_cancelled() -> None:
    """Cancelling an owner's jobs lets none of the others' end."""
    queue = JobQueue(at_once=1)
    log: list[str] = []
    first = _added(queue, _for_ever, "me")
    second = _added(queue, _cleaning(log, 1), "me")
    third = _added(queue, _for_ever, "you")
    await queue.cancel_of("me")
    assert queue.job(first).state is queue.job(second).state is JobState.CANCELLED
    assert log == []
    assert [job.job_id for job in queue.running] == [third]
    await queue.close()
    failure = queue.job(third).failure
    assert failure is not None
    assert failure.code == "interrupted"


async def test_watchers_hear_the_newest_and_not_everything() -> None:
    """Many steps are one message, one watcher's fault is not the others', and who left is left."""
    queue = JobQueue(at_once=1)
    told: list[tuple[Job, ...]] = []
    left: list[tuple[Job, ...]] = []

    def faulty(_: tuple[Job, ...]) -> None:
        raise ZeroDivisionError

    faults: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: faults.append(context))
    queue.watch(faulty)
    queue.watch(told.append)
    queue.watch(told.append)
    queue.watch(left.append)()

    async def work(job: Handle) -> JsonObject:
        for step in (0.1, 0.5, 0.3, 2.0, 0.424):
            job.progress(step)
            await asyncio.sleep(0)
        await asyncio.Event().wait()
        return {}

    job_id = _added(queue, work)
    await asyncio.sleep(TELL_SECONDS * 1.5)
    assert [job.progress for jobs in told for job in jobs] == [100, 100]
    await queue.cancel(job_id)
    await queue.close()
    await asyncio.sleep(0)
    assert [job.state for jobs in told for job in jobs][2:] == [JobState.CANCELLED] * 2
    assert left == []
    assert len(faults) == 2


async def test_a_restart_fails_what_was_not_over() -> None:
    """The last results are there again; a job that was lost says so; junk is left out."""
    queue = JobQueue(at_once=1)
    done = await queue.wait(_added(queue, _at_once))
    running, waiting = _added(queue, _for_ever), _added(queue, _for_ever)
    records: list[Json] = [*queue.records(), {"id": 1}, 7]
    await queue.close()
    again = JobQueue(at_once=1, records=records)
    assert again.job(done.job_id) == done
    for job_id in (running, waiting):
        job = again.job(job_id)
        assert job.state is JobState.FAILED
        assert job.failure is not None
        assert job.failure.code == "interrupted"
        assert await again.wait(job_id) == job == await again.cancel(job_id)
    assert len(again.jobs) == 3
    await again.close()


@given(junk=JSON)
def test_junk_is_no_reason_not_to_start(junk: Json) -> None:
    """Whatever was stored, the queue works."""
    assert JobQueue(at_once=1, records=junk).jobs == ()


async def test_the_last_results_are_kept() -> None:
    """Old ones go, those that are not over never do."""
    queue = JobQueue(at_once=2)
    lasting = _added(queue, _for_ever)
    ids = [_added(queue, _at_once) for _ in range(KEPT + 5)]
    await queue.wait(ids[-1])
    assert [job.job_id for job in queue.jobs] == [lasting, *ids[5:]]
    with pytest.raises(UnknownJobError):
        await queue.cancel(ids[0])
    assert [read_job(write_job(job)) for job in queue.jobs] == list(queue.jobs)
    await queue.close()


async def test_who_waits_may_give_up() -> None:
    """The job goes on."""
    queue = JobQueue(at_once=1)
    release: Callable[[], None]
    event = asyncio.Event()
    release = event.set

    async def work(_: Handle) -> JsonObject:
        await event.wait()
        return {"ok": True}

    job_id = _added(queue, work)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(queue.wait(job_id), 0.01)
    release()
    assert (await queue.wait(job_id)).result == {"ok": True}
    await queue.close()
