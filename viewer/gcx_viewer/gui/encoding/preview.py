"""A photograph beside what is kept of it, and the bytes of that to scale."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PyQt6.QtCore import QRect, QRectF, QSize, Qt
from PyQt6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent, QPixmap
from PyQt6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from gcx_viewer.gui import theme
from gcx_viewer.gui.encoding.losses import losses_text
from gcx_viewer.gui.panels.chunks import Part
from gcx_viewer.gui.settings.fields import quiet_label
from gcx_viewer.gui.sizes import size_in_bytes

if TYPE_CHECKING:
    from gcx_format.pictures import Loss
    from gcx_viewer.core.encoding.coding import Estimate

__all__ = ["BeforeAndAfter", "ByteBar", "PreviewPanel"]

_GAP: Final = 12
_CAPTION: Final = 8
_RADIUS: Final = 4.0
_BAR: Final = 12


class BeforeAndAfter(QWidget):
    """Two pictures, beside or above each other, whichever shows them larger."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._images: tuple[QImage | None, QImage | None] = (None, None)
        self._scaled: dict[tuple[int, QSize], QPixmap] = {}
        self._message = ""
        self._is_searching = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(320, 220)
        self.setAccessibleName(self.tr("The photograph, and what is kept of it"))

    def show_original(self, image: QImage | None) -> None:
        """Show the photograph; what is kept of the one before goes."""
        self._images = (image, None)
        self._scaled.clear()
        self.update()

    def show_kept(self, image: QImage | None, *, is_final: bool) -> None:
        """Show what is kept, and whether something better is being searched for."""
        if image is not self._images[1]:
            self._images = (self._images[0], image)
            self._scaled = {key: drawn for key, drawn in self._scaled.items() if key[0] == 0}
        self._is_searching = not is_final
        self._message = ""
        self.update()

    def show_searching(self) -> None:
        """Say that something better is being searched for than what is shown."""
        self._is_searching = True
        self.update()

    def show_message(self, message: str) -> None:
        """Say something in place of what is kept, such as why there is none."""
        self._message = message
        self._images = (self._images[0], None)
        self._is_searching = False
        self.setAccessibleDescription(message)
        self.update()

    def captions(self) -> tuple[str, str]:
        kept = self.tr("What is kept")
        if self._is_searching:
            kept = self.tr("What is kept (draft; still optimising…)")
        return self.tr("Photograph"), kept

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        ground = QPainterPath()
        ground.addRoundedRect(QRectF(self.rect()), 6, 6)
        painter.fillPath(ground, theme.canvas_colour(self))
        first = self._images[0]
        if first is None:
            self._say(painter, self.rect(), self._message)
            return
        line = painter.fontMetrics().height() + _CAPTION
        captions = self.captions()
        for index, (half, image) in enumerate(
            zip(self._halves(first, line), self._images, strict=True)
        ):
            room = half.adjusted(0, 0, 0, -line)
            if image is None:
                self._say(painter, room, self._message)
                continue
            place = self._draw(painter, room, image, index)
            below = QRect(half.left(), place.bottom() + _CAPTION // 2, half.width(), line)
            painter.setPen(theme.muted(self.palette()))
            text = painter.fontMetrics().elidedText(
                captions[index], Qt.TextElideMode.ElideRight, half.width()
            )
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, text)

    def _halves(self, image: QImage, line: int) -> tuple[QRect, QRect]:
        inner = self.rect().adjusted(_GAP, _GAP, -_GAP, -_GAP // 2)
        width = (inner.width() - _GAP) // 2
        height = (inner.height() - _GAP) // 2
        beside = min(width / image.width(), (inner.height() - line) / image.height())
        above = min(inner.width() / image.width(), (height - line) / image.height())
        if beside >= above:
            left = QRect(inner.left(), inner.top(), width, inner.height())
            return left, left.translated(width + _GAP, 0)
        top = QRect(inner.left(), inner.top(), inner.width(), height)
        return top, top.translated(0, height + _GAP)

    def _draw(self, painter: QPainter, room: QRect, image: QImage, index: int) -> QRect:
        """Draw one picture in the middle of its room; where it came to lie."""
        ratio = self.devicePixelRatioF()
        fitted = image.size().scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
        fitted = fitted.expandedTo(QSize(1, 1))
        key = (index, fitted * ratio)
        if key not in self._scaled:
            drawn = QPixmap.fromImage(
                image.scaled(
                    key[1],
                    Qt.AspectRatioMode.IgnoreAspectRatio,
                    Qt.TransformationMode.SmoothTransformation,
                )
            )
            drawn.setDevicePixelRatio(ratio)
            self._scaled = {old: kept for old, kept in self._scaled.items() if old[0] != index}
            self._scaled[key] = drawn
        place = QRect(0, 0, fitted.width(), fitted.height())
        place.moveCenter(room.center())
        clip = QPainterPath()
        clip.addRoundedRect(QRectF(place), _RADIUS, _RADIUS)
        painter.save()
        painter.setClipPath(clip)
        painter.drawPixmap(place.topLeft(), self._scaled[key])
        painter.restore()
        return place

    def _say(self, painter: QPainter, room: QRect, text: str) -> None:
        painter.setPen(theme.muted(self.palette()))
        inner = room.adjusted(_GAP, _GAP, -_GAP, -_GAP)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(inner, int(flags), text)


class ByteBar(QWidget):
    """Words, visual condition and the rest, each as wide as its bytes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._estimate: Estimate | None = None
        self.setFixedHeight(_BAR)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Bytes to scale"))

    def show_estimate(self, estimate: Estimate | None) -> None:
        """Show what there is, or (None) nothing."""
        self._estimate = estimate
        self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect())
        clip = QPainterPath()
        clip.addRoundedRect(frame, _BAR / 3, _BAR / 3)
        painter.setClipPath(clip)
        painter.fillRect(frame, theme.canvas_colour(self))
        estimate = self._estimate
        if estimate is None:
            return
        left = 0.0
        parts = (
            Part("text", 0, estimate.words, 0),
            Part("visual", 0, estimate.condition, 0),
            Part("container", 0, estimate.overhead, estimate.overhead),
        )
        for part in parts:
            if not part.size:
                continue
            width = frame.width() * part.size / estimate.total
            painter.fillRect(QRectF(left, 0, max(width - 1, 1), _BAR), part.colour)
            left += width


class PreviewPanel(QWidget):
    """The two pictures, and what the file takes: to scale, in sum, and by purpose."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.pictures = BeforeAndAfter()
        self.bar = ByteBar()
        self.total = QLabel()
        self.total.setTextFormat(Qt.TextFormat.PlainText)
        self.total.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.total.setAccessibleName(self.tr("Size of the file"))
        font = self.total.font()
        font.setBold(True)
        self.total.setFont(font)
        self.parts = quiet_label("")
        self.parts.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.parts.setAccessibleName(self.tr("Bytes by purpose"))
        self.losses = quiet_label("")
        self.losses.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.losses.setAccessibleName(self.tr("What is not kept"))
        self.losses.hide()
        column.addWidget(self.pictures, 1)
        for widget in (self.bar, self.total, self.parts, self.losses):
            column.addWidget(widget)

    def clear(self, message: str) -> None:
        self.pictures.show_original(None)
        self.pictures.show_message(message)
        self.show_estimate(None, is_final=True)
        self.show_losses(())

    def show_losses(self, losses: Sequence[Loss]) -> None:
        self.losses.setText(losses_text(losses))
        self.losses.setVisible(bool(losses))

    def show_searching(self) -> None:
        """Say that what is shown is of options that hold no longer."""
        self.pictures.show_searching()
        self.total.setEnabled(False)

    def show_problem(self, message: str) -> None:
        """Say why there is nothing to keep."""
        self.pictures.show_message(message)
        self.show_estimate(None, is_final=True)

    def show_estimate(self, estimate: Estimate | None, *, is_final: bool) -> None:
        """Show what the file takes; roughly where something better is being searched for."""
        self.bar.show_estimate(estimate)
        self.total.setEnabled(is_final)
        if estimate is None:
            self.total.setText("")
            self.parts.setText("")
            return
        size = size_in_bytes(estimate.total)
        if estimate.words_are_typical or not is_final:
            size = self.tr("about {size}").format(size=size)
        number = self.locale().toString(estimate.bits_per_pixel, "g", 3)
        rate = self.tr("{rate} bits per pixel").format(rate=number)
        told = [size, rate]
        if estimate.ratio is not None:
            told.append(f"{self.locale().toString(round(estimate.ratio))} : 1")
        self.total.setText(", ".join(told))
        words = self.tr("words {bytes}").format(bytes=estimate.words)
        if estimate.words_are_typical:
            words = self.tr("words about {bytes}").format(bytes=estimate.words)
        condition = self.tr("visual condition {bytes}").format(bytes=estimate.condition)
        overhead = self.tr("overhead {bytes}").format(bytes=estimate.overhead)
        self.parts.setText(f"{words}  ·  {condition}  ·  {overhead}")
