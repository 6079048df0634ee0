"""The question whether a model may paint, with what that costs."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QPaintEvent
from PyQt6.QtWidgets import QCheckBox, QPushButton, QWidget

from gcx_viewer.gui.bars.card import Card
from gcx_viewer.gui.money import money

if TYPE_CHECKING:
    from gcx_format.pipeline import Estimate

__all__ = ["QuestionBar"]

_READING_SECONDS: Final = 0.3
"""So long a question has to be seen before it can be agreed to: whoever presses a key or clicks
in the moment that it appears has meant something else."""


class QuestionBar(Card):
    """Asks whether a model may paint, and says what that costs."""

    agreed = pyqtSignal(bool)
    """Whether this holds for all of the folder."""

    declined = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("brush", parent)
        self.setAccessibleName(self.tr("Question"))
        self._seen_since: float | None = None
        self.always = QCheckBox(self.tr("Always for this folder"), self)
        self.paint_button = _Agreeing(self.tr("Paint"), self)
        self.paint_button.setDefault(True)
        self.paint_button.clicked.connect(self.agree)
        self.not_now_button = QPushButton(self.tr("Not Now"), self)
        self.not_now_button.setAutoDefault(True)  # or Return would do nothing on it
        self.not_now_button.clicked.connect(self._decline)
        for widget in (self.always, self.not_now_button, self.paint_button):
            self.row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)

    @property
    def was_seen(self) -> bool:
        """Whether it has been on the screen long enough to be read."""
        since = self._seen_since
        return (
            not self.isHidden()
            and since is not None
            and time.monotonic() - since >= _READING_SECONDS
        )

    def ask(self, estimate: Estimate, *, for_folder: bool = True) -> None:
        """Ask, with the cost; `for_folder` offers to agree for the whole folder."""
        text = self.tr("Paint this picture with {model}? About {cost}")
        text = text.format(model=estimate.model, cost=money(estimate.usd))
        if self.isHidden() or text != self.label.text():
            self._seen_since = None
            self.always.setChecked(False)
        self.label.setText(text)
        self.always.setVisible(for_folder)
        self.show()
        self.update()

    def agree(self) -> None:
        """Take it as agreed to, if it was seen."""
        if self.was_seen:
            self.hide()
            self.agreed.emit(self.always.isChecked() and not self.always.isHidden())

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802
        """Draw it, and note when the user could see it first."""
        super().paintEvent(event)
        if self._seen_since is None:
            self._seen_since = time.monotonic()

    def _decline(self) -> None:
        self.hide()
        self.declined.emit()


class _Agreeing(QPushButton):
    """A button that a key which is held down does not press: it was pressed for something else."""

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802
        """Let the first press of a key through."""
        if event is not None and event.isAutoRepeat():
            event.accept()
        else:
            super().keyPressEvent(event)
