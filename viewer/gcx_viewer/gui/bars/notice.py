"""What went wrong, said quietly and with the way out beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QToolButton, QWidget

from gcx_viewer.gui import errors, theme
from gcx_viewer.gui.bars.card import Card
from gcx_viewer.gui.offers import OfferButton

if TYPE_CHECKING:
    from gcx_format.errors import GcxError

__all__ = ["NoticeBar"]


class NoticeBar(Card):
    """Says what went wrong; stays until it is closed or something else is shown."""

    wanted = pyqtSignal(object)
    """The `Offer` that the user takes."""

    dismissed = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("warning", parent)
        self.setAccessibleName(self.tr("Notice"))
        self.label.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.label.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.button = OfferButton(self)
        self.button.wanted.connect(self.wanted)
        self.close_button = QToolButton(self)
        self.close_button.setAutoRaise(True)
        self.close_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.close_button.setAccessibleName(self.tr("Dismiss this notice"))
        self.close_button.setToolTip(self.tr("Close"))
        self.close_button.clicked.connect(self._dismiss)
        for button in (self.button, self.close_button):
            self.row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)

    def tell(self, message: str, detail: str = "") -> None:
        """Say something in plain words, shown as they are; the detail stands in a tooltip."""
        self.label.setText(message)
        self.label.setAccessibleName(message)
        self.label.setToolTip(errors.as_tooltip(detail))
        self.label.setAccessibleDescription(detail)
        self.button.show_offer(None)
        self.close_button.setIcon(
            theme.icon("close", self.palette().color(self.palette().ColorRole.WindowText), 14)
        )
        self.show()

    def tell_error(
        self, error: GcxError, *, can_retry: bool = False, can_export: bool = False, cost: str = ""
    ) -> None:
        """Say what went wrong, and offer what helps; `cost` is that of trying again."""
        self.tell(errors.sentence(error), errors.detail(error))
        found = errors.offer(error, can_retry=can_retry, can_export=can_export)
        is_again = found is not None and found.action == "retry"
        self.button.show_offer(found, cost if is_again else "")

    def _dismiss(self) -> None:
        self.hide()
        self.dismissed.emit()
