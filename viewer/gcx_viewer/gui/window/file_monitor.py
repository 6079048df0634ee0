"""Noticing when the file on screen changes, and when files come and go beside it.

Programs that save carefully put a new file in place of the old one, which a watch on the old one
does not survive; so the folder is watched as well, and the file is looked at again.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from PyQt6.QtCore import QFileSystemWatcher, QObject, QTimer, pyqtSignal

__all__ = ["FileMonitor"]

_QUIET_MILLISECONDS: Final = 200
"""Without a further change: until then a file may be half written."""

_State = tuple[int, int, int] | None
"""What tells one content of a file from another, or None where there is no file."""


class FileMonitor(QObject):
    """Watches a file and folders, from `begin` on: nothing is watched before the first picture."""

    changed = pyqtSignal(Path)
    """The file has other content, or is there again."""

    removed = pyqtSignal(Path)
    """The file is gone."""

    folder_changed = pyqtSignal()
    """Files have come or gone in one of the folders."""

    def __init__(
        self, parent: QObject | None = None, *, quiet_milliseconds: int = _QUIET_MILLISECONDS
    ) -> None:
        super().__init__(parent)
        self._watcher: QFileSystemWatcher | None = None
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(quiet_milliseconds)
        self._quiet.timeout.connect(self._look)
        self._path: Path | None = None
        self._state: _State = None
        self._folders: set[str] = set()
        self._folder_has_changed = False

    def begin(self) -> None:
        """Watch from now on."""
        self._watcher = QFileSystemWatcher(self)
        self._watcher.fileChanged.connect(self._notice)
        self._watcher.directoryChanged.connect(self._notice_folder)
        self.watch(self._path)

    def watch(self, path: Path | None) -> None:
        """Watch this file in place of the one before, or none."""
        self._path = path
        self._state = None if path is None else _state(path)
        self._renew()

    def watch_folders(self, folders: Iterable[Path]) -> None:
        """Watch these folders in place of those before."""
        self._folders = {str(folder) for folder in folders}
        self._renew()

    def _renew(self) -> None:
        """Have Qt watch what is to be watched, and no more."""
        if self._watcher is None:
            return
        wanted = set(self._folders)
        if self._path is not None:
            wanted.add(str(self._path.parent))
            if self._state is not None:
                wanted.add(str(self._path))
        watched = {*self._watcher.files(), *self._watcher.directories()}
        if left := watched - wanted:
            self._watcher.removePaths(list(left))
        if new := wanted - watched:
            self._watcher.addPaths(list(new))

    def _notice(self, _: str) -> None:
        self._quiet.start()

    def _notice_folder(self, folder: str) -> None:
        self._folder_has_changed |= folder in self._folders
        self._quiet.start()

    def _look(self) -> None:
        """Find out what has changed, now that nothing does any more."""
        path, before = self._path, self._state
        if path is not None:
            self._state = _state(path)
            # Another file may be in its place: the watch on the old one is of no use.
            if self._watcher is not None:
                self._watcher.removePath(str(path))
        self._renew()
        if self._folder_has_changed:
            self._folder_has_changed = False
            self.folder_changed.emit()
        if path is None or self._state == before:
            return
        if self._state is None:
            self.removed.emit(path)
        else:
            self.changed.emit(path)


def _state(path: Path) -> _State:
    try:
        status = path.stat()
    except (OSError, ValueError):  # ValueError: a name with a NUL in it
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size
