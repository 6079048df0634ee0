"""What fits the screen, however small that is: sizes of windows, pages that scroll, long names."""

from __future__ import annotations

import re
from typing import Final

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QFrame, QLabel, QScrollArea, QSizePolicy, QWidget

__all__ = ["OneLine", "breakable", "fit_on_screen", "scrolling"]

_FRAME: Final = QSize(8, 40)
"""What a desktop puts around a window, roughly."""

_LONGEST_WORD: Final = 64
_UNBROKEN: Final = 16
_LETTERS: Final = 4
"""That a `OneLine` shows at least."""

_LONG_WORD: Final = re.compile(rf"\S{{{_UNBROKEN + 1},}}")
_BREAK: Final = "\N{ZERO WIDTH SPACE}"


def fit_on_screen(window: QWidget, width: int, height: int) -> None:
    """Give a window this size, or less where the screen has no room for it."""
    screen = window.screen()
    size = QSize(width, height)
    if screen is not None:
        size = size.boundedTo(screen.availableGeometry().size() - _FRAME)
    window.resize(size)


def scrolling(inside: QWidget, *, sideways: bool = False) -> QScrollArea:
    """An area in which something can be scrolled where there is no room for all of it.

    Args:
        inside: what is shown.
        sideways: whether it may be wider than the area, too; else it has to make do.
    """
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    if not sideways:
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(inside)
    inside.setAutoFillBackground(False)  # which the area has just switched on
    if (viewport := area.viewport()) is not None:
        viewport.setAutoFillBackground(False)
    return area


def breakable(text: str) -> str:
    """A text in which no word, such as the name of a file, is too long for a line.

    What is still too long for a message is left out from its middle.
    """

    def cut(found: re.Match[str]) -> str:
        word = found[0]
        if len(word) > _LONGEST_WORD:
            half = _LONGEST_WORD // 2
            word = f"{word[:half]}…{word[-half:]}"
        parts = (word[at : at + _UNBROKEN] for at in range(0, len(word), _UNBROKEN))
        return _BREAK.join(parts)

    return _LONG_WORD.sub(cut, text)


class OneLine(QLabel):
    """A line of plain text that is shortened in its middle where there is no room for all of it."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Room for some letters, of longer texts too."""
        whole = super().minimumSizeHint()
        some = self.fontMetrics().averageCharWidth() * _LETTERS
        return QSize(min(whole.width(), some), whole.height())

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802
        metrics = self.fontMetrics()
        line = self.text().replace("\n", " ")
        shown = metrics.elidedText(line, Qt.TextElideMode.ElideMiddle, self.width())
        self.setToolTip("" if shown == line else line.replace("<", "&lt;"))
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.rect(), self.alignment() | Qt.TextFlag.TextSingleLine, shown)
