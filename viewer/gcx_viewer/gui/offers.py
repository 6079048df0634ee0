"""The one button that helps against an error."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QPushButton, QWidget

from gcx_viewer.gui.errors import Offer

__all__ = ["OfferButton"]


class OfferButton(QPushButton):
    """Is there as long as there is something to offer; a command it copies by itself."""

    wanted = pyqtSignal(object)
    """The `Offer` that the user takes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAutoDefault(True)  # or Return would do nothing on it
        self.clicked.connect(self._take)
        self.show_offer(None)

    def show_offer(self, offer: Offer | None, cost: str = "") -> None:
        """Offer this, or nothing; `cost` is that of trying again."""
        self._offer = offer
        self.setVisible(offer is not None)
        if offer is not None:
            self.setText(f"{offer.text} ({cost})" if cost else offer.text)
            self.setToolTip(offer.argument if offer.action == "copy" else "")

    def _take(self) -> None:
        if self._offer is None:
            return
        if self._offer.action != "copy":
            self.wanted.emit(self._offer)
        elif (clipboard := QGuiApplication.clipboard()) is not None:
            clipboard.setText(self._offer.argument)
            self.setText(self.tr("Copied"))
