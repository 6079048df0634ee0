"""Pillow's pictures as Qt's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtGui import QImage

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["to_qimage"]

_FORMATS = {
    "L": QImage.Format.Format_Grayscale8,
    "RGB": QImage.Format.Format_RGBX8888,
    "RGBA": QImage.Format.Format_RGBA8888,
}


def to_qimage(image: Image.Image) -> QImage:
    """A copy of a picture (L, RGB or RGBA, 8 bits) that Qt can draw and that owns its pixels."""
    format = _FORMATS[image.mode]
    data = image.tobytes("raw", "RGBX") if image.mode == "RGB" else image.tobytes()
    line = image.width * (1 if image.mode == "L" else 4)
    return QImage(data, image.width, image.height, line, format).copy()
