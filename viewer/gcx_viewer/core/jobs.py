"""Threads that work for the window, and that are gone when it is."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from threading import Lock

__all__ = ["Crew", "close"]

_log = logging.getLogger("gcx.viewer")


class Crew:
    """A few threads that take jobs in the order in which they come.

    The threads begin with the first jobs. A job has nobody to raise an exception to: it tells
    of what goes wrong itself, and what it lets escape is logged.
    """

    def __init__(self, name: str, threads: int) -> None:
        """Make one.

        Args:
            name: of the threads, for whoever looks at a list of them.
            threads: how many jobs may be done at the same time.
        """
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._unfinished: set[Future[None]] = set()
        self._lock = Lock()

    def do(self, job: Callable[[], object]) -> Future[None] | None:
        """Have a job done; None once the crew was sent home. A job not begun can be cancelled."""
        with suppress(RuntimeError):  # the pool takes no jobs any more
            future = self._pool.submit(_do, job)
            with self._lock:
                self._unfinished.add(future)
            future.add_done_callback(self._forget)
            return future
        return None

    def unfinished(self) -> list[Future[None]]:
        """Jobs that wait or are being done."""
        with self._lock:
            return list(self._unfinished)

    def dismiss(self) -> None:
        """Take no more jobs, and drop those that were not begun; the others end on their own."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def join(self) -> None:
        """Wait until the threads have ended, once all jobs have."""
        self._pool.shutdown(wait=True)

    def _forget(self, future: Future[None]) -> None:
        with self._lock:
            self._unfinished.discard(future)


def close(crews: Iterable[Crew], timeout: float) -> bool:
    """End some crews; jobs that were begun get some seconds to end.

    Returns:
        Whether they did, and no thread is left.
    """
    crews = list(crews)
    deadline = time.monotonic() + timeout
    for crew in crews:
        crew.dismiss()
    ended = True
    for crew in crews:
        left = max(0.0, deadline - time.monotonic())
        if wait(crew.unfinished(), left).not_done:
            ended = False
        else:
            crew.join()
    return ended


def _do(job: Callable[[], object]) -> None:
    try:
        job()
    except Exception:
        _log.exception("a job failed")
