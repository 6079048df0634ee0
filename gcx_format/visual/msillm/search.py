"""Which model, at which scale, for a number of bytes.

Each model has one rate, so the choice is among the eight, or those whose weights are installed.
Like the paper (section 4.1), this keeps the scale at 8 and changes the model, until even the
lowest rate is too high; then the scale grows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from gcx_format.descriptor import (
    PAPER_SCALE,
    CodedVisual,
    condition_size,
    scale_from_byte,
    scale_to_byte,
)
from gcx_format.errors import BudgetError
from gcx_format.visual.codec import Size, Variant, Wish, default_scale
from gcx_format.visual.downscale import downscale
from gcx_format.visual.msillm import bitstream, checkpoint, codec
from gcx_format.visual.msillm.variants import DEFAULT, available
from gcx_format.weights import WeightStore

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["choose"]

_HOPEFUL: Final = 2.0
"""How far over budget the first model tried may be by its rate, which is only an average."""


def choose(picture: Image.Image, size: Size, wish: Wish, weights: WeightStore) -> CodedVisual:
    """Code with the highest quality that fits, at the finest scale at which one does.

    Without `max_bytes`, the quality takes as many as it takes, at the scale that was asked for or
    `default_scale`. Scales refer to `size`.

    Raises:
        BudgetError: nothing fits.
        ArgumentError: the condition is too large at this scale.
        UnavailableError: the extra, the weights or memory is missing.
    """
    checkpoint.require_extra()  # it comes before weights

    def at(scale: float) -> Image.Image:
        return downscale(picture, condition_size(*size, scale))

    if wish.max_bytes is None:
        variant, scale = wish.variant or DEFAULT, wish.scale or default_scale(size)
        return _coded(scale, variant, codec.encode(at(scale), variant, weights))
    variants = [wish.variant] if wish.variant else (available(weights) or [DEFAULT])
    smallest: int | None = None
    for scale in [wish.scale] if wish.scale else _scales(size):
        found, least = _best(at(scale), variants, wish.max_bytes, weights)
        smallest = min(least, smallest or least)
        if found:
            return _coded(scale, *found)
    raise BudgetError(
        f"no MS-ILLM condition fits into {wish.max_bytes} bytes; the smallest that was tried has "
        f"{smallest}",
        smallest=smallest,
    )


def _coded(scale: float, variant: Variant, payload: bytes) -> CodedVisual:
    return CodedVisual("msillm", scale, payload, variant.index)


def _scales(size: tuple[int, int]) -> Iterator[float]:
    """From the paper's up, those at which the condition has fewer blocks than before."""
    blocks: tuple[int, int] | None = None
    for byte in range(scale_to_byte(PAPER_SCALE), scale_to_byte(1024.0) + 1):
        scale = scale_from_byte(byte)
        condition = condition_size(*size, scale)
        if codec.fits(condition) and bitstream.field_size(condition) != blocks:
            blocks = bitstream.field_size(condition)
            yield scale


def _best(
    condition: Image.Image,
    variants: Sequence[Variant],
    max_bytes: int,
    weights: WeightStore,
) -> tuple[tuple[Variant, bytes] | None, int]:
    """The highest quality that fits with its payload, and the fewest bytes found."""
    payloads: dict[int, bytes] = {}

    def fits(index: int) -> bool:
        payloads[index] = codec.encode(condition, variants[index], weights)
        return len(payloads[index]) <= max_bytes

    rate = _HOPEFUL * 8 * max_bytes / (condition.width * condition.height)
    index = max((i for i, each in enumerate(variants) if (each.rate or 0) <= rate), default=0)
    if fits(index):
        while index + 1 < len(variants) and fits(index + 1):
            index += 1
    else:
        index -= 1
        while index >= 0 and not fits(index):
            index -= 1
    least = min(map(len, payloads.values()))
    return ((variants[index], payloads[index]) if index >= 0 else None), least
