"""The left of the window for encoding: the list of photographs, and how they come into it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QGuiApplication, QImage
from PyQt6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gcx_viewer.core.encoding.sources import Source, glance, photographs_in
from gcx_viewer.gui.drops import files_in
from gcx_viewer.gui.encoding.photographs import THUMBNAIL, Entry, PhotographList
from gcx_viewer.gui.errors import sentence
from gcx_viewer.gui.task import Task

if TYPE_CHECKING:
    from PIL import Image

    from gcx_format.errors import GcxError
    from gcx_viewer.core.encoding.sources import Glance

__all__ = ["PhotographSide"]


class PhotographSide(QWidget):
    """Photographs that were added, dropped or pasted; each is looked at in a thread."""

    changed = pyqtSignal()
    """Photographs came or went."""

    seen = pyqtSignal(object)
    """It is known how an entry looks."""

    failed = pyqtSignal(object)
    """The `GcxError` for which nothing came."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._work = Task(name="gcx glances")
        self._is_locked = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.list = PhotographList()
        self.list.setMinimumWidth(200)
        self.list.removal_wanted.connect(self.remove_selected)
        column.addWidget(self.list, 1)
        row = QHBoxLayout()
        self.add_button = QPushButton(self.tr("&Add…"))
        self.add_button.setAccessibleName(self.tr("Add photographs"))
        self.add_button.clicked.connect(self.choose)
        self.remove_button = QPushButton(self.tr("&Remove"))
        self.remove_button.setAccessibleName(self.tr("Remove the selected photographs"))
        self.remove_button.clicked.connect(self.remove_selected)
        row.addWidget(self.add_button, 1)
        row.addWidget(self.remove_button, 1)
        column.addLayout(row)

    def set_locked(self, locked: bool) -> None:
        """Let photographs come and go, or not while they are being saved."""
        self._is_locked = locked
        self.add_button.setEnabled(not locked)
        self.remove_button.setEnabled(not locked and self.list.count() > 0)

    def add(self, paths: Sequence[Path]) -> None:
        self._work.submit(partial(photographs_in, list(paths)), self._add, self.failed.emit)

    def remove_selected(self) -> None:
        if not self._is_locked:
            self.list.remove(self.list.selected())
            self.changed.emit()

    def choose(self) -> None:
        if self._is_locked:
            return
        dialog = QFileDialog(self, self.tr("Add Photographs"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(lambda names: self.add([Path(name) for name in names]))
        dialog.open()

    def paste(self) -> None:
        """Add what the clipboard holds: files, or a picture."""
        clipboard = QGuiApplication.clipboard()
        data = None if clipboard is None else clipboard.mimeData()
        if data is None or clipboard is None or self._is_locked:
            return
        if paths := files_in(data):
            self.add(paths)
        elif data.hasImage():
            made = partial(_pasted, self.tr("Pasted picture"), clipboard.image())
            self._work.submit(made, self._add, self.failed.emit)

    def close_worker(self, timeout: float = 0.0) -> None:
        self._work.close(timeout)

    def _add(self, sources: list[Source]) -> None:
        if self._is_locked:
            return
        known = {entry.source.path for entry in self.list.entries()}
        for source in sources:
            if source.path is not None and source.path in known:
                continue
            known.add(source.path)
            entry = Entry(source)
            self.list.add(entry)
            self._work.submit(
                partial(glance, source, THUMBNAIL),
                partial(self._look, entry),
                partial(self._cannot_look, entry),
            )
        self.changed.emit()

    def _look(self, entry: Entry, seen: Glance) -> None:
        entry.glance = seen
        if entry.state == "waiting":
            entry.state = "ready"
        self.list.refresh(entry)
        self.seen.emit(entry)

    def _cannot_look(self, entry: Entry, error: GcxError) -> None:
        entry.state = "failed"
        entry.message = sentence(error)
        self.list.refresh(entry)


def _pasted(name: str, image: QImage) -> list[Source]:
    return [Source(name, image=_to_pillow(image))]


def _to_pillow(image: QImage) -> Image.Image:
    """A picture of Qt's as one of Pillow's, `RGBA`; any thread may do that."""
    from PIL import Image

    plain = image.convertToFormat(QImage.Format.Format_RGBA8888)
    bits = plain.constBits()
    if bits is None:
        return Image.new("RGBA", (1, 1))
    data = bits.asstring(plain.sizeInBytes())
    size = plain.width(), plain.height()
    return Image.frombytes("RGBA", size, data, "raw", "RGBA", plain.bytesPerLine())
