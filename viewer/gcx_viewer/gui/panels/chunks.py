"""A picture of a `.gcx` file to scale: what every byte of it is for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from PyQt6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QFontMetrics, QHelpEvent, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gcx_viewer.gui import theme
from gcx_viewer.gui.sizes import size_in_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["ChunkPicture", "Part", "parts_of"]

# Okabe and Ito's colours, which are told apart by eyes of all kinds; every part has its name too.
_COLOURS: Final = {
    "container": "#8a8d91",
    "text": "#e69f00",
    "visual": "#0072b2",
    "original SHA-256": "#009e73",
    "note": "#cc79a7",
    "encoder": "#56b4e9",
    "other": "#d55e00",
}
_MOST_ROWS: Final = 14
_LEAST_A_ROW: Final = 32
_ROW: Final = 16
_GAP: Final = 2
_SWATCH: Final = 12
_MOST_IN_LEGEND: Final = 16


@dataclass(frozen=True, slots=True)
class Part:
    """A run of bytes of one kind.

    Attributes:
        name: of the chunk or field.
        offset: of its first byte.
        size: in bytes.
        overhead: how many of them, at its beginning, are the container's own.
    """

    name: str
    offset: int
    size: int
    overhead: int

    @property
    def colour(self) -> QColor:
        """What it is drawn in."""
        if self.overhead == self.size:
            return QColor(_COLOURS["container"])
        for kind in ("text", "visual", "original SHA-256", "note", "encoder"):
            if self.name.startswith(kind):
                return QColor(_COLOURS[kind])
        return QColor(_COLOURS["other"])


def parts_of(chunks: Iterable[Mapping[str, Any]]) -> list[Part]:
    """The parts of a file, from `chunks` as `gcx info --json` has them."""
    return [
        Part(chunk["name"], chunk["offset"], chunk["size"], chunk["overhead"]) for chunk in chunks
    ]


class ChunkPicture(QWidget):
    """The bytes of a file, row by row, each as wide as any other; with a legend.

    Bytes of the container, such as tags and lengths, are paler than what they are there for.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        """A picture of nothing yet."""
        super().__init__(parent)
        self._parts: list[Part] = []
        self._total = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("The bytes of the file, to scale"))
        self.setMouseTracking(True)

    def show_parts(self, parts: list[Part]) -> None:
        """Show a file."""
        self._parts = parts
        self._total = sum(part.size for part in parts)
        self.setAccessibleDescription("; ".join(self._describe(part) for part in parts))
        self.updateGeometry()
        self.update()

    def part_at(self, position: QPoint) -> Part | None:
        """What lies at a place in the widget, be it a byte or its line in the legend."""
        for part, rectangle in self._lines():
            if rectangle.contains(position):
                return part
        row = position.y() // (_ROW + _GAP)
        if not 0 <= row < self._rows() or self.width() < 1:
            return None
        across = position.x() / self.width() * self._a_row()
        byte = row * self._a_row() + int(across)
        for part in self._parts:
            if part.offset <= byte < part.offset + part.size:
                return part
        return None

    def sizeHint(self) -> QSize:  # noqa: N802
        """As high as its rows and its legend."""
        letters = QFontMetrics(self.font()).height() + 4
        legend = len(self._named()) * letters
        return QSize(220, self._rows() * (_ROW + _GAP) + 8 + legend)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """No lower than all of it."""
        return QSize(120, self.sizeHint().height())

    def event(self, event: QEvent | None) -> bool:
        """Tell what lies under the cursor."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            part = self.part_at(event.pos())
            if part is None:
                QToolTip.hideText()
            else:
                QToolTip.showText(event.globalPos(), self._describe(part), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802
        """Draw rows and legend."""
        painter = QPainter(self)
        ground = self.palette().color(self.palette().ColorRole.Window)
        for part in self._parts:
            strong = part.colour
            pale = _mixed(strong, ground, 0.5)
            for first, last, colour in (
                (part.offset, part.offset + part.overhead, pale),
                (part.offset + part.overhead, part.offset + part.size, strong),
            ):
                for rectangle in self._rectangles(first, last):
                    painter.fillRect(rectangle, colour)
            painter.setPen(QPen(ground, 1))
            for start in list(self._rectangles(part.offset, part.offset + part.size))[:1]:
                painter.drawLine(start.topLeft(), start.bottomLeft())
        metrics = QFontMetrics(self.font())
        for part, line in self._lines():
            swatch = QRect(line.left(), line.center().y() - _SWATCH // 2, _SWATCH, _SWATCH)
            painter.fillRect(swatch, part.colour)
            size = size_in_bytes(part.size)
            room = line.width() - _SWATCH - 8 - metrics.horizontalAdvance(size) - 8
            painter.setPen(self.palette().color(self.palette().ColorRole.WindowText))
            name = metrics.elidedText(self._name(part), Qt.TextElideMode.ElideRight, room)
            text = line.adjusted(_SWATCH + 8, 0, 0, 0)
            painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, name)
            painter.setPen(theme.muted(self.palette()))
            painter.drawText(
                text, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, size
            )

    def _a_row(self) -> int:
        """Bytes to a row."""
        return max(_LEAST_A_ROW, -(-self._total // _MOST_ROWS))

    def _rows(self) -> int:
        return -(-self._total // self._a_row()) if self._total else 0

    def _rectangles(self, first: int, last: int) -> Iterator[QRectF]:
        """Where the bytes from one to before another lie, row by row."""
        a_row = self._a_row()
        for row in range(first // a_row, -(-last // a_row)):
            left = max(first - row * a_row, 0) / a_row * self.width()
            right = min(last - row * a_row, a_row) / a_row * self.width()
            if right > left:
                yield QRectF(left, row * (_ROW + _GAP), right - left, _ROW)

    def _named(self) -> list[Part]:
        """The parts that the legend has: a stranger's file may have very many."""
        return sorted(self._parts, key=lambda part: -part.size)[:_MOST_IN_LEGEND]

    def _lines(self) -> Iterator[tuple[Part, QRect]]:
        """The parts of the legend, and where each stands."""
        letters = QFontMetrics(self.font()).height() + 4
        top = self._rows() * (_ROW + _GAP) + 8
        named = self._named()
        shown = [part for part in self._parts if part in named]
        for index, part in enumerate(shown):
            yield part, QRect(0, top + index * letters, self.width(), letters)

    def _name(self, part: Part) -> str:
        names = {
            "magic": self.tr("magic"),
            "header": self.tr("header"),
            "CRC-32": self.tr("checksum (CRC-32)"),
            "note": self.tr("note"),
            "encoder": self.tr("encoder"),
            "original SHA-256": self.tr("SHA-256 of the original"),
        }
        if part.name.startswith("text"):
            return self.tr("words {coding}").format(coding=part.name.removeprefix("text ").strip())
        if part.name.startswith("visual"):
            coding = part.name.removeprefix("visual ").strip()
            return self.tr("visual condition {coding}").format(coding=coding)
        return names.get(part.name, part.name)

    def _describe(self, part: Part) -> str:
        size = size_in_bytes(part.size)
        where = self.tr("{name}: {size} from byte {offset}").format(
            name=self._name(part), size=size, offset=part.offset
        )
        if 0 < part.overhead < part.size:
            of_these = self.tr("%n of the container", "", part.overhead)
            return f"{where}, {of_these}"
        return where


def _mixed(colour: QColor, other: QColor, share: float) -> QColor:
    """A colour with a share of another."""
    return QColor(
        round(colour.red() * (1 - share) + other.red() * share),
        round(colour.green() * (1 - share) + other.green() * share),
        round(colour.blue() * (1 - share) + other.blue() * share),
    )
