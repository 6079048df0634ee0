"""Pictures made ready for the screen: at full size, and halved again and again.

A large picture drawn small straight from its pixels would take long and sparkle; drawn from the
next larger of its halves it does neither. All of this takes time, so it is done in a thread.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QImage

from gcx_viewer.gui.images import to_qimage

if TYPE_CHECKING:
    from gcx_viewer.core.pictures import Picture

__all__ = ["Pyramid", "resized"]

_SMALLEST: Final = 256
"""The longer side at which halving ends."""


@dataclass(frozen=True, slots=True)
class Pyramid:
    """A picture and its halves.

    Attributes:
        levels: the whole picture, then each half of the one before; never changed.
    """

    levels: tuple[QImage, ...]

    @classmethod
    def of(cls, picture: Picture) -> Pyramid:
        """The pyramid of a picture; takes a moment for a large one, so not in the GUI's thread."""
        image = to_qimage(picture.image)
        plain, clear = QImage.Format.Format_RGB32, QImage.Format.Format_ARGB32_Premultiplied
        image.convertTo(clear if image.hasAlphaChannel() else plain)
        levels = [image]
        while max(levels[-1].width(), levels[-1].height()) > _SMALLEST:
            last = levels[-1]
            levels.append(resized(last, max(1, last.width() // 2), max(1, last.height() // 2)))
        return cls(tuple(levels))

    def for_zoom(self, zoom: float) -> QImage:
        """The smallest level that has no fewer pixels than are to be seen."""
        found = self.levels[0]
        for level in self.levels[1:]:
            if level.width() < zoom * self.levels[0].width():
                break
            found = level
        return found


def resized(image: QImage, width: int, height: int) -> QImage:
    """A picture at another size, each pixel the mean of those that it stands for."""
    return image.scaled(
        width,
        height,
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
