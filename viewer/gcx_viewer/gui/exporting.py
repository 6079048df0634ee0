"""Exporting the picture on the screen: what it is called, where it goes, and in which format."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PyQt6.QtCore import QSize, QStandardPaths, Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from gcx_format import files
from gcx_format.errors import GcxError, OutputExistsError
from gcx_viewer.core.exporting import (
    FORMATS,
    Format,
    check_target,
    export_bytes,
    extension_format,
    file_named,
)
from gcx_viewer.gui.clipboard import file_name
from gcx_viewer.gui.errors import show_in
from gcx_viewer.gui.fitting import OneLine
from gcx_viewer.gui.on_screen import paths_on_screen
from gcx_viewer.gui.task import Task

if TYPE_CHECKING:
    from gcx_viewer.core.document import Document
    from gcx_viewer.core.pictures import Picture

__all__ = ["ExportDialog"]

_WIDEST_NOTE: Final = 420


class ExportDialog(QDialog):
    """Asks for name, folder, format and quality; the file is written on a thread."""

    exported = pyqtSignal(Path)
    """The file is written."""

    failed = pyqtSignal(object)
    """It is not, for the reason that a `GcxError` tells; the dialog stays."""

    def __init__(
        self,
        picture: Picture,
        document: Document,
        parent: QWidget | None = None,
        *,
        quarters: int = 0,
    ) -> None:
        """A dialog for one picture.

        Args:
            picture: to be exported.
            document: the file that it was opened from.
            parent: the window.
            quarters: how often it is turned clockwise before it is written.
        """
        super().__init__(parent)
        self.setWindowTitle(self.tr("Export Picture"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, parent is not None)
        self._picture = picture
        self._document = document
        self._quarters = quarters
        self._quality_of = {
            name: facts.quality for name, facts in FORMATS.items() if facts.quality is not None
        }
        self._is_busy = False
        self._is_cancelled = False
        self._replaces = False
        self._folder = _usual_folder(document.path)
        self._task = Task(self, is_waited_for=True)
        self._task.done.connect(self._tell_exported)
        self._task.failed.connect(self._tell_failed)
        self._build()
        self._take_format()
        self.name.setFocus()
        self.name.setSelection(0, len(Path(self.name.text()).stem))

    def _build(self) -> None:
        self.name = QLineEdit(file_name(self._document, FORMATS["PNG"].extensions[0]))
        self.name.setAccessibleName(self.tr("Name"))
        self.name.textChanged.connect(self._take_name)
        self._place = OneLine(str(self._folder))
        self._place.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        change = QPushButton(self.tr("&Change…"))
        change.setAccessibleName(self.tr("Choose another folder"))
        change.clicked.connect(self._choose_folder)
        place = QWidget()
        row = QHBoxLayout(place)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._place, 1)
        row.addWidget(change)
        self._format = QComboBox()
        for name, facts in FORMATS.items():
            self._format.addItem(f"{facts.name} ({facts.extensions[0]})", name)
        self._format.setAccessibleName(self.tr("Format"))
        self._format.currentIndexChanged.connect(self._take_format)
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
        self._mark.setVisible(self._picture.is_synthetic)
        self._told = OneLine()
        self._told.setForegroundRole(self.palette().ColorRole.PlaceholderText)

        self._form = form = QFormLayout()
        form.addRow(self.tr("&Name:"), self.name)
        form.addRow("", self._told)
        form.addRow(self.tr("Folder:"), place)
        form.addRow(self.tr("&Format:"), self._format)
        words = QLabel(self.tr("&Quality:"))
        words.setBuddy(self._slider)
        form.addRow(words, self._quality_row)
        form.addRow("", self._mark)
        self._note = QLabel(self._note_text())
        self._problem = QLabel()
        self._problem.hide()
        for label in (self._note, self._problem):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self._note.setMinimumWidth(_WIDEST_NOTE)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self._save = QPushButton()
        self._buttons.addButton(self._save, QDialogButtonBox.ButtonRole.AcceptRole)
        self._buttons.accepted.connect(self.save)
        self._buttons.rejected.connect(self.reject)

        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(self._note)
        layout.addWidget(self._problem)
        layout.addStretch(1)
        layout.addWidget(self._buttons)
        layout.setSizeConstraint(QVBoxLayout.SizeConstraint.SetFixedSize)
        for button in (change, *self._buttons.buttons()):
            if isinstance(button, QPushButton):
                button.setAutoDefault(button is self._save)
        self._save.setDefault(True)

    @property
    def format(self) -> Format:
        chosen: Format = self._format.currentData()
        return chosen

    @property
    def path(self) -> Path:
        """The file that will be written."""
        return self._folder / file_named(self.name.text(), self.format)

    def choose(self, format: Format, quality: int | None = None) -> None:
        self._format.setCurrentIndex(self._format.findData(format))
        if quality is not None:
            self._number.setValue(quality)

    def tell(self, error: GcxError) -> None:
        """Say what is wrong."""
        show_in(self._problem, error)

    def save(self) -> None:
        """Write the file, over one that is there if the user was told of it; a signal follows."""
        path, format, overwrite = self.path, self.format, self._replaces
        picture, document, quarters = self._picture, self._document, self._quarters
        quality, on_screen = self._quality_of.get(format), [document.path, *paths_on_screen()]
        mark = self.tr("AI-generated") if self._mark.isChecked() else None
        if mark is not None and picture.kind in ("preview", "card", "blank"):
            mark = self.tr("Not a photograph")
        self._set_busy(True)

        def work(_: Callable[[], bool]) -> Path | None:
            check_target(path, on_screen, overwrite=overwrite)
            turned = picture.turned(quarters)
            data = export_bytes(turned, document, format, quality=quality, mark=mark)
            if self._is_cancelled:
                return None
            files.write_atomically(path, data, overwrite=overwrite)
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

    def _take_name(self) -> None:
        """An extension that means a format chooses it; another one is followed by the format's."""
        format = extension_format(Path(self.name.text()).suffix)
        if format is not None and format != self.format:
            self._format.blockSignals(True)
            self._format.setCurrentIndex(self._format.findData(format))
            self._format.blockSignals(False)
            self._show_quality()
        self._take_target()

    def _take_format(self) -> None:
        typed = Path(self.name.text())
        if extension_format(typed.suffix) not in (None, self.format):
            self.name.setText(typed.stem + FORMATS[self.format].extensions[0])
        self._show_quality()
        self._take_target()

    def _choose_folder(self) -> None:
        dialog = QFileDialog(self, self.tr("Export To"), str(self._folder))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda chosen: self.choose_folder(Path(chosen)))
        dialog.open()

    def choose_folder(self, folder: Path) -> None:
        self._folder = folder
        self._place.setText(str(folder))
        self._take_target()

    def _take_target(self) -> None:
        """Another file would be written: say what it will be called, if not as it was typed."""
        typed = self.name.text().strip()
        written = self.path.name
        told = self.tr("Will be saved as “{name}”").replace("{name}", written)
        self._told.setText(told)
        self._form.setRowVisible(self._told, bool(typed) and written != Path(typed).name)
        self._replaces = False
        self._save.setText(self.tr("&Save"))
        self._save.setEnabled(bool(typed))
        self._problem.hide()

    def _show_quality(self) -> None:
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
        """Say why; the name is what to change, or the button replaces what is there."""
        self._set_busy(False)
        if self._is_cancelled:
            self.reject()
            return
        if isinstance(error, OutputExistsError):
            self._replaces = True
            self._save.setText(self.tr("&Replace"))
        self.tell(error)
        self.name.setFocus()
        self.failed.emit(error)


def _usual_folder(path: Path) -> Path:
    """Beside the file, or where pictures belong if it lies where nothing can be written."""
    if path.parent.is_dir():
        return path.parent
    pictures = QStandardPaths.StandardLocation.PicturesLocation
    return Path(QStandardPaths.writableLocation(pictures))
