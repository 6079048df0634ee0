"""The badge: says of pixels that no camera recorded them, and what made them.

It is there whenever such pixels are, and nothing takes it away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtCore import QCoreApplication, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PyQt6.QtWidgets import QWidget

from gcx_viewer.gui import theme

if TYPE_CHECKING:
    from gcx_viewer.core.pictures import Picture

__all__ = ["Badge", "badge_icon", "badge_text"]

_HEIGHT = 28
_ICON = 16
_MARGIN = 10
_GAP = 7
_LETTERS = QColor(255, 255, 255)
_GROUND = QColor(20, 20, 22, 205)
_RIM = QColor(255, 255, 255, 70)


def badge_text(picture: Picture, file_bytes: int) -> str | None:
    """What the badge says of a picture; None for the pixels of an ordinary file.

    Args:
        picture: that is shown.
        file_bytes: the size of the file that it was made from.
    """
    if not picture.is_synthetic:
        return None
    translate = QCoreApplication.translate
    model = str(picture.info.get("model") or "")
    match picture.kind:
        case "reconstruction" if model:
            text = translate("Badge", "Painted by {model} from %n byte(s)", "", file_bytes)
        case "reconstruction":
            text = translate("Badge", "Painted by a model from %n byte(s)", "", file_bytes)
        case "partial":
            text = translate("Badge", "Being painted, unfinished")
        case "card":
            text = translate("Badge", "Words on a card")
        case "blank" if picture.info.get("reason") == "decoding":
            text = translate("Badge", "Nothing to show yet")
        case "blank":
            text = translate("Badge", "Nothing to show")
        case _:
            text = translate("Badge", "Preview from %n byte(s)", "", file_bytes)
    return text.replace("{model}", model)


def badge_icon(picture: Picture) -> str:
    """The icon that says the same without words."""
    icons = {"reconstruction": "brush", "partial": "unfinished", "card": "card", "blank": "card"}
    return icons.get(picture.kind, "eye")


class Badge(QWidget):
    """A label over a corner of the picture, legible over any pixels, and to any eye."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._text = ""
        self._icon = ""
        self.hide()

    @property
    def text(self) -> str:
        return self._text

    def tell(self, picture: Picture | None, file_bytes: int) -> None:
        """Say what made a picture; nothing where a camera did."""
        text = None if picture is None else badge_text(picture, file_bytes)
        if picture is None or text is None:
            self._text = ""
            self.hide()
            return
        self._text = text
        self._icon = badge_icon(picture)
        self.setAccessibleName(text)
        self.adjustSize()
        self.show()
        self.raise_()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        width = QFontMetrics(self.font()).horizontalAdvance(self._text)
        whole = 2 * _MARGIN + _ICON + _GAP + width + 1
        parent = self.parentWidget()
        if parent is not None:
            whole = min(whole, max(parent.width() - 2 * self.x(), _HEIGHT))
        return QSize(whole, _HEIGHT)

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(_RIM)
        painter.setBrush(_GROUND)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(frame, frame.height() / 2, frame.height() / 2)
        drawn = theme.pixmap(self._icon, _LETTERS, _ICON, self.devicePixelRatioF())
        painter.drawPixmap(_MARGIN, (self.height() - _ICON) // 2, drawn)
        left = _MARGIN + _ICON + _GAP
        room = self.width() - left - _MARGIN + 1
        painter.setPen(_LETTERS)
        words = QFontMetrics(self.font()).elidedText(self._text, Qt.TextElideMode.ElideRight, room)
        painter.drawText(
            QRectF(left, 0, room, self.height()),
            Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
            words,
        )
