"""Many files at once: a pool of threads, and a way to stop it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol, TypeVar

from gcx_format.cli import console

__all__ = ["run"]


class _Job(Protocol):
    @property
    def source(self) -> Path: ...


JobT = TypeVar("JobT", bound=_Job)
ResultT = TypeVar("ResultT")


def run(
    jobs: Sequence[JobT],
    work: Callable[[JobT], ResultT],
    report: Callable[[JobT, ResultT | Exception], None],
    *,
    doing: str,
    quiet: bool = False,
) -> None:
    """Do the work of every job, several at a time, and report each in the order of the jobs.

    The codecs release the interpreter lock in their heavy part, so threads do. An error of
    one job is reported in place of its result and stops no other. Ctrl-C lets the jobs that
    are under way finish, so that nothing is left half written; a second one does not.

    Args:
        jobs: what to do.
        work: called in some thread; warnings that it gives become lines on stderr.
        report: called in this thread.
        doing: what the progress bar says is done.
        quiet: without progress bar and warnings.
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
        if len(jobs) == 1:  # without a thread Ctrl-C acts at once
            report(jobs[0], attempt(jobs[0]))
            return
        with (
            console.progress(doing, len(jobs), quiet=quiet) as advance,
            ThreadPoolExecutor(os.cpu_count()) as pool,
        ):
            try:
                futures = [pool.submit(attempt, job) for job in jobs]
                for job, future in zip(jobs, futures, strict=True):
                    report(job, future.result())
                    advance()
            except KeyboardInterrupt:
                signal.signal(signal.SIGINT, signal.SIG_DFL)
                console.complain(None, "stopping when what is under way is done; again: at once")
                raise
            finally:
                pool.shutdown(wait=False, cancel_futures=True)
