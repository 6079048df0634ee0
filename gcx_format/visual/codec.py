"""What a visual codec is.

The codecs are a closed table, `gcx_format.codecs.VISUAL`. Importing one must be cheap, since
whoever lists them imports them all: what is heavy is imported in the methods.
"""

from __future__ import annotations

import io
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final, Literal, TypeAlias, get_args

from gcx_format import limits
from gcx_format.descriptor import (
    PAPER_SCALE,
    CodedVisual,
    Mode,
    condition_size,
    scale_from_byte,
    scale_to_byte,
)
from gcx_format.errors import ArgumentError, UnavailableError
from gcx_format.weights import Checkpoint, WeightStore

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = [
    "EFFORTS",
    "PAPER_SIDE",
    "Effort",
    "Size",
    "Variant",
    "VisualCodec",
    "Weights",
    "Wish",
    "default_scale",
]

Effort: TypeAlias = Literal["fast", "normal", "best"]
"""How long to look for the condition that loses the least: a moment, a second, or many."""

EFFORTS: Final[tuple[Effort, ...]] = get_args(Effort)

Size: TypeAlias = tuple[int, int]
"""Width and height, in pixels."""

Weights: TypeAlias = WeightStore | None
"""Where weights are; None is enough for codecs that have none."""

PAPER_SIDE: Final = 128
"""The side of the paper's visual conditions: squares of 1024 pixels, downscaled by 8."""

_LONGEST_SIDE: Final = 16 * PAPER_SIDE
"""The longer side of a strip's condition, in pixels: no codec has a picture of one row."""


def default_scale(size: Size) -> float:
    """The scale of a picture for which none is asked: that of the paper's photographs.

    It is 8, or if that leaves more, the least that leaves the shorter side 128 pixels and, of a
    panorama, no more than twice as many pixels as the paper's square has, nor sides of more than
    2048. So a condition is of the paper's size, whatever the camera, and every codec can hold it.
    """
    for byte in range(scale_to_byte(PAPER_SCALE), scale_to_byte(1024.0) + 1):
        width, height = condition_size(*size, scale_from_byte(byte))
        fits = max(width, height) <= _LONGEST_SIDE and width * height <= 2 * PAPER_SIDE**2
        if fits and min(width, height) <= PAPER_SIDE:
            break
    return scale_from_byte(byte)


@dataclass(frozen=True, slots=True)
class Variant:
    """A way of coding with its own chunk type, such as one of several models.

    Attributes:
        index: from 0, by ascending rate; the chunk type is the codec's first plus this.
        name: what callers pass as `quality`, unique across all codecs; empty if the codec has only
            this variant.
        rate: the average, in bits per pixel of the condition; None: any.
        checkpoint: its weights, or None.
    """

    index: int
    name: str = ""
    rate: float | None = None
    checkpoint: Checkpoint | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """What a visual condition may take, and how to code it.

    Attributes:
        max_bytes: of payload, 1 to 2,097,150; None: the codec's usual rate.
        scale: the downscaling factor, 1 to 1024; None: the best for `max_bytes`, or without
            these `default_scale`.
        variant: of the codec; None: whichever is best.
        effort: how long to look for what loses the least.

    Raises:
        ArgumentError: a number is out of range.
    """

    max_bytes: int | None = None
    scale: float | None = None
    variant: Variant | None = None
    effort: Effort = "normal"

    def __post_init__(self) -> None:
        most = limits.MAX_BODY_BYTES - 1  # the scale takes one
        if self.max_bytes is not None and not 1 <= self.max_bytes <= most:
            raise ArgumentError(f"a visual condition has 1 to {most} bytes, not {self.max_bytes}")
        if self.scale is not None:
            scale_to_byte(self.scale)


class VisualCodec(ABC):
    """A row of the table.

    Attributes:
        name: in arguments and in JSON.
        title: for people.
        types: the chunk types of its variants, in order.
        variants: by index.
        default: the variant used without a budget.
        extra: the optional part of gcx that it needs, or None.
        package: the distribution that only this part installs, or None.
        is_slow: whether decoding takes seconds rather than milliseconds.
        quick_pixels: most pixels of a condition that decode in about a second; None: any.
        is_reconstruction: whether it decodes to a finished picture with synthesised detail rather
            than to a thumbnail that a generator starts from.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    types: ClassVar[range]
    variants: ClassVar[tuple[Variant, ...]]
    default: ClassVar[Variant]
    extra: ClassVar[str | None] = None
    package: ClassVar[str | None] = None
    is_slow: ClassVar[bool] = False
    quick_pixels: ClassVar[int | None] = None
    is_reconstruction: ClassVar[bool] = False

    @property
    def checkpoints(self) -> list[Checkpoint]:
        """The weights of its variants, by index; empty if it needs none."""
        return [variant.checkpoint for variant in self.variants if variant.checkpoint]

    def find(self, name: str | int) -> Variant:
        """The variant of this name, which may be passed as a number.

        Raises:
            ArgumentError: there is none, or there is only one variant.
        """
        if len(self.variants) == 1:
            raise ArgumentError(
                f"the visual codec {self.name} has no qualities to choose from; give it a scale, "
                "or a number of bytes or bits"
            )
        for variant in self.variants:
            if variant.name == str(name):
                return variant
        known = ", ".join(variant.name for variant in self.variants)
        raise ArgumentError(f"{self.title} has no quality {name!r}: {known}")

    def missing(
        self, variant: Variant | None = None, weights: Weights = None
    ) -> UnavailableError | None:
        """What coding and decoding lack here, found out without importing it.

        Args:
            variant: which one to use; None: any that works.
            weights: where they are.
        """
        return None

    @abstractmethod
    def encode(
        self, picture: Image, size: Size, wish: Wish, weights: Weights = None
    ) -> CodedVisual:
        """Downscale a picture and code it, as well as the wish allows.

        Args:
            picture: upright sRGB, mode `RGB` or `L`; not smaller than any condition tried.
            size: that scales refer to; larger than the picture if that was decoded smaller.
            wish: what it may take.
            weights: as for `missing`.

        Raises:
            BudgetError: nothing fits.
            ArgumentError: the condition is too large at this scale.
            UnavailableError: see `missing`.
        """

    @abstractmethod
    def decode(self, coded: CodedVisual, size: Size, mode: Mode, weights: Weights = None) -> Image:
        """The coded picture, of exactly this size and mode.

        Args:
            coded: not to be trusted: the payload may come from anyone.
            size: of the condition.
            mode: of the picture.
            weights: as for `missing`.

        Raises:
            DamagedVisualError: the payload does not decode to that.
            UnavailableError: see `missing`.
        """

    def as_file(
        self, coded: CodedVisual, size: Size, mode: Mode, weights: Weights = None
    ) -> tuple[str, bytes]:
        """A file of the coded picture that browsers show, with its media type; see `decode`."""
        out = io.BytesIO()
        self.decode(coded, size, mode, weights).save(out, "PNG")
        return "image/png", out.getvalue()

    def check(self, coded: CodedVisual, size: Size, mode: Mode, weights: Weights = None) -> None:
        """Raise what `decode` would raise; codecs may know a shorter way."""
        self.decode(coded, size, mode, weights)

    def likely_scale(self, size: Size, max_bytes: float) -> float | None:
        """A scale near the best for a budget, found without coding anything.

        Args:
            size: of the picture.
            max_bytes: of payload.

        Returns:
            The scale, or None if coding does not search for one.
        """
        return None

    def engine(self) -> str:
        """What does the coding, with its version, tested; for codecs without an extra.

        Raises:
            UnavailableError: it does not work here.
        """
        return "part of gcx"
