"""Encoding: a picture to its descriptor."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, get_args

from gcx_format import container, limits, plain_text
from gcx_format.describe import describe as describe_picture
from gcx_format.describe import will_describe
from gcx_format.descriptor import PAPER_SCALE, CodedVisual, Descriptor, check_size
from gcx_format.errors import ArgumentError, BudgetError
from gcx_format.pictures import normalise, open_picture
from gcx_format.registry import DESCRIBERS
from gcx_format.text import TextCoding, code_text
from gcx_format.visual import Visual, code_visual, require_codec
from gcx_format.visual.msillm import qualities

if TYPE_CHECKING:
    from PIL import Image

    from gcx_format.settings import Settings

__all__ = ["encode"]


def encode(
    image: Image.Image | str | os.PathLike[str],
    *,
    text: str | None = None,
    describe: str = "none",
    visual: Visual = "av1",
    visual_bytes: int | None = None,
    bpp: float | None = None,
    scale: float | None = None,
    quality: str | int | None = None,
    text_coding: TextCoding = "auto",
    original_sha256: bytes | None = None,
    note: str | None = None,
    encoder: str | None = None,
    settings: Settings | None = None,
) -> Descriptor:
    """Reduce a picture to its descriptor.

    Args:
        image: a Pillow image or the path of a picture file. It is made upright, converted to
            sRGB and flattened first; see `gcx_format.pictures.normalise`.
        text: words that describe the picture; white space around them is dropped.
        describe: what finds the words where no text is given: the name of a describer, such as
            `"openai"`, which costs money; `"auto"` for the first that is ready, if one is; or
            `"none"`. `gcx_format.describe.describe` tells more of what it did.
        visual: the codec of the visual condition, or `"none"`.
        visual_bytes: what the payload of the visual condition may have. The best picture that
            fits is searched for.
        bpp: the same for the whole file, in bits per pixel of the picture.
        scale: the factor by which the picture is downscaled for the visual condition. Left
            out, it is 8 as in the paper (section 3.3), or with a budget the best from 8 up.
        quality: of the model for `visual="msillm"`: `"vlo1"`, `"vlo2"`, or `"1"` to `"6"`. Left
            out, it is 4 as in the paper (section 4.1), or with a budget the highest that fits.
        text_coding: how the words are compressed; `"auto"` takes what is smallest.
        original_sha256: SHA-256 of the original file, 32 bytes, to be kept in the descriptor.
        note: a remark to be kept in the descriptor.
        encoder: the name of the encoding program, to be kept in the descriptor.
        settings: for `describe` and for where weights are; the user's where left out.

    Raises:
        InputError: the picture cannot be read.
        ArgumentError: an argument is out of range, or neither words nor visual are left.
        BudgetError: no visual condition fits into the bytes asked for.
        SpendingLimitError, ServiceError, DescriptionError: the picture could not be
            described; see `gcx_format.describe.describe`.
        MissingExtraError: the visual codec or `describe` needs an extra that is not installed.
        WeightsError: the weights of the visual codec are not here.
        NotEnoughMemoryError: there is too little for the visual codec.
    """
    from PIL import Image

    if visual not in get_args(Visual):
        raise ArgumentError(f"no visual codec is called {visual!r}: {', '.join(get_args(Visual))}")
    if visual_bytes is not None and bpp is not None:
        raise ArgumentError("a budget is given as visual_bytes or as bpp, not both")
    if visual == "none" and not (visual_bytes is None and bpp is None and scale is None):
        raise ArgumentError("visual_bytes, bpp and scale are for a visual condition, not for none")
    if quality is not None:
        if visual != "msillm":
            raise ArgumentError(f"a quality is for the visual codec msillm, not for {visual}")
        qualities.find(quality)

    words = plain_text.clean(text) if text else ""
    if words and describe not in DESCRIBERS.special:
        raise ArgumentError("words are given as text, or found by describe, not both")
    opened = image if isinstance(image, Image.Image) else open_picture(image)
    check_size(*opened.size)
    upright = normalise(opened)
    make = partial(
        Descriptor,
        width=upright.width,
        height=upright.height,
        mode="L" if upright.mode == "L" else "RGB",
        original_sha256=original_sha256,
        note=note,
        encoder=encoder,
    )
    if visual != "none":
        code = partial(
            code_visual, upright, codec=visual, scale=scale, quality=quality, settings=settings
        )
        if bpp is None:
            make = partial(make, visual=code(max_bytes=visual_bytes))
    if not words and will_describe(describe, settings):
        # Whatever is wrong with the rest should show before it costs.
        with_few_words = partial(make, coded_text=code_text("A", text_coding))
        with_few_words()
        if bpp is not None:
            _bytes_for_visual(bpp, upright.size, with_few_words)
        if visual != "none":
            require_codec(visual, quality=quality, has_budget=bpp is not None, settings=settings)
        words = describe_picture(upright, describer=describe, settings=settings).text
    if words:
        make = partial(make, coded_text=code_text(words, text_coding))
    if bpp is not None:
        make = partial(make, visual=code(max_bytes=_bytes_for_visual(bpp, upright.size, make)))
    return make()


def _bytes_for_visual(bpp: float, size: tuple[int, int], make: partial[Descriptor]) -> int:
    """What a rate for the whole file leaves for the payload of the visual condition."""
    if not 0 < bpp <= 24:  # "not" turns away NaN as well
        raise ArgumentError(f"a rate is above 0 and at most 24 bits per pixel, not {bpp:g}")
    file_bytes = min(int(bpp * size[0] * size[1] / 8), limits.MAX_BODY_BYTES)
    # A payload as large as the whole file has at least the overhead of the one that fits.
    trial = CodedVisual("av1", PAPER_SCALE, bytes(max(1, file_bytes)))
    overhead = len(container.dumps(make(visual=trial))) - len(trial.payload)
    if file_bytes <= overhead:
        raise BudgetError(
            f"{bpp:g} bits per pixel are {file_bytes} bytes for this picture, and {overhead} "
            "go to all that is not the visual condition",
            smallest=overhead + 1,
        )
    return file_bytes - overhead
