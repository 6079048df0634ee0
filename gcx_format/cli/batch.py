"""Many files at once: a pool of threads that can be interrupted."""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import Final, TypeVar

from gcx_format.cli import console, paths
from gcx_format.errors import CancelledError
from gcx_format.openai import pacing

JobT = TypeVar("JobT", paths.Found, paths.Job)
ResultT = TypeVar("ResultT")

_AHEAD: Final = 256
"""Jobs that wait or whose results do: enough for every thread, and few enough for any memory."""


def run(
    jobs: Sequence[JobT],
    work: Callable[[JobT], ResultT],
    report: Callable[[JobT, ResultT | Exception], None],
    *,
    doing: str,
    quiet: bool = False,
    at_once: int | None = None,
) -> None:
    """Process jobs in parallel, and report each result or error in the order of the jobs.

    `at_once` is how many are in work, where a model is asked; None: one for each processor.
    Threads suffice: the codecs release the interpreter lock in their heavy part. `work` is called
    in any of them, and its warnings become lines on stderr; `report` is called in this one. After
    Ctrl-C, running jobs finish, so that nothing is left half written, but calls to a model that
    still wait for their turn are not made, and what is left is counted; a second one stops at once.
    """

    def attempt(job: JobT) -> ResultT | Exception:
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
                report(job, attempt(job))
            return
        with (
            console.progress(doing, len(jobs), quiet=quiet) as advance,
            ThreadPoolExecutor(at_once or os.cpu_count()) as pool,
        ):
            left = iter(jobs)
            waiting: deque[tuple[JobT, Future[ResultT | Exception]]] = deque()

            def submit(number: int) -> None:
                waiting.extend((job, pool.submit(attempt, job)) for job in islice(left, number))

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
