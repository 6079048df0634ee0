"""What the user opens: by a dialog, from the list of recent files, or by dropping it in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PyQt6.QtCore import QObject, Qt, QUrl, pyqtSignal
from PyQt6.QtGui import QCursor, QDesktopServices
from PyQt6.QtWidgets import QFileDialog, QMenu, QWidget

from gcx_viewer.gui.window.state import WindowState

__all__ = ["FileOpener"]


class FileOpener(QObject):
    """Finds out what the user wants to open, encode or compare with."""

    open_wanted = pyqtSignal(list)
    encoding_wanted = pyqtSignal(list)
    comparison_wanted = pyqtSignal(Path)

    def __init__(self, state: WindowState, parent: QWidget) -> None:
        super().__init__(parent)
        self._state = state
        self._parent = parent
        self.recent_menu = QMenu(self.tr("Open &Recent"), parent)
        self.recent_menu.aboutToShow.connect(self._fill_recent)

    def ask_for_files(self) -> None:
        dialog = self._dialog(self.tr("Open Pictures"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters([self.tr("Pictures (*.gcx *.*)"), self.tr("gcx (*.gcx)")])
        dialog.open()

    def ask_for_folder(self) -> None:
        dialog = self._dialog(self.tr("Open Folder"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.open()

    def take_dropped(self, paths: Sequence[Path]) -> None:
        """Open what was dropped; photographs over a `.gcx` may be meant for something else."""
        document = self._state.document
        over_descriptor = document is not None and document.descriptor is not None
        photographs = all(path.suffix and path.suffix.lower() != ".gcx" for path in paths)
        if not (paths and over_descriptor and photographs):
            self.open_wanted.emit(paths)
            return
        menu = QMenu(self._parent)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        choices: list[tuple[str, Callable[[], None]]] = [
            (self.tr("&Encode…"), partial(self.encoding_wanted.emit, paths)),
            (self.tr("&Open"), partial(self.open_wanted.emit, paths)),
        ]
        if len(paths) == 1:
            compare = self.tr("&Compare with This Picture")
            choices.insert(0, (compare, partial(self.comparison_wanted.emit, paths[0])))
        for text, choice in choices:
            action = menu.addAction(text)
            assert action is not None
            action.triggered.connect(lambda _, chosen=choice: chosen())
        menu.popup(QCursor.pos())

    def show_in_folder(self) -> None:
        """Open the desktop's file manager."""
        if self._state.path is not None:
            folder = self._state.path.absolute().parent
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def _dialog(self, title: str) -> QFileDialog:
        dialog = QFileDialog(self._parent, title, str(self._folder_to_start_from()))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(
            lambda names: self.open_wanted.emit([Path(name) for name in names])
        )
        return dialog

    def _folder_to_start_from(self) -> Path:
        if self._state.path is not None:
            return self._state.path.parent
        if self._state.preferences.recent:
            return self._state.preferences.recent[0].parent
        return Path.home()

    def _fill_recent(self) -> None:
        self.recent_menu.clear()
        for path in self._state.preferences.recent:
            action = self.recent_menu.addAction(path.name.replace("&", "&&"))
            assert action is not None
            action.triggered.connect(lambda _, chosen=path: self.open_wanted.emit([chosen]))
        if not self._state.preferences.recent:
            nothing = self.recent_menu.addAction(self.tr("Nothing Yet"))
            assert nothing is not None
            nothing.setEnabled(False)
