"""Sizes of files, and how many pictures are in one, as the user writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PyQt6.QtCore import QCoreApplication, QLocale

if TYPE_CHECKING:
    from gcx_viewer.core.document import Document

__all__ = ["first_of", "short_size", "size_in_bytes"]

_KILOBYTE: Final = 1000


def size_in_bytes(count: int) -> str:
    """A size to the byte."""
    text = QCoreApplication.translate("Sizes", "%n byte(s)", "", count)
    return text.replace(str(count), QLocale().toString(count), 1)


def short_size(count: int) -> str:
    """A size in the unit that makes it short; below a kilobyte, to the byte."""
    if count < _KILOBYTE:
        return size_in_bytes(count)
    return QLocale().formattedDataSize(count, 1, QLocale.DataSizeFormat.DataSizeSIFormat)


def first_of(document: Document) -> str:
    """That a file has more pictures than the one that is shown; nothing where it has not."""
    count = document.facts.get("frames", 1)
    if count < 2:
        return ""
    translate = QCoreApplication.translate
    if document.format in ("TIFF", "ICO", "ICNS"):
        return translate("Sizes", "first of %n page(s)", "", count)
    return translate("Sizes", "animation of %n frame(s), standing still at the first", "", count)
