"""The visual codecs: a picture to its coded visual condition, and that back to a picture.

A codec has a chunk type in the file and a name here: `av1`, the embedded default, needs
nothing but Pillow; `msillm` is the paper's (section 3.3), and this version reads files
that have it without being able to decode its pictures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from gcx_format import limits
from gcx_format.descriptor import (
    PAPER_SCALE,
    CodedVisual,
    Descriptor,
    condition_size,
    scale_from_byte,
    scale_to_byte,
)
from gcx_format.errors import ArgumentError, ReconstructionError

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["Visual", "code_visual", "decode_condition"]

Visual = Literal["av1", "none"]
"""What a caller may ask for."""


def code_visual(
    picture: Image.Image, *, max_bytes: int | None = None, scale: float | None = None
) -> CodedVisual:
    """Downscale a picture and code it as AV1, as well as a number of bytes allows.

    Args:
        picture: as `gcx_format.picture.normalise` returns it.
        max_bytes: of payload. None: the rate of the paper's better setting, 0.294 bits per
            pixel of the condition (section 4.1), and at least 64 bytes.
        scale: the factor by which to downscale. None: 8 without `max_bytes`, else whichever
            from 8 up gives the condition that is nearest to the picture; more than 8 where
            the picture is so large that AV1 needs it.

    Raises:
        BudgetError: no picture fits.
        ArgumentError: the scale or the number of bytes is out of range.
    """
    from gcx_format.visual import budget

    if max_bytes is None:
        choice = budget.at_paper_rate(picture, scale=scale or _finest_scale(picture.size))
    elif not 1 <= max_bytes < limits.MAX_BODY_BYTES:
        raise ArgumentError(
            f"a visual condition has 1 to {limits.MAX_BODY_BYTES - 1} bytes, not {max_bytes}"
        )
    else:
        finest = _finest_scale(picture.size)
        choice = budget.fit(picture, max_bytes, scale=scale, finest=finest)
    return CodedVisual("av1", choice.scale, choice.payload)


def _finest_scale(size: tuple[int, int]) -> float:
    """The paper's scale, or for a very large picture the finest whose condition AV1 can hold."""
    from gcx_format.visual import av1_bitstream

    byte = scale_to_byte(PAPER_SCALE)
    while not av1_bitstream.is_one_tile(condition_size(*size, scale_from_byte(byte))):
        byte += 1
    return scale_from_byte(byte)


def decode_condition(descriptor: Descriptor) -> Image.Image:
    """The visual condition of a descriptor, in its own size and mode.

    Raises:
        DamagedVisualError: the payload does not decode to the picture that the header promises.
        ReconstructionError: there is no visual condition, or its codec cannot be had.
    """
    visual, size = descriptor.visual, descriptor.condition_size
    if visual is None or size is None:
        raise ReconstructionError("the descriptor has no visual condition, only words")
    if visual.codec != "av1":
        raise ReconstructionError(
            "the visual condition is coded with MS-ILLM, which this version of gcx cannot "
            "decode; update gcx"
        )
    from gcx_format.visual import av1

    return av1.decode(visual.payload, size, descriptor.mode)
