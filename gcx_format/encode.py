"""Encoding: a picture to its descriptor."""

from __future__ import annotations

import math
import numbers
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import IO, TYPE_CHECKING, Any, Final

from gcx_format import container, limits, plain_text
from gcx_format.codecs import VISUAL, code_text, text_coding, visual_codec
from gcx_format.conditions import weights_for
from gcx_format.descriptor import PAPER_SCALE, CodedVisual, Descriptor, check_size
from gcx_format.errors import ArgumentError, BudgetError, UnavailableError
from gcx_format.notices import warn_caller
from gcx_format.pictures import PictureWarning
from gcx_format.registry import DESCRIBERS
from gcx_format.visual.codec import EFFORTS, Effort, VisualCodec, Wish, default_scale

if TYPE_CHECKING:
    from PIL import Image

    from gcx_format.describe import Description
    from gcx_format.settings import Settings
    from gcx_format.weights import WeightStore

__all__ = ["EncodeRequest", "encode", "encode_as", "open_photograph"]


def _string(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise _wrong(name, "a string", value)
    return value


def _whole(name: str, value: Any) -> int:
    if not isinstance(value, numbers.Integral) or isinstance(value, bool):
        raise _wrong(name, "a whole number", value)
    return int(value)


def _number(name: str, value: Any) -> float:
    if not isinstance(value, numbers.Real) or isinstance(value, bool):
        raise _wrong(name, "a number", value)
    if not math.isfinite(value):
        raise ArgumentError(f"{name} is a finite number, not {value}")
    return value if isinstance(value, int) else float(value)


def _name_or_number(name: str, value: Any) -> str | int:
    return value if isinstance(value, str) else _whole(name, value)


def _bytes(name: str, value: Any) -> bytes:
    if not isinstance(value, bytes):
        raise _wrong(name, "bytes", value)
    return value


def _or_none(kind: Callable[[str, Any], Any]) -> Callable[[str, Any], Any]:
    return lambda name, value: None if value is None else kind(name, value)


def _wrong(name: str, wanted: str, value: object) -> ArgumentError:
    # A value may be long or private; its type is neither.
    return ArgumentError(f"{name} is {wanted}, not of type {type(value).__name__}")


_KINDS: Final = {
    "text": _or_none(_string),
    "visual": _string,
    "visual_bytes": _or_none(_whole),
    "bpp": _or_none(_number),
    "scale": _or_none(_number),
    "quality": _or_none(_name_or_number),
    "effort": _string,
    "text_coding": _string,
    "original_sha256": _or_none(_bytes),
    "note": _or_none(_string),
    "encoder": _or_none(_string),
}
"""What each argument has to be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodeRequest:
    """What is to be kept of a picture, checked as far as it can be without the picture.

    The attributes are arguments of `encode`, except that a text may not be empty.

    Numbers of any kind become Python's.

    Raises:
        ArgumentError: a value is of a wrong type or out of range, or they contradict each other.
    """

    text: str | None = None
    visual: str = VISUAL[0].name
    visual_bytes: int | None = None
    bpp: float | None = None
    scale: float | None = None
    quality: str | int | None = None
    effort: Effort = "normal"
    text_coding: str = "auto"
    original_sha256: bytes | None = None
    note: str | None = None
    encoder: str | None = None

    def __post_init__(self) -> None:
        for name, kind in _KINDS.items():
            object.__setattr__(self, name, kind(name, getattr(self, name)))
        if self.visual not in (known := [*(codec.name for codec in VISUAL), "none"]):
            raise ArgumentError(f"no visual codec is called {self.visual!r}: {', '.join(known)}")
        if self.visual_bytes is not None and self.bpp is not None:
            raise ArgumentError(
                "a budget is in bytes of the visual condition or in bits per pixel, not both"
            )
        asked = (self.visual_bytes, self.bpp, self.scale, self.quality)
        if self.codec is None and asked != (None,) * 4:
            raise ArgumentError(
                "a budget, a scale and a quality are for a visual condition, not for none"
            )
        if self.effort not in EFFORTS:
            raise ArgumentError(f"an effort is {', '.join(EFFORTS)}, not {self.effort!r}")
        if self.bpp is not None and not 0 < self.bpp <= 24:  # "not" turns away NaN as well
            raise ArgumentError(
                f"a rate is above 0 and at most 24 bits per pixel, not {self.bpp:g}"
            )
        _ = self.wish
        if self.text_coding != "auto":
            text_coding(self.text_coding)
        for what, most in (
            ("text", limits.MAX_TEXT_BYTES),
            ("note", limits.MAX_NOTE_BYTES),
            ("encoder", limits.MAX_NOTE_BYTES),
        ):
            if (remark := getattr(self, what)) is not None:
                plain_text.check(what, remark, most)

    @property
    def codec(self) -> VisualCodec | None:
        """The visual codec, or None where there is to be no visual condition."""
        return None if self.visual == "none" else visual_codec(self.visual)

    @property
    def wish(self) -> Wish:
        """What is asked of the visual codec; the bytes of a rate are not among it."""
        variant = None
        if self.codec is not None and self.quality is not None:
            variant = self.codec.find(self.quality)
        return Wish(self.visual_bytes, self.scale, variant, self.effort)

    def described(self, description: Description) -> EncodeRequest:
        """The same with words that a describer found."""
        return replace(self, text=description.text, encoder=self.encoder or description.mark)

    def difference(self, made: Descriptor) -> str | None:
        """How a descriptor shows that it was not made by this request; None if it does not.

        Returns:
            The end of a phrase such as "3 files with another scale".
        """
        coded = made.visual
        if self.visual != (coded.codec if coded else "none"):
            return "with another kind of visual condition"
        if coded:
            budget, takes = self.visual_bytes, len(coded.payload)
            if self.bpp is not None:
                budget = int(self.bpp * made.width * made.height / 8)
                takes = len(container.dumps(made))
            scale = default_scale(made.size) if self.scale is budget is None else self.scale
            if scale not in (None, coded.scale):
                return "with another scale"
            if self.wish.variant and self.wish.variant.index != coded.variant:
                return "with another quality"
            if budget and takes > budget:
                return "with more bytes than allowed now"
            if budget and takes < 0.6 * budget:
                return "with far fewer bytes than allowed now"
        if self.note is not None and self.note != made.note:
            return "with another note"
        if self.text is not None and self.text != made.text:
            return "with other words"
        return None

    def missing(self, weights: WeightStore | None = None) -> UnavailableError | None:
        """What coding the visual condition takes that is not here, found out in no time.

        Args:
            weights: see `gcx_format.conditions.decode_condition`.
        """
        if self.codec is None:
            return None
        variant = self.wish.variant
        if variant is None and self.visual_bytes is None and self.bpp is None:
            variant = self.codec.default
        return self.codec.missing(variant, weights_for(self.codec, weights))


def encode(
    image: Image.Image | str | os.PathLike[str],
    *,
    text: str | None = None,
    describe: str = "none",
    visual: str = VISUAL[0].name,
    visual_bytes: int | None = None,
    bpp: float | None = None,
    scale: float | None = None,
    quality: str | int | None = None,
    effort: Effort = "normal",
    text_coding: str = "auto",
    original_sha256: bytes | None = None,
    note: str | None = None,
    encoder: str | None = None,
    salvage: bool = False,
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
        visual: the codec of the visual condition, `"av1"` or `"msillm"`, or `"none"`.
        visual_bytes: what the payload of the visual condition may have. The best picture that
            fits is searched for.
        bpp: the same for the whole file, in bits per pixel of the picture.
            Without one of these the condition is that of the paper's photographs, whatever the
            camera: as if the shorter side had 1024 pixels, and at most 602 bytes of AV1. A
            smaller picture gets fewer, in proportion to its pixels, but 64 at least.
        scale: the factor by which the picture is downscaled for the visual condition. Left
            out, it is 8 as in the paper (section 3.3), or more for a shorter side of more than
            1024 pixels; with a budget it is the best from 8 up.
        quality: the model of `"msillm"`: `"vlo1"`, `"vlo2"`, or `"1"` to `"6"`. Left
            out, it is 4 as in the paper (section 4.1), or with a budget the highest that fits.
        effort: how long to look for the visual condition that loses the least: `"fast"`,
            `"normal"` or `"best"`. Only AV1 knows a difference.
        text_coding: how the words are compressed; `"auto"` takes what is smallest.
        original_sha256: SHA-256 of the original file, 32 bytes, to be kept in the descriptor.
        note: a remark to be kept in the descriptor.
        encoder: the name of the encoding program, to be kept in the descriptor.
        salvage: of a JPEG file that is cut short, encode what is left, with a warning.
        settings: for `describe` and for where weights are; the user's where left out.

    Raises:
        InputError: the picture cannot be read.
        ArgumentError: an argument is of a wrong type or out of range, or neither words nor visual
            are left.
        BudgetError: no visual condition fits into the bytes asked for.
        SpendingLimitError, ServiceError, DescriptionError: the picture could not be
            described; see `gcx_format.describe.describe`.
        UnavailableError: the visual codec or `describe` needs an extra, weights or memory that
            is not here.
    """
    request = EncodeRequest(
        text=(plain_text.clean(text) or None) if isinstance(text, str) else text,
        visual=visual,
        visual_bytes=visual_bytes,
        bpp=bpp,
        scale=scale,
        quality=quality,
        effort=effort,
        text_coding=text_coding,
        original_sha256=original_sha256,
        note=note,
        encoder=encoder,
    )
    if not isinstance(salvage, bool):
        raise _wrong("salvage", "True or False", salvage)
    size = None
    if isinstance(image, str | os.PathLike):
        image, size = open_photograph(image, request, salvage=salvage)
    return encode_as(image, request, size=size, describe=describe, settings=settings)


def open_photograph(
    source: str | os.PathLike[str] | IO[bytes], request: EncodeRequest, *, salvage: bool = False
) -> tuple[Image.Image, tuple[int, int]]:
    """Open a picture file for `encode_as`, and its upright width and height.

    A JPEG file is decoded at a half, a quarter or an eighth of its sides where that leaves 2**22
    pixels and twice the sides of the finest condition that is tried.
    """
    from gcx_format.pictures import ENOUGH, open_picture, upright_size

    with open_picture(source, "inspect") as header:
        size = upright_size(header)
    finest = request.scale or PAPER_SCALE
    enough = max(ENOUGH, math.ceil(4 * size[0] * size[1] / finest**2))
    return open_picture(source, enough=enough, salvage=salvage), size


def encode_as(
    image: Image.Image,
    request: EncodeRequest,
    *,
    size: tuple[int, int] | None = None,
    describe: str = "none",
    settings: Settings | None = None,
) -> Descriptor:
    """Reduce a picture to its descriptor; `encode` for whoever has a request.

    Args:
        image: as there, like all that follows.
        request: what shall be kept.
        size: of the picture, if it was decoded smaller; see `open_photograph`.
        describe: where it has no text, what finds the words.
        settings: for `describe` and for where weights are.

    Raises:
        GcxError: as there.
    """
    from PIL import Image

    from gcx_format.describe import describe as describe_picture
    from gcx_format.describe import will_describe
    from gcx_format.pictures import normalise

    if not isinstance(image, Image.Image):
        raise _wrong("image", "a Pillow image or a path", image)
    describe = _string("describe", describe)
    if settings is not None:
        from gcx_format.settings import Settings

        if not isinstance(settings, Settings):
            raise _wrong("settings", "what load_settings returns", settings)
    words = request.text
    if words and describe not in DESCRIBERS.special:
        raise ArgumentError("words are given as text, or found by describe, not both")
    check_size(*image.size)
    upright = normalise(image)
    width, height = size = size or upright.size
    weights = None if settings is None else settings.weight_store
    make = partial(
        Descriptor,
        width=width,
        height=height,
        mode="L" if upright.mode == "L" else "RGB",
        original_sha256=request.original_sha256,
        note=request.note,
        encoder=request.encoder,
    )
    codec, wish = request.codec, request.wish
    if codec is not None and request.bpp is None:
        make = partial(
            make, visual=codec.encode(upright, size, request.wish, weights_for(codec, weights))
        )
    if not words and will_describe(describe, settings):
        # Whatever is wrong with the rest should show before it costs.
        with_few_words = partial(make, coded_text=code_text("A", request.text_coding))
        with_few_words()
        _ = _wish(request, size, with_few_words)
        if missing := request.missing(weights):
            raise missing
        request = request.described(
            describe_picture(
                upright, describer=describe, settings=settings, beside=codec is not None
            )
        )
        words = request.text
        make = partial(make, encoder=request.encoder)
    if words:
        make = partial(make, coded_text=code_text(words, request.text_coding))
    if codec is not None and request.bpp is not None:
        wish = _wish(request, size, make)
        make = partial(make, visual=codec.encode(upright, size, wish, weights_for(codec, weights)))
    made = make()
    if made.visual and wish.max_bytes and 2 * len(made.visual.payload) + 1000 < wish.max_bytes:
        warn_caller(
            f"the visual condition uses {len(made.visual.payload):,} of the {wish.max_bytes:,} "
            f"bytes allowed: more do not make it better at scale {made.visual.scale:g}",
            PictureWarning,
        )
    return made


def _wish(request: EncodeRequest, size: tuple[int, int], make: partial[Descriptor]) -> Wish:
    """What is asked of the visual codec, with what a rate for the whole file leaves for it."""
    bpp = request.bpp
    if bpp is None:
        return request.wish
    file_bytes = min(int(bpp * size[0] * size[1] / 8), limits.MAX_BODY_BYTES - 1)
    # A payload as large as the whole file has at least the overhead of the one that fits.
    trial = CodedVisual(request.visual, PAPER_SCALE, bytes(max(1, file_bytes)))
    overhead = len(container.dumps(make(visual=trial))) - len(trial.payload)
    if file_bytes <= overhead:
        raise BudgetError(
            f"{bpp:g} bits per pixel are {file_bytes} bytes for this picture, and {overhead} "
            "go to all that is not the visual condition",
            smallest=overhead + 1,
        )
    return replace(request.wish, max_bytes=file_bytes - overhead)
