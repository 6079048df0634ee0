"""Saving what was encoded: the row of controls at the foot of the window, and the work itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QCoreApplication, QObject, Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QWidget,
)

from gcx_viewer.core.encoding import batch as encoding_batch
from gcx_viewer.core.encoding.batch import Batch, BatchEvent, Item
from gcx_viewer.gui.errors import sentence
from gcx_viewer.gui.money import money
from gcx_viewer.gui.questions import ask
from gcx_viewer.gui.sizes import size_in_bytes

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from gcx_viewer.core.encoding.coding import EncodeOptions
    from gcx_viewer.gui.encoding.photographs import Entry

__all__ = ["SaveBar", "Saving", "ask_about_cost"]

_BESIDE, _FOLDER = range(2)


class Saving(QObject):
    """Entries of the list on their way into files; what becomes of each is written into it."""

    changed = pyqtSignal(object)
    """An entry has changed."""

    advanced = pyqtSignal(int)
    """So many entries are done."""

    ended = pyqtSignal(object)
    """All are: `encoding_batch.Ended`."""

    _happened = pyqtSignal(object)

    def __init__(self) -> None:
        super().__init__()
        self._batch: Batch | None = None
        self._entries: list[Entry] = []
        self._done = 0
        self._closed = False
        self._happened.connect(self._take)

    @property
    def is_running(self) -> bool:
        return self._batch is not None

    def begin(
        self, entries: list[Entry], items: list[Item], options: EncodeOptions, *, overwrite: bool
    ) -> None:
        """Begin to save; there is one batch at a time."""
        self._entries, self._done = entries, 0
        for entry in entries:
            entry.state, entry.message = "ready", ""
            self.changed.emit(entry)
        self._batch = Batch(
            items, options, lambda told: self._happened.emit(told), overwrite=overwrite
        )
        self._batch.start()

    def cancel(self) -> None:
        if self._batch is not None:
            self._batch.cancel()

    def close(self) -> None:
        self._closed = True
        self.cancel()

    def wait(self) -> None:
        if self._batch is not None:
            self._batch.wait()

    def _take(self, event: BatchEvent) -> None:
        if self._closed:
            return
        if isinstance(event, encoding_batch.Ended):
            self._batch = None
            self.ended.emit(event)
            return
        entry = self._entries[event.index]
        if isinstance(event, encoding_batch.Started):
            entry.state = "saving"
        elif isinstance(event, encoding_batch.Described):
            entry.words = event.text
        elif isinstance(event, encoding_batch.Saved):
            entry.state, entry.saved_words = "saved", entry.words
            entry.losses = event.losses
            size = size_in_bytes(event.estimate.total)
            entry.message = self.tr("{size}, saved").format(size=size)
        elif isinstance(event, encoding_batch.Failed):
            entry.state = "failed"
            entry.message = sentence(event.error)
        else:
            entry.state = "stopped"
        if not isinstance(event, encoding_batch.Started | encoding_batch.Described):
            self._done += 1
            self.advanced.emit(self._done)
        self.changed.emit(entry)


class SaveBar(QWidget):
    """Where to, and the buttons; while files are written how far that is, afterwards what came."""

    save_wanted = pyqtSignal()
    save_all_wanted = pyqtSignal()
    stop_wanted = pyqtSignal()
    open_wanted = pyqtSignal(list)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.folder: Path | None = None
        self._saved: list[Path] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        self.place = QComboBox()
        self.place.setAccessibleName(self.tr("Folder for all files"))
        self.place.addItems([self.tr("Next to the photographs"), self.tr("Choose a folder…")])
        self.place.activated.connect(self._place_chosen)
        label = QLabel(self.tr("Save &to:"))
        label.setBuddy(self.place)
        self.overwrite = QCheckBox(self.tr("Replace e&xisting files"))
        self.progress = QProgressBar()
        self.progress.setAccessibleName(self.tr("Progress"))
        self.progress.setFormat("%v / %m")
        self.summary = QLabel()
        self.summary.setTextFormat(Qt.TextFormat.PlainText)
        self.summary.setAccessibleName(self.tr("What was saved"))
        self.open_button = QPushButton(self.tr("&Open"))
        self.open_button.setAccessibleName(self.tr("Open the files that were saved"))
        self.open_button.clicked.connect(lambda: self.open_wanted.emit(list(self._saved)))
        self.stop_button = QPushButton(self.tr("Sto&p"))
        self.stop_button.setAccessibleName(self.tr("Stop saving"))
        self.stop_button.clicked.connect(self._stop)
        self.save_button = QPushButton(self.tr("&Save As…"))
        self.save_button.clicked.connect(self.save_wanted)
        self.save_all_button = QPushButton(self.tr("Save A&ll"))
        self.save_all_button.setDefault(True)
        self.save_all_button.clicked.connect(self.save_all_wanted)
        for widget in (label, self.place, self.overwrite):
            row.addWidget(widget)
        row.addWidget(self.progress, 1)
        row.addWidget(self.summary, 1)
        for button in (self.open_button, self.stop_button, self.save_button, self.save_all_button):
            row.addWidget(button)
        self.arrange(is_saving=False, can_save=False)

    def arrange(self, *, is_saving: bool, can_save: bool, obstacle: str = "") -> None:
        """Let be done what can be done now.

        Args:
            is_saving: whether files are being written.
            can_save: whether some could be.
            obstacle: what is in the way of it, as a sentence, or nothing.
        """
        for widget in (self.place, self.overwrite):
            widget.setEnabled(not is_saving)
        for button in (self.save_button, self.save_all_button):
            button.setEnabled(can_save and not obstacle)
            button.setToolTip(obstacle)
            button.setAccessibleDescription(obstacle)
        self.progress.setVisible(is_saving)
        self.summary.setVisible(not is_saving)
        self.stop_button.setVisible(is_saving)
        self.stop_button.setEnabled(is_saving)
        self.open_button.setVisible(not is_saving and bool(self._saved))

    def show_start(self, count: int) -> None:
        self.progress.setRange(0, count)
        self.progress.setValue(0)

    def show_end(self, ended: encoding_batch.Ended) -> None:
        self._saved = list(ended.saved)
        told = [self.tr("%n file(s) saved", "", len(ended.saved))]
        if ended.saved:
            told[0] += f", {size_in_bytes(ended.size)}"
        if ended.failed:
            told.append(self.tr("%n failed", "", ended.failed))
        if ended.stopped:
            told.append(self.tr("%n stopped", "", ended.stopped))
        if ended.usd:
            told.append(self.tr("described for {cost}").format(cost=money(ended.usd)))
        self.summary.setText("; ".join(told))

    def forget(self) -> None:
        self._saved = []
        self.summary.clear()

    def set_folder(self, folder: Path | None) -> None:
        """Save all files into a folder, or (None) each beside its photograph."""
        self.folder = folder
        self.place.setItemText(
            _FOLDER, self.tr("Choose a folder…") if folder is None else folder.name
        )
        self.place.setToolTip("" if folder is None else str(folder))
        self.place.setCurrentIndex(_BESIDE if folder is None else _FOLDER)

    def choose_folder(self) -> None:
        dialog = QFileDialog(self, self.tr("Save To"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.set_folder(Path(name)))
        dialog.rejected.connect(lambda: self.set_folder(self.folder))
        dialog.open()

    def _place_chosen(self, index: int) -> None:
        if index == _BESIDE:
            self.set_folder(None)
        else:
            self.choose_folder()

    def _stop(self) -> None:
        self.stop_button.setEnabled(False)
        self.stop_wanted.emit()


def ask_about_cost(
    parent: QWidget, count: int, found: tuple[Decimal, str], agreed: Callable[[], None]
) -> None:
    """Ask whether photographs shall be described, with cost and model; returns at once."""
    question = QCoreApplication.translate("EncodeWindow", "Describe %n photograph(s)?", "", count)
    details = QCoreApplication.translate(
        "EncodeWindow", "{model} will describe them for about {cost} in total."
    ).format(model=found[1], cost=money(found[0]))
    action = QCoreApplication.translate("EncodeWindow", "&Describe and Save")
    ask(parent, question, details, action, agreed, is_safe=True)
