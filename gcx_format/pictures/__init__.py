"""Pictures as they come in: one way to open a file that a stranger made, whoever wants it.

Encoding, describing, the viewer, its thumbnails and its comparisons accept the same formats, see
the same size, colours and transparency, and report the same errors. Nothing is downscaled for
encoding: that is the visual codec's work.

Each name brings its module once it is used: whoever shows what a `.gcx` file holds opens no
stranger's picture.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from gcx_format.pictures.losses import Loss, PictureWarning

if TYPE_CHECKING:
    from gcx_format.pictures.normalising import normalise, on_white
    from gcx_format.pictures.opening import ENOUGH, Purpose, is_picture_name, open_picture
    from gcx_format.pictures.own import is_foreign_picture, is_reconstruction
    from gcx_format.pictures.pages import frame_count, upright_size
    from gcx_format.pictures.pixel_limit import max_pixels
    from gcx_format.pictures.plug_ins import advice_on
    from gcx_format.pictures.writing import file_bytes

__all__ = [
    "ENOUGH",
    "Loss",
    "PictureWarning",
    "Purpose",
    "advice_on",
    "file_bytes",
    "frame_count",
    "is_foreign_picture",
    "is_picture_name",
    "is_reconstruction",
    "max_pixels",
    "normalise",
    "on_white",
    "open_picture",
    "upright_size",
]

_MODULES: Final = {
    "ENOUGH": "opening",
    "Purpose": "opening",
    "advice_on": "plug_ins",
    "file_bytes": "writing",
    "frame_count": "pages",
    "is_foreign_picture": "own",
    "is_picture_name": "opening",
    "is_reconstruction": "own",
    "max_pixels": "pixel_limit",
    "normalise": "normalising",
    "on_white": "normalising",
    "open_picture": "opening",
    "upright_size": "pages",
}

if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        """Import what is asked for, from its module."""
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
