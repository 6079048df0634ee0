"""Copies of the picture that leave the window: copied, dragged out or exported."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QApplication, QLabel, QPlainTextEdit

if TYPE_CHECKING:
    from gcx_viewer.gui.clipboard import Clipboard, DragOut
    from gcx_viewer.gui.window.main_window import MainWindow

__all__ = ["PictureOutput"]


class PictureOutput(QObject):
    """Gives away what is on the screen of one window; what each way needs is made at first use."""

    def __init__(self, window: MainWindow) -> None:
        """For a window."""
        super().__init__(window)
        self._window = window

    @cached_property
    def clipboard(self) -> Clipboard:
        """Copies pictures."""
        from gcx_viewer.gui.clipboard import Clipboard

        clipboard = Clipboard(self)
        clipboard.copied.connect(lambda: self._window.status.tell(self.tr("Copied")))
        clipboard.failed.connect(self._window.tell_error)
        return clipboard

    @cached_property
    def drag(self) -> DragOut:
        """Drags pictures out."""
        from gcx_viewer.gui.clipboard import DragOut

        drag = DragOut(self._window.canvas)
        drag.failed.connect(self._window.tell_error)
        return drag

    def copy(self) -> None:
        """Copy the picture; words that are selected go first."""
        window = self._window
        focused = QApplication.focusWidget()
        if isinstance(focused, QPlainTextEdit) and focused.textCursor().hasSelection():
            focused.copy()
        elif isinstance(focused, QLabel) and focused.hasSelectedText():
            if (clipboard := QGuiApplication.clipboard()) is not None:
                clipboard.setText(focused.selectedText())
        elif window.canvas.picture is not None:
            self.clipboard.copy(window.canvas.picture, window.document)

    def drag_out(self) -> None:
        """Let the user drop the picture elsewhere."""
        canvas, document = self._window.canvas, self._window.document
        if canvas.picture is not None and document is not None:
            held = QApplication.keyboardModifiers()
            self.drag.start(canvas.picture, document, canvas.snapshot(), held)

    def export(self) -> None:
        """Ask for a format and a file."""
        from gcx_viewer.gui.exporting import export

        window = self._window
        if window.canvas.picture is not None and window.document is not None:
            dialog = export(window, window.canvas.picture, window.document)
            told = self.tr("Exported to {name}")
            dialog.exported.connect(lambda path: window.status.tell(told.format(name=path.name)))

    def close_workers(self) -> None:
        """End the threads."""
        for name in ("clipboard", "drag"):
            if name in self.__dict__:
                self.__dict__[name].close_workers()
