"""The colours of a picture by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL import Image

__all__ = ["of_bands"]

_GRID: Final = (64, 24)
"""Width and height of a band in samples; colours need no more."""

_SHARE: Final = 0.15
"""The least part of a band that a colour covers to be named."""

_GREY: Final = 0.1
"""What a grey pixel counts for; a pure red one counts for 0.7, since it is what people notice."""

_COLOURS: Final = {
    "black": "000000 181818",
    "dark grey": "383838 505050",
    "grey": "707070 909090",
    "light grey": "b0b0b0 cacaca",
    "white": "e6e6e6 ffffff",
    "red": "c01818 e03030 a02020",
    "dark red": "601010",
    "orange": "e87818 f09840",
    "yellow": "f0d830 e0c020 f8f080",
    "beige": "d8c8a8 c8b490 e8dcc4",
    "brown": "7a4a20 5a3818 906840",
    "dark brown": "38241a",
    "olive": "6c6c30 505028",
    "green": "2c8c34 50a848 80b870",
    "dark green": "163c1c 2c4828",
    "turquoise": "28a8a0 60c8c0",
    "light blue": "8cb8e0 b0d0ec",
    "blue": "2858b8 4880c8",
    "dark blue": "101c58 203058",
    "blue-grey": "607488 8494a8",
    "purple": "702c90 9060b0",
    "pink": "e88cb0 f0b8c8 d85090",
    "tan": "d8a088 b87c60 ecc4b0",
}
"""Some sRGB colours that bear each name."""


def of_bands(picture: Image.Image, bands: int) -> list[list[str]]:
    """At most two colours of each horizontal band, from the top, the larger first.

    Args:
        picture: mode `RGB` or `L`.
        bands: how many, of equal height.
    """
    from PIL import Image

    width, height = _GRID
    small = picture.convert("RGB").resize((width, height * bands), Image.Resampling.BOX)
    names = list(_COLOURS)
    owners = [index for index, name in enumerate(names) for _ in _COLOURS[name].split()]
    known = [bytes.fromhex(code) for codes in _COLOURS.values() for code in codes.split()]
    anchors = _oklab(np.array([list(code) for code in known], np.uint8))
    pixels = _oklab(np.asarray(small))
    nearest = ((pixels[:, :, None] - anchors) ** 2).sum(-1).argmin(-1)
    named = np.array(owners)[nearest]
    weights = _GREY + np.hypot(pixels[..., 1], pixels[..., 2])
    told = []
    for band, weight in zip(*(np.array_split(a, bands) for a in (named, weights)), strict=True):
        shares = np.bincount(band.ravel(), weight.ravel(), len(names)) / weight.sum()
        largest = sorted(range(len(names)), key=lambda index: -shares[index])[:2]
        told.append([names[index] for index in largest if shares[index] > _SHARE])
    return told


def _oklab(samples: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Samples of sRGB (..., 3) as lightness and two opponent colours (Ottosson, 2020)."""
    encoded = samples.astype(np.float32) / np.float32(255)
    light = np.where(encoded > 0.04045, ((encoded + 0.055) / 1.055) ** 2.4, encoded / 12.92)
    cones = np.cbrt(light @ np.array(_TO_CONES).T)
    return np.asarray(cones @ np.array(_TO_LAB).T * (1, _HUE, _HUE), np.float32)


_HUE: Final = 2.5
"""Weight of the opponent colours: people call a faint blue blue long before it is as far from grey
as dark grey is from light grey."""

_TO_CONES: Final = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
_TO_LAB: Final = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)
