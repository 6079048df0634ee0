"""How far a model is with a picture: how long it has been at it, and the way to stop it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from PyQt6.QtCore import Qt, QTimer, pyqtSignal
from PyQt6.QtWidgets import QProgressBar, QPushButton, QWidget

from gcx_viewer.gui import theme
from gcx_viewer.gui.bars.card import Card
from gcx_viewer.gui.money import money

if TYPE_CHECKING:
    from gcx_viewer.core.events import Generating

__all__ = ["ProgressLine"]

_TICK_MILLISECONDS: Final = 250


class ProgressLine(Card):
    """Says that a picture is being painted, and for how long."""

    cancelled = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("brush", parent)
        self.setAccessibleName(self.tr("Progress"))
        self._model = ""
        self._cost = ""
        self._unfinished = 0
        self._started = 0.0
        self._bar = QProgressBar(self)
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(4)
        self._bar.setAccessibleName(self.tr("A picture is being painted"))
        self.whole.addWidget(self._bar)
        self.cancel_button = QPushButton(self.tr("Cancel"), self)
        self.cancel_button.clicked.connect(lambda: self.cancelled.emit())
        self.row.addWidget(self.cancel_button, 0, Qt.AlignmentFlag.AlignVCenter)
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK_MILLISECONDS)
        self._tick.timeout.connect(self._tell)

    def begin(self, generating: Generating) -> None:
        """Count from when the model was asked."""
        self._model = generating.estimate.model
        self._cost = money(generating.estimate.usd)
        self._started = generating.started
        self._unfinished = 0
        self.cancel_button.setEnabled(True)
        # Where nothing may move, a full line stands for what else would run to and fro.
        self._bar.setRange(0, 0 if theme.animations_wanted(self) else 1)
        self._bar.setValue(1)
        self._tell()
        self._tick.start()
        self.show()

    def count_unfinished(self) -> None:
        """Another unfinished picture came."""
        self._unfinished += 1
        self._tell()

    def end(self) -> None:
        self._tick.stop()
        self.hide()

    def _tell(self) -> None:
        seconds = max(0, int(time.monotonic() - self._started))
        elapsed = f"{seconds // 60}:{seconds % 60:02}" if seconds >= 60 else f"{seconds} s"
        text = self.tr("{model} is painting… {elapsed}, about {cost}").format(
            model=self._model, elapsed=elapsed, cost=self._cost
        )
        if self._unfinished:
            text += self.tr(", draft %n", "", self._unfinished)
        if text != self.label.text():
            self.label.setText(text)
