"""How well a reconstruction agrees with the visual condition that was transmitted.

The original is not there to compare with, but a small picture of it is. At that picture's
own scale a reconstruction must look like it; where it does not, the model drifted. The score
says how far, without the original:

1. The reconstruction is downscaled to the condition's size as encoding does it
   (`gcx_format.visual.downscale`: Lanczos, in linear light).
2. Both are blurred (Gaussian, a standard deviation of one pixel of the condition). That takes
   away coding artefacts of the condition and fine detail that it cannot vouch for.
3. The structural similarity of the two is taken (Wang et al., 2004; windows of 7 x 7, mean
   over windows and channels), for the reconstruction where it is and moved by one pixel of
   the condition in each of the eight directions. The best of the nine counts: models move
   things a little, and that is no drift.

The result is clipped to 0 and 1. It compares reconstructions of one descriptor; between
descriptors it depends on how much there is to see in the condition.
"""

from __future__ import annotations

from itertools import product
from typing import Final

from PIL import Image, ImageFilter

from gcx_format.similarity import ssim
from gcx_format.visual.downscale import downscale

__all__ = ["score"]

_BLUR: Final = 1.0
"""Standard deviation, in pixels of the condition."""

_SMALLEST_MOVED: Final = 12
"""Pixels of the shorter side below which nothing is moved: a pixel would be a large part."""


def score(reconstruction: Image.Image, condition: Image.Image) -> float:
    """The structure agreement of a reconstruction with the condition, 0 (none) to 1 (full).

    Args:
        reconstruction: at the picture's size, in the condition's mode.
        condition: decoded, at its own size, which is not larger.
    """
    blur = ImageFilter.GaussianBlur(_BLUR)
    seen = condition.filter(blur)
    made = downscale(reconstruction, condition.size).filter(blur)
    width, height = condition.size
    if min(width, height) < _SMALLEST_MOVED:
        return _clipped(ssim(seen, made))
    # The middle of the condition, and all parts of that size of the reconstruction.
    middle = seen.crop((1, 1, width - 1, height - 1))
    moves = product((0, 1, 2), repeat=2)
    return _clipped(
        max(ssim(middle, made.crop((x, y, width - 2 + x, height - 2 + y))) for x, y in moves)
    )


def _clipped(value: float) -> float:
    return min(1.0, max(0.0, value))
