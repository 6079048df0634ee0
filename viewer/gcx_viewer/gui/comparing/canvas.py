"""Two pictures in one place, with a divider between them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, Literal

from PyQt6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt
from PyQt6.QtGui import (
    QColor,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QTransform,
)
from PyQt6.QtWidgets import QWidget

from gcx_viewer.gui import theme
from gcx_viewer.gui.canvas.zoomable import CRISP_ZOOM, Zoomable
from gcx_viewer.gui.keys import is_override

if TYPE_CHECKING:
    from gcx_viewer.gui.canvas.pyramid import Pyramid

__all__ = ["CompareCanvas", "Side"]

_REACH: Final = 14
"""Pixels beside the divider at which it can be taken hold of."""

_KEY_STEP: Final = 0.02
_KEY_LEAP: Final = 0.1
_LABEL_HEIGHT: Final = 28
_LABEL_ICON: Final = 16
_MARGIN: Final = 12
_LETTERS: Final = QColor(255, 255, 255)
_GROUND: Final = QColor(20, 20, 22, 205)
_RIM: Final = QColor(255, 255, 255, 70)


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two pictures.

    Attributes:
        pyramid: its pixels.
        label: what it is.
        badge: how its pixels were made, or None for those that a camera recorded.
        icon: of the badge.
    """

    pyramid: Pyramid
    label: str
    badge: str | None
    icon: str


class CompareCanvas(Zoomable):
    """Draws two pictures over each other, at the same place and zoom."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setMinimumSize(200, 140)
        self.setAccessibleName(self.tr("Comparison of two pictures"))
        self._left: Side | None = None
        self._right: Side | None = None
        self._divider = 0.5
        self._dragging: Literal["divider", "picture"] | None = None
        self._grabbed = QPointF()
        self._nothing = self.tr("There is nothing to compare yet.")

    # What is shown

    @property
    def divider(self) -> float:
        """Where the divider stands, from 0 at the left to 1 at the right."""
        return self._divider

    def show_sides(self, left: Side | None, right: Side | None, size: tuple[int, int]) -> None:
        """Show these two, both drawn at a size, whatever pixels they have."""
        self._left, self._right = left, right
        self._viewport = self._viewport.with_picture(size)
        self.update()

    def say(self, words: str) -> None:
        self._nothing = words
        self.update()

    def move_divider(self, to: float) -> None:
        to = min(max(to, 0.0), 1.0)
        if to != self._divider:
            self._divider = to
            self.update()

    def _is_empty(self) -> bool:
        return self._left is None

    # Drawing

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.canvas_colour(self))
        if self._left is None or self._right is None:
            self._write(painter, self._nothing)
            return
        at = self._divider_place()
        left = QRect(0, 0, at, self.height())
        right = QRect(at, 0, self.width() - at, self.height())
        self._draw(painter, self._left, left)
        self._draw(painter, self._right, right)
        self._label(painter, self._left, left, to_the_right=False)
        self._label(painter, self._right, right, to_the_right=True)
        self._draw_divider(painter, at)

    def _divider_place(self) -> int:
        """Where the divider is in the widget: it moves over what is seen of the pictures."""
        seen = self._seen()
        return round(seen.left() + self._divider * seen.width())

    def _seen(self) -> QRectF:
        return self._place().intersected(QRectF(self.rect()))

    def _place(self) -> QRectF:
        viewport = self._viewport
        left, top = viewport.to_window((0.0, 0.0))
        width, height = viewport.picture
        ratio = viewport.ratio
        return QRectF(
            round(left) / ratio,
            round(top) / ratio,
            width * viewport.zoom / ratio,
            height * viewport.zoom / ratio,
        )

    def _draw(self, painter: QPainter, side: Side, area: QRect) -> None:
        painter.save()
        painter.setClipRect(area)
        place = self._place()
        # What is drawn must not depend on how many pixels a side has: both fill the same place.
        own = place.width() * self._viewport.ratio / side.pyramid.levels[0].width()
        level = side.pyramid.for_zoom(own)
        painter.setRenderHint(
            QPainter.RenderHint.SmoothPixmapTransform, own < CRISP_ZOOM and own != 1.0
        )
        moved = QTransform.fromTranslate(place.left(), place.top())
        painter.setTransform(moved, combine=True)
        painter.drawImage(QRectF(0, 0, place.width(), place.height()), level, QRectF(level.rect()))
        painter.restore()

    def _draw_divider(self, painter: QPainter, at: int) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(0, 0, 0, 110), 4))
        painter.drawLine(at, 0, at, self.height())
        painter.setPen(QPen(_LETTERS, 2))
        painter.drawLine(at, 0, at, self.height())
        middle = QPointF(at, self.height() / 2)
        focused = self.hasFocus()
        accent = self.palette().color(self.palette().ColorRole.Highlight)
        painter.setPen(QPen(accent if focused else _RIM, 2 if focused else 1))
        painter.setBrush(_GROUND)
        painter.drawEllipse(middle, 15, 15)
        painter.setPen(QPen(_LETTERS, 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        for way in (-1, 1):
            tip = middle + QPointF(way * 9, 0)
            painter.drawLine(tip, tip + QPointF(-way * 4, -4))
            painter.drawLine(tip, tip + QPointF(-way * 4, 4))

    def _label(self, painter: QPainter, side: Side, area: QRect, *, to_the_right: bool) -> None:
        """What a side is, in its own upper corner, and how its pixels were made."""
        painter.save()
        painter.setClipRect(area)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = QFontMetrics(self.font())
        words = side.label if side.badge is None else f"{side.label}  ·  {side.badge}"
        icon = 0 if side.badge is None else _LABEL_ICON + 7
        room = self.width() // 2 - 2 * _MARGIN
        width = min(metrics.horizontalAdvance(words) + icon + 24, max(room, 60))
        left = self.width() - _MARGIN - width if to_the_right else _MARGIN
        frame = QRectF(left + 0.5, _MARGIN + 0.5, width - 1, _LABEL_HEIGHT - 1)
        painter.setPen(_RIM)
        painter.setBrush(_GROUND)
        painter.drawRoundedRect(frame, frame.height() / 2, frame.height() / 2)
        if side.badge is not None:
            drawn = theme.pixmap(side.icon, _LETTERS, _LABEL_ICON, self.devicePixelRatioF())
            painter.drawPixmap(left + 10, _MARGIN + (_LABEL_HEIGHT - _LABEL_ICON) // 2, drawn)
        painter.setPen(_LETTERS)
        line = QRectF(left + 11 + icon, _MARGIN, width - icon - 22, _LABEL_HEIGHT)
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, round(line.width()) + 1)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        painter.restore()

    def _write(self, painter: QPainter, words: str) -> None:
        painter.setPen(theme.muted(self.palette()))
        painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter, words)

    # What the user does

    def wants(self, event: QKeyEvent) -> bool:
        return self._meaning(event) is not None

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802
        if event is None:
            return
        meaning = self._meaning(event)
        if meaning is None:
            super().keyPressEvent(event)
        else:
            meaning()

    def _meaning(self, event: QKeyEvent) -> Callable[[], object] | None:
        """What a key does here, or None for those that are not for this widget."""
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if held not in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier):
            return None
        step = _KEY_LEAP if held else _KEY_STEP
        match event.key():
            case Qt.Key.Key_Left:
                return partial(self.move_divider, self._divider - step)
            case Qt.Key.Key_Right:
                return partial(self.move_divider, self._divider + step)
            case Qt.Key.Key_Home:
                return partial(self.move_divider, 0.0)
            case Qt.Key.Key_End:
                return partial(self.move_divider, 1.0)
            case Qt.Key.Key_Space:
                return partial(self.move_divider, 0.5)
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                return partial(self.zoom_by, 1)
            case Qt.Key.Key_Minus:
                return partial(self.zoom_by, -1)
            case Qt.Key.Key_0:
                return self.fit
            case Qt.Key.Key_1:
                return self.toggle_actual_size
            case _:
                return None

    def mousePressEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802
        if event is None or event.button() != Qt.MouseButton.LeftButton:
            return
        self._grabbed = event.position()
        self._dragging = "divider" if self._is_on_divider(event.position()) else "picture"

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802
        if event is None:
            return
        place = event.position()
        if self._dragging == "divider":
            seen = self._seen()
            self.move_divider((place.x() - seen.left()) / max(1.0, seen.width()))
        elif self._dragging == "picture":
            moved, self._grabbed = place - self._grabbed, place
            self.pan_by(moved)
        elif self._is_on_divider(place):
            self.setCursor(Qt.CursorShape.SplitHCursor)
        else:
            self.unsetCursor()

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802
        self._dragging = None

    def _is_on_divider(self, place: QPointF) -> bool:
        return abs(place.x() - self._divider_place()) <= _REACH

    # What the desktop does

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(640, 420)

    def event(self, event: QEvent | None) -> bool:
        if event is None:
            return False
        if is_override(event) and self.wants(event):
            event.accept()
            return True
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut, QEvent.Type.PaletteChange):
            self.update()
        return super().event(event)
