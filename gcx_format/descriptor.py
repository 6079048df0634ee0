"""The descriptor: what remains of a picture, as plain data.

The container knows the bytes, the codings know words and pixels.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal

from gcx_format import limits, plain_text
from gcx_format.errors import ArgumentError

__all__ = [
    "AncillaryChunk",
    "CodedText",
    "CodedVisual",
    "Descriptor",
    "Mode",
    "condition_size",
    "scale_from_byte",
    "scale_to_byte",
]

Mode = Literal["RGB", "L"]
"""Colour or grey, eight bits per sample; Pillow's names."""

PAPER_SCALE: Final = 8.0
"""The factor by which the paper downscales the picture for its visual condition (section 3.3)."""


@dataclass(frozen=True, slots=True)
class CodedText:
    """The words, coded. Two are equal if coding and payload are.

    Attributes:
        words: the words, or a function that decodes them when they are first read.
        coding: the name of a text coding in `gcx_format.codecs`.
        payload: the coded words, as in the file.
    """

    words: str | Callable[[], str] = field(repr=False, compare=False)
    coding: str
    payload: bytes

    @property
    def text(self) -> str:
        """The words, 1 to 65,536 bytes as UTF-8, without control characters but tab and newline.

        Raises:
            DamagedTextError: the payload does not decode to that. Only if the descriptor was read
                without checking its words; see `gcx_format.loads`.
        """
        words = self.words
        if not isinstance(words, str):
            words = words()
            object.__setattr__(self, "words", words)
        return words


@dataclass(frozen=True, slots=True)
class CodedVisual:
    """The visual condition, coded: a very small version of the picture.

    Attributes:
        codec: the name of a visual codec in `gcx_format.codecs`, which checks name and variant.
        scale: the factor by which the picture was downscaled, 1 to 1024; see `scale_to_byte`.
        payload: the coded picture, without anything that follows from the rest of the file.
        variant: which of the codec's variants, from 0; the chunk type is the codec's first plus
            this.
    """

    codec: str
    scale: float
    payload: bytes
    variant: int = 0

    def __post_init__(self) -> None:
        scale_to_byte(self.scale)
        if not self.payload:
            raise ArgumentError("a visual condition needs a payload of at least one byte")


@dataclass(frozen=True, slots=True)
class AncillaryChunk:
    """An ancillary chunk that this program does not know, kept as it came.

    Attributes:
        type: the six-bit chunk type, 0 to 63.
        body: its bytes.
    """

    type: int
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Descriptor:
    """What remains of a picture: its size, some words, a very small picture.

    It has words, a visual condition, or both.

    Attributes:
        width: of the picture, in pixels.
        height: of the picture, in pixels; width times height is at most 2**30.
        mode: `"RGB"` or `"L"`, of the picture and its visual condition.
        coded_text: the words with their payload, or None.
        visual: the coded visual condition, or None.
        original_sha256: SHA-256 of the file that was encoded, 32 bytes, or None.
        note: a remark on how or why the descriptor was made, or None.
        encoder: the name and version of the program that made it, or None.
        unknown: ancillary chunks that this program does not know, by ascending type.
    """

    width: int
    height: int
    mode: Mode = "RGB"
    coded_text: CodedText | None = None
    visual: CodedVisual | None = None
    original_sha256: bytes | None = None
    note: str | None = None
    encoder: str | None = None
    unknown: tuple[AncillaryChunk, ...] = ()

    def __post_init__(self) -> None:
        check_size(self.width, self.height)
        if self.mode not in ("RGB", "L"):
            raise ArgumentError(f"a descriptor is RGB or L, not {self.mode!r}")
        if self.coded_text is None and self.visual is None:
            raise ArgumentError(
                "nothing would be left of the picture: a descriptor needs words, "
                "a visual condition, or both"
            )
        if self.original_sha256 is not None and len(self.original_sha256) != 32:
            raise ArgumentError(f"a SHA-256 has 32 bytes, not {len(self.original_sha256)}")
        for what in ("note", "encoder"):
            remark = getattr(self, what)
            if remark is not None:
                plain_text.check(what, remark, limits.MAX_NOTE_BYTES)
        coded = self.condition_size
        if coded and coded[0] * coded[1] > limits.MAX_CONDITION_PIXELS:
            raise ArgumentError(
                f"a visual condition of {coded[0]} x {coded[1]} has more than the "
                f"{limits.MAX_CONDITION_PIXELS} pixels allowed: its scale is too small"
            )
        types = [chunk.type for chunk in self.unknown]
        if types != sorted({*types}) or not all(0 <= type < 64 for type in types):
            raise ArgumentError("unknown chunks have types from 0 to 63, ascending, each once")

    @property
    def size(self) -> tuple[int, int]:
        return self.width, self.height

    @property
    def text(self) -> str | None:
        """The words, or None; see `CodedText.text`."""
        return None if self.coded_text is None else self.coded_text.text

    @property
    def condition_size(self) -> tuple[int, int] | None:
        """Width and height of the visual condition, in pixels, or None."""
        if self.visual is None:
            return None
        return condition_size(self.width, self.height, self.visual.scale)


def check_size(width: int, height: int) -> None:
    """Raise `ArgumentError` unless the format can hold a picture of this size."""
    if not (isinstance(width, int) and isinstance(height, int)):
        raise ArgumentError(f"width and height are of type int, not {width!r} and {height!r}")
    if width < 1 or height < 1:
        raise ArgumentError(f"a picture has at least one pixel, not {width} x {height}")
    if max(width, height) > limits.MAX_SIDE or width * height > limits.MAX_PIXELS:
        raise ArgumentError(
            f"{width} x {height} is more than the {limits.MAX_PIXELS} pixels that .gcx can "
            "describe; downscale the picture first"
        )


def scale_from_byte(byte: int) -> float:
    """The scale of a byte: (16 + low nibble) * 2**(high nibble) / 16.

    It is a float with four mantissa bits, so whole numbers up to 32 are exact and neighbours at
    most 1/16 apart: 0x30 is 8, 0x38 is 12, 0x40 is 16. Above 0xA0, or 1024, it raises
    `ArgumentError`.
    """
    if byte > _LARGEST_SCALE_BYTE:
        raise ArgumentError(f"scale byte 0x{byte:02X} is above 0x{_LARGEST_SCALE_BYTE:02X}")
    return _SCALES[byte]


def scale_to_byte(scale: float) -> int:
    """The byte of a scale; raises `ArgumentError` unless it is one of those from 1 to 1024."""
    byte = bisect_right(_SCALES, scale) - 1
    if byte < 0 or not scale <= _SCALES[-1]:  # "not" turns away NaN as well
        raise ArgumentError(f"a scale is from 1 to {_SCALES[-1]:g}, not {scale:g}")
    if _SCALES[byte] != scale:
        below, above = _SCALES[byte : byte + 2]
        raise ArgumentError(
            f"scale {scale:g} cannot be stored; the nearest are {below:g} and {above:g}"
        )
    return byte


_LARGEST_SCALE_BYTE: Final = 0xA0
_SCALES: Final = [(16 + (b & 15)) * 2.0 ** (b >> 4) / 16 for b in range(_LARGEST_SCALE_BYTE + 1)]


def condition_size(width: int, height: int, scale: float) -> tuple[int, int]:
    """Width and height of the visual condition: sides over scale, rounded half up, at least 1.

    Integer arithmetic, so that every reader gets the same size.
    """
    byte = scale_to_byte(scale)
    divisor = (16 + (byte & 15)) << (byte >> 4)  # sixteen times the scale

    def scaled(side: int) -> int:
        return max(1, (32 * side + divisor) // (2 * divisor))

    return scaled(width), scaled(height)
