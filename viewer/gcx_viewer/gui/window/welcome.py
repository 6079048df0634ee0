"""What the window shows before any picture: how to open one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QDragEnterEvent, QDropEvent, QFont, QPainter, QPaintEvent, QPalette
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gcx_viewer.gui import theme
from gcx_viewer.gui.drops import take_copy
from gcx_viewer.gui.fitting import scrolling

if TYPE_CHECKING:
    from gcx_viewer.gui.thumbnails.views import ThumbnailGrid

__all__ = ["SAMPLE", "WelcomePage"]

_MOST_RECENT: Final = 8
_COLUMNS: Final = 4

SAMPLE: Final = Path(__file__).parents[2] / "sample" / "coffee.gcx"
"""To be tried by who has no `.gcx` file yet; `samples/README.md` says where it is from."""


class WelcomePage(QWidget):
    """Offers to open a file or a sample, to encode photographs, and what was open lately."""

    open_wanted = pyqtSignal()
    encode_wanted = pyqtSignal()
    chosen = pyqtSignal(object)
    dropped = pyqtSignal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self.setAccessibleName(self.tr("Welcome"))
        self.recent: ThumbnailGrid | None = None
        inside = QWidget()
        title = self._text(inside, self.tr("Open a picture, or drop one here"))
        font = QFont(title.font())
        font.setPointSizeF(font.pointSizeF() * 1.6)
        title.setFont(font)
        explanation = self._text(
            inside,
            self.tr(
                "A .gcx file keeps a photograph in a few hundred bytes, for a model to paint again."
            ),
        )
        explanation.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.open_button = QPushButton(self.tr("Open…"))
        self.open_button.setDefault(True)
        self.open_button.clicked.connect(lambda: self.open_wanted.emit())
        self.sample_button = QPushButton(self.tr("Try a Sample"))
        self.sample_button.setVisible(SAMPLE.is_file())
        self.sample_button.clicked.connect(lambda: self.chosen.emit(SAMPLE))
        self.encode_button = QPushButton(self.tr("Encode Photographs…"))
        self.encode_button.clicked.connect(lambda: self.encode_wanted.emit())
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addStretch(1)
        for button in (self.open_button, self.sample_button, self.encode_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(24, 24, 24, 24)
        self._column.setSpacing(10)
        self._column.addStretch(3)
        self._column.addWidget(title)
        self._column.addWidget(explanation)
        self._column.addSpacing(8)
        self._column.addLayout(buttons)
        self._column.addSpacing(18)
        self._column.addStretch(4)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(scrolling(inside, sideways=True))

    def show_recent(self, paths: Sequence[Path]) -> None:
        """Offer files that were open lately, the last first."""
        from gcx_viewer.core.folder import Listing

        shown = [path for path in paths if path != SAMPLE][:_MOST_RECENT]
        if shown and self.recent is None:
            self.recent = self._grid()
        if self.recent is not None:
            self.recent.set_folder(Listing([str(path) for path in shown]))
            self.recent.setFixedSize(self.recent.room_for(len(shown), _COLUMNS))
            self.recent.setVisible(bool(shown))

    def close_workers(self) -> None:
        if self.recent is not None:
            self.recent.close_workers()

    def _grid(self) -> ThumbnailGrid:
        from gcx_viewer.gui.thumbnails.model import PathRole
        from gcx_viewer.gui.thumbnails.views import ThumbnailGrid

        grid = ThumbnailGrid(foldered=True)
        grid.setAccessibleName(self.tr("Recent pictures"))
        grid.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        if (viewport := grid.viewport()) is not None:
            viewport.setAutoFillBackground(False)
        grid.activated.connect(self.chosen)
        grid.clicked.connect(lambda index: grid.activated.emit(index.data(PathRole)))
        before_last = self._column.count() - 1
        self._column.insertWidget(before_last, grid, 0, Qt.AlignmentFlag.AlignHCenter)
        return grid

    @staticmethod
    def _text(parent: QWidget, text: str) -> QLabel:
        label = QLabel(text, parent)
        label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        label.setWordWrap(True)
        label.setMinimumWidth(1)
        return label

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802
        QPainter(self).fillRect(self.rect(), theme.canvas_colour(self))

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:  # noqa: N802
        take_copy(event)

    def dropEvent(self, event: QDropEvent | None) -> None:  # noqa: N802
        if paths := take_copy(event):
            self.dropped.emit(paths)
