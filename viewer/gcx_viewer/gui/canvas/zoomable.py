"""Looking at pictures: what fitting, zooming, panning and pinching are, wherever one is shown."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from PyQt6.QtCore import QEvent, QPointF, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QNativeGestureEvent, QResizeEvent, QWheelEvent
from PyQt6.QtWidgets import QGestureEvent, QPinchGesture, QWidget

from gcx_viewer.gui.canvas.viewport import Viewport

__all__ = ["CRISP_ZOOM", "Zoomable"]

CRISP_ZOOM: Final = 4.0
"""From here on the pixels are what one wants to see, not something smooth between them."""

_ZOOM_STEP: Final = 1.25
_WHEEL_NOTCH: Final = 120.0
"""What a wheel tells for a notch, in eighths of a degree."""

_KEY_PAN: Final = 80

_ARROWS: Final[dict[int, tuple[int, int]]] = {
    Qt.Key.Key_Left: (1, 0),
    Qt.Key.Key_Right: (-1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
"""Which way they move the picture."""


class Zoomable(QWidget):
    """A widget that shows something through a `Viewport`, and lets the user move that."""

    view_changed = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.grabGesture(Qt.GestureType.PinchGesture)
        self._viewport = Viewport()

    @property
    def viewport(self) -> Viewport:
        return self._viewport

    def fit(self) -> None:
        self._see(self._viewport.fitted())

    def set_enlarging(self, enlarging: bool) -> None:
        """Whether a picture smaller than the window is enlarged to fit."""
        self._see(replace(self._viewport, enlarges=enlarging))

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

    def pan(self, x: int, y: int) -> bool:
        """Move the picture by steps.

        Returns:
            False where there is nothing more in that direction at any time: all of it is seen.
        """
        sideways, upwards = self._viewport.can_pan
        if (x and not sideways) or (y and not upwards):
            return False
        self.pan_by(QPointF(x * _KEY_PAN, y * _KEY_PAN))
        return True

    def pan_by(self, way: QPointF) -> None:
        ratio = self._viewport.ratio
        self._see(self._viewport.panned(way.x() * ratio, way.y() * ratio))

    def _see(self, viewport: Viewport) -> None:
        if viewport == self._viewport:
            return
        self._viewport = viewport
        self.update()
        self.view_changed.emit()

    def _is_empty(self) -> bool:
        raise NotImplementedError

    # What the user and the desktop do

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802
        self._measure()
        super().resizeEvent(event)

    def _measure(self) -> None:
        ratio = self.devicePixelRatioF()
        size = round(self.width() * ratio), round(self.height() * ratio)
        self._see(self._viewport.with_window(size, ratio))

    def event(self, event: QEvent | None) -> bool:
        if event is None:
            return False
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._measure()
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

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802
        """The arrows move a picture larger than the window; with Shift, always sideways too."""
        way = None if event is None else _ARROWS.get(event.key())
        if way is None or not self.pan(*way):
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent | None) -> None:  # noqa: N802
        """Zoom about the cursor; fingers on a touchpad move a picture larger than the window."""
        if event is None or self._is_empty():
            return
        pixels = event.pixelDelta()
        by_finger = not pixels.isNull() and event.phase() != Qt.ScrollPhase.NoScrollPhase
        held = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if by_finger and not held and any(self._viewport.can_pan):
            self.pan_by(QPointF(pixels))
        elif turned := event.angleDelta().y():
            self.zoom_by(turned / _WHEEL_NOTCH, event.position())
        event.accept()
