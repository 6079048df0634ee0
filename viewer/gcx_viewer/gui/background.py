"""Work that takes too long for the window's thread, and whose result is wanted there."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import partial
from typing import Final

from PyQt6.QtCore import QObject, pyqtSignal

from gcx_format.errors import CancelledError, GcxError, OutputError
from gcx_viewer.core.jobs import Crew, close

__all__ = ["Background"]

_PATIENCE_SECONDS: Final = 5.0
"""How long the end of a window waits for work; what asks a keyring may hang for ever."""


class Background(QObject):
    """Works on a thread of its own; only the result of what was asked for last arrives."""

    done = pyqtSignal(object)
    """What the work returned."""

    failed = pyqtSignal(object)
    """The `GcxError` that it ended with."""

    _ended = pyqtSignal(int, object)

    def __init__(self, parent: QObject | None = None, *, is_waited_for: bool = False) -> None:
        """Be ready.

        Args:
            parent: as for every `QObject`.
            is_waited_for: whether the program, when it ends, waits for what was begun, such as
                a file that is being written.
        """
        super().__init__(parent)
        self._is_waited_for = is_waited_for
        self._crew: Crew | None = None
        self._serial = 0
        self._ended.connect(self._take)

    def start(self, work: Callable[[Callable[[], bool]], object]) -> None:
        """Do this, and cancel what was asked for before.

        Args:
            work: called on the thread with a function that says whether it is cancelled, which
                it may ask now and then. What it returns is data, no widget.
        """
        self._serial += 1
        if self._crew is None:
            # Not Qt's pool: its end would wait for the thread while holding Python's lock.
            self._crew = Crew("background", 1, is_waited_for=self._is_waited_for)
        self._crew.submit(partial(self._run, self._serial, work))

    def cancel(self) -> None:
        """Let no result arrive."""
        self._serial += 1

    def close_workers(self) -> None:
        """Cancel, and wait for the thread, but not for ever."""
        self.cancel()
        if self._crew is not None:
            close([self._crew], _PATIENCE_SECONDS)
            self._crew = None

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
