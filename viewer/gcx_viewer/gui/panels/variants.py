"""The variants panel: all pictures that were painted of one file, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PyQt6.QtCore import QLocale, QModelIndex, QPoint, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import (
    QColor,
    QIcon,
    QImage,
    QImageReader,
    QPainter,
    QPalette,
    QPixmap,
    QResizeEvent,
    QShowEvent,
)
from PyQt6.QtWidgets import (
    QLabel,
    QListView,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from gcx_viewer.core.viewing.variants import default_of
from gcx_viewer.gui import theme
from gcx_viewer.gui.money import money
from gcx_viewer.gui.questions import ask
from gcx_viewer.gui.task import Task

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from gcx_format.cache import Variant
    from gcx_format.pipeline import Estimate
    from gcx_viewer.core.viewing.variants import VariantInfo

__all__ = ["VariantsPanel"]

_THUMBNAIL: Final = 108
_MARK: Final = 18
_GAP: Final = 6
_RADIUS: Final = 6.0
_MOST_PIXELS: Final = 1 << 27
_FACTS: Final = Qt.ItemDataRole.UserRole


class VariantsPanel(QWidget):
    """Thumbnails with what made each, of which a star marks the one that opening the file shows.

    A click shows one, its menu has the rest.
    """

    shown = pyqtSignal(object)
    """A picture (`VariantInfo`) is to be put on the screen."""

    chosen = pyqtSignal(object)
    """It is to be shown from now on, in every program; with None, whichever is best."""

    compared = pyqtSignal(object)
    """It is to be compared with the one on the screen."""

    deleted = pyqtSignal(object)
    """It is to be removed for good; the user has confirmed it."""

    another_wanted = pyqtSignal()

    looked_at = pyqtSignal()
    """The panel has come into view."""

    _pictured = pyqtSignal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._on_screen: Path | None = None
        self._due: list[Variant] = []
        self._another: Estimate | None = None
        self._default: VariantInfo | None = None
        self._work = Task(self)
        self._pictured.connect(self._take_thumbnail)
        self.setMinimumWidth(200)

        self.list = _Spread(self)
        self.list.setAccessibleName(self.tr("Painted pictures of this file"))
        self.list.setViewMode(QListView.ViewMode.IconMode)
        self.list.setResizeMode(QListView.ResizeMode.Adjust)
        self.list.setMovement(QListView.Movement.Static)
        self.list.setIconSize(QSize(_THUMBNAIL, _THUMBNAIL))
        self.list.setWordWrap(True)
        self.list.setFrameShape(QListWidget.Shape.NoFrame)
        if (viewport := self.list.viewport()) is not None:
            viewport.setBackgroundRole(QPalette.ColorRole.Window)
        self.list.setUniformItemSizes(True)
        self.list.setItemDelegate(_Whole(self.list))
        self.list.setSelectionMode(QListWidget.SelectionMode.ExtendedSelection)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._show_menu)
        self.list.itemClicked.connect(self._take_click)
        self.list.itemActivated.connect(self._show)
        self._nothing = QLabel(self.tr("No model has painted this file yet."), self)
        self._nothing.setWordWrap(True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.setForegroundRole(self._nothing.palette().ColorRole.PlaceholderText)
        self.another_button = QPushButton(self)
        self.another_button.clicked.connect(lambda: self.another_wanted.emit())
        self._obstacle = QLabel(self)
        self._obstacle.setTextFormat(Qt.TextFormat.PlainText)
        self._obstacle.setWordWrap(True)
        self._obstacle.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._obstacle.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 10, 10)
        layout.addWidget(self.list, 1)
        layout.addWidget(self._nothing, 1)
        layout.addWidget(self.another_button)
        layout.addWidget(self._obstacle)
        self._tell_whether_empty()

    def show_kept(self, variants: Sequence[VariantInfo], another: Estimate | None = None) -> None:
        """Show what is kept of a file, the oldest first, and what one more would cost."""
        self._work.cancel()
        self._due = [known.variant for known in variants]
        self._default = default_of(variants)
        self._another = another
        blank = QPixmap(_THUMBNAIL, _THUMBNAIL)
        blank.fill(Qt.GlobalColor.transparent)
        self.list.clear()
        for known in reversed(variants):
            item = QListWidgetItem(QIcon(blank), self._label(known), self.list)
            item.setData(_FACTS, known)
            item.setToolTip(self._description(known))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, self._description(known))
        self._tell_whether_empty()
        self._select()
        if self.isVisible():
            self._look()

    def mark_on_screen(self, variant: Variant | None) -> None:
        """Select the one that is on the screen."""
        self._on_screen = None if variant is None else variant.path
        self._select()

    def set_paintable(self, paintable: bool, obstacle: str = "") -> None:
        """Whether another one may be painted now, and if not, why the user cannot have it."""
        self.another_button.setEnabled(paintable and not obstacle)
        self.another_button.setToolTip(obstacle.replace("<", "&lt;"))
        self._obstacle.setText(obstacle)
        self._obstacle.setVisible(bool(obstacle))

    def showEvent(self, event: QShowEvent | None) -> None:  # noqa: N802
        """Thumbnails that nobody saw were not read; now they are."""
        super().showEvent(event)
        self._look()
        self.looked_at.emit()

    def close_workers(self) -> None:
        self._work.close()

    # What is there

    def _look(self) -> None:
        due, self._due = self._due, []

        def look(cancelled: Callable[[], bool]) -> None:
            for variant in reversed(due):
                if cancelled():
                    return
                self._pictured.emit((variant.path, _thumbnail(variant)))

        if due:
            self._work.start(look)

    def _take_thumbnail(self, made: tuple[Path, QImage]) -> None:
        path, image = made
        if image.isNull():
            return
        for item in self._items():
            known = item.data(_FACTS)
            if known.variant.path == path:
                item.setIcon(QIcon(_marked(image, starred=known is self._default)))

    def _items(self) -> list[QListWidgetItem]:
        found = (self.list.item(row) for row in range(self.list.count()))
        return [item for item in found if item is not None]

    def _select(self) -> None:
        for item in self._items():
            if item.data(_FACTS).variant.path == self._on_screen:
                self.list.setCurrentItem(item)
                return

    def _tell_whether_empty(self) -> None:
        empty = self.list.count() == 0
        self.list.setHidden(empty)
        self._nothing.setVisible(empty)
        if self._another is None or not self._another.usd:
            text = self.tr("Paint…") if empty else self.tr("Paint Another…")
        else:
            text = self.tr("Paint ({cost})") if empty else self.tr("Paint Another ({cost})")
            text = text.replace("{cost}", money(self._another.usd))
        self.another_button.setText(text)

    def _label(self, known: VariantInfo) -> str:
        day = QLocale().toString(known.made.astimezone().date(), QLocale.FormatType.ShortFormat)
        lines = [known.model or self.tr("unknown model"), day]
        if known.cost_usd is not None:
            lines[1] += f" · {'≈ ' if known.estimated else ''}{money(known.cost_usd)}"
        if known.score is not None:
            lines.append(self.tr("matches {share} %").format(share=round(100 * known.score)))
        return "\n".join(lines)

    def _description(self, known: VariantInfo) -> str:
        """All that is known of it, in lines."""
        when = QLocale().toString(known.made.astimezone(), QLocale.FormatType.ShortFormat)
        lines = [
            self.tr("Painted by {model}").format(model=known.model or self.tr("unknown model")),
            when,
        ]
        if known.cost_usd is not None:
            lines.append(self.tr("Cost: {cost}").format(cost=money(known.cost_usd, finely=True)))
        if known.score is not None:
            share = round(100 * known.score)
            lines.append(self.tr("Matches the file {share} %").format(share=share))
        if known.seconds is not None:
            lines.append(self.tr("Took {seconds} s").format(seconds=round(known.seconds)))
        if known is self._default:
            lines.append(self.tr("Shown when the file is opened"))
        return "\n".join(lines).replace("<", "&lt;")

    # What is done

    def _show(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.shown.emit(item.data(_FACTS))

    def _take_click(self, item: QListWidgetItem) -> None:
        if self.list.selectedItems() == [item]:  # else it is one of several to be compared
            self._show(item)

    def _show_menu(self, place: QPoint) -> None:
        """What can be done with the one under the pointer, or with two that are selected."""
        item = self.list.itemAt(place)
        if item is None:
            return
        known: VariantInfo = item.data(_FACTS)
        selected = [each.data(_FACTS) for each in self.list.selectedItems()]
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def offer(text: str, wanted: Callable[[], object], *, enabled: bool = True) -> None:
            action = menu.addAction(text)
            assert action is not None
            action.setEnabled(enabled)
            action.triggered.connect(lambda _: wanted())

        if len(selected) == 2:
            offer(self.tr("&Compare These Two"), lambda: self._compare(*selected))
        else:
            is_another = known.variant.path != self._on_screen
            compare = self.tr("&Compare with the One on Screen")
            offer(compare, lambda: self.compared.emit(known), enabled=is_another)
        menu.addSeparator()
        choose = self.tr("Always Show &This One")
        offer(choose, lambda: self.chosen.emit(known), enabled=not known.chosen)
        chosen = any(each.data(_FACTS).chosen for each in self._items())
        offer(self.tr("Show the &Best One"), lambda: self.chosen.emit(None), enabled=chosen)
        menu.addSeparator()
        offer(self.tr("&Delete…"), lambda: self._ask_to_delete(known))
        menu.popup(self.list.mapToGlobal(place))

    def _compare(self, one: VariantInfo, other: VariantInfo) -> None:
        """Put one on the screen, unless one of them is there, and compare it with the other."""
        if other.variant.path == self._on_screen:
            one, other = other, one
        if one.variant.path != self._on_screen:
            self.shown.emit(one)
        self.compared.emit(other)

    def _ask_to_delete(self, known: VariantInfo) -> None:
        ask(
            self,
            self.tr("Delete this picture?"),
            self.tr(
                "A model never paints the same picture twice, and another one costs money again."
            ),
            self.tr("Delete"),
            lambda: self.deleted.emit(known),
        )


class _Whole(QStyledItemDelegate):
    """Marks the selected picture together with its label, as one."""

    def paint(
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        """Draw the mark behind all of the item, and the item on it."""
        if painter is not None and option.state & QStyle.StateFlag.State_Selected:
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            by_keys = QStyle.StateFlag.State_HasFocus | QStyle.StateFlag.State_KeyboardFocusChange
            has_keys = option.state & by_keys == by_keys
            rim = option.palette.color(QPalette.ColorRole.Text)
            painter.setPen(rim if has_keys else Qt.PenStyle.NoPen)
            painter.setBrush(option.palette.color(QPalette.ColorRole.Highlight))
            frame = QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.drawRoundedRect(frame, _RADIUS, _RADIUS)
            painter.restore()
        super().paint(painter, option, index)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:  # noqa: N802
        """Leave some of the mark below the label."""
        return super().sizeHint(option, index) + QSize(0, _GAP)

    def initStyleOption(  # noqa: N802
        self, option: QStyleOptionViewItem | None, index: QModelIndex
    ) -> None:
        """Have the style draw neither selection nor focus: it marks the label alone."""
        super().initStyleOption(option, index)
        if option is not None and option.state & QStyle.StateFlag.State_Selected:
            letters = option.palette.color(QPalette.ColorRole.HighlightedText)
            option.palette.setColor(QPalette.ColorRole.Text, letters)
            option.state &= ~QStyle.StateFlag.State_Selected
            option.state &= ~QStyle.StateFlag.State_HasFocus


class _Spread(QListWidget):
    """Pictures in as many columns as fit, spread over the width."""

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802
        """Keep the columns to the width."""
        viewport, bar = self.viewport(), self.verticalScrollBar()
        if viewport is not None and bar is not None:
            # Qt leaves room for the bar, whether it is there or not.
            width = viewport.width() - (0 if bar.isVisible() else bar.sizeHint().width())
            columns = max(1, width // (_THUMBNAIL + _GAP))
            lines = 3 * self.fontMetrics().lineSpacing()
            self.setGridSize(QSize(width // columns - 1, _THUMBNAIL + lines + 2 * _GAP))
        super().resizeEvent(event)


def _thumbnail(variant: Variant) -> QImage:
    """A kept picture, small; null where it cannot be read."""
    for path in (variant.fitted_path, variant.path):
        reader = QImageReader(str(path))
        reader.setDecideFormatFromContent(True)
        size = reader.size()
        if not size.isValid() or size.width() * size.height() > _MOST_PIXELS:
            continue
        reader.setScaledSize(
            size.scaled(2 * _THUMBNAIL, 2 * _THUMBNAIL, Qt.AspectRatioMode.KeepAspectRatio)
        )
        image = reader.read()
        if not image.isNull():
            return image
    return QImage()


def _marked(image: QImage, *, starred: bool) -> QPixmap:
    """A thumbnail that wears the mark of painted pixels, and a star if it is the default."""
    drawn = QPixmap(2 * _THUMBNAIL, 2 * _THUMBNAIL)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    left, top = (2 * _THUMBNAIL - image.width()) // 2, (2 * _THUMBNAIL - image.height()) // 2
    painter.drawImage(left, top, image)
    marks = ["brush"] + (["star"] if starred else [])
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for index, name in enumerate(marks):
        x, y = left + 8 + index * 2 * (_MARK + 3), top + 8
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(20, 20, 22, 205))
        painter.drawEllipse(x, y, 2 * _MARK, 2 * _MARK)
        mark = theme.pixmap(name, QColor(255, 255, 255), 2 * (_MARK - 6), 1.0)
        painter.drawPixmap(x + 6, y + 6, mark)
    painter.end()
    drawn.setDevicePixelRatio(2.0)
    return drawn
