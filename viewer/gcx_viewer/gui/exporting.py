"""Exporting the picture on the screen: which format, how good, and where to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from PyQt6.QtCore import QDir, QSize, QStandardPaths, Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from gcx_format import files
from gcx_format.errors import GcxError
from gcx_viewer.core.exporting import FORMATS, Format, export_bytes, extension_format
from gcx_viewer.gui.clipboard import file_name
from gcx_viewer.gui.task import Task

if TYPE_CHECKING:
    from collections.abc import Callable

    from gcx_viewer.core.document import Document
    from gcx_viewer.core.pictures import Picture

__all__ = ["ExportDialog", "export"]

_WIDEST_NOTE: Final = 420


def export(parent: QWidget, picture: Picture, document: Document) -> ExportDialog:
    """Show the dialog for exporting a picture; its signals tell what comes of it."""
    dialog = ExportDialog(picture, document, parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
    return dialog


class ExportDialog(QDialog):
    """Asks for format and quality, then for a file; it is written on a thread."""

    exported = pyqtSignal(Path)
    """The file is written."""

    failed = pyqtSignal(object)
    """It is not, for the reason that a `GcxError` tells; the dialog stays."""

    def __init__(self, picture: Picture, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Export Picture"))
        self._picture = picture
        self._document = document
        self._quality_of = {
            name: facts.quality for name, facts in FORMATS.items() if facts.quality is not None
        }
        self._is_busy = False
        self._is_cancelled = False
        self._task = Task(self, is_waited_for=True)
        self._task.done.connect(self._tell_exported)
        self._task.failed.connect(self._tell_failed)

        self._format = QComboBox()
        for name, facts in FORMATS.items():
            self._format.addItem(f"{facts.name} ({facts.extensions[0]})", name)
        self._format.setAccessibleName(self.tr("Format"))
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(1, 100)
        self._slider.setAccessibleName(self.tr("Quality"))
        self._number = QSpinBox()
        self._number.setRange(1, 100)
        self._number.setAccessibleName(self.tr("Quality, as a number"))
        self._slider.valueChanged.connect(self._number.setValue)
        self._number.valueChanged.connect(self._slider.setValue)
        self._number.valueChanged.connect(self._keep_quality)
        self._quality_row = QWidget()
        quality = QHBoxLayout(self._quality_row)
        quality.setContentsMargins(0, 0, 0, 0)
        quality.addWidget(self._slider, 1)
        quality.addWidget(self._number)
        self._mark = QCheckBox(self.tr("&Draw a visible mark in a corner"))
        self._mark.setVisible(picture.is_synthetic)

        self._form = form = QFormLayout()
        form.addRow(self.tr("&Format:"), self._format)
        words = QLabel(self.tr("&Quality:"))
        words.setBuddy(self._slider)
        form.addRow(words, self._quality_row)
        form.addRow("", self._mark)
        self._note = QLabel(self._note_text())
        self._note.setTextFormat(Qt.TextFormat.PlainText)
        self._note.setWordWrap(True)
        self._note.setMinimumWidth(_WIDEST_NOTE)
        self._problem = QLabel()
        self._problem.setTextFormat(Qt.TextFormat.PlainText)
        self._problem.setWordWrap(True)
        self._problem.hide()
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        save = self._buttons.addButton(self.tr("&Save As…"), QDialogButtonBox.ButtonRole.AcceptRole)
        assert save is not None
        self._save = save
        self._save.setDefault(True)
        self._buttons.accepted.connect(self.ask_for_file)
        self._buttons.rejected.connect(self.reject)

        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(self._note)
        layout.addWidget(self._problem)
        layout.addStretch(1)
        layout.addWidget(self._buttons)
        layout.setSizeConstraint(QVBoxLayout.SizeConstraint.SetFixedSize)
        for button in self._buttons.buttons():
            if isinstance(button, QPushButton):
                button.setAutoDefault(button is self._save)
        self._format.currentIndexChanged.connect(self._take_format)
        self._take_format()
        self._format.setFocus()

    @property
    def format(self) -> Format:
        chosen: Format = self._format.currentData()
        return chosen

    def choose(self, format: Format, quality: int | None = None) -> None:
        self._format.setCurrentIndex(self._format.findData(format))
        if quality is not None:
            self._number.setValue(quality)

    def ask_for_file(self) -> None:
        """Ask where to; overwriting is confirmed by that dialog."""
        facts = FORMATS[self.format]
        pattern = " ".join(f"*{extension}" for extension in facts.extensions)
        dialog = QFileDialog(self, self.tr("Export Picture"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.setNameFilter(f"{facts.name} ({pattern})")
        dialog.setDefaultSuffix(facts.extensions[0].removeprefix("."))
        dialog.setDirectory(QDir(str(_usual_folder(self._document.path))))
        dialog.selectFile(file_name(self._document, facts.extensions[0]))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda chosen: self.save_to(Path(chosen)))
        dialog.open()

    def save_to(self, path: Path) -> None:
        """Write the file, over one that is there; `exported` or `failed` follows.

        An extension of another format that can be exported to is taken at its word.
        """
        format = extension_format(path.suffix) or self.format
        if path.suffix == "":
            path = path.with_name(path.name + FORMATS[format].extensions[0])
        picture, document, quality = self._picture, self._document, self._quality_of.get(format)
        mark = self.tr("AI-generated") if self._mark.isChecked() else None
        if mark is not None and picture.kind in ("preview", "card", "blank"):
            mark = self.tr("Not a photograph")
        self._set_busy(True)

        def work(_: Callable[[], bool]) -> Path | None:
            data = export_bytes(picture, document, format, quality=quality, mark=mark)
            if self._is_cancelled:
                return None
            files.write_atomically(path, data, overwrite=True)
            return path

        self._task.start(work)

    def reject(self) -> None:
        """Close; from a thread that is at work, as soon as that has ended."""
        if self._is_busy:
            self._is_cancelled = True
            self.hide()
        else:
            super().reject()

    def sizeHint(self) -> QSize:  # noqa: N802
        return super().sizeHint().expandedTo(QSize(_WIDEST_NOTE, 0))

    def _take_format(self) -> None:
        quality = self._quality_of.get(self.format)
        self._form.setRowVisible(self._quality_row, quality is not None)
        if quality is not None:
            self._number.setValue(quality)

    def _keep_quality(self, quality: int) -> None:
        if self.format in self._quality_of:
            self._quality_of[self.format] = quality

    def _note_text(self) -> str:
        if self._picture.is_synthetic:
            return self.tr(
                "No camera recorded these pixels. The file says so in its metadata "
                "(XMP, digital source type), whatever the format."
            )
        return self.tr("The photograph's metadata (EXIF, XMP) is kept.")

    def _set_busy(self, busy: bool) -> None:
        self._is_busy = busy
        self._save.setEnabled(not busy)
        self._problem.hide()
        if busy:
            self.setCursor(Qt.CursorShape.BusyCursor)
        else:
            self.unsetCursor()

    def _tell_exported(self, path: Path | None) -> None:
        self._set_busy(False)
        if path is None:
            self.reject()
            return
        self.exported.emit(path)
        self.accept()

    def _tell_failed(self, error: GcxError) -> None:
        self._set_busy(False)
        if self._is_cancelled:
            self.reject()
            return
        self._problem.setText(str(error))
        self._problem.show()
        self.failed.emit(error)


def _usual_folder(path: Path) -> Path:
    """Beside the file, or where pictures belong if it lies where nothing can be written."""
    if path.parent.is_dir():
        return path.parent
    pictures = QStandardPaths.StandardLocation.PicturesLocation
    return Path(QStandardPaths.writableLocation(pictures))
