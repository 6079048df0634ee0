"""Printing a picture on a page, with a line below that says what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PyQt6.QtCore import QCoreApplication, QMarginsF, QObject, QRectF, QSizeF, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPageLayout, QPainter
from PyQt6.QtPrintSupport import QPrintDialog, QPrinter, QPrintPreviewDialog

from gcx_format.errors import OutputError
from gcx_viewer.gui.background import Background
from gcx_viewer.gui.canvas.badge import badge_text

if TYPE_CHECKING:
    from PyQt6.QtWidgets import QWidget

    from gcx_viewer.core.document import Document
    from gcx_viewer.core.pictures import Picture

__all__ = ["Printing", "caption", "draw_page"]

_MARGIN_MILLIMETRES: Final = 12.0
_LETTERS: Final = 8.0
"""Points."""

_LARGEST_INCHES_PER_PIXEL: Final = 1 / 72
"""A small picture is enlarged to this density at most."""

_INK: Final = QColor(70, 70, 70)


def caption(picture: Picture, document: Document) -> str:
    """The line below a picture that no camera recorded; empty for a photograph."""
    what = badge_text(picture, document.file_bytes)
    if what is None:
        return ""
    translate = QCoreApplication.translate
    made = translate("Printing", "{what}. Not a photograph: no camera recorded these pixels.")
    return f"{document.path.name}  ·  {made.replace('{what}', what)}"


def draw_page(printer: QPrinter, image: QImage, caption: str) -> None:
    """Draw a picture on the page, as large as fits, and a line of words below it.

    Raises:
        OutputError: the printer, or the file in its place, does not take it.
    """
    painter = QPainter()
    if not painter.begin(printer):
        raise OutputError("the printer does not take the page")
    try:
        page = QRectF(painter.viewport())
        density = printer.resolution()
        font = QFont(painter.font())
        font.setPointSizeF(_LETTERS)
        painter.setFont(font)
        metrics = QFontMetricsF(font, printer)
        below = 2.2 * metrics.height() if caption else 0.0
        room = QSizeF(page.width(), page.height() - below)
        size = QSizeF(image.size()).scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        largest = QSizeF(image.size()) * (density * _LARGEST_INCHES_PER_PIXEL)
        if size.width() > largest.width():
            size = largest
        left = (page.width() - size.width()) / 2
        top = (room.height() - size.height()) / 2
        place = QRectF(left, top, size.width(), size.height())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(place, image, QRectF(image.rect()))
        if caption:
            painter.setPen(_INK)
            line = QRectF(0, place.bottom() + 0.6 * metrics.height(), page.width(), below)
            words = metrics.elidedText(caption, Qt.TextElideMode.ElideMiddle, page.width())
            painter.drawText(line, Qt.AlignmentFlag.AlignHCenter, words)
    finally:
        painter.end()


class Printing(QObject):
    """Asks for a printer, and prints the picture that is on the screen."""

    printed = pyqtSignal()
    """The page is on its way."""

    failed = pyqtSignal(object)
    """Nothing was printed, for the reason that a `GcxError` tells."""

    def __init__(self, window: QWidget) -> None:
        """Be ready.

        Args:
            window: that the dialogs belong to.
        """
        super().__init__(window)
        self._window = window
        self._background = Background(self, is_waited_for=True)
        self._background.done.connect(self._tell)
        self._background.failed.connect(self.failed)

    def ask(self, picture: Picture, document: Document, image: QImage) -> QPrintDialog:
        """Show the desktop's dialog; the page is printed when the user agrees.

        Args:
            picture: what is to be printed.
            document: the file that it was opened from.
            image: its pixels, ready to be drawn.
        """
        printer = _printer(document, image)
        dialog = QPrintDialog(printer, self._window)
        dialog.setWindowTitle(self.tr("Print Picture"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        words = caption(picture, document)
        dialog.accepted.connect(
            lambda: self._background.start(lambda _: draw_page(printer, image, words))
        )
        dialog.open()
        return dialog

    def preview(self, picture: Picture, document: Document, image: QImage) -> QPrintPreviewDialog:
        """Show what the page will look like, from where it can be printed too."""
        printer = _printer(document, image)
        dialog = QPrintPreviewDialog(printer, self._window)
        dialog.setWindowTitle(self.tr("Print Preview"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        words = caption(picture, document)
        dialog.paintRequested.connect(lambda page: self._draw(page, image, words))
        dialog.resize(760, 900)
        dialog.open()
        return dialog

    def close_workers(self) -> None:
        """Wait for a page that is being drawn."""
        self._background.close_workers()

    def _tell(self, _: object) -> None:
        self.printed.emit()

    def _draw(self, printer: QPrinter, image: QImage, words: str) -> None:
        try:
            draw_page(printer, image, words)
        except OutputError as error:
            self.failed.emit(error)


def _printer(document: Document, image: QImage) -> QPrinter:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName(document.path.name)
    printer.setCreator("gcx-viewer")
    is_wide = image.width() > image.height()
    printer.setPageOrientation(
        QPageLayout.Orientation.Landscape if is_wide else QPageLayout.Orientation.Portrait
    )
    margin = _MARGIN_MILLIMETRES
    printer.setPageMargins(QMarginsF(margin, margin, margin, margin), QPageLayout.Unit.Millimeter)
    return printer
