"""Pictures as they come in: one way to open a file that a stranger made, whoever wants it.

Encoding, describing, the viewer, its thumbnails and its comparisons accept the same formats, see
the same size, colours and transparency, and report the same errors. Nothing is downscaled for
encoding: that is the visual codec's work.
"""

from gcx_format.pictures.losses import Loss, PictureWarning
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
