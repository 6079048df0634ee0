"""Work that takes too long for the window's thread, and whose result is wanted there."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import partial
from typing import Any, Final, TypeVar

from PyQt6.QtCore import QObject, pyqtSignal

from gcx_format.errors import CancelledError, GcxError
from gcx_viewer.core import workers
from gcx_viewer.core.workers import WorkerPool

__all__ = ["Task"]

T = TypeVar("T")

_PATIENCE_SECONDS: Final = 5.0
"""How long the end of a window waits for work; what asks a keyring may hang for ever."""


class Task(QObject):
    """Works on a thread of its own, and hands the results over in the window's thread.

    `start` is for what is overtaken by the next call: only the last result arrives, by signals.
    `submit` is for what is done one after the other, each result going to its own callback.
    """

    done = pyqtSignal(object)
    """What the work that was started returned."""

    failed = pyqtSignal(object)
    """The `GcxError` that it ended with, other than being cancelled."""

    _came = pyqtSignal(int, object, object)

    def __init__(
        self, parent: QObject | None = None, *, name: str = "task", is_waited_for: bool = False
    ) -> None:
        """A thread that begins with the first work.

        Args:
            parent: as for every `QObject`.
            name: of the thread.
            is_waited_for: whether the program, when it ends, waits for what was begun, such as
                a file that is being written.
        """
        super().__init__(parent)
        self._name = name
        self._is_waited_for = is_waited_for
        self._pool = self._make_pool()
        self._serial = 0
        self._came.connect(self._hand_over)

    def start(self, work: Callable[[Callable[[], bool]], object]) -> None:
        """Do this, and cancel what was asked for before.

        Args:
            work: called on the thread with a function that says whether it is cancelled, which
                it may ask now and then. What it returns is data, no widget.
        """
        self.cancel()
        serial = self._serial
        self.submit(partial(work, lambda: serial != self._serial), self.done.emit, self._fail)

    def submit(
        self,
        work: Callable[[], T],
        done: Callable[[T], object],
        failed: Callable[[GcxError], object],
    ) -> None:
        """Do this after what was submitted before.

        Args:
            work: called on the thread.
            done: called in the window's thread with what the work returned.
            failed: called there with the error instead, if there was one.
        """
        serial = self._serial

        def run() -> None:
            if serial == self._serial:
                self._send(serial, done, work())

        if self._pool.is_dismissed:
            self._pool = self._make_pool()
        self._pool.submit(run, partial(self._send, serial, failed))

    def cancel(self) -> None:
        """Let no result arrive."""
        self._serial += 1

    def close(self, timeout: float = _PATIENCE_SECONDS) -> bool:
        """Cancel, and wait for the thread, but not for ever; the task may be used again.

        Returns:
            Whether the thread has ended.
        """
        self.cancel()
        return workers.close([self._pool], timeout)

    def _make_pool(self) -> WorkerPool:
        """Not Qt's pool: its end would wait for the thread while holding Python's lock."""
        return WorkerPool(self._name, is_waited_for=self._is_waited_for)

    def _send(self, serial: int, take: Callable[[Any], object], value: object) -> None:
        if serial == self._serial:
            with contextlib.suppress(RuntimeError):  # the window was closed meanwhile
                self._came.emit(serial, take, value)

    def _hand_over(self, serial: int, take: Callable[[Any], object], value: object) -> None:
        if serial == self._serial:
            take(value)

    def _fail(self, error: GcxError) -> None:
        if not isinstance(error, CancelledError):
            self.failed.emit(error)
