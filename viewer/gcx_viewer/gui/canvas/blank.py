"""What is said on a blank card: why nothing of a file can be shown, and what is needed for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PyQt6.QtCore import QCoreApplication, QRectF, Qt
from PyQt6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from gcx_format.extras import install_command

if TYPE_CHECKING:
    from gcx_viewer.core.pictures import Picture

__all__ = ["blank_text", "draw_blank"]

_INK: Final = QColor(52, 48, 42)
_LARGEST: Final = 17.0
_SMALLEST: Final = 8.0
_WIDEST: Final = 30
"""Of the lines, in ems."""

_FLAGS: Final = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)


def blank_text(picture: Picture | None) -> str:
    """What is to be said on a picture that is a blank card; of others, nothing."""
    if picture is None or picture.kind != "blank":
        return ""
    translate = QCoreApplication.translate
    match picture.info.get("reason"):
        case "decoding":
            return translate("Blank", "The visual condition of this file is being decoded…")
        case "extra":
            command = install_command(picture.info["extra"])
            return translate(
                "Blank",
                "Nothing of this file can be shown here: it has no words, and its visual condition "
                "needs an optional part of gcx.\n\n{command}",
            ).replace("{command}", command)
        case "weights":
            return translate(
                "Blank",
                "Nothing of this file can be shown here: it has no words, and its visual condition "
                "needs the weights of a network.\n\n{command}",
            ).replace("{command}", f"gcx weights get {picture.info['quality']}")
        case "memory":
            return translate(
                "Blank",
                "Nothing of this file can be shown here: it has no words, and its visual condition "
                "needs more memory than there is.",
            )
        case _:
            return translate(
                "Blank",
                "Nothing of this file can be shown: it has no words, and its visual condition "
                "cannot be decoded.",
            )


def draw_blank(painter: QPainter, place: QRectF, text: str, font: QFont, ratio: float) -> None:
    """Set a text on a card, upright and as large as looks well; not where it has no room.

    Args:
        painter: whose unit is a device pixel.
        place: of the card.
        text: to be set.
        font: of the widget.
        ratio: device pixels to a pixel of the widget.
    """
    letters = QFont(font)
    size = min(_LARGEST * ratio, place.height() / 8)
    while size >= _SMALLEST * ratio:
        letters.setPixelSize(round(size))
        room = QRectF(0, 0, min(0.86 * place.width(), _WIDEST * size), 0.86 * place.height())
        room.moveCenter(place.center())
        if room.contains(QFontMetricsF(letters).boundingRect(room, _FLAGS, text)):
            painter.setFont(letters)
            painter.setPen(_INK)
            painter.drawText(room, _FLAGS, text)
            return
        size *= 0.9
