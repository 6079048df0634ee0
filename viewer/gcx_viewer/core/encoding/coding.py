"""Encoding from the window: a photograph, what shall be kept of it, and what that takes.

Everything here works on one photograph and returns when it is done: `encoding_live` and
`encoding_batch` call it from threads.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from gcx_format import limits, plain_text
from gcx_format.codecs import VISUAL, code_text, visual_codec
from gcx_format.descriptor import CodedVisual, Descriptor
from gcx_format.registry import DESCRIBERS
from gcx_viewer.core.encoding.sources import Photograph

if TYPE_CHECKING:
    from PIL import Image

__all__ = [
    "PREVIEW_SIDE",
    "TYPICAL_WORDS",
    "EncodeOptions",
    "Encoded",
    "Estimate",
    "Words",
    "describers",
    "encode_photograph",
    "fault_in_words",
    "likely_scale",
    "preview",
    "qualities",
    "words_bytes",
]

Words = Literal["model", "own", "metadata", "none"]
"""Where words come from: a model that describes the photograph, the user, what the photograph
carries in its metadata, or nowhere."""

PREVIEW_SIDE: Final = 1024
"""Pixels of the longer side of what is shown while options are chosen."""

TYPICAL_WORDS: Final = (
    "Wooden table from above: white cup of coffee with latte art centre left on a saucer, silver "
    "spoon right of it, sugar cubes lower right, warm window light from the upper left."
)
"""As a model describes a photograph. It stands for words that are not there yet, so that their
bytes can be told by coding them."""


@dataclass(frozen=True, slots=True)
class EncodeOptions:
    """What shall be kept of photographs.

    Attributes:
        words: where the words come from.
        visual: the name of the visual codec, or `"none"`.
        quality: of the codec, where it has several; None leaves it to the codec.
        visual_bytes: that the visual condition may have, or None.
        bpp: bits per pixel that the whole file may have, or None. Not both.
        keep_checksum: whether the SHA-256 of the original file is kept.
        describer: that describes photographs, see `describers`; None: as the settings say.
    """

    words: Words = "none"
    visual: str = VISUAL[0].name
    quality: str | None = None
    visual_bytes: int | None = None
    bpp: float | None = None
    keep_checksum: bool = False
    describer: str | None = None


@dataclass(frozen=True, slots=True)
class Estimate:
    """What is in a `.gcx` file, in bytes, and what that is worth.

    Attributes:
        words: bytes of the words.
        condition: bytes of the visual condition.
        overhead: all other bytes.
        size: of the photograph, in pixels.
        original: bytes of the photograph's file, or None.
        words_are_typical: whether the words are not there yet, and such as a model uses were
            counted.
    """

    words: int
    condition: int
    overhead: int
    size: tuple[int, int]
    original: int | None
    words_are_typical: bool = False

    @property
    def total(self) -> int:
        """Bytes of the file."""
        return self.words + self.condition + self.overhead

    @property
    def bits_per_pixel(self) -> float:
        """Bits of the file per pixel of the photograph."""
        return 8 * self.total / (self.size[0] * self.size[1])

    @property
    def ratio(self) -> float | None:
        """How many times smaller than the photograph's file, or None where it has none."""
        return None if self.original is None else self.original / self.total


@dataclass(frozen=True, slots=True)
class Encoded:
    """A photograph's descriptor and what it takes."""

    descriptor: Descriptor
    estimate: Estimate


def describers() -> tuple[str, ...]:
    """The describers to choose from; empty where there is just one."""
    names = tuple(DESCRIBERS)
    return names if len(names) > 1 else ()


def qualities(codec: str) -> tuple[str, ...]:
    """The qualities to choose from, worst first; empty where a codec has none, and for `"none"`."""
    return tuple(
        variant.name
        for each in VISUAL
        if each.name == codec and len(each.variants) > 1
        for variant in each.variants
    )


def encode_photograph(
    photograph: Photograph,
    text: str,
    options: EncodeOptions,
    *,
    scale: float | None = None,
    visual: CodedVisual | None = None,
    encoder: str | None = None,
) -> Encoded:
    """Reduce a photograph to its descriptor.

    Where a model shall find the words and `text` has none, words such as models use stand for
    them, and the estimate says so: such a descriptor is for looking at, not for keeping.

    Args:
        photograph: what to encode.
        text: the words.
        options: what shall be kept.
        scale: the one scale to use for the visual condition, which takes a third of the time
            that searching for the best one takes.
        visual: the visual condition, where it was coded before with these options.
        encoder: what the descriptor keeps about who found the words, or None.

    Raises:
        ArgumentError: neither words nor visual condition are left, or the budget is too small.
        GcxError: otherwise as `gcx_format.encode` has it.
    """
    from gcx_format import container
    from gcx_format.encode import encode

    words = plain_text.clean(text) if options.words != "none" else ""
    are_typical = options.words == "model" and not words
    if are_typical:
        words = TYPICAL_WORDS
    checksum = photograph.source.checksum() if options.keep_checksum else None
    if visual is not None:
        descriptor = Descriptor(
            width=photograph.image.width,
            height=photograph.image.height,
            mode="L" if photograph.image.mode == "L" else "RGB",
            coded_text=code_text(words) if words else None,
            visual=visual,
            original_sha256=checksum,
            encoder=encoder,
        )
    else:
        asked: dict[str, Any] = {"visual": options.visual, "encoder": encoder}
        if options.visual != "none":
            asked |= {"visual_bytes": options.visual_bytes, "bpp": options.bpp, "scale": scale}
            if options.quality is not None:
                asked["quality"] = options.quality
        descriptor = encode(photograph.image, text=words or None, original_sha256=checksum, **asked)
    coded_text, coded_visual = descriptor.coded_text, descriptor.visual
    in_words = len(coded_text.payload) if coded_text else 0
    in_condition = len(coded_visual.payload) if coded_visual else 0
    estimate = Estimate(
        in_words,
        in_condition,
        len(container.dumps(descriptor)) - in_words - in_condition,
        photograph.size,
        photograph.file_bytes,
        are_typical,
    )
    return Encoded(descriptor, estimate)


def likely_scale(photograph: Photograph, options: EncodeOptions) -> float | None:
    """A scale that is near the best for a budget, or None where it is not searched for."""
    width, height = photograph.size
    if options.bpp is not None:
        budget = options.bpp * width * height / 8
    elif options.visual_bytes is not None:
        budget = float(options.visual_bytes)
    else:
        return None
    return visual_codec(options.visual).likely_scale(photograph.size, budget)


def words_bytes(text: str) -> int:
    """What words take in a file.

    Raises:
        ArgumentError: they can be no words of a descriptor.
    """
    words = plain_text.clean(text)
    return len(code_text(words).payload) if words else 0


def fault_in_words(text: str) -> str | None:
    """What keeps words from standing in a file, as the end of a sentence, or None."""
    words = plain_text.clean(text)
    return plain_text.fault(words, limits.MAX_TEXT_BYTES) if words else None


def preview(descriptor: Descriptor) -> Image.Image:
    """What a descriptor shows without a model, as large as a window needs it.

    Raises:
        GcxError: the visual condition cannot be decoded here.
    """
    from gcx_format.decode import thumbnail

    return thumbnail(descriptor, PREVIEW_SIDE).image
