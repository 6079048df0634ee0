"""Threads that work for the windows, and that are gone when they are.

Everything in the viewer that must not wait in a window's thread is submitted to a `WorkerPool`.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from typing import Final

from gcx_format.errors import GcxError, NotEnoughMemoryError

__all__ = ["FirstPicture", "Job", "WorkerPool", "as_gcx_error", "close"]

_log = logging.getLogger("gcx.viewer")

_PATIENCE: Final = 0.5
"""Seconds: a window that nobody sees paints nothing."""


def as_gcx_error(error: Exception) -> GcxError:
    """Any exception as an error of gcx; call it where the exception was caught.

    The words of an unforeseen one stay in the log, for they may repeat what is in a file.
    """
    if isinstance(error, GcxError):
        return error
    _log.error("unforeseen", exc_info=error)
    if isinstance(error, MemoryError):
        return NotEnoughMemoryError("not enough memory for a picture of this size; free some")
    return GcxError(f"an unexpected error occurred in the viewer ({type(error).__name__})")


class FirstPicture:
    """Whether a window has its first picture; until then the processor is left to that."""

    def __init__(self) -> None:
        self._is_there = threading.Event()

    def is_there(self) -> None:
        """It stands on the screen, or none ever will: go on."""
        self._is_there.set()

    def wait(self) -> None:
        """Wait for it a moment, in a thread that has other work to do."""
        self._is_there.wait(_PATIENCE)


class Job:
    """Something that was submitted to a pool."""

    def __init__(
        self,
        pool: WorkerPool,
        work: Callable[[], object],
        failed: Callable[[GcxError], object] | None,
    ) -> None:
        """Made by `WorkerPool.submit`."""
        self._pool = pool
        self._work = work
        self._failed = failed

    def cancel(self) -> bool:
        """Drop it, if it was not begun.

        Returns:
            Whether it will never be done.
        """
        return self._pool.drop(self)

    def run(self) -> None:
        try:
            self._work()
        except Exception as error:
            known = as_gcx_error(error)
            if self._failed is not None:
                self._failed(known)
            elif known is error:
                _log.error("a job failed", exc_info=error)


class WorkerPool:
    """A few threads that take jobs in the order in which they come, or the latest first.

    A thread begins with a job and ends where none is left.

    Attributes:
        is_dismissed: whether no more jobs are taken.
    """

    def __init__(
        self,
        name: str,
        threads: int = 1,
        *,
        is_waited_for: bool = False,
        latest_first: bool = False,
    ) -> None:
        """A pool without threads yet.

        Args:
            name: of the threads, for whoever looks at a list of them.
            threads: how many jobs may be done at the same time.
            is_waited_for: whether the program, when it ends, waits for jobs that were begun, as
                it must where they may have been paid for. Others may hang for as long as a
                keyring or a file system does, and must not keep it.
            latest_first: whether the job that was submitted last comes first.
        """
        self._name = name
        self._most = threads
        self._is_waited_for = is_waited_for
        self._latest_first = latest_first
        self._lock = threading.Lock()
        self._waiting: dict[Job, None] = {}  # in their order
        self._threads: list[threading.Thread] = []
        self._working = 0
        self.is_dismissed = False

    def submit(
        self, work: Callable[[], object], failed: Callable[[GcxError], object] | None = None
    ) -> Job | None:
        """Have something done.

        Args:
            work: what to do.
            failed: called in the thread with the error, where it raises one; None: that is logged.

        Returns:
            The job, or None once the pool was dismissed.
        """
        with self._lock:
            if self.is_dismissed:
                return None
            job = Job(self, work, failed)
            self._waiting[job] = None
            if self._working < self._most:
                self._working += 1
                thread = threading.Thread(
                    target=self._take_jobs, name=self._name, daemon=not self._is_waited_for
                )
                self._threads = [other for other in self._threads if other.is_alive()]
                self._threads.append(thread)
                thread.start()
        return job

    def drop(self, job: Job) -> bool:
        """As `Job.cancel`."""
        with self._lock:
            return self._waiting.pop(job, self) is None

    def dismiss(self) -> None:
        """Take no more jobs, and drop those that were not begun; the others end on their own."""
        with self._lock:
            self.is_dismissed = True
            self._waiting.clear()

    def join(self, timeout: float | None = None) -> bool:
        """Wait until the threads have ended; the calling one, should it be of them, is left out.

        Returns:
            Whether they have, within so many seconds.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        with self._lock:
            threads = list(self._threads)
        for thread in threads:
            if thread is not threading.current_thread():
                thread.join(None if deadline is None else max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in threads)

    def _take_jobs(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._working -= 1
                    return
                jobs = reversed(self._waiting) if self._latest_first else iter(self._waiting)
                job = next(jobs)
                del self._waiting[job]
            try:
                job.run()
            except Exception:
                _log.exception("nobody took the error of a job")
            del job, jobs  # and all that they hold, before the next one comes


def close(pools: Iterable[WorkerPool], timeout: float) -> bool:
    """End some pools; jobs that were begun get some seconds to end.

    Returns:
        Whether they did, and no thread is left.
    """
    pools = list(pools)
    deadline = time.monotonic() + timeout
    for pool in pools:
        pool.dismiss()
    ended = [pool.join(max(0.0, deadline - time.monotonic())) for pool in pools]
    return all(ended)
