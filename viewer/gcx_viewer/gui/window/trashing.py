"""Moving the file on screen to the trash, after a question."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from PyQt6.QtCore import QFile, QObject, QStandardPaths, pyqtSignal
from PyQt6.QtWidgets import QWidget

from gcx_viewer.core.errors import TrashError
from gcx_viewer.gui.questions import ask
from gcx_viewer.gui.task import Task
from gcx_viewer.gui.window.state import WindowState

__all__ = ["Trash"]

_DATA: Final = QStandardPaths.StandardLocation.GenericDataLocation


class Trash(QObject):
    """Takes the file on screen, once the user agrees."""

    trashed = pyqtSignal(Path)
    failed = pyqtSignal(object)
    """With the `GcxError` that says why."""

    def __init__(self, state: WindowState, parent: QWidget) -> None:
        super().__init__(parent)
        self._state = state
        self._parent = parent
        self._moving = Task(self, is_waited_for=True)
        self._moving.done.connect(self.trashed)
        self._moving.failed.connect(self.failed)

    def ask(self) -> None:
        path = self._state.path
        if path is None:
            return
        ask(
            self._parent,
            self.tr("Move “{name}” to the trash?").replace("{name}", path.name),
            "",
            self.tr("Move to Trash"),
            lambda: self._moving.start(lambda _: _move_to_trash(path)),
            is_safe=True,
        )

    def close_workers(self) -> None:
        self._moving.close()


def _move_to_trash(path: Path) -> Path:
    """Move a file to the trash, on a thread: it may lie on a disk far away."""
    if sys.platform.startswith("linux"):  # where Qt makes the trash, but no folder above it
        Path(QStandardPaths.writableLocation(_DATA)).mkdir(mode=0o700, parents=True, exist_ok=True)
    moved, _ = QFile.moveToTrash(str(path))
    if not moved:
        raise TrashError("it cannot be moved to the trash", filename=path)
    return path
