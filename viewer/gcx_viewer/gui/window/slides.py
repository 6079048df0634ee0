"""The slide show: each picture stays for some seconds once it is there."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

__all__ = ["SlideShow"]


class SlideShow(QObject):
    """Asks for the next picture again and again.

    Time counts from when a picture stands on the screen, so none is skipped for being slow; and a
    picture that a model still works on is waited for.
    """

    next_wanted = pyqtSignal()
    toggled = pyqtSignal(bool)

    def __init__(self, seconds: Callable[[], float], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._seconds = seconds
        self._is_on = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.next_wanted)

    @property
    def is_on(self) -> bool:
        return self._is_on

    def toggle(self) -> None:
        self._is_on = not self._is_on
        self._timer.stop()
        if self._is_on:
            self.count()
        self.toggled.emit(self._is_on)

    def stop(self) -> None:
        if self._is_on:
            self.toggle()

    def count(self) -> None:
        """The picture is there: count its seconds from now."""
        if self._is_on:
            self._timer.start(round(self._seconds() * 1000))

    def hold(self) -> None:
        """Wait with the next picture until `count`."""
        self._timer.stop()
