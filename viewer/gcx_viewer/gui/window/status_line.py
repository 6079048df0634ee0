"""The line below the picture: which file, where in the folder, how large, how near."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtCore import QEvent, QLocale, Qt
from PyQt6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from gcx_viewer.gui import theme
from gcx_viewer.gui.fitting import OneLine
from gcx_viewer.gui.sizes import first_of, short_size

if TYPE_CHECKING:
    from gcx_viewer.core.document import Document

__all__ = ["StatusLine"]


class StatusLine(QWidget):
    """Name, place in the folder, a remark, size and zoom, in plain text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Status"))
        self.name = OneLine()
        self.place = OneLine()
        self.remark = OneLine()
        self.size_label = OneLine()
        self.zoom = OneLine()
        self.zoom.setMinimumWidth(self.zoom.fontMetrics().horizontalAdvance("1000 %"))
        self.zoom.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.remark.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 5, 12, 5)
        layout.setSpacing(16)
        layout.addWidget(self.name)
        layout.addWidget(self.place)
        layout.addWidget(self.remark, 1)
        layout.addWidget(self.size_label)
        layout.addWidget(self.zoom)
        self._colour()

    def show_name(self, name: str) -> None:
        self.name.setText(name)
        self.remark.clear()
        self.size_label.clear()
        self.zoom.clear()

    def show_document(self, document: Document) -> None:
        width, height = document.size
        facts = [first_of(document), f"{width} × {height}", short_size(document.file_bytes)]  # noqa: RUF001
        self.size_label.setText("   ·   ".join(fact for fact in facts if fact))

    def show_place(self, index: int | None, count: int) -> None:
        """Where in the folder; nothing where there is no other file."""
        if index is None or count < 2:
            self.place.clear()
            return
        text = self.tr("{index} of {count}")
        self.place.setText(text.format(index=index + 1, count=QLocale().toString(count)))

    def show_zoom(self, zoom: float) -> None:
        """How near: device pixels to a pixel of the picture."""
        percent = zoom * 100
        shown = f"{percent:.0f}" if percent >= 10 else f"{percent:.1f}"
        self.zoom.setText(f"{shown} %")

    def tell(self, text: str) -> None:
        """A remark, until the next file."""
        self.remark.setText(text)

    def changeEvent(self, event: QEvent | None) -> None:  # noqa: N802
        if event is not None and event.type() == QEvent.Type.PaletteChange:
            self._colour()
        super().changeEvent(event)

    def _colour(self) -> None:
        for label in (self.place, self.remark, self.size_label, self.zoom):
            palette = label.palette()
            muted = theme.muted(self.palette())
            if palette.color(palette.ColorRole.WindowText) != muted:
                palette.setColor(palette.ColorRole.WindowText, muted)
                label.setPalette(palette)
