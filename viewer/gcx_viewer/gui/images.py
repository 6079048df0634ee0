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

_BAND = 256
"""Lines that are copied at a time."""


def to_qimage(image: Image.Image) -> QImage:
    """A copy of a picture (L, RGB or RGBA, 8 bits) that Qt can draw and that owns its pixels."""
    made = QImage(image.width, image.height, _FORMATS[image.mode])
    pixels = made.bits()
    assert pixels is not None
    pixels.setsize(made.sizeInBytes())
    size = made.bytesPerLine()
    raw = "RGBX" if image.mode == "RGB" else image.mode
    for top in range(0, image.height, _BAND):  # for all at once there would be two copies
        bottom = min(top + _BAND, image.height)
        band = image.crop((0, top, image.width, bottom)).tobytes("raw", raw, size)
        pixels[top * size : bottom * size] = band
    return made
