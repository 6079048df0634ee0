"""Ending when the terminal or the system asks for it: Ctrl-C, and the signal SIGTERM.

Python's handlers run between two steps of Python, and Qt's loop takes none as long as nothing
happens. So the interpreter writes a byte into a socket as a signal comes, for which the loop wakes
up; at rest, this costs nothing.
"""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable
from types import FrameType
from typing import Any, Final

from PyQt6.QtCore import QCoreApplication, QSocketNotifier

__all__ = ["Interruption"]

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


class Interruption:
    """Ends an application in good order at the first signal; a second one ends it at once."""

    def __init__(self, application: QCoreApplication, close_windows: Callable[[], object]) -> None:
        """Listen from now on; only the main thread may.

        Args:
            application: whose loop is left.
            close_windows: called before that, from the loop.
        """
        self._application = application
        self._close_windows = close_windows
        self._signal: int | None = None
        self._reading, self._writing = socket.socketpair()
        for end in (self._reading, self._writing):
            end.setblocking(False)
        self._notifier = QSocketNotifier(  # PyQt's stubs have no number for a socket
            self._reading.fileno(),  # type: ignore[call-overload]
            QSocketNotifier.Type.Read,
            application,
        )
        self._notifier.activated.connect(self._end)
        self._fd_before = signal.set_wakeup_fd(self._writing.fileno(), warn_on_full_buffer=False)
        # A signal that is ignored, as in a job that a shell put into the background, stays so.
        self._before: dict[signal.Signals, Any] = {
            number: signal.signal(number, self._note)
            for number in _SIGNALS
            if signal.getsignal(number) is not signal.SIG_IGN
        }

    @property
    def exit_status(self) -> int | None:
        """What the program ends with, as shells have it; None where no signal has come."""
        return None if self._signal is None else 128 + self._signal

    def close(self) -> None:
        """Listen no longer, and leave everything as it was."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._fd_before)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        for end in (self._reading, self._writing):
            end.close()

    def _note(self, number: int, _: FrameType | None) -> None:
        self._signal = number
        for taken in self._before:  # who asks twice does not want to wait
            signal.signal(taken, signal.SIG_DFL)

    def _end(self) -> None:
        try:
            self._reading.recv(4096)
        except BlockingIOError:
            return
        if (status := self.exit_status) is not None:
            self._close_windows()
            self._application.exit(status)
