"""Many files at once: a pool of threads or processes that can be interrupted."""

from __future__ import annotations

import signal
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext, suppress
from itertools import islice
from typing import Final, TypeVar

from gcx_format.cli import console, paths
from gcx_format.errors import CancelledError
from gcx_format.openai import pacing
from gcx_format.processes import processors, working_elsewhere

JobT = TypeVar("JobT", paths.Found, paths.Job)
ResultT = TypeVar("ResultT")

_AHEAD: Final = 256
"""Jobs that wait or whose results do: enough for every thread, and few enough for any memory."""

_MANY: Final = 32
_MUCH: Final = 1 << 25
"""Files, and bytes of them, from which starting processes is worth half a second of each."""


def is_much(jobs: Sequence[paths.Found | paths.Job]) -> bool:
    """Whether encoding so many files, or files so large, is worth starting processes."""
    if len(jobs) >= _MANY:
        return True
    size = 0
    for job in jobs:
        with suppress(OSError):  # reading it says what is wrong
            size += job.source.stat().st_size
    return len(jobs) > 1 and size >= _MUCH


def run(
    jobs: Sequence[JobT],
    work: Callable[[JobT], ResultT],
    report: Callable[[JobT, ResultT | Exception], None],
    *,
    doing: str,
    quiet: bool = False,
    at_once: int | None = None,
    in_processes: bool = False,
) -> None:
    """Process jobs in parallel, and report each result or error in the order of the jobs.

    `at_once` is how many are in work; None: one for each processor. `work` is called in any thread,
    or with `in_processes` in processes of their own, to which it and the jobs are pickled. Its
    warnings become lines on stderr; `report` is called in this thread. After Ctrl-C, running jobs
    finish, so that nothing is left half written, but calls to a model that still wait for their
    turn are not made, and what is left is counted; a second one stops at once.
    """
    number = at_once or processors()
    elsewhere = working_elsewhere(work) if in_processes and number > 1 else nullcontext(work)

    def attempt(job: JobT, work: Callable[[JobT], ResultT]) -> ResultT | Exception:
        try:
            with console.about(job.source):
                return work(job)
        except Exception as error:
            # Its frames hold pictures and open files, and errors are kept until the end.
            error.__context__ = error.__cause__ = None
            return error.with_traceback(None)

    with console.warnings_as_lines(quiet=quiet):
        if len(jobs) < 2:  # without a thread Ctrl-C acts at once
            for job in jobs:
                report(job, attempt(job, work))
            return
        with (
            console.progress(doing, len(jobs), quiet=quiet) as advance,
            elsewhere as at_work,
            ThreadPoolExecutor(number) as pool,
        ):
            left = iter(jobs)
            waiting: deque[tuple[JobT, Future[ResultT | Exception]]] = deque()

            def submit(more: int) -> None:
                for job in islice(left, more):
                    waiting.append((job, pool.submit(attempt, job, at_work)))

            done = 0
            try:
                submit(_AHEAD)
                while waiting:
                    job, future = waiting[0]
                    result = future.result()
                    waiting.popleft()
                    submit(1)
                    done += 1
                    report(job, result)
                    advance(done, len(jobs))
            except KeyboardInterrupt:
                signal.signal(signal.SIGINT, signal.SIG_DFL)
                pacing.stop()
                pool.shutdown(wait=False, cancel_futures=True)  # before anything is said of it
                console.complain(
                    None, "finishing the files in progress; Ctrl-C again stops at once"
                )
                for job, future in waiting:
                    if not (future.cancelled() or isinstance(future.result(), CancelledError)):
                        report(job, future.result())
                        done += 1
                console.complain(None, f"interrupted: {done:,} done, {len(jobs) - done:,} left")
                raise
            finally:
                pool.shutdown(wait=False, cancel_futures=True)
                pacing.go_on()
