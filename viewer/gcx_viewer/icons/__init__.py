"""The icons of the program and of its file type.

The SVG files are the sources; `python -m gcx_viewer.icons.render` makes the PNG files from them.
Finding them needs no Qt, so that telling the desktop about them does not either.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PyQt6.QtGui import QIcon

__all__ = ["APPLICATION", "FILE_TYPE", "SIZES", "SYMBOLIC", "application_icon", "png", "svg"]

APPLICATION: Final = "gcx-viewer"
"""The icon of the program."""

SYMBOLIC: Final = "gcx-viewer-symbolic"
"""The icon of the program in one colour; there is only an SVG file of it."""

FILE_TYPE: Final = "image-x-gcx"
"""The icon of a `.gcx` file; desktops look for it under the name of the media type."""

SIZES: Final = (16, 24, 32, 48, 64, 128, 256, 512)
"""Of the PNG files, in pixels."""

_FOLDER: Final = Path(__file__).parent


def svg(name: str) -> Path:
    return _FOLDER / f"{name}.svg"


def png(name: str, size: int) -> Path:
    """An icon in one of `SIZES`."""
    return _FOLDER / f"{name}-{size}.png"


def application_icon() -> QIcon:
    """The icon of the program's windows, in all sizes; its files are read when it is painted."""
    from PyQt6.QtCore import QSize
    from PyQt6.QtGui import QIcon

    icon = QIcon()
    for size in SIZES:
        icon.addFile(str(png(APPLICATION, size)), QSize(size, size))
    return icon
