"""Copies of the picture that leave the window: copied, dragged out or exported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QApplication, QLabel, QPlainTextEdit, QWidget

from gcx_viewer.gui.canvas.canvas import Canvas
from gcx_viewer.gui.lazy import Lazy
from gcx_viewer.gui.window.state import WindowState

if TYPE_CHECKING:
    from gcx_viewer.gui.clipboard import Clipboard, DragOut

__all__ = ["PictureOutput"]


class PictureOutput(QObject):
    """Gives away what is on the screen of a window."""

    remarked = pyqtSignal(str)
    failed = pyqtSignal(object)
    """With the `GcxError` that says why."""

    def __init__(self, state: WindowState, canvas: Canvas, parent: QWidget) -> None:
        super().__init__(parent)
        self._state = state
        self._canvas = canvas
        self._parent = parent

    @Lazy
    def clipboard(self) -> Clipboard:
        from gcx_viewer.gui.clipboard import Clipboard

        clipboard = Clipboard(self)
        clipboard.copied.connect(lambda: self.remarked.emit(self.tr("Copied")))
        clipboard.failed.connect(self.failed)
        return clipboard

    @Lazy
    def drag(self) -> DragOut:
        from gcx_viewer.gui.clipboard import DragOut

        drag = DragOut(self._canvas)
        drag.failed.connect(self.failed)
        return drag

    def copy(self) -> None:
        """Copy the picture; words that are selected go first."""
        focused = QApplication.focusWidget()
        if isinstance(focused, QPlainTextEdit) and focused.textCursor().hasSelection():
            focused.copy()
        elif isinstance(focused, QLabel) and focused.hasSelectedText():
            if (clipboard := QGuiApplication.clipboard()) is not None:
                clipboard.setText(focused.selectedText())
        elif self._state.picture is not None:
            self.clipboard.copy(self._state.picture, self._state.document, self._quarters)

    def copy_words(self) -> None:
        document = self._state.document
        clipboard = QGuiApplication.clipboard()
        if clipboard and document and document.descriptor and document.descriptor.text:
            clipboard.setText(document.descriptor.text)

    def drag_out(self) -> None:
        """Let the user drop the picture elsewhere."""
        picture, document = self._state.picture, self._state.document
        if picture is not None and document is not None:
            held = QApplication.keyboardModifiers()
            shown = self._canvas.snapshot()
            self.drag.start(picture, document, shown, self._quarters, held)

    def export(self) -> None:
        from gcx_viewer.gui.exporting import ExportDialog

        picture, document = self._state.picture, self._state.document
        if picture is not None and document is not None:
            dialog = ExportDialog(picture, document, self._parent, quarters=self._quarters)
            told = self.tr("Exported to {name}")
            dialog.exported.connect(lambda path: self.remarked.emit(told.format(name=path.name)))
            dialog.open()

    @property
    def _quarters(self) -> int:
        """How the picture is turned where it is looked at: alone, but not compared."""
        return 0 if self._state.page == "comparison" else self._canvas.viewport.turns

    def close_workers(self) -> None:
        for part in (PictureOutput.clipboard.made(self), PictureOutput.drag.made(self)):
            if part is not None:
                part.close_workers()
