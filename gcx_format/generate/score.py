"""How well a reconstruction agrees with the visual condition that was transmitted.

The original is not there to compare with, but a small picture of it is. At that picture's own
scale a reconstruction must look like it, and beyond that scale it must have detail, as every
photograph has. The score is the product of two factors.

**Agreement**, from 0 to 1. The reconstruction is downscaled to the condition's size as encoding
does it (`gcx_format.visual.downscale`), both are blurred (Gaussian, a standard deviation of one
pixel of the condition), and windows of 7 x 7 are compared in Y'CbCr:

- structure: twice the covariance over the sum of the variances of luma, as in structural
  similarity (Wang et al., 2004), with a constant as large as the coding noise of a condition of
  a few hundred bytes, so that differences below that noise do not count;
- brightness and colour: the difference of the means, beyond what coding alone causes, costs by
  its square.

The mean over all windows is taken for the reconstruction where it is and moved by one pixel of
the condition in each of the eight directions. The best of the nine counts: models move things a
little, and that is no drift.

**Sharpness**, from `_LEAST_SHARPNESS` to 1. Natural pictures have about as much detail in each
octave as in the next (Field, 1987). Each octave between the condition's scale and the
reconstruction's must have a part of what the condition's finest octave has, and not several
times as much, which would be noise; chroma must have some too. In a photograph the finest octave
has a little less than the next, and chroma far less than luma: noise has more of both, and a blur
leaves less. So an enlarged condition, which agrees with itself perfectly, scores lower than a
picture with detail in the right places.

Means of Kodak photographs 1 to 12 and the three samples with conditions of 150, 290 and 600 bytes:
the original .97 (.86 at least), the enlarged condition .66, a grey copy .70, a mirrored one .34.
Of 24 kinds of altered copies, 1,080 in all, 2 scored above their original: one in paler colours by
.01, and one slightly blurred by less than .001 (`python benchmarks/score.py FOLDER`).
Scores compare reconstructions of one descriptor; between descriptors they depend on how much
there is to see in the condition.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Final

from PIL import Image, ImageFilter

from gcx_format.visual.downscale import downscale

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["HOPELESS", "score"]

HOPELESS: Final = 0.4
"""Below this a reconstruction is probably another picture: mirrored photographs score .34."""

_BLUR: Final = 1.0
"""Standard deviation, in pixels of the condition."""

_SMALLEST_MOVED: Final = 12
"""Pixels of the shorter side below which nothing is moved: a pixel would be a large part."""

_WINDOW: Final = 7
_NOISE: Final = 12.0
"""Levels of luma: contrast that coding noise alone makes."""

_LUMA_FREE: Final = 4.0
_CHROMA_FREE: Final = 6.0
"""Levels by which coding alone moves the mean of a window."""

_TOLERANCE: Final = 25.0
"""Levels beyond that which halve a window's score."""

_LEAST_SHARPNESS: Final = 0.55
"""The factor for a picture without any detail of its own."""

_OCTAVES: Final = ((0.25, 3.2), (0.4, 3.2), (0.6, 3.2))
"""Detail of the finest octave, the next, and all others, at least and at most, in parts of that
of the condition's finest octave; what photographs have lies well within."""

_SLOPE: Final = (0.6, 1.15)
"""Detail of the finest octave in parts of the next: blur leaves it less, noise gives it more."""

_CHROMA_DETAIL: Final = 0.1
"""The same for chroma at a quarter of the size, at least."""

_CHROMA_NOISE: Final = (0.0, 0.45)
"""Chroma's detail in parts of luma's, both in the finest octave; more is noise."""

_CHROMA_PART: Final = 0.1
"""How much of the sharpness hangs on it."""

_ROUNDING: Final = 0.5
"""Levels of detail that whole numbers alone make, in luma as in chroma."""

_FAINT: Final = 0.1
"""Levels of detail that are none: without it, a smooth picture would be asked for detail."""


def score(reconstruction: Image.Image, condition: Image.Image) -> float:
    """The agreement of a reconstruction with the condition, 0 (none) to 1 (full).

    Args:
        reconstruction: at the picture's size, in the condition's mode, `RGB` or `L`.
        condition: decoded, at its own size, which is not larger.
    """
    return min(1.0, max(0.0, _agreement(reconstruction, condition))) * _sharpness(
        reconstruction, condition
    )


def _agreement(reconstruction: Image.Image, condition: Image.Image) -> float:
    blur = ImageFilter.GaussianBlur(_BLUR)
    seen = condition.filter(blur)
    made = downscale(reconstruction, condition.size).filter(blur)
    width, height = condition.size
    if min(width, height) < _SMALLEST_MOVED:
        return _compared(seen, made)
    # The middle of the condition, and all parts of that size of the reconstruction.
    middle = seen.crop((1, 1, width - 1, height - 1))
    moves = product((0, 1, 2), repeat=2)
    return max(
        _compared(middle, made.crop((x, y, width - 2 + x, height - 2 + y))) for x, y in moves
    )


def _compared(seen: Image.Image, made: Image.Image) -> float:
    """The mean over all windows of structure, brightness and colour."""
    import numpy as np

    (luma, *chroma), (other_luma, *other_chroma) = _planes(seen), _planes(made)
    mean, other_mean = _means(luma), _means(other_luma)
    variances = _means(luma**2) - mean**2 + _means(other_luma**2) - other_mean**2
    covariance = _means(luma * other_luma) - mean * other_mean
    windows = np.maximum((2 * covariance + _NOISE**2) / (variances + _NOISE**2), 0)
    windows *= _nearness(np.abs(mean - other_mean), _LUMA_FREE)
    if chroma:
        squares = (
            (_means(one) - _means(other)) ** 2
            for one, other in zip(chroma, other_chroma, strict=True)
        )
        windows *= _nearness(np.sqrt(sum(squares)), _CHROMA_FREE)
    return float(windows.mean())


def _nearness(difference: NDArray[np.float64], free: float) -> NDArray[np.float64]:
    import numpy as np

    return 1 / (1 + (np.maximum(difference - free, 0) / _TOLERANCE) ** 2)


def _means(plane: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean of every window, of which there is one at least."""
    import numpy as np

    rows, columns = (min(_WINDOW, side) for side in plane.shape)
    total = np.pad(plane, ((1, 0), (1, 0))).cumsum(0).cumsum(1)
    total = total[rows:] - total[:-rows]
    means: NDArray[np.float64] = (total[:, columns:] - total[:, :-columns]) / (rows * columns)
    return means


def _planes(image: Image.Image) -> list[NDArray[np.float64]]:
    import numpy as np

    return [np.asarray(band, np.float64) for band in _bands(image)]


def _bands(image: Image.Image) -> tuple[Image.Image, ...]:
    return (image,) if image.mode == "L" else image.convert("YCbCr").split()


# --- sharpness ---------------------------------------------------------------------------


def _sharpness(reconstruction: Image.Image, condition: Image.Image) -> float:
    luma, *chroma = _bands(reconstruction)
    reference = _detail(condition.convert("L"))[0] + _FAINT
    octaves: list[float] = []
    least = 1.4  # less than half an octave is none
    plane = luma
    while plane.width > least * condition.width and plane.height > least * condition.height:
        detail, plane = _detail(plane)
        octaves.append(detail)
    if not octaves:
        return 1.0
    factors = [
        _within((detail + _FAINT) / reference, _OCTAVES[min(octave, len(_OCTAVES) - 1)])
        for octave, detail in enumerate(octaves)
    ]
    finest, *further = (detail + _ROUNDING for detail in octaves)
    if further:
        factors.append(_within(finest / further[0], _SLOPE))
    if chroma:
        factors.append(_within(max(_detail(band)[0] for band in chroma) / finest, _CHROMA_NOISE))
    sharpness = min(factors)
    if chroma:
        quarters = (_reduced(_reduced(band)) for band in chroma)
        found = sum(_detail(band)[0] for band in quarters) + _FAINT
        least_part = min(1.0, found / reference / _CHROMA_DETAIL)
        sharpness *= 1 - _CHROMA_PART + _CHROMA_PART * least_part
    return _LEAST_SHARPNESS + (1 - _LEAST_SHARPNESS) * sharpness


def _within(part: float, bounds: tuple[float, float]) -> float:
    """1 within the bounds, and less in proportion beyond them."""
    low, high = bounds
    return min(1.0, part / low if low else 1.0, high / part if part else 1.0)


def _detail(plane: Image.Image) -> tuple[float, Image.Image]:
    """What halving a plane takes away, in levels, and the half.

    The mean is that of the square roots, squared: the edges of a few large blocks are no detail.
    """
    import numpy as np

    half = _reduced(plane)
    back = half.resize(plane.size, Image.Resampling.BICUBIC)
    lost = np.asarray(plane, np.float32) - np.asarray(back, np.float32)
    return float(np.mean(np.sqrt(np.abs(lost))) ** 2), half


def _reduced(plane: Image.Image) -> Image.Image:
    size = max(1, plane.width // 2), max(1, plane.height // 2)
    return plane.resize(size, Image.Resampling.BOX)
