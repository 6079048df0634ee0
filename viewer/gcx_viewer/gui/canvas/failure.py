"""Why a file cannot be shown, in the middle of the canvas and with the one thing to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PyQt6.QtCore import QEvent, QObject, Qt
from PyQt6.QtGui import QFont
from PyQt6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from gcx_viewer.gui import errors, theme
from gcx_viewer.gui.offers import OfferButton

if TYPE_CHECKING:
    from gcx_format.errors import GcxError

__all__ = ["FailureView"]

_ICON: Final = 44
_WIDEST: Final = 460


class FailureView(QWidget):
    """Lies over all of a canvas that has no picture."""

    def __init__(self, canvas: QWidget) -> None:
        super().__init__(canvas)
        self.setAccessibleName(self.tr("Problem"))
        self._icon = QLabel()
        self.label = QLabel()
        font = QFont(self.label.font())
        font.setPointSizeF(1.2 * font.pointSizeF())
        self.label.setFont(font)
        self.button = OfferButton()
        self.details_button = QPushButton(self.tr("Details"))
        self.details_button.setCheckable(True)
        self.details_button.setAutoDefault(True)  # or Return would do nothing on it
        self.details = QLabel()
        self.details.setForegroundRole(self.palette().ColorRole.PlaceholderText)
        self.details_button.toggled.connect(self.details.setVisible)
        for label in (self.label, self.details):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setFixedWidth(_WIDEST)
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addStretch(1)
        for part in (self._icon, self.label, self.button, self.details_button, self.details):
            column.addWidget(part, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        canvas.installEventFilter(self)
        self.hide()

    def tell(self, error: GcxError, *, can_retry: bool) -> None:
        self.label.setText(errors.sentence(error))
        offer = errors.offer(error, can_retry=can_retry)
        self.button.show_offer(offer)
        self.details_button.setFlat(offer is not None)  # there is one button that looks like one
        self.details_button.setChecked(False)
        self.details.setText(errors.detail(error))
        self.details.hide()
        self._fit()
        self.show()

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:  # noqa: N802
        """Follow the canvas in size and colours."""
        if event is not None and event.type() in (QEvent.Type.Resize, QEvent.Type.PaletteChange):
            self._fit()
        return False

    def _fit(self) -> None:
        if (canvas := self.parentWidget()) is None:
            return
        self.setGeometry(canvas.rect())
        for label in (self.label, self.details):
            label.setFixedWidth(min(_WIDEST, max(canvas.width() - 40, 80)))
        colour = theme.muted(self.palette())
        self._icon.setPixmap(theme.pixmap("warning", colour, _ICON, self.devicePixelRatioF()))
