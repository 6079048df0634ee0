"""The thumbnails of a folder, as a strip beside the picture or a grid in its place.

Both are views of one model, which asks for thumbnails only as they come into view, and keeps as
many as fill a few screens. Nothing is decoded in the window's thread.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PyQt6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
    pyqtSignal,
)
from PyQt6.QtGui import (
    QColor,
    QKeyEvent,
    QPainter,
    QPalette,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from gcx_viewer.core.folder import Folder, Listing
from gcx_viewer.gui import theme
from gcx_viewer.gui.thumbnails.model import (
    FailedRole,
    PaintedRole,
    PathRole,
    ThumbnailModel,
    UnderWayRole,
)

__all__ = ["ThumbnailGrid", "ThumbnailModel", "ThumbnailStrip"]

_STRIP_SIDE: Final = 72
_GRID_SIDE: Final = 160
_PADDING: Final = 6
_MARK: Final = 16
_SCROLLED_MILLISECONDS: Final = 60
_MIDDLE: Final = Qt.TextElideMode.ElideMiddle
_ON_MARK: Final = QPalette.ColorRole.HighlightedText


class _Delegate(QStyledItemDelegate):
    def __init__(self, side: int, lines: int, parent: QWidget) -> None:
        """Draw thumbnails of a longer side, and so many lines below: name, then folder."""
        super().__init__(parent)
        self._side = side
        self._lines = lines
        self._view = parent
        self.width = 0
        self._icons: dict[tuple[str, str, int, float], QPixmap] = {}

    def cell(self, option: QStyleOptionViewItem) -> QSize:
        """The least size of an item."""
        below = self._lines * option.fontMetrics.height() + _PADDING if self._lines else 0
        return QSize(self._side + 2 * _PADDING, self._side + 2 * _PADDING + below)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:  # noqa: N802
        """The size of every item, whatever is in it."""
        return self.cell(option).expandedTo(QSize(self.width, 0))

    def paint(
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        if painter is None:
            return
        palette = option.palette
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if selected or hovered:
            ground = QColor(palette.color(QPalette.ColorRole.Highlight))
            ground.setAlphaF(1.0 if selected else 0.25)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            least = self.cell(option).width()
            beside = (option.rect.width() - least) // 2
            frame = QRectF(option.rect).adjusted(beside + 1, 1, -beside - 1, -1)
            painter.drawRoundedRect(frame, 6, 6)
        left = option.rect.left() + (option.rect.width() - self._side) // 2
        room = QRect(left, option.rect.top() + _PADDING, self._side, self._side)
        self._draw_picture(painter, room, index, palette, selected=selected)
        path, metrics = index.data(PathRole), option.fontMetrics
        line = QRect(room.left(), room.bottom() + 4, room.width(), metrics.height())
        for text, colour in (
            (path.name, palette.color(QPalette.ColorRole.Text)),
            (path.parent.name, theme.muted(palette)),
        )[: self._lines]:
            painter.setPen(palette.color(_ON_MARK) if selected else colour)
            shown = metrics.elidedText(text.replace("\n", " "), _MIDDLE, room.width())
            painter.drawText(line, Qt.AlignmentFlag.AlignCenter, shown)
            line.translate(0, metrics.height())
        painter.restore()

    def _draw_picture(
        self,
        painter: QPainter,
        room: QRect,
        index: QModelIndex,
        palette: QPalette,
        *,
        selected: bool,
    ) -> None:
        pixmap = index.data(Qt.ItemDataRole.DecorationRole)
        if isinstance(pixmap, QPixmap):
            size = QSize(pixmap.size())
            if size.width() > room.width() or size.height() > room.height():
                size.scale(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
            place = QRect(0, 0, max(1, size.width()), max(1, size.height()))
            place.moveCenter(room.center())
            painter.drawPixmap(place, pixmap)
        else:
            place = room.adjusted(room.width() // 8, room.height() // 8, 0, 0)
            place.moveCenter(room.center())
            empty = QColor(palette.color(QPalette.ColorRole.PlaceholderText))
            empty.setAlphaF(0.15)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(empty)
            painter.drawRoundedRect(QRectF(place), 5, 5)
            if index.data(FailedRole):
                side = min(28, room.width() // 2)
                colour = theme.muted(palette)
                if selected:
                    colour = palette.color(_ON_MARK)
                drawn = self._icon("warning", colour, side)
                painter.drawPixmap(
                    place.center().x() - side // 2, place.center().y() - side // 2, drawn
                )
        under_way = index.data(UnderWayRole)
        if under_way or (index.data(PaintedRole) and isinstance(pixmap, QPixmap)):
            self._draw_mark(painter, place, under_way=under_way)

    def _draw_mark(self, painter: QPainter, place: QRect, *, under_way: bool) -> None:
        """In the corner a small brush, as in the badge of the large picture, or an open ring."""
        mark = QRect(place.right() - _MARK - 2, place.bottom() - _MARK - 2, _MARK, _MARK)
        painter.setPen(QColor(255, 255, 255, 90))
        painter.setBrush(QColor(20, 20, 22, 205))
        painter.drawEllipse(mark)
        if under_way:
            pen = QPen(QColor(255, 255, 255), 2)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            painter.drawArc(mark.adjusted(4, 4, -4, -4), 90 * 16, -270 * 16)
            return
        side = _MARK - 6
        drawn = self._icon("brush", QColor(255, 255, 255), side)
        painter.drawPixmap(mark.left() + 3, mark.top() + 3, drawn)

    def _icon(self, name: str, colour: QColor, side: int) -> QPixmap:
        key = name, colour.name(), side, self._view.devicePixelRatioF()
        if key not in self._icons:
            self._icons[key] = theme.pixmap(name, colour, side, key[-1])
        return self._icons[key]


class _ThumbnailView(QListView):
    """What strip and grid have in common."""

    activated = pyqtSignal(Path)
    """The user wants to see this file. Qt's own signal of this name tells an index."""

    def __init__(
        self, parent: QWidget | None, model: ThumbnailModel | None, side: int, lines: int
    ) -> None:
        super().__init__(parent)
        if model is None:
            model = ThumbnailModel(self)
        self._thumbnails = model
        self._is_being_set = False
        self._delegate = _Delegate(side, lines, self)
        self.setItemDelegate(self._delegate)
        self.setModel(model)
        self.setUniformItemSizes(True)
        self.setMovement(QListView.Movement.Static)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)
        self.setFrameShape(QListView.Shape.NoFrame)
        self._scrolled = QTimer(self)
        self._scrolled.setSingleShot(True)
        self._scrolled.setInterval(_SCROLLED_MILLISECONDS)
        self._scrolled.timeout.connect(self._tell_seen)
        for bar in (self.verticalScrollBar(), self.horizontalScrollBar()):
            if bar is not None:
                bar.valueChanged.connect(self._look_again)
        model.rowsInserted.connect(self._look_again)
        model.rowsRemoved.connect(self._look_again)

    @property
    def thumbnails(self) -> ThumbnailModel:
        return self._thumbnails

    def set_folder(self, folder: Folder | Listing) -> None:
        """Show the files of a folder, in the other views of the model too."""
        listing = folder.listing if isinstance(folder, Folder) else folder
        self._thumbnails.set_listing(listing)

    def close_workers(self) -> None:
        self._thumbnails.close_workers()

    def set_current(self, path: Path | None) -> None:
        """Mark the file that is on screen, and bring it into view; nothing is told of that."""
        row = None if path is None else self._thumbnails.listing.place(path)
        selection = self.selectionModel()
        if selection is None:
            return
        if row is None:
            selection.clear()
            return
        index = self._thumbnails.index(row)
        selection.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.scrollTo(index, self._hint())

    @property
    def current(self) -> Path | None:
        path = self.currentIndex().data(PathRole)
        return path if isinstance(path, Path) else None

    def _hint(self) -> QAbstractItemView.ScrollHint:
        return QAbstractItemView.ScrollHint.EnsureVisible

    def _tell_path(self, index: QModelIndex) -> None:
        path = index.data(PathRole)
        if isinstance(path, Path):
            self.activated.emit(path)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802
        """Enter opens; the arrows, Home, End and the page keys move."""
        if event is None:
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._tell_path(self.currentIndex())
            event.accept()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent | None) -> bool:
        """Tell the model when nothing of this is to be seen any more."""
        if event is not None and event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
            self._look_again()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._look_again()

    def _look_again(self, *_: object) -> None:
        self._scrolled.start()

    def _tell_seen(self) -> None:
        count = self._thumbnails.rowCount()
        if not self.isVisible() or not count:
            self._thumbnails.set_seen(self, None)
            return
        first, last = self._rows_in_view()
        self._thumbnails.set_seen(self, (max(0, first), min(count - 1, last)))

    def _rows_in_view(self) -> tuple[int, int]:
        """The first and last row to be seen, roughly; the views know where they put them."""
        raise NotImplementedError


class ThumbnailStrip(_ThumbnailView):
    """A row of thumbnails: moving in it shows the picture at once."""

    def __init__(
        self, parent: QWidget | None = None, *, model: ThumbnailModel | None = None
    ) -> None:
        """A strip of a model's files; None: of a model of its own."""
        super().__init__(parent, model, _STRIP_SIDE, 0)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setAccessibleName(self.tr("Pictures of the folder"))
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedHeight(_STRIP_SIDE + 2 * _PADDING + 2)

    def set_current(self, path: Path | None) -> None:
        """Mark the file that is on screen, and bring it to the middle; nothing is told of that."""
        self._is_being_set = True
        try:
            super().set_current(path)
        finally:
            self._is_being_set = False

    def currentChanged(self, current: QModelIndex, previous: QModelIndex) -> None:  # noqa: N802
        """Tell which file the user went to."""
        super().currentChanged(current, previous)
        if not self._is_being_set and self.hasFocus():
            self._tell_path(current)

    def wheelEvent(self, event: QWheelEvent | None) -> None:  # noqa: N802
        """Move along the strip, whichever way the wheel is turned."""
        bar = self.horizontalScrollBar()
        if event is None or bar is None:
            return
        turned = event.pixelDelta() if not event.pixelDelta().isNull() else event.angleDelta()
        bar.setValue(bar.value() - (turned.x() or turned.y()))
        event.accept()

    def _hint(self) -> QAbstractItemView.ScrollHint:
        return QAbstractItemView.ScrollHint.PositionAtCenter

    def _rows_in_view(self) -> tuple[int, int]:
        left, width = self.horizontalOffset(), max(1, self.sizeHintForColumn(0))
        return left // width, (left + self.width()) // width


class ThumbnailGrid(_ThumbnailView):
    """All thumbnails of a folder, with their names: Enter or a double click shows the picture."""

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        model: ThumbnailModel | None = None,
        foldered: bool = False,
    ) -> None:
        """A grid of files.

        Args:
            parent: that it lies in.
            model: of the files; None: one of its own.
            foldered: whether each is shown with the folder that it lies in.
        """
        super().__init__(parent, model, _GRID_SIDE, 2 if foldered else 1)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setAccessibleName(self.tr("Thumbnails of the folder"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Were it there at times only, its coming and going would move the thumbnails.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.doubleClicked.connect(self._tell_path)

    @property
    def columns(self) -> int:
        viewport = self.viewport()
        width = 0 if viewport is None else viewport.width()
        return max(1, (width - 1) // self._cell().width())

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802
        cell, viewport = self._cell(), self.viewport()
        if viewport is not None:
            # A pixel less: Qt breaks a line that is just as wide as the view.
            width = max(cell.width(), (viewport.width() - 1) // self.columns)
            self._delegate.width = width
            self.setGridSize(QSize(width, cell.height()))
        super().resizeEvent(event)

    def room_for(self, count: int, most_columns: int) -> QSize:
        """The size that shows so many files, in at most so many columns."""
        columns = max(1, min(count, most_columns))
        cell, bar = self._cell(), self.verticalScrollBar()
        beside = 0 if bar is None else bar.sizeHint().width()
        return QSize(columns * cell.width() + beside + 1, -(-count // columns) * cell.height())

    def _cell(self) -> QSize:
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        return self._delegate.cell(option)

    def _rows_in_view(self) -> tuple[int, int]:
        top, height = self.verticalOffset(), max(1, self.gridSize().height())
        last_line = (top + self.height()) // height
        return top // height * self.columns, (last_line + 1) * self.columns - 1
