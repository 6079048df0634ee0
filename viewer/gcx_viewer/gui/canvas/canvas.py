"""The canvas: one picture, fitted, zoomed, panned and turned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PyQt6.QtCore import (
    QEvent,
    QPointF,
    QRectF,
    QSize,
    Qt,
    QTimer,
    QVariantAnimation,
    pyqtSignal,
)
from PyQt6.QtGui import (
    QColor,
    QContextMenuEvent,
    QDragEnterEvent,
    QDropEvent,
    QImage,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QTransform,
)
from PyQt6.QtWidgets import QApplication, QWidget

from gcx_viewer.gui import theme
from gcx_viewer.gui.canvas.blank import blank_text
from gcx_viewer.gui.canvas.pyramid import Pyramid, resized
from gcx_viewer.gui.canvas.viewport import Viewport
from gcx_viewer.gui.canvas.zoomable import CRISP_ZOOM, Zoomable
from gcx_viewer.gui.drops import take_copy
from gcx_viewer.gui.keys import is_override
from gcx_viewer.gui.task import Task

if TYPE_CHECKING:
    from gcx_viewer.core.pictures import Picture

__all__ = ["Canvas"]

_FADE_MILLISECONDS: Final = 220
_SETTLED_MILLISECONDS: Final = 90
_SHIMMER_MILLISECONDS: Final = 40
_SHIMMER_STEP: Final = 0.011

_SIDEWAYS: Final = (Qt.Key.Key_Left, Qt.Key.Key_Right)


class Canvas(Zoomable):
    """Shows a picture, and lets the user look at it.

    A better picture of the same document fades in over the worse, with the view unchanged.
    """

    taken = pyqtSignal(object)
    """A `Picture` takes the place of what was there, from the next drawing on."""

    painted = pyqtSignal(object)
    """A `Picture` stands on the screen for the first time."""

    failed = pyqtSignal(object)
    """A picture cannot be made ready, for the reason that a `GcxError` tells."""

    stepped = pyqtSignal(int)
    full_screen_wanted = pyqtSignal()
    menu_wanted = pyqtSignal(object)
    dragged_out = pyqtSignal()
    dropped = pyqtSignal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self.setMinimumSize(160, 120)
        self.setAccessibleName(self.tr("Picture"))

        self._coming_size: tuple[int, int] | None = None
        self._picture: Picture | None = None
        self._pyramid: Pyramid | None = None
        self._fading: Pyramid | None = None
        self._exact: QImage | None = None
        self._is_told = True
        self._being_painted = False
        self._shimmer = 0.0
        self._grabbed: QPointF | None = None
        self._may_drag_out = False

        self._preparing = Task(self)
        self._preparing.done.connect(self._take)
        self._preparing.failed.connect(self.failed)
        self._sharpening = Task(self)
        self._sharpening.done.connect(self._take_exact)

        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(_SETTLED_MILLISECONDS)
        self._settled.timeout.connect(self._sharpen)
        self._fade = QVariantAnimation(self)
        self._fade.setDuration(_FADE_MILLISECONDS)
        self._fade.setStartValue(0.0)
        self._fade.setEndValue(1.0)
        self._fade.valueChanged.connect(self._update)
        self._fade.finished.connect(self._end_fade)
        self._pulse = QTimer(self)
        self._pulse.setInterval(_SHIMMER_MILLISECONDS)
        self._pulse.timeout.connect(self._advance_shimmer)

    # What is shown

    @property
    def picture(self) -> Picture | None:
        return self._picture

    @property
    def is_being_painted(self) -> bool:
        return self._being_painted

    @property
    def image(self) -> QImage | None:
        """The pixels on the screen, at full size."""
        return self._pyramid.levels[0] if self._pyramid else None

    def begin(self, size: tuple[int, int], *, keep_view: bool = False) -> None:
        """A document is shown from the next picture on; what is on the screen stays till then.

        Args:
            size: width and height, in pixels, whatever the pixels that come have.
            keep_view: whether it is the same document again, to be seen as it was.
        """
        self._forget_work()
        if not (keep_view and size == self._viewport.picture):
            self._coming_size = size

    def show_picture(self, picture: Picture) -> None:
        """A picture, or a better one, of the document.

        Returns at once; it is made ready in a thread, and stands on the screen soon.
        """
        self._sharpening.cancel()
        self._preparing.start(lambda _: _prepared(picture))

    def clear(self) -> None:
        self._forget_work()
        self._end_fade()
        self._picture = self._pyramid = self._exact = None
        self._update()

    def set_being_painted(self, being_painted: bool) -> None:
        """Whether a better picture is under way, which a faint light over this one tells."""
        self._being_painted = being_painted
        if being_painted and theme.animations_wanted(self):
            self._shimmer = 0.0
            self._pulse.start()
        else:
            self._pulse.stop()
        self._update()

    def close_workers(self) -> None:
        self._settled.stop()
        self._pulse.stop()
        self._preparing.close()
        self._sharpening.close()

    def _forget_work(self) -> None:
        self._preparing.cancel()
        self._sharpening.cancel()

    def _take(self, made: tuple[Picture, Pyramid]) -> None:
        picture, pyramid = made
        self._end_fade()
        if self._coming_size is not None:
            self._viewport = self._viewport.showing(self._coming_size)
            self._coming_size = None
        elif self._pyramid is not None and theme.animations_wanted(self):
            self._fading = self._pyramid
            self._fade.start()
        self._picture, self._pyramid, self._exact = picture, pyramid, None
        self._is_told = False
        self._sharpen()
        self._update()
        self.taken.emit(picture)
        self.view_changed.emit()

    def _end_fade(self) -> None:
        self._fade.stop()
        self._fading = None
        self._update()

    def _advance_shimmer(self) -> None:
        self._shimmer = (self._shimmer + _SHIMMER_STEP) % 1.0
        self._update()

    def _sharpen(self) -> None:
        """Have the picture resized to the very pixels of the screen, where it is drawn smaller."""
        pyramid, zoom = self._pyramid, self._image_zoom()
        if pyramid is None or zoom >= 1 or self._exact is not None:
            return
        level = pyramid.for_zoom(zoom)
        size = self._exact_size()
        self._sharpening.start(lambda _: resized(level, size.width(), size.height()))

    def _take_exact(self, image: QImage) -> None:
        if image.size() == self._exact_size():
            self._exact = image
            self._update()

    def _image_zoom(self) -> float:
        """Device pixels to a pixel of the image, which may have fewer than the document says."""
        if self._pyramid is None:
            return 1.0
        return self._viewport.zoom * self._viewport.picture[0] / self._pyramid.levels[0].width()

    def _exact_size(self) -> QSize:
        """Width and height of the picture on the screen, unturned, in device pixels."""
        width, height = self._viewport.picture
        zoom = self._viewport.zoom
        return QSize(max(1, round(width * zoom)), max(1, round(height * zoom)))

    # Looking

    def rotate(self, quarters: int) -> None:
        self._see(self._viewport.rotated(quarters))

    def _see(self, viewport: Viewport) -> None:
        if viewport.zoom != self._viewport.zoom:
            self._exact = None
            self._settled.start()
        super()._see(viewport)

    def _is_empty(self) -> bool:
        return self._pyramid is None

    # Painting

    def _update(self, *_: object) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.canvas_colour(self))
        if self._pyramid is None:
            return
        ratio = self._viewport.ratio
        painter.scale(1 / ratio, 1 / ratio)
        if self._fading is not None:
            self._draw(painter, self._fading, None)
            painter.setOpacity(float(self._fade.currentValue() or 0.0))
        self._draw(painter, self._pyramid, self._exact)
        painter.setOpacity(1.0)
        if self._pulse.isActive():
            self._draw_shimmer(painter)
        painter.end()
        if not self._is_told:
            self._is_told = True
            self.painted.emit(self._picture)

    def _draw(self, painter: QPainter, pyramid: Pyramid, exact: QImage | None) -> None:
        place = self._place()
        painter.save()
        painter.setTransform(self._turning(), combine=True)
        if exact is not None:
            painter.drawImage(place.topLeft(), exact)
        else:
            zoom = self._image_zoom()
            painter.setRenderHint(
                QPainter.RenderHint.SmoothPixmapTransform, zoom < CRISP_ZOOM and zoom != 1.0
            )
            level = pyramid.for_zoom(zoom)
            painter.drawImage(place, level, QRectF(level.rect()))
        painter.restore()

    def _place(self) -> QRectF:
        """Where the unturned picture lies before `_turning`, on whole device pixels."""
        size = self._exact_size()
        viewport = self._viewport
        x, y = viewport.middle
        left, top = -x * viewport.zoom, -y * viewport.zoom
        # The turning takes the middle of the window as its origin, which may lie between pixels.
        width, height = viewport.window
        if viewport.turns % 2:
            width, height = height, width
        left = round(left + width / 2) - width / 2
        top = round(top + height / 2) - height / 2
        return QRectF(left, top, size.width(), size.height())

    def _turning(self) -> QTransform:
        width, height = self._viewport.window
        return QTransform().translate(width / 2, height / 2).rotate(90 * self._viewport.turns)

    def _draw_shimmer(self, painter: QPainter) -> None:
        """A faint light that passes over the picture, slantwise."""
        place = self._turning().mapRect(self._place())
        window = QRectF(0, 0, *self._viewport.window)
        seen = place.intersected(window)
        band = max(seen.width(), 1) * 0.5
        across = -0.7 * band + self._shimmer * (seen.width() + 1.7 * band)
        start = seen.topLeft() + QPointF(across - band / 2, 0)
        light = QLinearGradient(start, start + QPointF(band, band * 0.3))
        light.setColorAt(0.0, QColor(255, 255, 255, 0))
        light.setColorAt(0.5, QColor(255, 255, 255, 38))
        light.setColorAt(1.0, QColor(255, 255, 255, 0))
        painter.fillRect(seen, light)

    # What the user and the desktop do

    def event(self, event: QEvent | None) -> bool:
        """Keep the sideways arrows from the shortcuts where they move the picture."""
        if is_override(event) and event.key() in _SIDEWAYS and self._viewport.can_pan[0]:
            event.accept()
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802
        """Take hold of the picture; the side buttons step through the folder."""
        if event is None:
            return
        match event.button():
            case Qt.MouseButton.BackButton:
                self.stepped.emit(-1)
            case Qt.MouseButton.ForwardButton:
                self.stepped.emit(1)
            case Qt.MouseButton.LeftButton | Qt.MouseButton.MiddleButton:
                self._grabbed = event.position()
                self._may_drag_out = not any(self._viewport.can_pan)
                if not self._may_drag_out:
                    self.setCursor(Qt.CursorShape.ClosedHandCursor)
            case _:
                super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802
        """Move the picture, or drag a copy out where all of it is seen."""
        if event is None or self._grabbed is None:
            return
        moved = event.position() - self._grabbed
        if not self._may_drag_out:
            self._grabbed = event.position()
            self.pan_by(moved)
        elif moved.manhattanLength() >= QApplication.startDragDistance() and self._picture:
            self._grabbed = None
            self.dragged_out.emit()

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802
        self._grabbed = None
        self.unsetCursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802
        if event is not None and event.button() == Qt.MouseButton.LeftButton:
            self.full_screen_wanted.emit()

    def contextMenuEvent(self, event: QContextMenuEvent | None) -> None:  # noqa: N802
        if event is not None:
            self.menu_wanted.emit(event.globalPos())

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:  # noqa: N802
        """Files are welcome, but not the picture of this very canvas."""
        if event is not None and event.source() is not self:
            take_copy(event)

    def dropEvent(self, event: QDropEvent | None) -> None:  # noqa: N802
        if paths := take_copy(event):
            self.dropped.emit(paths)

    def changeEvent(self, event: QEvent | None) -> None:  # noqa: N802
        if event is not None and event.type() == QEvent.Type.PaletteChange:
            self._update()
        super().changeEvent(event)

    def snapshot(self) -> QPixmap:
        """What is seen, small, for dragging it out."""
        return self.grab().scaled(
            160,
            160,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )


def _prepared(picture: Picture) -> tuple[Picture, Pyramid]:
    """What is shown of a picture; on a card Qt sets the words, as no other part of gcx can."""
    words = picture.info.get("words") if picture.kind == "card" else blank_text(picture)
    if words:
        from gcx_viewer.gui.canvas.words import set_words

        picture = set_words(picture, words)
    return picture, Pyramid.of(picture)
