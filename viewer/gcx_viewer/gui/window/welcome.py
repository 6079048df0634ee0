"""What the window shows before any picture: how to open one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QDragEnterEvent, QDropEvent, QFont, QPainter, QPaintEvent
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gcx_viewer.gui import theme
from gcx_viewer.gui.drops import take_copy

__all__ = ["WelcomePage"]

_MOST_RECENT: Final = 6


class WelcomePage(QWidget):
    """Offers to open a file or a folder, to encode photographs, and what was open lately."""

    open_wanted = pyqtSignal()
    encode_wanted = pyqtSignal()
    chosen = pyqtSignal(object)
    dropped = pyqtSignal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self.setAccessibleName(self.tr("Welcome"))
        title = QLabel(self.tr("Open a picture, or drop one here"), self)
        font = QFont(title.font())
        font.setPointSizeF(font.pointSizeF() * 1.6)
        title.setFont(font)
        title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        explanation = QLabel(
            self.tr(
                "A .gcx file keeps a photograph in a few hundred bytes, for a model to paint again."
            ),
            self,
        )
        explanation.setForegroundRole(explanation.palette().ColorRole.PlaceholderText)
        explanation.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        explanation.setWordWrap(True)
        self.open_button = QPushButton(self.tr("Open…"), self)
        self.open_button.setDefault(True)
        self.open_button.clicked.connect(lambda: self.open_wanted.emit())
        self.encode_button = QPushButton(self.tr("Encode Photographs…"), self)
        self.encode_button.clicked.connect(lambda: self.encode_wanted.emit())
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addStretch(1)
        buttons.addWidget(self.open_button)
        buttons.addWidget(self.encode_button)
        buttons.addStretch(1)
        self._recent = QVBoxLayout()
        self._recent.setSpacing(2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(10)
        layout.addStretch(3)
        layout.addWidget(title)
        layout.addWidget(explanation)
        layout.addSpacing(8)
        layout.addLayout(buttons)
        layout.addSpacing(18)
        layout.addLayout(self._recent)
        layout.addStretch(4)

    def show_recent(self, paths: Sequence[Path]) -> None:
        """Offer files that were open lately, the last first."""
        while (item := self._recent.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for path in paths[:_MOST_RECENT]:
            # A mark for a letter of the menu is no part of a name.
            button = QPushButton(path.name.replace("&", "&&"), self)
            button.setObjectName("recent")
            button.setFlat(True)
            button.setToolTip(str(path).replace("<", "&lt;"))
            button.setAccessibleName(self.tr("Open {name}").format(name=path.name))
            button.clicked.connect(lambda _, chosen=path: self.chosen.emit(chosen))
            self._recent.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802
        QPainter(self).fillRect(self.rect(), theme.canvas_colour(self))

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:  # noqa: N802
        take_copy(event)

    def dropEvent(self, event: QDropEvent | None) -> None:  # noqa: N802
        if paths := take_copy(event):
            self.dropped.emit(paths)
