"""The photographs to encode: how each looks, and what has become of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from PyQt6.QtCore import QModelIndex, QRect, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QKeyEvent, QKeySequence, QPainter, QPixmap
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from gcx_viewer.gui import theme
from gcx_viewer.gui.encoding.losses import losses_text
from gcx_viewer.gui.images import to_qimage
from gcx_viewer.gui.sizes import short_size

if TYPE_CHECKING:
    from gcx_format.pictures import Loss
    from gcx_viewer.core.encoding.sources import Glance, Source

__all__ = ["THUMBNAIL", "Entry", "PhotographList", "State"]

THUMBNAIL: Final = 96
"""Pixels of the longer side that thumbnails have; on the screen they are half as large, so
that they are crisp on dense screens too."""

_SIDE: Final = THUMBNAIL // 2
_PADDING: Final = 7
_SIGN: Final = 20
_SMALL_SIGN: Final = 16
_ENTRY: Final = Qt.ItemDataRole.UserRole

State = Literal["waiting", "ready", "saving", "saved", "failed", "stopped"]


@dataclass(slots=True, eq=False)
class Entry:
    """A photograph in the list.

    Attributes:
        source: the photograph.
        words: that the user typed or a model found; empty where there are none.
        found: words that a describer found, and what a descriptor keeps about that, or None.
        saved_words: those of them that are in a file; empty where there is none.
        metadata_words: that the photograph carries; None as long as nobody looked.
        glance: how it looks, once that is known.
        state: what has become of it.
        message: more about that.
        losses: what of the picture is not kept, as far as somebody looked.
    """

    source: Source
    words: str = ""
    found: tuple[str, str | None] = ("", None)
    saved_words: str = ""
    metadata_words: str | None = None
    glance: Glance | None = None
    state: State = "waiting"
    message: str = ""
    losses: tuple[Loss, ...] = ()

    @property
    def encoder(self) -> str | None:
        """What a descriptor keeps about its words, as long as nobody changed them."""
        words, encoder = self.found
        return encoder if words == self.words else None


class PhotographList(QListWidget):
    entry_chosen = pyqtSignal(object)
    removal_wanted = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._item_of: dict[int, QListWidgetItem] = {}
        self.setAccessibleName(self.tr("Photographs to encode"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(_Delegate(self))
        self.currentItemChanged.connect(self._choose)

    def add(self, entry: Entry) -> None:
        item = QListWidgetItem()
        item.setData(_ENTRY, entry)
        item.setSizeHint(QSize(0, _SIDE + 2 * _PADDING))
        self._item_of[id(entry)] = item
        self.addItem(item)
        self.refresh(entry)
        if self.currentItem() is None:
            self.setCurrentItem(item)

    def entries(self) -> list[Entry]:
        found = (self.item(row) for row in range(self.count()))
        return [self._entry(item) for item in found if item is not None]

    def selected(self) -> list[Entry]:
        return [self._entry(item) for item in self.selectedItems()]

    def current(self) -> Entry | None:
        item = self.currentItem()
        return None if item is None else self._entry(item)

    def remove(self, entries: list[Entry]) -> None:
        for entry in entries:
            item = self._item_of.pop(id(entry), None)
            if item is not None:
                self.takeItem(self.row(item))

    def refresh(self, entry: Entry) -> None:
        item = self._item_of.get(id(entry))
        if item is None:
            return
        if entry.glance is not None and item.data(Qt.ItemDataRole.DecorationRole) is None:
            picture = QPixmap.fromImage(to_qimage(entry.glance.thumbnail))
            item.setData(Qt.ItemDataRole.DecorationRole, picture)
        item.setToolTip(losses_text(entry.losses))
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{entry.source.name}: {self.says(entry)}")

    def says(self, entry: Entry) -> str:
        """What has become of a photograph, and what of it is not kept, in a few words."""
        told = self._state_of(entry), losses_text(entry.losses)
        return "; ".join(filter(None, told))

    def _state_of(self, entry: Entry) -> str:
        if entry.message:
            return entry.message
        if entry.state == "saving":
            return self.tr("Encoding…")
        if entry.state == "stopped":
            return self.tr("Stopped")
        if entry.glance is None:
            return self.tr("Looking…") if entry.state == "waiting" else ""
        width, height = entry.glance.size
        if entry.glance.file_bytes is None:
            return f"{width} \N{MULTIPLICATION SIGN} {height}"
        size = short_size(entry.glance.file_bytes)
        return f"{width} \N{MULTIPLICATION SIGN} {height}, {size}"

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802
        if event is not None and event.matches(QKeySequence.StandardKey.Delete):
            self.removal_wanted.emit()
            return
        super().keyPressEvent(event)

    @staticmethod
    def _entry(item: QListWidgetItem) -> Entry:
        entry = item.data(_ENTRY)
        assert isinstance(entry, Entry)
        return entry

    def _choose(self, item: QListWidgetItem | None) -> None:
        self.entry_chosen.emit(None if item is None else self._entry(item))


class _Delegate(QStyledItemDelegate):
    """Draws a thumbnail, the name, and what has become of the photograph."""

    def __init__(self, parent: PhotographList) -> None:
        super().__init__(parent)
        self._list = parent

    def paint(
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        entry = index.data(_ENTRY)
        style = self._list.style()
        if painter is None or style is None or not isinstance(entry, Entry):
            return
        painter.save()
        style.drawPrimitive(
            QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, self._list
        )
        room = option.rect.adjusted(_PADDING, _PADDING, -_PADDING, -_PADDING)
        picture = index.data(Qt.ItemDataRole.DecorationRole)
        square = QRect(room.left(), room.top(), _SIDE, _SIDE)
        if isinstance(picture, QPixmap):
            fitted = picture.size().scaled(square.size(), Qt.AspectRatioMode.KeepAspectRatio)
            place = QRect(0, 0, max(1, fitted.width()), max(1, fitted.height()))
            place.moveCenter(square.center())
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(place, picture)
        elif entry.state == "failed":
            place = QRect(0, 0, _SIGN, _SIGN)
            place.moveCenter(square.center())
            ratio = self._list.devicePixelRatioF()
            colour = self._quiet(entry, selected=False)
            painter.drawPixmap(place, theme.pixmap("warning", colour, _SIGN, ratio))
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        palette = option.palette
        strong = palette.color(
            palette.ColorRole.HighlightedText if selected else palette.ColorRole.Text
        )
        lines = room.adjusted(_SIDE + 10, 0, 0, 0)
        if entry.losses:
            lines.setRight(lines.right() - _SMALL_SIGN - _PADDING)
            sign = QRect(0, 0, _SMALL_SIGN, _SMALL_SIGN)
            sign.moveCenter(room.center())
            sign.moveRight(room.right())
            ratio = self._list.devicePixelRatioF()
            painter.drawPixmap(sign, theme.pixmap("warning", strong, _SMALL_SIGN, ratio))
        height = option.fontMetrics.height()
        top = lines.top() + (lines.height() - 2 * height - 2) // 2
        for number, (text, colour) in enumerate(
            (
                (entry.source.name, strong),
                (self._list.says(entry), self._quiet(entry, selected=selected)),
            )
        ):
            painter.setPen(colour)
            place = QRect(lines.left(), top + number * (height + 2), lines.width(), height)
            elided = option.fontMetrics.elidedText(
                " ".join(text.split()),
                Qt.TextElideMode.ElideMiddle if number == 0 else Qt.TextElideMode.ElideRight,
                place.width(),
            )
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, elided)
        painter.restore()

    def _quiet(self, entry: Entry, *, selected: bool) -> QColor:
        palette = self._list.palette()
        if selected:
            colour = QColor(palette.color(palette.ColorRole.HighlightedText))
            colour.setAlpha(200)
            return colour
        if entry.state == "failed":
            return QColor("#ff8a80" if theme.is_dark(palette) else "#b3261e")
        if entry.state == "saved":
            return QColor("#81c995" if theme.is_dark(palette) else "#137333")
        return theme.muted(palette)
