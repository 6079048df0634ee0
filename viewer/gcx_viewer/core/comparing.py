"""How near one picture is to another, in numbers.

PSNR and SSIM as `gcx_format.similarity` defines them, over all samples of the two pictures in
sRGB, 8 bits. Where the original has another size, it is brought to that of the reconstruction by
Lanczos resampling first; one of other proportions is not another size of the same picture.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gcx_format import files
from gcx_format.errors import CancelledError
from gcx_format.pictures import on_white, open_picture, upright_size
from gcx_viewer.core.errors import ProportionsError
from gcx_viewer.core.pictures import Picture

if TYPE_CHECKING:
    from PIL import Image

    from gcx_viewer.core.document import Document

__all__ = ["Comparison", "Original", "compare", "have_same_proportions", "open_original"]

_WINDOW: Final = 7
"""Rows of a window of SSIM."""

_AT_ONCE: Final = 1 << 20
"""Pixels that are compared at once, for memory, and for cancelling in between."""

_ROUNDING: Final = 1.0
"""Pixels by which a side may differ from what the proportions ask for."""


@dataclass(frozen=True, slots=True)
class Original:
    """The photograph that a descriptor may have been made from.

    Attributes:
        path: of its file.
        picture: its pixels, of its own size.
        is_the_file: whether it is, byte for byte, the file that was encoded; None where the
            descriptor does not say what that was.
    """

    path: Path
    picture: Picture
    is_the_file: bool | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """How near two pictures are.

    Attributes:
        psnr: in dB; infinite for equal pictures.
        ssim: at most 1.
        size: width and height at which they were compared.
        resized: whether one was brought to the size of the other first.
    """

    psnr: float
    ssim: float
    size: tuple[int, int]
    resized: bool


def have_same_proportions(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether a picture of one size can be one of the other size, made larger or smaller."""
    if max(one) < max(other):
        one, other = other, one
    factor = max(one) / max(other)
    # A side was rounded to whole pixels at the smaller size, where one is `factor` of these.
    return all(
        abs(side - factor * small) <= _ROUNDING * factor
        for side, small in zip(one, other, strict=True)
    )


def open_original(path: Path, document: Document) -> Original:
    """Open the photograph that a document may have been made from.

    Raises:
        InputError: it cannot be read.
        ProportionsError: it has other proportions than the document's picture.
    """
    with open_picture(path, "inspect") as image:
        size = upright_size(image)
    if not have_same_proportions(size, document.size):
        (width, height), (own_width, own_height) = document.size, size
        raise ProportionsError(
            f"{own_width} x {own_height} pixels have other proportions than the "
            f"{width} x {height} of this picture: it was not made from that file as it is",
            filename=path,
        )
    wanted = None if document.descriptor is None else document.descriptor.original_sha256
    return Original(
        path,
        Picture(open_picture(path, "show"), "photograph"),
        None if wanted is None else files.sha256(path) == wanted,
    )


def compare(
    truth: Image.Image,
    other: Image.Image,
    *,
    cancelled: Callable[[], bool] = lambda: False,
) -> Comparison:
    """Compare two pictures of the same proportions.

    Args:
        truth: what the other should be; brought to its size if need be.
        other: of mode L, RGB or RGBA, as the first.
        cancelled: asked again and again.

    Raises:
        CancelledError: it was cancelled.
    """
    from PIL import Image

    from gcx_format.similarity import psnr, ssim

    truth, other = on_white(truth), on_white(other)
    mode = "L" if truth.mode == other.mode == "L" else "RGB"
    truth, other = truth.convert(mode), other.convert(mode)
    resized = truth.size != other.size
    if resized:
        truth = truth.resize(other.size, Image.Resampling.LANCZOS)
    width, height = other.size
    # A band of windows needs the rows of one window beyond its own, which are counted once.
    windows = max(1, height - _WINDOW + 1)
    step = max(1, _AT_ONCE // width)
    error = similarity = 0.0
    for first in range(0, windows, step):
        if cancelled():
            raise CancelledError("the comparison was cancelled")
        count = min(step, windows - first)
        last_row = min(height, first + count + _WINDOW - 1)
        similarity += count * ssim(
            truth.crop((0, first, width, last_row)), other.crop((0, first, width, last_row))
        )
        own_rows = (first, height if first + count == windows else first + count)
        band = (0, own_rows[0], width, own_rows[1])
        level = psnr(truth.crop(band), other.crop(band))
        error += (own_rows[1] - own_rows[0]) * 255**2 / 10 ** (level / 10)
    mean = error / height
    return Comparison(
        psnr=10 * math.log10(255**2 / mean) if mean else math.inf,
        ssim=similarity / windows,
        size=other.size,
        resized=resized,
    )
