"""MS-ILLM: the visual condition as the paper codes it (section 3.3), the same on every machine.

The perceptual codec of Muckley et al., "Improving Statistical Fidelity for Neural Image
Compression with Implicit Local Likelihood Models" (ICML 2023), with its authors' network and
weights. Everything between the network and the file is gcx's own: an entropy model in integers,
so that a file decodes alike everywhere, and a bitstream that takes at most a byte more than the
model asks for, plus a check value of two.

It needs the extra `gcx[msillm]`, and weights that `gcx weights get` downloads. Importing this
package needs neither; torch is imported with the first picture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcx_format.descriptor import CodedVisual, Mode
from gcx_format.errors import UnavailableError
from gcx_format.visual.codec import Size, Variant, VisualCodec, Weights, Wish
from gcx_format.visual.msillm.variants import DEFAULT, VARIANTS, available

if TYPE_CHECKING:
    from PIL.Image import Image

    from gcx_format.weights import WeightStore

__all__ = ["MsIllm"]


class MsIllm(VisualCodec):
    name = "msillm"
    title = "MS-ILLM"
    types = range(0x10, 0x18)
    variants = VARIANTS
    default = DEFAULT
    extra = "msillm"
    package = "neuralcompression"
    is_slow = True
    quick_pixels = 1 << 16  # four times the paper's condition

    def missing(
        self, variant: Variant | None = None, weights: Weights = None
    ) -> UnavailableError | None:
        from gcx_format.visual.msillm import checkpoint

        try:
            checkpoint.require_extra()  # it comes before weights
            store = _given(weights)
            checkpoint.find(variant or next(iter(available(store)), DEFAULT), store)
        except UnavailableError as error:
            return error
        return None

    def encode(
        self, picture: Image, size: Size, wish: Wish, weights: Weights = None
    ) -> CodedVisual:
        from gcx_format.visual.msillm import search

        return search.choose(picture, size, wish, _given(weights))

    def decode(self, coded: CodedVisual, size: Size, mode: Mode, weights: Weights = None) -> Image:
        from gcx_format.visual.msillm import codec

        variant = VARIANTS[coded.variant]
        return codec.decode(coded.payload, size, mode, variant, _given(weights))

    def check(self, coded: CodedVisual, size: Size, mode: Mode, weights: Weights = None) -> None:
        """Decode only the latents, which have a check value; a file cannot make the rest fail."""
        from gcx_format.visual.msillm import codec

        codec.latents(coded.payload, size, VARIANTS[coded.variant], _given(weights))


def _given(weights: WeightStore | None) -> WeightStore:
    if weights is None:
        raise TypeError("MS-ILLM needs a WeightStore")
    return weights
