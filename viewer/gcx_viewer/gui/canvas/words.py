"""Words on a card, set by Qt: it knows every script, and all fonts of the system."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PIL import Image
from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QColor, QFontMetricsF, QGuiApplication, QImage, QPainter

if TYPE_CHECKING:
    from gcx_viewer.core.pictures import Picture

__all__ = ["set_words"]

_INK: Final = QColor(52, 48, 42)
_SMALLEST: Final = 9
"""Pixels per em below which letters are illegible."""

_LARGEST: Final = 400
_SHRINK: Final = 0.9
"""The ratio between sizes that are tried, and between lengths if none suffices."""

_LEAST_AREA: Final = 0.25
"""That a character takes, in square ems: what bounds the work on a long text."""

_FLAGS: Final = int(Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap)


def set_words(picture: Picture, words: str) -> Picture:
    """The same card with these words on it, as large as looks well.

    What does not fit even in small letters is cut off with an ellipsis. May be called from any
    thread.
    """
    card = picture.image
    drawn = QImage(card.width, card.height, QImage.Format.Format_RGB888)
    paper = card.crop((0, 0, 1, 1)).convert("RGB").tobytes()
    drawn.fill(QColor(*paper))
    painter = QPainter(drawn)
    _draw(painter, QRectF(drawn.rect()), words)
    painter.end()
    pixels = drawn.constBits()
    assert pixels is not None
    data = pixels.asstring(drawn.sizeInBytes())
    made = Image.frombytes("RGB", card.size, data, "raw", "RGB", drawn.bytesPerLine())
    return replace(picture, image=made.convert(card.mode))


def _draw(painter: QPainter, place: QRectF, text: str) -> None:
    margin = min(place.width(), place.height()) / 10
    room = place.adjusted(margin, margin, -margin, -margin)
    area = room.width() * room.height() / _LEAST_AREA
    text = text.strip()[: int(area / _SMALLEST**2)]
    if not text or room.height() < _SMALLEST or room.width() < 2 * _SMALLEST:
        return
    if _is_right_to_left(text):
        painter.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    looks_well = min(_LARGEST, min(place.width(), place.height()) / 9)
    em = max(_SMALLEST, min(looks_well, (area / len(text)) ** 0.5))
    font = QGuiApplication.font()
    shown = text
    while True:
        font.setPixelSize(int(em))
        painter.setFont(font)
        block = QFontMetricsF(font, painter.device()).boundingRect(room, _FLAGS, shown)
        if room.contains(block) or not text:
            break
        if em > _SMALLEST:
            em = max(_SMALLEST, em * _SHRINK)
        else:
            text = text[: int(len(text) * _SHRINK)]
            shown = text.rstrip(" ,;:.") + "…"
    block.moveCenter(place.center())
    painter.setPen(_INK)
    painter.drawText(block.adjusted(-1, -1, 1, 1), _FLAGS, shown)


def _is_right_to_left(text: str) -> bool:
    """Whether the first letter that has a direction runs from right to left."""
    directions = map(unicodedata.bidirectional, text)
    return next((each in ("R", "AL") for each in directions if each in ("L", "R", "AL")), False)
