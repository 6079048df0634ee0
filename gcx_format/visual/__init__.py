"""The visual codecs: a picture to its coded visual condition, and that back to a picture.

A codec has a chunk type in the file and a name here: `av1`, the embedded default, needs
nothing but Pillow; `msillm` is the paper's (section 3.3) and needs an extra and weights.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from gcx_format import limits
from gcx_format.descriptor import (
    PAPER_SCALE,
    CodedVisual,
    Descriptor,
    VisualCodec,
    condition_size,
    scale_from_byte,
    scale_to_byte,
)
from gcx_format.errors import ArgumentError, MissingExtraError, ReconstructionError, WeightsError
from gcx_format.visual.msillm import qualities

if TYPE_CHECKING:
    from PIL import Image

    from gcx_format.settings import Settings

__all__ = ["Visual", "code_visual", "decode_condition", "require_codec", "why_not_decodable"]

Visual = Literal["av1", "msillm", "none"]
"""What a caller may ask for."""


def code_visual(
    picture: Image.Image,
    *,
    codec: VisualCodec = "av1",
    max_bytes: int | None = None,
    scale: float | None = None,
    quality: str | int | None = None,
    settings: Settings | None = None,
) -> CodedVisual:
    """Downscale a picture and code it, as well as a number of bytes allows.

    Args:
        picture: as `gcx_format.pictures.normalise` returns it.
        codec: `"av1"` or `"msillm"`.
        max_bytes: of payload. None: the paper's better setting, which is 0.294 bits per pixel
            of the condition (section 4.1) and at least 64 bytes for AV1, and quality 4 for
            MS-ILLM.
        scale: the factor by which to downscale. None: 8 without `max_bytes`, and more where
            the picture is so large that the codec needs it. With `max_bytes`, AV1 takes
            whichever from 8 up gives the condition that is nearest to the picture, MS-ILLM the
            finest at which a quality fits.
        quality: of MS-ILLM, `"vlo1"`, `"vlo2"`, or `"1"` to `"6"`. None: with `max_bytes` the
            highest that fits of those whose weights are here.
        settings: where those are; None: as the user's say.

    Raises:
        BudgetError: no picture fits.
        ArgumentError: the scale, quality or number of bytes is out of range.
        MissingExtraError: the codec is an extra that is not installed.
        WeightsError: its weights are not here.
        NotEnoughMemoryError: there is too little for its model.
    """
    if max_bytes is not None and not 1 <= max_bytes < limits.MAX_BODY_BYTES:
        raise ArgumentError(
            f"a visual condition has 1 to {limits.MAX_BODY_BYTES - 1} bytes, not {max_bytes}"
        )
    if codec == "msillm":
        return _code_msillm(picture, max_bytes, scale, quality, settings)
    if quality is not None:
        raise ArgumentError("a quality is for MS-ILLM; AV1 takes a number of bytes or a rate")
    from gcx_format.visual import budget

    if max_bytes is None:
        choice = budget.at_paper_rate(picture, scale=scale or _finest_scale(picture.size))
    else:
        finest = _finest_scale(picture.size)
        choice = budget.fit(picture, max_bytes, scale=scale, finest=finest)
    return CodedVisual("av1", choice.scale, choice.payload)


def _code_msillm(
    picture: Image.Image,
    max_bytes: int | None,
    scale: float | None,
    quality: str | int | None,
    settings: Settings | None,
) -> CodedVisual:
    asked = None if quality is None else qualities.find(quality)
    from gcx_format.visual.msillm import budget

    choice = budget.choose(
        picture, max_bytes=max_bytes, scale=scale, quality=asked, settings=settings
    )
    return CodedVisual("msillm", choice.scale, choice.payload, quality=choice.quality.index)


def _finest_scale(size: tuple[int, int]) -> float:
    """The paper's scale, or for a very large picture the finest whose condition AV1 can hold."""
    from gcx_format.visual import av1_bitstream

    byte = scale_to_byte(PAPER_SCALE)
    while not av1_bitstream.is_one_tile(condition_size(*size, scale_from_byte(byte))):
        byte += 1
    return scale_from_byte(byte)


def require_codec(
    codec: VisualCodec,
    *,
    quality: str | int | None = None,
    has_budget: bool = False,
    settings: Settings | None = None,
) -> None:
    """Make sure that `code_visual` has what it needs, before anything is paid for.

    Args:
        codec: as there, like all that follows.
        quality: of MS-ILLM.
        has_budget: whether a number of bytes is to choose the quality.
        settings: where weights are.

    Raises:
        MissingExtraError: the codec is an extra that is not installed.
        WeightsError: its weights are not here.
        ArgumentError: it has no such quality.
    """
    if codec == "av1":
        return
    asked = None if quality is None else qualities.find(quality)
    from gcx_format.visual.msillm import budget

    budget.require(asked, has_budget=has_budget, settings=settings)


def why_not_decodable(
    descriptor: Descriptor, settings: Settings | None = None
) -> MissingExtraError | WeightsError | None:
    """What a visual condition needs that is not here; found out without decoding it.

    Args:
        descriptor: whose condition is meant.
        settings: where weights are; None: as the user's say.

    Returns:
        The error that `decode_condition` would raise, or None: nothing is missing.
    """
    if descriptor.visual is None or descriptor.visual.quality is None:
        return None
    from gcx_format.visual.msillm import codec

    try:
        codec.require(qualities.QUALITIES[descriptor.visual.quality], settings)
    except (MissingExtraError, WeightsError) as error:
        return error
    return None


def decode_condition(descriptor: Descriptor, settings: Settings | None = None) -> Image.Image:
    """The visual condition of a descriptor, in its own size and mode.

    Args:
        descriptor: whose condition is meant.
        settings: where the weights of MS-ILLM are; None: as the user's say.

    Raises:
        DamagedVisualError: the payload does not decode to the picture that the header promises.
        ReconstructionError: there is no visual condition.
        MissingExtraError: its codec is an extra that is not installed.
        WeightsError: the weights of its codec are not here.
        NotEnoughMemoryError: there is too little for its codec.
    """
    visual, size = descriptor.visual, descriptor.condition_size
    if visual is None or size is None:
        raise ReconstructionError("the descriptor has no visual condition, only words")
    if visual.quality is not None:
        from gcx_format.visual.msillm import codec

        quality = qualities.QUALITIES[visual.quality]
        return codec.decode(visual.payload, size, descriptor.mode, quality, settings)
    from gcx_format.visual import av1

    return av1.decode(visual.payload, size, descriptor.mode)
