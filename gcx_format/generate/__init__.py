"""The generators: a descriptor to pixels.

`preview` needs no model: it enlarges the visual condition, or sets the words on a card
where there is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from gcx_format.descriptor import Descriptor
from gcx_format.provenance import DigitalSourceType

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["Generator", "Reconstruction", "preview_at"]

Generator = Literal["preview"]
"""What a caller may ask for."""


@dataclass(frozen=True, slots=True)
class Reconstruction:
    """A picture made from a descriptor, and what made it.

    Attributes:
        image: of the size and mode that the descriptor gives, unless another size was asked for.
        generator: `"preview"`.
        source: what the pixels come from: `"visual condition"` or `"words on a card"`.
        source_type: how IPTC's vocabulary calls pixels that were made so.
    """

    image: Image.Image
    generator: Generator
    source: Literal["visual condition", "words on a card"]
    source_type: DigitalSourceType

    @property
    def info(self) -> dict[str, Any]:
        """What `Image.info["gcx"]` tells of the pixels, as strings."""
        return {
            "generator": self.generator,
            "source": self.source,
            "digital_source_type": self.source_type.uri,
        }


def preview_at(descriptor: Descriptor, size: tuple[int, int]) -> Reconstruction:
    """The preview of a descriptor at any size, in pixels.

    Raises:
        DamagedVisualError: the visual condition does not decode.
        MissingExtraError: its codec is an extra that is not installed.
        WeightsError: the weights of its codec are not here.
        NotEnoughMemoryError: there is too little for its codec.
    """
    if descriptor.visual is None:
        from gcx_format.generate.card import draw_card

        card = draw_card(descriptor.text or "", size, descriptor.mode)
        return Reconstruction(card, "preview", "words on a card", DigitalSourceType.ALGORITHMIC)

    from gcx_format.generate.preview import enlarge
    from gcx_format.visual import decode_condition

    picture = enlarge(decode_condition(descriptor), size)
    return Reconstruction(
        picture, "preview", "visual condition", DigitalSourceType.ALGORITHMICALLY_ENHANCED
    )
