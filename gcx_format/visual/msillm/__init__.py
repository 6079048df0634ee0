"""MS-ILLM: the visual condition as the paper codes it (section 3.3), and the same everywhere.

The perceptual codec of Muckley et al., "Improving Statistical Fidelity for Neural Image
Compression with Implicit Local Likelihood Models" (ICML 2023), by its authors' network and
weights. What is gcx's own is everything between the network and the file: an entropy model
in whole numbers, so that a file written anywhere is read alike everywhere, and a bitstream
that takes at most a byte more than the model asks for, and two to know that all is well.

Needs the extra `gcx[msillm]`, and weights that `gcx weights get` downloads. Importing this
package needs neither; the modules below `codec` need numpy, and torch comes in with the
first picture.
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
    """MS-ILLM, a variant for each of its eight rates."""

    name = "msillm"
    title = "MS-ILLM"
    types = range(0x10, 0x18)
    variants = VARIANTS
    default = DEFAULT
    extra = "msillm"
    package = "neuralcompression"
    is_slow = True

    def missing(
        self, variant: Variant | None = None, weights: Weights = None
    ) -> UnavailableError | None:
        """The extra, or the weights of the variant; those of the default if there are none."""
        from gcx_format.visual.msillm import checkpoint

        try:
            checkpoint.require_extra()  # before anything is said about weights
            store = _given(weights)
            checkpoint.find(variant or next(iter(available(store)), DEFAULT), store)
        except UnavailableError as error:
            return error
        return None

    def encode(self, picture: Image, wish: Wish, weights: Weights = None) -> CodedVisual:
        """Take the highest quality that fits; without a budget, the paper's."""
        from gcx_format.visual.msillm import search

        return search.choose(picture, wish, _given(weights))

    def decode(self, coded: CodedVisual, size: Size, mode: Mode, weights: Weights = None) -> Image:
        """Decode the latents, and have the network make the picture of them."""
        from gcx_format.visual.msillm import codec

        variant = VARIANTS[coded.variant]
        return codec.decode(coded.payload, size, mode, variant, _given(weights))

    def check(self, coded: CodedVisual, size: Size, mode: Mode, weights: Weights = None) -> None:
        """Decode the latents, which have a check value; the rest cannot fail for the file."""
        from gcx_format.visual.msillm import codec

        codec.latents(coded.payload, size, VARIANTS[coded.variant], _given(weights))


def _given(weights: WeightStore | None) -> WeightStore:
    if weights is None:
        raise TypeError("MS-ILLM needs a WeightStore")
    return weights
