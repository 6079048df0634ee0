"""A picture on the screen, and what it is: no pixels without their provenance."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from gcx_format.provenance import DigitalSourceType

if TYPE_CHECKING:
    from PIL import Image

    from gcx_format.cache import Variant

__all__ = ["Kind", "Picture"]

Kind = Literal["preview", "card", "blank", "partial", "reconstruction", "photograph"]
"""What a picture is: the visual condition enlarged, the words on a card, a blank
card where there is nothing to show, an unfinished or a finished picture of a model, or the pixels
of an ordinary picture file."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Pixels and what they are.

    Attributes:
        image: RGB, RGBA or L, 8 bits, upright; never changed.
        kind: what it is.
        source_type: IPTC's term for how the pixels were made; None for an ordinary file.
        variant: the kept file that it was read from, or None.
        info: what else is known, as `Reconstruction.info` has it, and of a card its `"words"`;
            empty for an ordinary file.
        full_size: width and height that the file gives, where `image` is smaller, to be there
            sooner or because so large a preview would say nothing more; else None. It is
            drawn, zoomed and exported at this size.
    """

    image: Image.Image
    kind: Kind
    source_type: DigitalSourceType | None = None
    variant: Variant | None = None
    info: dict[str, Any] = field(default_factory=dict)
    full_size: tuple[int, int] | None = None

    def turned(self, quarters: int) -> Picture:
        """The same picture, turned clockwise by quarters."""
        if quarters % 4 == 0:
            return self
        from PIL import Image

        turn = Image.Transpose
        ways = turn.ROTATE_270, turn.ROTATE_180, turn.ROTATE_90
        full = self.full_size[::-1] if self.full_size and quarters % 2 else self.full_size
        image = self.image.transpose(ways[quarters % 4 - 1])
        return replace(self, image=image, full_size=full)

    @property
    def is_synthetic(self) -> bool:
        """Whether no camera recorded these pixels: such a picture always wears the badge."""
        return self.source_type is not None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height that it has on the screen at 1:1, whatever the size of `image`."""
        return self.full_size or self.image.size

    @property
    def bytes(self) -> int:
        """What the pixels take in memory."""
        return self.image.width * self.image.height * len(self.image.getbands())
