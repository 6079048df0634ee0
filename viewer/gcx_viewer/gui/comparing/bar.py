"""The bar above a comparison, which chooses the two pictures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QToolButton,
    QWidget,
)

__all__ = ["CompareBar", "Role"]

Role = Literal["original", "reconstruction", "another", "condition"]
"""What a picture is to the comparison."""


class CompareBar(QWidget):
    """Chooses left and right, and asks for the original."""

    chosen = pyqtSignal()
    """The user has chosen other pictures."""

    original_wanted = pyqtSignal()
    closed = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.left = self._chooser(self.tr("Left picture"))
        self.right = self._chooser(self.tr("Right picture"))
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
        row.addStretch(1)
        add = QPushButton(self.tr("Add &Original…"))
        add.setToolTip(self.tr("The photograph that was encoded; you can also drop it here"))
        add.clicked.connect(lambda: self.original_wanted.emit())
        row.addWidget(add)
        close = QPushButton(self.tr("&Done"))
        close.clicked.connect(lambda: self.closed.emit())
        row.addWidget(close)

    @property
    def roles(self) -> tuple[Role, Role] | None:
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
        for chooser, role in ((self.left, left), (self.right, right)):
            index = chooser.findData(role)
            if index >= 0:
                chooser.setCurrentIndex(index)
        self.chosen.emit()

    def swap(self) -> None:
        left, right = self.left.currentIndex(), self.right.currentIndex()
        self.left.setCurrentIndex(right)
        self.right.setCurrentIndex(left)
        self.chosen.emit()

    def _chooser(self, name: str) -> QComboBox:
        chooser = QComboBox()
        chooser.setAccessibleName(name)
        chooser.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        chooser.setMinimumWidth(80)
        chooser.activated.connect(lambda _: self.chosen.emit())
        return chooser
