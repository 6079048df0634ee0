"""The canvas: one picture, fitted, zoomed, panned and turned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PyQt6.QtCore import (
    QEvent,
    QMimeData,
    QPointF,
    QRectF,
    QSize,
    Qt,
    QThreadPool,
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
    QKeyEvent,
    QLinearGradient,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)
from PyQt6.QtWidgets import QApplication, QGestureEvent, QPinchGesture, QWidget

from gcx_viewer.gui import theme
from gcx_viewer.gui.pyramid import Pyramid, resized
from gcx_viewer.gui.viewport import Viewport

if TYPE_CHECKING:
    from gcx_viewer.core.pictures import Picture

__all__ = ["Canvas"]

_ZOOM_STEP: Final = 1.25
_WHEEL_NOTCH: Final = 120.0
"""What a wheel tells for a notch, in eighths of a degree."""

_CRISP_ZOOM: Final = 4.0
"""From here on the pixels are what one wants to see, not something smooth between them."""

_FADE_MILLISECONDS: Final = 220
_SETTLED_MILLISECONDS: Final = 90
_SHIMMER_MILLISECONDS: Final = 40
_SHIMMER_STEP: Final = 0.011
_KEY_PAN: Final = 80


class Canvas(QWidget):
    """Shows a picture, and lets the user look at it.

    A better picture of the same document fades in over the worse, with the view unchanged.
    """

    taken = pyqtSignal(object)
    """A `Picture` takes the place of what was there, from the next drawing on."""

    painted = pyqtSignal(object)
    """A `Picture` stands on the screen for the first time."""

    view_changed = pyqtSignal()
    stepped = pyqtSignal(int)
    full_screen_wanted = pyqtSignal()
    menu_wanted = pyqtSignal(object)
    dragged_out = pyqtSignal()
    dropped = pyqtSignal(object)

    _pyramid_made = pyqtSignal(int, object, object)
    _exact_made = pyqtSignal(int, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        """An empty canvas."""
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAcceptDrops(True)
        self.setMinimumSize(160, 120)
        self.setAccessibleName(self.tr("Picture"))
        self.grabGesture(Qt.GestureType.PinchGesture)

        self._viewport = Viewport()
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

        self._workers = QThreadPool(self)
        self._workers.setMaxThreadCount(1)
        self._serial = 0
        self._pyramid_made.connect(self._take)
        self._exact_made.connect(self._take_exact)

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
    def viewport(self) -> Viewport:
        """How the picture is seen."""
        return self._viewport

    @property
    def picture(self) -> Picture | None:
        """What is on the screen."""
        return self._picture

    @property
    def is_being_painted(self) -> bool:
        """Whether a better picture is under way."""
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
        self._serial += 1
        if not (keep_view and size == self._viewport.picture):
            self._coming_size = size

    def show_picture(self, picture: Picture) -> None:
        """A picture, or a better one, of the document.

        Returns at once; it is made ready in a thread, and stands on the screen soon.
        """
        self._serial += 1
        serial = self._serial
        self._workers.start(lambda: self._pyramid_made.emit(serial, picture, Pyramid.of(picture)))

    def clear(self) -> None:
        """Nothing at all."""
        self._serial += 1
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
        """Wait for what is being made ready; nothing is taken any more."""
        self._serial += 1
        self._settled.stop()
        self._pulse.stop()
        self._workers.clear()
        self._workers.waitForDone()

    def _take(self, serial: int, picture: Picture, pyramid: Pyramid) -> None:
        if serial != self._serial:
            return
        self._end_fade()
        if self._coming_size is not None:
            seen = self._viewport
            self._viewport = Viewport(self._coming_size, seen.window, seen.ratio)
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
        serial, size = self._serial, self._exact_size()
        self._workers.start(
            lambda: self._exact_made.emit(serial, resized(level, size.width(), size.height()))
        )

    def _take_exact(self, serial: int, image: QImage) -> None:
        if serial == self._serial and image.size() == self._exact_size():
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

    def _see(self, viewport: Viewport) -> None:
        if viewport == self._viewport:
            return
        if viewport.zoom != self._viewport.zoom:
            self._exact = None
            self._settled.start()
        self._viewport = viewport
        self._update()
        self.view_changed.emit()

    def fit(self) -> None:
        """Show all of the picture."""
        self._see(self._viewport.fitted())

    def zoom_to(self, zoom: float, about: QPointF | None = None) -> None:
        """Zoom, about a place in the widget or the middle of it.

        Args:
            zoom: device pixels to a pixel of the picture; 1 is pixel for pixel.
            about: in the widget's coordinates.
        """
        ratio = self._viewport.ratio
        place = None if about is None else (about.x() * ratio, about.y() * ratio)
        self._see(self._viewport.zoomed(zoom, place))

    def zoom_by(self, steps: float, about: QPointF | None = None) -> None:
        """Zoom in by some steps, or out by less than none."""
        self.zoom_to(self._viewport.zoom * _ZOOM_STEP**steps, about)

    def toggle_actual_size(self) -> None:
        """Pixel for pixel, or all of the picture if it is so already."""
        if not self._viewport.is_fitting and abs(self._viewport.zoom - 1) < 1e-6:
            self.fit()
        else:
            self.zoom_to(1.0)

    def rotate(self, quarters: int) -> None:
        """Turn clockwise, for the eye alone."""
        self._see(self._viewport.rotated(quarters))

    def pan(self, x: int, y: int) -> bool:
        """Move the picture by steps.

        Returns:
            False where there is nothing more in that direction at any time: all of it is seen.
        """
        sideways, upwards = self._viewport.can_pan
        if (x and not sideways) or (y and not upwards):
            return False
        step = _KEY_PAN * self._viewport.ratio
        self._see(self._viewport.panned(x * step, y * step))
        return True

    # Painting

    def _update(self, *_: object) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802
        """Draw what is seen."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.canvas_colour(self.palette()))
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
                QPainter.RenderHint.SmoothPixmapTransform, zoom < _CRISP_ZOOM and zoom != 1.0
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

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802
        """Keep to the window's size."""
        self._measure()
        super().resizeEvent(event)

    def _measure(self) -> None:
        ratio = self.devicePixelRatioF()
        size = round(self.width() * ratio), round(self.height() * ratio)
        self._see(self._viewport.with_window(size, ratio))

    def event(self, event: QEvent | None) -> bool:
        """Pinching, and moving to a screen of another density."""
        if event is None:
            return False
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._measure()
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            if self._sideways(event):
                event.accept()
                return True
        elif isinstance(event, QNativeGestureEvent):
            if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self.zoom_to(self._viewport.zoom * (1 + event.value()), event.position())
                return True
        elif isinstance(event, QGestureEvent):
            pinch = event.gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture):
                centre = self.mapFromGlobal(pinch.centerPoint())
                self.zoom_to(self._viewport.zoom * pinch.scaleFactor(), centre)
                return True
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent | None) -> None:  # noqa: N802
        """Zoom about the cursor; fingers on a touchpad move a picture larger than the window."""
        if event is None or self._pyramid is None:
            return
        pixels = event.pixelDelta()
        by_finger = not pixels.isNull() and event.phase() != Qt.ScrollPhase.NoScrollPhase
        held = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ratio = self._viewport.ratio
        if by_finger and not held and any(self._viewport.can_pan):
            self._see(self._viewport.panned(pixels.x() * ratio, pixels.y() * ratio))
        elif turned := event.angleDelta().y():
            self.zoom_by(turned / _WHEEL_NOTCH, event.position())
        event.accept()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802
        """The sideways arrows move a picture wider than the window; else they go to the next."""
        by = 0 if event is None else self._sideways(event)
        if by:
            self.pan(by, 0)
        else:
            super().keyPressEvent(event)

    def _sideways(self, event: QKeyEvent) -> int:
        """Which way an arrow moves the picture; 0 where it is for something else."""
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if held or not self._viewport.can_pan[0]:
            return 0
        return {Qt.Key.Key_Left: 1, Qt.Key.Key_Right: -1}.get(Qt.Key(event.key()), 0)

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
            ratio = self._viewport.ratio
            self._grabbed = event.position()
            self._see(self._viewport.panned(moved.x() * ratio, moved.y() * ratio))
        elif moved.manhattanLength() >= QApplication.startDragDistance() and self._picture:
            self._grabbed = None
            self.dragged_out.emit()

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802
        """Let go."""
        self._grabbed = None
        self.unsetCursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802
        """Fill the screen."""
        if event is not None and event.button() == Qt.MouseButton.LeftButton:
            self.full_screen_wanted.emit()

    def contextMenuEvent(self, event: QContextMenuEvent | None) -> None:  # noqa: N802
        """Offer what can be done."""
        if event is not None:
            self.menu_wanted.emit(event.globalPos())

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:  # noqa: N802
        """Files are welcome, but not the picture of this very canvas."""
        mime = None if event is None else event.mimeData()
        if event is not None and mime is not None and mime.hasUrls() and event.source() is not self:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent | None) -> None:  # noqa: N802
        """Pass on which files were dropped."""
        mime: QMimeData | None = None if event is None else event.mimeData()
        if event is None or mime is None:
            return
        event.acceptProposedAction()
        self.dropped.emit([url.toLocalFile() for url in mime.urls() if url.isLocalFile()])

    def changeEvent(self, event: QEvent | None) -> None:  # noqa: N802
        """Follow the theme."""
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
