"""What went wrong, or what to decide, said quietly and with the way out beside it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from PyQt6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, Qt, pyqtSignal
from PyQt6.QtWidgets import QCheckBox, QPushButton, QToolButton, QWidget

from gcx_viewer.gui import theme
from gcx_viewer.gui.cards import Card

if TYPE_CHECKING:
    from gcx_format.generate.service import Estimate
    from gcx_viewer.core.events import Failed

__all__ = ["NoticeBar", "QuestionBar", "money"]

_REMEDIES: Final = {
    "settings": QT_TRANSLATE_NOOP("NoticeBar", "Settings…"),
    "key": QT_TRANSLATE_NOOP("NoticeBar", "Enter a Key…"),
    "spending limit": QT_TRANSLATE_NOOP("NoticeBar", "Change the Limit…"),
}
"""What the button of a remedy says; the other remedies have none."""


def money(usd: Decimal) -> str:
    """US dollars as people write them; less than a cent to a tenth of one."""
    return f"${usd:.2f}" if usd >= Decimal("0.01") or not usd else f"${usd:.3f}"


class NoticeBar(Card):
    """Says what went wrong; stays until it is closed or something else is shown."""

    remedy_wanted = pyqtSignal(str)
    retry_wanted = pyqtSignal()
    dismissed = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """A bar that says nothing yet."""
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
        self.close_button.setAccessibleName(self.tr("Close this notice"))
        self.close_button.setToolTip(self.tr("Close"))
        self.close_button.clicked.connect(self._dismiss)
        for button in (self.remedy_button, self.retry_button, self.close_button):
            self.row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)

    def tell(self, message: str, *, remedy: str = "none", can_retry: bool = False) -> None:
        """Say something.

        Args:
            message: in plain words; shown as they are.
            remedy: as `Failed` has it.
            can_retry: whether to offer that.
        """
        self.label.setText(message[:1].upper() + message[1:])
        self.label.setAccessibleName(message)
        self._remedy = remedy
        text = _REMEDIES.get(remedy)
        self.remedy_button.setVisible(text is not None)
        if text is not None:
            self.remedy_button.setText(QCoreApplication.translate("NoticeBar", text))
        self.retry_button.setVisible(can_retry)
        self.close_button.setIcon(
            theme.icon("close", self.palette().color(self.palette().ColorRole.WindowText), 14)
        )
        self.show()

    def tell_failure(self, failed: Failed) -> None:
        """Say what the core told."""
        # The file's name stands in the title already; the whole path would bury the message.
        self.tell(failed.error.message, remedy=failed.remedy, can_retry=failed.can_retry)

    def _dismiss(self) -> None:
        self.hide()
        self.dismissed.emit()


class QuestionBar(Card):
    """Asks whether a model may paint, and says what that costs."""

    agreed = pyqtSignal(bool)
    """Whether this holds for all of the folder."""

    declined = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """A question that is not asked yet."""
        super().__init__("brush", parent)
        self.setAccessibleName(self.tr("Question"))
        self.always = QCheckBox(self.tr("Always for this folder"), self)
        self.paint_button = QPushButton(self.tr("Paint"), self)
        self.paint_button.setDefault(True)
        self.paint_button.clicked.connect(self._agree)
        self.not_now_button = QPushButton(self.tr("Not Now"), self)
        self.not_now_button.clicked.connect(self._decline)
        for widget in (self.always, self.not_now_button, self.paint_button):
            self.row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)

    def ask(self, estimate: Estimate, *, for_folder: bool = True) -> None:
        """Ask.

        Args:
            estimate: of what it would take.
            for_folder: whether agreeing to all of the folder is offered.
        """
        text = self.tr("Paint this picture with {model}? About {cost}")
        self.label.setText(text.format(model=estimate.model, cost=money(estimate.usd)))
        self.always.setChecked(False)
        self.always.setVisible(for_folder)
        self.show()

    def _agree(self) -> None:
        self.hide()
        self.agreed.emit(self.always.isChecked())

    def _decline(self) -> None:
        self.hide()
        self.declined.emit()
