"""AV1: the embedded visual codec, which needs nothing but Pillow.

Stills without anything that a reader can work out: `codec` codes with Pillow's AVIF support,
`bitstream` removes the boxes and most of the headers and puts them back, `search` finds what
fits a number of bytes. spec/gcx-1.0-av1.md specifies every byte.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from gcx_format.descriptor import (
    PAPER_SCALE,
    CodedVisual,
    Mode,
    condition_size,
    scale_from_byte,
    scale_to_byte,
)
from gcx_format.visual.codec import Size, Variant, VisualCodec, Weights, Wish

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["Av1"]

_BEST_RATE: Final = 0.9
"""Typical bits per pixel of a condition at the best scale for its bytes."""


class Av1(VisualCodec):
    name = "av1"
    title = "AV1"
    types = range(0x18, 0x19)
    variants = (Variant(0),)
    default = variants[0]

    def encode(
        self, picture: Image, size: Size, wish: Wish, weights: Weights = None
    ) -> CodedVisual:
        from gcx_format.visual.av1 import search

        if wish.max_bytes is None:
            choice = search.at_paper_rate(picture, size, scale=wish.scale, effort=wish.effort)
        else:
            choice = search.fit(
                picture,
                wish.max_bytes,
                size=size,
                scale=wish.scale,
                finest=_finest_scale(size),
                effort=wish.effort,
            )
        return CodedVisual(self.name, choice.scale, choice.payload)

    def decode(self, coded: CodedVisual, size: Size, mode: Mode, weights: Weights = None) -> Image:
        from gcx_format.visual.av1 import codec

        return codec.decode(coded.payload, size, mode)

    def as_file(
        self, coded: CodedVisual, size: Size, mode: Mode, weights: Weights = None
    ) -> tuple[str, bytes]:
        from gcx_format.visual.av1 import bitstream

        return "image/avif", bitstream.restore(coded.payload, size, mode)

    def likely_scale(self, size: Size, max_bytes: float) -> float:
        pixels = 8 * max(1.0, max_bytes) / _BEST_RATE
        wanted = min(1024.0, max(PAPER_SCALE, math.sqrt(size[0] * size[1] / pixels)))
        scales = map(scale_from_byte, range(scale_to_byte(PAPER_SCALE), scale_to_byte(1024.0) + 1))
        return max(scale for scale in scales if scale <= wanted)

    def engine(self) -> str:
        from gcx_format.visual.av1 import codec

        return codec.tried_out()


def _finest_scale(size: tuple[int, int]) -> float:
    """The paper's scale, or for a very large picture the finest that AV1 can hold."""
    from gcx_format.visual.av1 import bitstream

    byte = scale_to_byte(PAPER_SCALE)
    while not bitstream.is_one_tile(condition_size(*size, scale_from_byte(byte))):
        byte += 1
    return scale_from_byte(byte)
