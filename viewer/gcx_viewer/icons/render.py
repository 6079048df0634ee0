"""Makes the PNG files of the icons from their SVG files.

    python -m gcx_viewer.icons.render

Only who changes a drawing has to run it. Up to 32 pixels a drawing of its own is
taken, with less in it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from PyQt6.QtCore import QFile, QRectF
from PyQt6.QtGui import QImage, QPainter
from PyQt6.QtSvg import QSvgRenderer

from gcx_viewer import icons

__all__ = ["main", "render"]

_LARGEST_SMALL: Final = 32


def render(name: str, size: int) -> QImage:
    """An icon of this many pixels, on nothing."""
    drawing = icons.svg(f"{name}-small" if size <= _LARGEST_SMALL else name)
    renderer = QSvgRenderer(str(drawing))
    if not renderer.isValid():
        raise ValueError(f"{drawing} is no SVG file that Qt can draw")
    image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    renderer.render(painter, QRectF(image.rect()))
    painter.end()
    return image.convertToFormat(QImage.Format.Format_ARGB32)


def main() -> int:
    """Write all of them."""
    for name in (icons.APPLICATION, icons.FILE_TYPE):
        for size in icons.SIZES:
            path: Path = icons.png(name, size)
            if not render(name, size).save(str(path), "PNG", 0):
                print(f"{path}: {QFile(str(path)).errorString()}", file=sys.stderr)
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
