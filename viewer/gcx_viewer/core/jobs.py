"""Threads that work for the window, and that are gone when it is."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable

__all__ = ["Crew", "Job", "close"]

_log = logging.getLogger("gcx.viewer")


class Job:
    """Something to be done by a crew."""

    def __init__(self, work: Callable[[], object], crew: Crew) -> None:
        """Made by `Crew.submit`."""
        self.work = work
        self._crew = crew

    def cancel(self) -> bool:
        """Drop it, if it was not begun.

        Returns:
            Whether it will never be done.
        """
        return self._crew.drop(self)


class Crew:
    """A few threads that take jobs in the order in which they come.

    A thread begins with a job and ends where none is left. A job has nobody to raise an exception
    to: it tells of what goes wrong itself, and what it lets escape is logged.
    """

    def __init__(self, name: str, threads: int, *, is_waited_for: bool = False) -> None:
        """Make one.

        Args:
            name: of the threads, for whoever looks at a list of them.
            threads: how many jobs may be done at the same time.
            is_waited_for: whether the program, when it ends, waits for jobs that were begun, as
                it must where they may have been paid for. Others may hang for as long as a
                keyring or a file system does, and must not keep it.
        """
        self._name = name
        self._most = threads
        self._is_waited_for = is_waited_for
        self._lock = threading.Lock()
        self._waiting: dict[Job, None] = {}  # in their order
        self._threads: list[threading.Thread] = []
        self._working = 0
        self._is_dismissed = False

    def submit(self, work: Callable[[], object]) -> Job | None:
        """Have something done; None once the crew was sent home."""
        with self._lock:
            if self._is_dismissed:
                return None
            job = Job(work, self)
            self._waiting[job] = None
            if self._working < self._most:
                self._working += 1
                thread = threading.Thread(
                    target=self._work, name=self._name, daemon=not self._is_waited_for
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
            self._is_dismissed = True
            self._waiting.clear()

    def join(self, timeout: float) -> bool:
        """Wait until the threads have ended; the calling one, should it be of them, is left out.

        Returns:
            Whether they have, within so many seconds.
        """
        deadline = time.monotonic() + timeout
        with self._lock:
            threads = list(self._threads)
        for thread in threads:
            if thread is not threading.current_thread():
                thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in threads)

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._working -= 1
                    return
                job = next(iter(self._waiting))
                del self._waiting[job]
            try:
                job.work()
            except Exception:
                _log.exception("a job failed")
            del job  # and all that it holds, before the next one comes


def close(crews: Iterable[Crew], timeout: float) -> bool:
    """End some crews; jobs that were begun get some seconds to end.

    Returns:
        Whether they did, and no thread is left.
    """
    crews = list(crews)
    deadline = time.monotonic() + timeout
    for crew in crews:
        crew.dismiss()
    ended = [crew.join(max(0.0, deadline - time.monotonic())) for crew in crews]
    return all(ended)
