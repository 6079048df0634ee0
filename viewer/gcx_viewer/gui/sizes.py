"""Sizes of files as the user writes them."""

from __future__ import annotations

from typing import Final

from PyQt6.QtCore import QCoreApplication, QLocale

__all__ = ["short_size", "size_in_bytes"]

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
