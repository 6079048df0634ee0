"""Work that takes too long for the window's thread, and whose result is wanted there."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from PyQt6.QtCore import QObject, pyqtSignal

from gcx_format.errors import CancelledError, GcxError, OutputError

__all__ = ["Background"]


class Background(QObject):
    """Works on a thread of its own; only the result of what was asked for last arrives."""

    done = pyqtSignal(object)
    """What the work returned."""

    failed = pyqtSignal(object)
    """The `GcxError` that it ended with."""

    _ended = pyqtSignal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        """Be ready."""
        super().__init__(parent)
        self._executor: ThreadPoolExecutor | None = None
        self._serial = 0
        self._ended.connect(self._take)

    def start(self, work: Callable[[Callable[[], bool]], object]) -> None:
        """Do this, and cancel what was asked for before.

        Args:
            work: called on the thread with a function that says whether it is cancelled, which
                it may ask now and then. What it returns is data, no widget.
        """
        self._serial += 1
        serial = self._serial
        if self._executor is None:
            # Not Qt's pool: its end would wait for the thread while holding Python's lock.
            self._executor = ThreadPoolExecutor(1, thread_name_prefix="background")
        self._executor.submit(self._run, serial, work)

    def cancel(self) -> None:
        """Let no result arrive."""
        self._serial += 1

    def close_workers(self) -> None:
        """Cancel, and wait for the thread."""
        self.cancel()
        if self._executor is not None:
            self._executor.shutdown(cancel_futures=True)
            self._executor = None

    def _run(self, serial: int, work: Callable[[Callable[[], bool]], object]) -> None:
        if serial != self._serial:
            return
        result: object
        try:
            result = work(lambda: serial != self._serial)
        except GcxError as error:
            result = error
        except Exception as error:  # of a library: whoever waits has to be told
            result = OutputError(f"something went wrong: {error}")
        if serial == self._serial:
            with contextlib.suppress(RuntimeError):  # the window was closed meanwhile
                self._ended.emit(serial, result)

    def _take(self, serial: int, result: object) -> None:
        if serial != self._serial or isinstance(result, CancelledError):
            return
        if isinstance(result, GcxError):
            self.failed.emit(result)
        else:
            self.done.emit(result)
