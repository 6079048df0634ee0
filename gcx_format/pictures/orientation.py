"""How a picture is held: EXIF's orientation, where it is about the pixels at hand.

Pillow copies the EXIF of a file into every picture that it makes of it, also into one that is
turned, cropped or put together, and nothing about such a picture tells what was done to it.
So the orientation in a file counts for the object that `Image.open` returned, and for no other:
the pixels of all others are taken as they are, which is what Pillow's own writers do.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["ORIENTATION", "orientation", "turned"]

ORIENTATION: Final = 0x0112
"""The tag of EXIF (EXIF 3.0, 4.6.5.1.6)."""

_METHODS: Final = {
    2: "FLIP_LEFT_RIGHT",
    3: "ROTATE_180",
    4: "FLIP_TOP_BOTTOM",
    5: "TRANSPOSE",
    6: "ROTATE_270",
    7: "TRANSVERSE",
    8: "ROTATE_90",
}
"""How Pillow calls what makes a picture of each orientation upright; 1 is upright."""


def orientation(image: Image.Image) -> int:
    """How the pixels of a picture are held, 1 to 8; 1 also where EXIF is in disrepair.

    That is what the file says where this is the object that `Image.open` returned: `thumbnail`,
    drawing and pickling leave its pixels as they are held, and `exif_transpose` in place keeps
    the EXIF true. For any other picture it is 1, unless the program has set something else with
    `getexif()`.

    Raises:
        Exception: what Pillow raises where the pixels do not decode.
    """
    from PIL import Image, ImageFile

    image.load()  # PNG has EXIF behind its pixels too
    with contextlib.suppress(Exception):  # whatever Pillow's parser stumbles over
        told = image.getexif().get(ORIENTATION)
        if not isinstance(image, ImageFile.ImageFile):
            inherited = Image.Image()
            inherited.info = image.info
            if told == inherited.getexif().get(ORIENTATION):
                return 1
        if told in _METHODS:
            return int(told)
    return 1


def turned(image: Image.Image, orientation: int) -> Image.Image:
    """A copy of a picture, upright if it is held as the orientation says."""
    from PIL import Image

    if orientation == 1:
        return image.copy()
    return image.transpose(Image.Transpose[_METHODS[orientation]])
