"""How alike two pictures of one size and mode are: PSNR and SSIM."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

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
    import numpy as np

    x, y = (np.asarray(channel, np.float64) for channel in (truth, other))
    rows, columns = (min(7, side) for side in x.shape)

    def mean(values: NDArray[Any]) -> NDArray[np.float64]:
        total = np.pad(values, ((1, 0), (1, 0))).cumsum(0).cumsum(1)
        total = total[rows:] - total[:-rows]
        means: NDArray[np.float64] = (total[:, columns:] - total[:, :-columns]) / (rows * columns)
        return means

    mx, my = mean(x), mean(y)
    unbiased = rows * columns / max(1, rows * columns - 1)
    vx, vy = unbiased * (mean(x * x) - mx**2), unbiased * (mean(y * y) - my**2)
    vxy = unbiased * (mean(x * y) - mx * my)
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    score = (2 * mx * my + c1) * (2 * vxy + c2) / ((mx**2 + my**2 + c1) * (vx + vy + c2))
    return float(score.mean())
