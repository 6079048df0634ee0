"""What the header of an opened picture tells: how large it will be, and how many there are."""

from __future__ import annotations

import contextlib
import os
import struct
from typing import IO, TYPE_CHECKING, Final

from gcx_format.pictures import tiff_pages
from gcx_format.pictures.orientation import ORIENTATION

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["frame_count", "upright_size"]

_SIDEWAYS: Final = (5, 6, 7, 8)
"""Values of EXIF's orientation that swap width and height (EXIF 3.0, 4.6.5.1.6)."""

_ONE_PICTURE: Final = ("MPO", "PSD")
"""Formats whose frames are parts of one picture: previews and views, or layers."""


def upright_size(image: Image.Image) -> tuple[int, int]:
    """Width and height that an opened picture will have once `normalise` has turned it."""
    width, height = image.size
    if image.format == "TIFF":  # these Pillow turns itself, and their size is that of afterwards
        return width, height
    with contextlib.suppress(Exception):  # EXIF in disrepair turns nothing, and harms nothing
        file: IO[bytes] | None = getattr(image, "fp", None)
        if image.format == "PNG" and "exif" not in image.info and file and not _exif_follows(file):
            return width, height
        if image.getexif().get(ORIENTATION) in _SIDEWAYS:
            return height, width
    return width, height


def frame_count(image: Image.Image) -> int:
    """How many pictures an opened animation or multi-page file holds; 1 for a photograph.

    What belongs to a photograph is not counted: previews, gain maps and second views in MPO,
    which telephones write, layers in PSD, reduced pages and masks in TIFF.
    """
    with contextlib.suppress(Exception):  # a fault further on is none of the first frame
        if image.format in _ONE_PICTURE:
            return 1
        frames: int = getattr(image, "n_frames", 1)
        return tiff_pages.count(image) if image.format == "TIFF" and frames > 1 else frames
    return 1


def _exif_follows(file: IO[bytes]) -> bool:
    """Whether a PNG file has EXIF after its pixels, which Pillow decodes to get there."""
    place, pixels_seen = file.tell(), False
    try:
        file.seek(8)
        while len(head := file.read(8)) == 8:
            length, chunk = struct.unpack(">I4s", head)
            if chunk == b"IDAT":
                pixels_seen = True
            elif pixels_seen and chunk in (b"eXIf", b"tEXt", b"zTXt"):
                start = file.read(min(length, 21))
                if chunk == b"eXIf" or start == b"Raw profile type exif":
                    return True
                length -= len(start)
            file.seek(length + 4, os.SEEK_CUR)
        return False
    finally:
        file.seek(place)
