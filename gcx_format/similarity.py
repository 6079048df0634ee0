"""How alike two pictures of one size and mode are: PSNR and SSIM."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

__all__ = ["psnr", "ssim"]


def psnr(truth: Image.Image, other: Image.Image) -> float:
    """Peak signal-to-noise ratio over all samples, in dB; infinite for equal pictures."""
    import numpy as np

    difference = np.asarray(truth, np.float32) - np.asarray(other, np.float32)
    error = float(np.mean(np.square(difference), dtype=np.float64))
    return 10 * math.log10(255**2 / error) if error else math.inf


def ssim(truth: Image.Image, other: Image.Image) -> float:
    """Structural similarity (Wang et al., 2004), mean over windows and channels, at most 1.

    Windows are flat and 7 x 7, as scikit-image's default; smaller for smaller pictures.
    """
    scores = [_ssim(*pair) for pair in zip(truth.split(), other.split(), strict=True)]
    return sum(scores) / len(scores)


def _ssim(truth: Image.Image, other: Image.Image) -> float:
    """In whole numbers as far as these are exact; sums over windows stand for means."""
    import numpy as np

    x, y = (np.asarray(channel, np.uint32) for channel in (truth, other))
    rows, columns = (min(7, side) for side in x.shape)
    count = rows * columns

    def sums(values: NDArray[np.uint32]) -> NDArray[np.int32]:
        height, width = values.shape[0] - rows + 1, values.shape[1] - columns + 1
        narrow = values[:, :width].copy()
        for column in range(1, columns):
            narrow += values[:, column : column + width]
        total = narrow[:height].copy()
        for row in range(1, rows):
            total += narrow[row : row + height]
        return total.astype(np.int32)

    sx, sy = sums(x), sums(y)
    product, squares = sx * sy, sx * sx + sy * sy
    covariance = (count * sums(x * y) - product).astype(np.float32)
    variances = (count * sums(x * x + y * y) - squares).astype(np.float32)
    unbiased = np.float32(count / max(1, count - 1))
    c1, c2 = (np.float32((k * 255 * count) ** 2) for k in (0.01, 0.03))
    score = (2 * product.astype(np.float32) + c1) * (2 * unbiased * covariance + c2)
    score /= (squares.astype(np.float32) + c1) * (unbiased * variances + c2)
    return float(score.mean(dtype=np.float64))
