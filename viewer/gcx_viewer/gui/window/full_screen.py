"""Filling the screen with the picture, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from PyQt6.QtCore import QObject, Qt, pyqtSignal
from PyQt6.QtWidgets import QMainWindow, QWidget

__all__ = ["FullScreen"]

_FULL: Final = Qt.WindowState.WindowFullScreen


class FullScreen(QObject):
    """Hides what is around the picture for as long as a window fills the screen."""

    changed = pyqtSignal(bool)

    def __init__(self, window: QMainWindow, around: Callable[[], Iterable[QWidget | None]]) -> None:
        """For a window; `around` says what is to be hidden."""
        super().__init__(window)
        self._window = window
        self._around = around
        self._hidden: list[QWidget] = []

    def toggle(self) -> None:
        self.set(not self._window.isFullScreen())

    def set(self, full: bool) -> None:
        if full == self._window.isFullScreen():
            return
        if full:
            self._hidden = [w for w in self._around() if w is not None and not w.isHidden()]
            # Not `showFullScreen`, which forgets that the window was maximised.
            self._window.setWindowState(self._window.windowState() | _FULL)
            for widget in self._hidden:
                widget.hide()
        else:
            self._window.setWindowState(self._window.windowState() & ~_FULL)
            for widget in self._hidden:
                widget.show()
            self._hidden = []
        self.changed.emit(full)
