"""Work that a window must not wait for, done in a thread beside it."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from PyQt6.QtCore import QObject, pyqtSignal

from gcx_format.errors import GcxError

__all__ = ["Work"]

T = TypeVar("T")


class _Job(NamedTuple):
    function: Callable[[], Any]
    done: Callable[[Any], object]
    failed: Callable[[GcxError], object]


class Work(QObject):
    """A thread that does one thing after the other, and hands what came out to the window.

    The thread is not waited for when the program ends: a keyring that the user does not unlock
    must not hold it. What has to be finished, such as a file, is written whole or not at all.
    """

    _came = pyqtSignal(object, object)

    def __init__(self, name: str) -> None:
        """A thread that starts with its first job.

        Args:
            name: of the thread.
        """
        super().__init__()
        self._name = name
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._closed = False
        self._came.connect(self._hand_over)

    def do(
        self,
        function: Callable[[], T],
        done: Callable[[T], object],
        failed: Callable[[GcxError], object],
    ) -> None:
        """Call a function in the thread.

        Args:
            function: what to do.
            done: called in the window's thread with what the function returned.
            failed: called there with the error instead, if there was one.
        """
        if self._closed:
            return
        self._jobs.put(_Job(function, done, failed))
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
            self._thread.start()

    def close(self, timeout: float = 0.0) -> bool:
        """Hand nothing over any more; the job under way goes on, those that wait do not.

        Returns:
            Whether the thread has ended within so many seconds.
        """
        self._closed = True
        self._jobs.put(None)
        if self._thread is None:
            return True
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None and not self._closed:
            result: object
            try:
                result = job.function()
            except GcxError as error:
                result = error
            except Exception as error:  # a thread that dies would leave the window waiting
                result = GcxError(f"this failed unexpectedly: {error or type(error).__name__}")
            if not self._closed:
                self._came.emit(job, result)

    def _hand_over(self, job: _Job, result: object) -> None:
        if self._closed:
            return
        if isinstance(result, GcxError):
            job.failed(result)
        else:
            job.done(result)
