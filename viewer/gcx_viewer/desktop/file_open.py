"""Files that macOS opens with the program: they come as events, not on the command line."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QObject, pyqtSignal
from PyQt6.QtGui import QFileOpenEvent

__all__ = ["FileOpenFilter"]


class FileOpenFilter(QObject):
    """To be installed on the application, as an event filter, before the events begin.

    Attributes:
        opened: the path of a file that is to be shown.
    """

    opened = pyqtSignal(str)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:  # noqa: N802
        """Pass on the file of such an event; all others go their way."""
        if not isinstance(event, QFileOpenEvent):
            return False
        if path := event.file():  # empty for what is no local file
            self.opened.emit(path)
        return True
