"""Keeping what is on the screen to what is on the disk."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject

if TYPE_CHECKING:
    from gcx_viewer.gui.watching import FileWatcher
    from gcx_viewer.gui.window.main_window import MainWindow

__all__ = ["FileMonitor"]


class FileMonitor(QObject):
    """Watches the file and the folders of a window, once its first picture is there."""

    def __init__(self, window: MainWindow) -> None:
        """Nothing is watched yet."""
        super().__init__(window)
        self._window = window
        self._is_on = False

    @cached_property
    def _watcher(self) -> FileWatcher:
        from gcx_viewer.gui.watching import FileWatcher

        watcher = FileWatcher(self)
        watcher.changed.connect(self._take_changed)
        watcher.removed.connect(self._tell_removed)
        watcher.folder_changed.connect(self._window.browsing.refresh)
        return watcher

    def begin(self) -> None:
        """Watch from now on."""
        self._is_on = True
        self.watch_file()
        self.watch_folders()

    def watch_file(self) -> None:
        """Another file is on the screen."""
        if self._is_on:
            self._watcher.watch(self._window.path)

    def watch_folders(self) -> None:
        """Other folders are gone through."""
        if self._is_on:
            self._watcher.watch_folders(self._window.browsing.folders)

    def _take_changed(self, path: Path) -> None:
        self._window.pages.refresh_thumbnail(path)
        if path == self._window.path:
            self._window.reload()

    def _tell_removed(self, path: Path) -> None:
        if path == self._window.path:
            self._window.notice.tell(self.tr("The file is gone; this is the last of it"))
