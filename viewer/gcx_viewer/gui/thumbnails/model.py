"""The files of a folder for Qt's views, with thumbnails that are asked for as they are seen."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from typing import Any, Final

from PyQt6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt, pyqtSignal
from PyQt6.QtGui import QImage, QPixmap
from PyQt6.QtWidgets import QListView

from gcx_format.files import is_gcx
from gcx_viewer.core.folder import Listing
from gcx_viewer.core.thumbnails.thumbnailer import Thumbnail, Thumbnailer

__all__ = ["FailedRole", "PaintedRole", "PathRole", "ThumbnailModel", "UnderWayRole"]

_MOST_PIXMAP_BYTES: Final = 64_000_000
_MOST_FAILURES: Final = 10_000

PathRole: Final = Qt.ItemDataRole.UserRole
"""The `Path` of a file."""

PaintedRole: Final = Qt.ItemDataRole.UserRole + 1
"""Whether a model painted what is shown of it."""

FailedRole: Final = Qt.ItemDataRole.UserRole + 2
"""Whether it cannot be shown."""

UnderWayRole: Final = Qt.ItemDataRole.UserRole + 3
"""Whether a model is painting it now."""


class ThumbnailModel(QAbstractListModel):
    """The files of a folder, and thumbnails of those that were looked at last."""

    _arrived = pyqtSignal(object, object)

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        side: int = 256,
        folder: Path | None = None,
        most_bytes: int = _MOST_PIXMAP_BYTES,
    ) -> None:
        """No files yet.

        Args:
            parent: that owns it.
            side: the longer one of thumbnails, in device pixels.
            folder: where thumbnails are kept; None: where all programs of the desktop keep them.
            most_bytes: of all pixmaps together.
        """
        super().__init__(parent)
        self._listing = Listing([])
        self._side = side
        self._most_bytes = most_bytes
        self._pixmaps: OrderedDict[Path, QPixmap] = OrderedDict()
        self._bytes = 0
        self._painted: dict[Path, str] = {}
        self._under_way: frozenset[Path] = frozenset()
        self._stale: set[Path] = set()
        self._failed: OrderedDict[Path, None] = OrderedDict()
        self._asked: set[Path] = set()
        self._seen: dict[QListView, tuple[int, int]] = {}
        self._arrived.connect(self._take)
        self._thumbnailer = Thumbnailer(self._convert, folder=folder)

    @property
    def listing(self) -> Listing:
        return self._listing

    @property
    def pixmap_bytes(self) -> int:
        """What the pixmaps take up in memory."""
        return self._bytes

    @property
    def pixmap_count(self) -> int:
        return len(self._pixmaps)

    def set_listing(self, listing: Listing) -> None:
        """Take other files; those that stay where they were keep their place in the views."""
        old, new = self._listing.names, listing.names
        shorter = min(len(old), len(new))
        head = 0
        while head < shorter and old[head] == new[head]:
            head += 1
        tail = 0
        while tail < shorter - head and old[-1 - tail] == new[-1 - tail]:
            tail += 1
        nowhere = QModelIndex()
        if head < len(old) - tail:
            self.beginRemoveRows(nowhere, head, len(old) - tail - 1)
            self._listing = Listing(old[:head] + old[len(old) - tail :])
            self.endRemoveRows()
        if head < len(new) - tail:
            self.beginInsertRows(nowhere, head, len(new) - tail - 1)
            self._listing = listing
            self.endInsertRows()
        self._listing = listing

    def refresh(self, path: Path) -> None:
        """The file has changed: its thumbnail is made again, and the old one stays till then."""
        self._thumbnailer.forget(path)
        self._asked.discard(path)
        self._failed.pop(path, None)
        self._stale.add(path)
        self._tell_changed(path)

    def set_painted(self, path: Path, kept: str | None) -> None:
        """Opening the file shows this kept picture, by its short name, or None a preview."""
        if path in self._pixmaps and self._painted.get(path) != kept:
            self.refresh(path)

    def set_under_way(self, paths: frozenset[Path]) -> None:
        """A model is painting these files now."""
        ended, self._under_way = self._under_way - paths, paths
        for path in ended:
            self.refresh(path)
        for path in paths:
            self._tell_changed(path)

    def set_seen(self, view: QListView, rows: tuple[int, int] | None) -> None:
        """Which rows a view shows, the last one included; others are not made any more."""
        if rows is None:
            self._seen.pop(view, None)
        else:
            self._seen[view] = rows
        seen = {
            path for first, last in self._seen.values() for path in self._listing[first : last + 1]
        }
        self._asked -= self._thumbnailer.keep_only(seen)

    def close_workers(self) -> None:
        self._thumbnailer.close()

    # What Qt asks

    def rowCount(self, parent: QModelIndex | None = None) -> int:  # noqa: N802
        return 0 if parent is not None and parent.isValid() else len(self._listing)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What is known of a file; its thumbnail is asked for when it is not there."""
        if not 0 <= index.row() < len(self._listing):
            return None
        path = self._listing[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.ToolTipRole:
                return path.name
            case Qt.ItemDataRole.AccessibleTextRole:
                return path.name
            case Qt.ItemDataRole.AccessibleDescriptionRole:
                return self._description(path)
            case Qt.ItemDataRole.DecorationRole:
                return self._pixmap(path)
            case _ if role == PathRole:
                return path
            case _ if role == PaintedRole:
                return path in self._painted
            case _ if role == UnderWayRole:
                return path in self._under_way
            case _ if role == FailedRole:
                return path in self._failed
        return None

    def _description(self, path: Path) -> str:
        if path in self._under_way:
            return self.tr("gcx descriptor, being painted")
        if path in self._painted:
            return self.tr("gcx descriptor, painted")
        return self.tr("gcx descriptor") if is_gcx(path) else self.tr("picture")

    # Pixmaps

    def _pixmap(self, path: Path) -> QPixmap | None:
        pixmap = self._pixmaps.get(path)
        if pixmap is not None:
            self._pixmaps.move_to_end(path)
        is_due = pixmap is None or path in self._stale
        if is_due and path not in self._failed and path not in self._asked:
            self._asked.add(path)
            self._thumbnailer.request(path, self._side)
        return pixmap

    def _convert(self, thumbnail: Thumbnail) -> None:
        """Make Qt's image, still on the thumbnailer's thread."""
        image: QImage | None = None
        if thumbnail.image is not None:
            from gcx_viewer.gui.images import to_qimage

            image = to_qimage(thumbnail.image)
        self._arrived.emit(thumbnail, image)

    def _take(self, thumbnail: Thumbnail, image: QImage | None) -> None:
        path = thumbnail.path
        self._asked.discard(path)
        self._stale.discard(path)
        if image is None:
            self._drop(path)
            self._failed[path] = None
            if len(self._failed) > _MOST_FAILURES:
                self._failed.popitem(last=False)
        else:
            self._drop(path)
            pixmap = QPixmap.fromImage(image)
            self._pixmaps[path] = pixmap
            self._bytes += _bytes_of(pixmap)
            if thumbnail.painted is not None:
                self._painted[path] = thumbnail.painted
            while self._bytes > self._most_bytes and len(self._pixmaps) > 1:
                self._drop(next(iter(self._pixmaps)))
        self._tell_changed(path)

    def _drop(self, path: Path) -> None:
        pixmap = self._pixmaps.pop(path, None)
        self._painted.pop(path, None)
        if pixmap is not None:
            self._bytes -= _bytes_of(pixmap)

    def _tell_changed(self, path: Path) -> None:
        row = self._listing.place(path)
        if row is not None:
            index = self.index(row)
            self.dataChanged.emit(index, index)


def _bytes_of(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * 4
