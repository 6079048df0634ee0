"""How alike two pictures of one size and mode are: PSNR and SSIM."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

__all__ = ["Original", "psnr", "ssim"]

_SIDE: Final = 7
"""Of the windows of SSIM, in pixels; scikit-image's default."""

_ALL_WINDOWS: Final = 1 << 15
"""Pixels up to which a sample of the windows of SSIM is all of them, and about how many windows it
has of a larger picture: those in every so many rows."""


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
    return Original(truth).ssim(other)


class Original:
    """A picture that others are compared with by SSIM; what depends on it alone is kept.

    Args:
        picture: 8 bits a sample.
        sampled: of a large picture, use a part of the windows, spread over it.
    """

    def __init__(self, picture: Image.Image, *, sampled: bool = False) -> None:
        pixels = picture.width * picture.height
        every = max(_SIDE, pixels // _ALL_WINDOWS)  # so that rows of windows do not overlap
        if not sampled or pixels <= _ALL_WINDOWS or every > picture.height:
            every = 1
        self._channels = [_Channel(channel, every) for channel in picture.split()]

    def ssim(self, other: Image.Image) -> float:
        """The same as the function `ssim`, but for what is left out of a sample."""
        pairs = zip(self._channels, other.split(), strict=True)
        return sum(channel.ssim(theirs) for channel, theirs in pairs) / len(self._channels)


class _Channel:
    """One channel of an original, and the rows of windows that are used: every so many."""

    def __init__(self, picture: Image.Image, every: int) -> None:
        self._every = every
        self._window = min(_SIDE, picture.height), min(_SIDE, picture.width)
        self._samples = self._used(picture)
        self._sums = self._over_windows(self._samples)
        self._squares = self._over_windows(self._samples * self._samples)

    def ssim(self, other: Image.Image) -> float:
        import numpy as np

        # Sums over windows stand for means: in whole numbers of 32 bits they are exact.
        count = math.prod(self._window)
        samples = self._used(other)
        sums = self._over_windows(samples)
        product, squares = self._sums * sums, self._sums * self._sums + sums * sums
        covariance = count * self._over_windows(self._samples * samples) - product
        variances = count * (self._squares + self._over_windows(samples * samples)) - squares
        unbiased = np.float32(count / max(1, count - 1))
        c1, c2 = (np.float32((k * 255 * count) ** 2) for k in (0.01, 0.03))
        score = (2 * product.astype(np.float32) + c1) * (
            2 * unbiased * covariance.astype(np.float32) + c2
        )
        score /= (squares.astype(np.float32) + c1) * (unbiased * variances.astype(np.float32) + c2)
        return float(score.mean(dtype=np.float64))

    def _used(self, picture: Image.Image) -> NDArray[np.int32]:
        """The samples in windows that are used: rows, or strips of rows, and columns."""
        import numpy as np

        samples = np.asarray(picture)
        if self._every > 1:
            strips = picture.height // self._every
            samples = samples[: strips * self._every].reshape(strips, self._every, picture.width)
            samples = samples[:, : self._window[0]]
        return samples.astype(np.int32)

    def _over_windows(self, values: NDArray[np.int32]) -> NDArray[np.int32]:
        rows, columns = self._window
        down = _sums(values, 0, rows) if self._every == 1 else values.sum(1, dtype=values.dtype)
        return _sums(down, 1, columns)


def _sums(values: NDArray[Any], axis: int, count: int) -> NDArray[Any]:
    """Sums of so many neighbours along an axis, by sums of 1, 2, 4 … of them."""

    def part(of: NDArray[Any], start: int, length: int) -> NDArray[Any]:
        return of[start : start + length] if axis == 0 else of[:, start : start + length]

    length = values.shape[axis] - count + 1
    total: NDArray[Any] | None = None
    done, width = 0, 1
    while True:
        if count & width:
            some = part(values, done, length)
            total = some if total is None else total + some
            done += width
        if total is not None and done == count:
            return total
        shorter = values.shape[axis] - width
        values = part(values, 0, shorter) + part(values, width, shorter)
        width *= 2
