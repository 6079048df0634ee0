"""The badge: says of pixels that no camera recorded them, and what made them.

It is there whenever such pixels are, and nothing takes it away. Where a model may paint the
picture, a quiet button in it says so, with the price.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from PyQt6.QtCore import QCoreApplication, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QAction, QColor, QFontMetrics, QPainter, QPaintEvent
from PyQt6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QWidget

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

_BUTTON: Final = """
    QPushButton { color: white; background: rgba(255, 255, 255, 40); border-radius: 10px;
        border: 1px solid rgba(255, 255, 255, 60); padding: 0 %dpx; min-height: 18px; }
    QPushButton:hover { background: rgba(255, 255, 255, 80); }
    QPushButton:pressed { background: rgba(255, 255, 255, 30); }
    QPushButton:focus { border-color: white; }
    QPushButton::menu-indicator { image: none; width: 0; }
"""

_READING_SECONDS: Final = 0.3
"""So long a price has to be seen before it can be agreed to: whoever presses a key or clicks in
the moment that it appears has meant something else."""


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
        case "preview" if model:
            text = translate(
                "Badge", "Edges guessed by {model} on this computer · %n byte(s)", "", file_bytes
            )
        case _:
            text = translate("Badge", "Preview · %n byte(s)", "", file_bytes)
    return text.replace("{model}", model)


def badge_icon(picture: Picture) -> str:
    """The icon that says the same without words."""
    icons = {"reconstruction": "brush", "partial": "unfinished", "card": "card", "blank": "card"}
    return icons.get(picture.kind, "eye")


class Badge(QWidget):
    """A label over a corner of the picture, legible over any pixels, and to any eye."""

    agreed = pyqtSignal(bool)
    """The picture is to be painted, at the price that was offered; or all of the folder."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._text = ""
        self._icon = ""
        self._seen_since: float | None = None
        self.paint_button = QPushButton(self)
        self.paint_button.setStyleSheet(_BUTTON % 9)
        self.paint_button.clicked.connect(lambda: self._agree(False))
        self.folder_button = QPushButton(self)
        self.folder_button.setStyleSheet(_BUTTON % 3)
        self.folder_button.setIcon(theme.icon("more", _LETTERS, 12))
        self.folder_button.setIconSize(QSize(12, 12))
        self.folder_button.setAccessibleName(self.tr("More ways to paint"))
        menu = QMenu(self.folder_button)
        self.folder_action = QAction(menu)
        self.folder_action.triggered.connect(lambda: self._agree(True))
        menu.addAction(self.folder_action)
        self.folder_button.setMenu(menu)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 4, 0)
        row.setSpacing(3)
        row.addStretch(1)
        for button in (self.paint_button, self.folder_button):
            button.setAutoDefault(True)  # or Return would do nothing on it
            button.setCursor(Qt.CursorShape.ArrowCursor)
            button.hide()
            row.addWidget(button)
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

    @property
    def is_offering(self) -> bool:
        return not self.paint_button.isHidden()

    @property
    def was_seen(self) -> bool:
        """Whether the price has been on the screen long enough to be read."""
        since = self._seen_since
        return (
            self.isVisible() and since is not None and time.monotonic() - since >= _READING_SECONDS
        )

    def offer(self, text: str, for_folder: str = "") -> None:
        """Offer to have the picture painted.

        Args:
            text: of the button, with the price; none: nothing is offered.
            for_folder: what it says to have all pictures of the folder painted; none: that is
                not offered.
        """
        if text != self.paint_button.text() or not self.is_offering:
            self._seen_since = None
        self.paint_button.setText(text)
        self.paint_button.setVisible(bool(text))
        self.folder_action.setText(for_folder)
        self.folder_button.setVisible(bool(text and for_folder))
        self.adjustSize()
        self.update()

    def _agree(self, for_folder: bool) -> None:
        if self.was_seen:
            self.agreed.emit(for_folder)

    def _buttons_width(self) -> int:
        """Of those that are there, with the gaps before them."""
        there = [b for b in (self.paint_button, self.folder_button) if not b.isHidden()]
        return sum(button.sizeHint().width() + 3 for button in there)

    def sizeHint(self) -> QSize:  # noqa: N802
        width = QFontMetrics(self.font()).horizontalAdvance(self._text)
        whole = 2 * _MARGIN + _ICON + _GAP + width + 1 + self._buttons_width()
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
        room = self.width() - left - _MARGIN + 1 - self._buttons_width()
        painter.setPen(_LETTERS)
        words = QFontMetrics(self.font()).elidedText(self._text, Qt.TextElideMode.ElideRight, room)
        painter.drawText(
            QRectF(left, 0, room, self.height()),
            Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
            words,
        )
        if self._seen_since is None and self.is_offering:
            self._seen_since = time.monotonic()
