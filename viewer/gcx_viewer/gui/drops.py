"""Files that are dropped or pasted into a window: read where they lie, never moved."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import QMimeData, Qt
from PyQt6.QtGui import QDropEvent

__all__ = ["files_in", "take_copy"]


def files_in(data: QMimeData | None) -> list[Path]:
    """The files and folders that are dropped or pasted; what lies elsewhere is left out."""
    if data is None or not data.hasUrls():
        return []
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def take_copy(event: QDropEvent | None) -> list[Path]:
    """Accept what is dragged or dropped as a copy, whatever was proposed.

    After a move the other program would remove its files.

    Returns:
        The files and folders; none, and nothing is accepted, where there are none.
    """
    paths = files_in(None if event is None else event.mimeData())
    if event is not None and paths:
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
    return paths
