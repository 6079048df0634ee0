"""Pictures on their way to other programs: copied, or dragged out of the window.

Wherever they go they say how their pixels came to be: what is handed over is a PNG file with XMP.
"""

from __future__ import annotations

import contextlib
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PyQt6.QtCore import QByteArray, QMimeData, QObject, Qt, QUrl, pyqtSignal
from PyQt6.QtGui import QDrag, QGuiApplication, QImage, QPixmap

from gcx_format.errors import OutputError
from gcx_viewer.core.exporting import export_bytes
from gcx_viewer.gui.images import to_qimage
from gcx_viewer.gui.task import Task

if TYPE_CHECKING:
    from PyQt6.QtWidgets import QWidget

    from gcx_viewer.core.document import Document
    from gcx_viewer.core.pictures import Picture

__all__ = ["Clipboard", "DragOut", "file_name"]

_NOT_IN_NAMES: Final = re.compile(r'[\x00-\x1f<>:"/\\|?*]')
_LONGEST_NAME: Final = 60


@dataclass(frozen=True, slots=True)
class _Copy:
    """A picture made ready to be handed over, as a file too if it is dragged."""

    image: QImage
    png: bytes
    file: Path | None = None


class Clipboard(QObject):
    copied = pyqtSignal()
    """The picture is on the clipboard."""

    failed = pyqtSignal(object)
    """It is not, for the reason that a `GcxError` tells."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._file: Path | None = None
        self._task = Task(self)
        self._task.done.connect(self._put)
        self._task.failed.connect(self.failed)

    def copy(self, picture: Picture, document: Document | None, quarters: int = 0) -> None:
        """Copy a picture as it is turned; returns at once, and `copied` or `failed` follows."""
        # Pasted into a folder, a photograph is its file; a picture of a `.gcx` is not that.
        is_the_file = document is not None and not picture.is_synthetic and not quarters
        self._file = document.path if document is not None and is_the_file else None
        self._task.start(lambda _: _make_copy(picture, document, quarters))

    def close_workers(self) -> None:
        self._task.close()

    def _put(self, copy: _Copy) -> None:
        clipboard = QGuiApplication.clipboard()
        if clipboard is None:
            return
        mime = _mime_data(copy)
        if self._file is not None:
            mime.setUrls([_url(self._file)])
        clipboard.setMimeData(mime)
        self.copied.emit()


class DragOut(QObject):
    """Drags pictures out of the window as files.

    An ordinary photograph is dragged as its own file. A reconstruction or preview, or what was
    turned, is written to a PNG file first, which is there as long as the program runs. With the
    Ctrl key held, the `.gcx` file itself is dragged.
    """

    failed = pyqtSignal(object)
    """Nothing is dragged, for the reason that a `GcxError` tells."""

    def __init__(self, source: QWidget) -> None:
        super().__init__(source)
        self._source = source
        self._shown = QPixmap()
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._task = Task(self)
        self._task.done.connect(self._drag_copy)
        self._task.failed.connect(self.failed)

    def start(
        self,
        picture: Picture,
        document: Document,
        shown: QPixmap,
        quarters: int = 0,
        modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    ) -> None:
        """Begin to drag; call it while the mouse button is held."""
        self._shown = shown
        is_the_file = not picture.is_synthetic and not quarters
        if is_the_file or modifiers & Qt.KeyboardModifier.ControlModifier:
            mime = QMimeData()
            mime.setUrls([_url(document.path)])
            self._drag(mime)
            return
        try:
            if self._folder is None:
                self._folder = tempfile.TemporaryDirectory(prefix="gcx-viewer-")
        except OSError as error:
            self.failed.emit(OutputError(f"no file can be written: {error.strerror}"))
            return
        folder = Path(self._folder.name)
        self._task.start(lambda _: _make_copy(picture, document, quarters, folder))

    def close_workers(self) -> None:
        """Wait for the thread, and remove the files that were written for dragging."""
        self._task.close()
        if self._folder is not None:
            with contextlib.suppress(OSError):
                self._folder.cleanup()
            self._folder = None

    def _drag_copy(self, copy: _Copy) -> None:
        if not self._is_held():
            return  # let go meanwhile
        mime = _mime_data(copy)
        if copy.file is not None:
            mime.setUrls([_url(copy.file)])
        self._drag(mime)

    def _is_held(self) -> bool:
        return bool(QGuiApplication.mouseButtons() & Qt.MouseButton.LeftButton)

    def _drag(self, mime: QMimeData) -> None:
        drag = QDrag(self._source)
        drag.setMimeData(mime)
        if not self._shown.isNull():
            drag.setPixmap(self._shown)
        drag.exec(Qt.DropAction.CopyAction)


def _make_copy(
    picture: Picture, document: Document | None, quarters: int, folder: Path | None = None
) -> _Copy:
    """Make a picture ready, on a thread.

    Raises:
        OutputError: it cannot be made or written.
    """
    picture = picture.turned(quarters)
    png = export_bytes(picture, document, "PNG", effort="quick")
    file: Path | None = None
    if folder is not None:
        try:
            file = Path(tempfile.mkdtemp(dir=folder)) / file_name(document, ".png")
            file.write_bytes(png)
        except OSError as error:
            raise OutputError(f"no file can be written: {error.strerror}") from None
    return _Copy(to_qimage(picture.image), png, file)


def _mime_data(copy: _Copy) -> QMimeData:
    mime = QMimeData()
    mime.setImageData(copy.image)
    mime.setData("image/png", QByteArray(copy.png))
    return mime


def _url(path: Path) -> QUrl:
    return QUrl.fromLocalFile(str(path.absolute()))


def file_name(document: Document | None, extension: str) -> str:
    """A name for a copy of a document's picture, which every file system takes."""
    stem = "" if document is None else _NOT_IN_NAMES.sub("_", document.path.stem)
    return (stem[:_LONGEST_NAME].strip(" .") or "picture") + extension
