"""Cards: quiet messages that lie over the canvas, so that the picture does not move for them."""

from __future__ import annotations

from typing import Final

from PyQt6.QtCore import QEvent, QObject, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QPainter, QPaintEvent
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from gcx_viewer.gui import theme

__all__ = ["Card", "CardStack"]

_WIDEST: Final = 760
_MARGIN: Final = 14
_SHADOW: Final = 3
_RADIUS: Final = 9.0
_ICON: Final = 20


class Card(QWidget):
    """A rounded card with an icon and one or two lines; controls are added to `row`."""

    def __init__(self, icon: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon_name = icon
        self._icon = QLabel(self)
        self._icon.setFixedSize(_ICON, _ICON)
        self.label = QLabel(self)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setWordWrap(True)
        self.label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.column = QVBoxLayout()
        self.column.setSpacing(2)
        self.column.addStretch(1)
        self.column.addWidget(self.label)
        self.column.addStretch(1)
        self.row = QHBoxLayout()
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(10)
        self.row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        self.row.addLayout(self.column, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(14 + _SHADOW, 9 + _SHADOW, 10 + _SHADOW, 9 + _SHADOW)
        whole.setSpacing(8)
        whole.addLayout(self.row)
        self.whole = whole
        self._draw_icon()
        self.hide()

    def changeEvent(self, event: QEvent | None) -> None:  # noqa: N802
        if event is not None and event.type() == QEvent.Type.PaletteChange:
            self._draw_icon()
        super().changeEvent(event)

    def _draw_icon(self) -> None:
        colour = self.palette().color(self.palette().ColorRole.WindowText)
        ratio = self.devicePixelRatioF()
        self._icon.setPixmap(theme.pixmap(self._icon_name, colour, _ICON, ratio))

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(_SHADOW, _SHADOW, -_SHADOW, -_SHADOW)
        painter.setPen(Qt.PenStyle.NoPen)
        for spread in range(_SHADOW, 0, -1):
            painter.setBrush(QColor(0, 0, 0, 16))
            grown = frame.adjusted(-spread, -spread + 1, spread, spread)
            painter.drawRoundedRect(grown, _RADIUS + spread, _RADIUS + spread)
        palette = self.palette()
        rim = palette.color(
            palette.ColorRole.Light if theme.is_dark(palette) else palette.ColorRole.Mid
        )
        painter.setPen(rim)
        painter.setBrush(palette.color(palette.ColorRole.Window))
        frame = frame.adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(frame, _RADIUS, _RADIUS)


class CardStack(QObject):
    """Keeps cards in the middle of the lower edge of a widget, one above the other."""

    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self._host = host
        self._cards: list[Card] = []
        host.installEventFilter(self)

    def add(self, card: Card) -> None:
        card.setParent(self._host)
        card.hide()
        card.installEventFilter(self)
        self._cards.append(card)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:  # noqa: N802
        """Lay the cards out again when anything changes its size."""
        if event is not None and (
            (watched is self._host and event.type() == QEvent.Type.Resize)
            or event.type()
            in (QEvent.Type.LayoutRequest, QEvent.Type.ShowToParent, QEvent.Type.HideToParent)
        ):
            self.arrange()
        return False

    def arrange(self) -> None:
        bottom = self._host.height() - _MARGIN
        room = max(self._host.width() - 2 * _MARGIN, 120)
        for card in self._cards:
            if card.isHidden():
                continue
            size = self._size(card, min(room, _WIDEST))
            left = (self._host.width() - size.width()) // 2
            card.setGeometry(left, bottom - size.height(), size.width(), size.height())
            card.raise_()
            bottom -= size.height()

    @staticmethod
    def _size(card: Card, room: int) -> QSize:
        """As wide as its words need in one line, where there is room."""
        # A label that breaks lines asks for a block; what it would take unbroken is asked first.
        letters = card.label.fontMetrics().horizontalAdvance(card.label.text())
        asked = card.sizeHint().width() - card.label.sizeHint().width() + letters + 8
        width = min(max(asked, 280), room)
        height = card.heightForWidth(width) if card.hasHeightForWidth() else -1
        return QSize(width, max(height, card.minimumSizeHint().height()))
