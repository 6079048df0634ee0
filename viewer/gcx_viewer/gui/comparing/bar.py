"""The bar above a comparison: which two pictures, and how they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from PyQt6.QtCore import QEvent, pyqtSignal
from PyQt6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QSpinBox,
    QToolButton,
    QWidget,
)

from gcx_viewer.gui.comparing.canvas import Mode

__all__ = ["CompareBar", "Role"]

Role = Literal["reconstruction", "condition", "original"]
"""What a picture is to the comparison."""

_SHORTEST_BLINK: Final = 100
_USUAL_BLINK: Final = 600
_LONGEST_BLINK: Final = 5000
"""In milliseconds."""

_MODE_STYLE: Final = """
QToolButton { padding: 4px 11px; border: 1px solid palette(dark); border-radius: 4px; }
QToolButton:checked { background: palette(highlight); color: palette(highlighted-text); }
QToolButton:focus { border-color: palette(highlight); }
"""
"""Which of the two is chosen has to be plain in dark colours too."""


class CompareBar(QWidget):
    """Chooses left and right, slider or blinking, and asks for the original."""

    chosen = pyqtSignal()
    """The user has chosen other pictures."""

    mode_wanted = pyqtSignal(str)
    interval_changed = pyqtSignal(int)
    original_wanted = pyqtSignal()
    closed = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """A bar with nothing to choose from."""
        super().__init__(parent)
        self.left = self._chooser(self.tr("Left picture"))
        self.right = self._chooser(self.tr("Right picture"))
        self._modes = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 6, 8, 6)
        row.addWidget(self.left)
        swap = QToolButton()
        swap.setText("⇄")
        swap.setToolTip(self.tr("Swap left and right (X)"))
        swap.setAccessibleName(self.tr("Swap left and right"))
        swap.clicked.connect(self.swap)
        row.addWidget(swap)
        row.addWidget(self.right)
        row.addSpacing(12)
        self._slider_button = self._mode_button(self.tr("Slider"), "slider")
        self._blink_button = self._mode_button(self.tr("Blink"), "blink")
        self._slider_button.setToolTip(self.tr("A divider to drag, or to move by the arrow keys"))
        self._blink_button.setToolTip(self.tr("One after the other, in the same place (B)"))
        row.addWidget(self._slider_button)
        row.addWidget(self._blink_button)
        self._interval = QSpinBox()
        self._interval.setRange(_SHORTEST_BLINK, _LONGEST_BLINK)
        self._interval.setSingleStep(100)
        self._interval.setValue(_USUAL_BLINK)
        self._interval.setSuffix(self.tr(" ms"))
        self._interval.setAccessibleName(self.tr("How long each picture is shown"))
        self._interval.valueChanged.connect(self.interval_changed)
        row.addWidget(self._interval)
        row.addStretch(1)
        add = QPushButton(self.tr("Add &Original…"))
        add.setToolTip(self.tr("The photograph that was encoded; dropping it here does too"))
        add.clicked.connect(lambda: self.original_wanted.emit())
        row.addWidget(add)
        close = QPushButton(self.tr("&Done"))
        close.clicked.connect(lambda: self.closed.emit())
        row.addWidget(close)
        self.show_mode("slider")

    @property
    def roles(self) -> tuple[Role, Role] | None:
        """What is chosen for the left and for the right."""
        left, right = self.left.currentData(), self.right.currentData()
        return None if left is None or right is None else (left, right)

    def offer(self, names: Mapping[Role, str], left: Role | None, right: Role | None) -> None:
        """Offer these pictures, with two of them chosen; nothing is told of that."""
        for chooser, role in ((self.left, left), (self.right, right)):
            chooser.clear()
            for offered, name in names.items():
                chooser.addItem(name, offered)
            chooser.setCurrentIndex(chooser.findData(role))
            chooser.setEnabled(len(names) > 1)

    def choose(self, left: Role, right: Role) -> None:
        """Choose these two, as far as they are offered."""
        for chooser, role in ((self.left, left), (self.right, right)):
            index = chooser.findData(role)
            if index >= 0:
                chooser.setCurrentIndex(index)
        self.chosen.emit()

    def swap(self) -> None:
        """Left to the right, and right to the left."""
        left, right = self.left.currentIndex(), self.right.currentIndex()
        self.left.setCurrentIndex(right)
        self.right.setCurrentIndex(left)
        self.chosen.emit()

    def show_mode(self, mode: Mode) -> None:
        """Which mode is on."""
        (self._slider_button if mode == "slider" else self._blink_button).setChecked(True)
        self._interval.setVisible(mode == "blink")

    def changeEvent(self, event: QEvent | None) -> None:  # noqa: N802
        """Follow the theme: a style sheet looks its colours up only when it is set."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.PaletteChange:
            for button in self._modes.buttons():
                button.setStyleSheet("")
                button.setStyleSheet(_MODE_STYLE)

    def _chooser(self, name: str) -> QComboBox:
        chooser = QComboBox()
        chooser.setAccessibleName(name)
        chooser.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        chooser.activated.connect(lambda _: self.chosen.emit())
        return chooser

    def _mode_button(self, words: str, mode: Mode) -> QToolButton:
        button = QToolButton()
        button.setText(words)
        button.setCheckable(True)
        button.setStyleSheet(_MODE_STYLE)
        button.clicked.connect(lambda: self.mode_wanted.emit(mode))
        self._modes.addButton(button)
        return button
