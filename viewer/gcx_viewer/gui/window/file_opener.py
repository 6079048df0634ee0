"""What the user opens: by a dialog, from the list of recent files, or by dropping it in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, Qt
from PyQt6.QtGui import QCursor
from PyQt6.QtWidgets import QFileDialog, QMenu

if TYPE_CHECKING:
    from gcx_viewer.gui.window.main_window import MainWindow

__all__ = ["FileOpener"]


class FileOpener(QObject):
    """Opens files and folders in one window."""

    def __init__(self, window: MainWindow) -> None:
        """For a window."""
        super().__init__(window)
        self._window = window
        self.recent_menu = QMenu(self.tr("Open &Recent"), window)
        self.recent_menu.aboutToShow.connect(self._fill_recent)

    def ask_for_files(self) -> None:
        """Let the user choose files."""
        dialog = self._dialog(self.tr("Open Pictures"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters([self.tr("Pictures (*.gcx *.*)"), self.tr("gcx (*.gcx)")])
        dialog.open()

    def ask_for_folder(self) -> None:
        """Let the user choose a folder."""
        dialog = self._dialog(self.tr("Open Folder"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.open()

    def take_dropped(self, names: Sequence[str]) -> None:
        """Open what was dropped; photographs over a `.gcx` may be meant for something else."""
        window = self._window
        paths = [Path(name) for name in names]
        over_descriptor = window.document is not None and window.document.descriptor is not None
        photographs = all(path.suffix and path.suffix.lower() != ".gcx" for path in paths)
        if not (paths and over_descriptor and photographs):
            window.open_paths(paths)
            return
        menu = QMenu(window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        choices = [
            (self.tr("&Encode…"), lambda: window.encoding_wanted.emit(paths)),
            (self.tr("&Open"), lambda: window.open_paths(paths)),
        ]
        if len(paths) == 1:
            compare = self.tr("&Compare with This Picture")
            choices.insert(0, (compare, lambda: window.pages.compare_with(paths[0])))
        for text, choice in choices:
            action = menu.addAction(text)
            assert action is not None
            action.triggered.connect(choice)
        menu.popup(QCursor.pos())

    def _dialog(self, title: str) -> QFileDialog:
        window = self._window
        dialog = QFileDialog(window, title, str(self._folder_to_start_from()))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(lambda names: window.open_paths([Path(n) for n in names]))
        return dialog

    def _folder_to_start_from(self) -> Path:
        if self._window.path is not None:
            return self._window.path.parent
        if self._window.preferences.recent:
            return self._window.preferences.recent[0].parent
        return Path.home()

    def _fill_recent(self) -> None:
        self.recent_menu.clear()
        for path in self._window.preferences.recent:
            action = self.recent_menu.addAction(path.name.replace("&", "&&"))
            assert action is not None
            action.triggered.connect(lambda _, chosen=path: self._window.open_paths([chosen]))
        if not self._window.preferences.recent:
            nothing = self.recent_menu.addAction(self.tr("Nothing Yet"))
            assert nothing is not None
            nothing.setEnabled(False)
