"""What went wrong, said quietly and with the way out beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PyQt6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, Qt, pyqtSignal
from PyQt6.QtWidgets import QPushButton, QToolButton, QWidget

from gcx_viewer.core.viewing.remedies import sentence
from gcx_viewer.gui import theme
from gcx_viewer.gui.bars.card import Card

if TYPE_CHECKING:
    from gcx_viewer.core.events import Failed

__all__ = ["NoticeBar"]

_REMEDIES: Final = {
    "settings": QT_TRANSLATE_NOOP("NoticeBar", "Settings…"),
    "key": QT_TRANSLATE_NOOP("NoticeBar", "Enter a Key…"),
    "spending limit": QT_TRANSLATE_NOOP("NoticeBar", "Change the Limit…"),
}
"""What the button of a remedy says; the other remedies have none."""


class NoticeBar(Card):
    """Says what went wrong; stays until it is closed or something else is shown."""

    remedy_wanted = pyqtSignal(str)
    retry_wanted = pyqtSignal()
    dismissed = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("warning", parent)
        self.setAccessibleName(self.tr("Notice"))
        self.label.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.label.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._remedy = ""
        self.remedy_button = QPushButton(self)
        self.remedy_button.clicked.connect(lambda: self.remedy_wanted.emit(self._remedy))
        self.retry_button = QPushButton(self.tr("Try Again"), self)
        self.retry_button.clicked.connect(lambda: self.retry_wanted.emit())
        self.close_button = QToolButton(self)
        self.close_button.setAutoRaise(True)
        self.close_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.close_button.setAccessibleName(self.tr("Dismiss this notice"))
        self.close_button.setToolTip(self.tr("Close"))
        self.close_button.clicked.connect(self._dismiss)
        for offer in (self.remedy_button, self.retry_button):
            offer.setAutoDefault(True)  # or Return would do nothing on them
        for button in (self.remedy_button, self.retry_button, self.close_button):
            self.row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)

    def tell(
        self, message: str, *, remedy: str = "none", can_retry: bool = False, cost: str = ""
    ) -> None:
        """Say something.

        Args:
            message: in plain words; shown as they are.
            remedy: as `Failed` has it.
            can_retry: whether to offer that.
            cost: of trying again, if that costs anything.
        """
        self.label.setText(message[:1].upper() + message[1:])
        self.label.setAccessibleName(message)
        self._remedy = remedy
        text = _REMEDIES.get(remedy)
        self.remedy_button.setVisible(text is not None)
        if text is not None:
            self.remedy_button.setText(QCoreApplication.translate("NoticeBar", text))
        again = self.tr("Try Again ({cost})") if cost else self.tr("Try Again")
        self.retry_button.setText(again.replace("{cost}", cost))
        self.retry_button.setVisible(can_retry)
        self.close_button.setIcon(
            theme.icon("close", self.palette().color(self.palette().ColorRole.WindowText), 14)
        )
        self.show()

    def tell_failure(self, failed: Failed, cost: str = "") -> None:
        """Say what the core told, and what trying again would cost."""
        # The file's name stands in the title already; the whole path would bury the message.
        message = sentence(failed.error)
        self.tell(message, remedy=failed.remedy, can_retry=failed.can_retry, cost=cost)

    def _dismiss(self) -> None:
        self.hide()
        self.dismissed.emit()
