"""The codings of .gcx: two closed tables, whose numbers the specification fixes.

A file must never depend on a plug-in, so nothing registers here at run time. To add a coding,
write its package, its row here, its page in spec/ and its vectors; container, commands and viewer
iterate over these tables. Importing them is cheap.
"""

from __future__ import annotations

from typing import Final

from gcx_format import limits, plain_text
from gcx_format.descriptor import CodedText, CodedVisual
from gcx_format.errors import ArgumentError, DamagedTextError
from gcx_format.text.coding import TextCoding
from gcx_format.text.model import Model
from gcx_format.text.zlib_coding import Zlib
from gcx_format.visual.av1 import Av1
from gcx_format.visual.codec import VisualCodec
from gcx_format.visual.msillm import MsIllm

__all__ = ["TEXT", "VISUAL", "code_text", "decode_text", "text_coding", "visual_codec"]

TEXT: Final[tuple[TextCoding, ...]] = (Zlib(), Model())
"""Chunk types 0x00 to 0x0F. Of payloads of equal length, the first row's wins."""

VISUAL: Final[tuple[VisualCodec, ...]] = (Av1(), MsIllm())
"""Chunk types 0x10 to 0x2F. The first is the default for encoding."""


def text_coding(name: str) -> TextCoding:
    """The text coding of a name; raises `ArgumentError` if it is unknown."""
    for coding in TEXT:
        if coding.name == name:
            return coding
    known = ", ".join(coding.name for coding in TEXT)
    raise ArgumentError(f"unknown text coding {name!r}; known are {known}")


def visual_codec(coded: CodedVisual | str) -> VisualCodec:
    """The visual codec of a name, or of a visual condition.

    Raises:
        ArgumentError: the name, or the codec's variant, is unknown.
    """
    name = coded if isinstance(coded, str) else coded.codec
    for codec in VISUAL:
        if codec.name == name:
            if isinstance(coded, CodedVisual) and coded.variant not in range(len(codec.variants)):
                most = len(codec.variants) - 1
                raise ArgumentError(f"{codec.title} has variants 0 to {most}, not {coded.variant}")
            return codec
    known = ", ".join(codec.name for codec in VISUAL)
    raise ArgumentError(f"unknown visual codec {name!r}; known are {known}")


def code_text(text: str, coding: str = "auto") -> CodedText:
    """Code words into the payload of a text chunk.

    Args:
        text: 1 to 65,536 bytes as UTF-8, without control characters but tab and newline.
        coding: the name of one of `TEXT`, or `"auto"` for the smallest payload.

    Raises:
        ArgumentError: the coding is unknown, or it or the format cannot hold this text.
    """
    codings = TEXT if coding == "auto" else (text_coding(coding),)
    plain_text.check("text", text, limits.MAX_TEXT_BYTES)
    data = text.encode()
    payloads = [(each.name, each.encode(data)) for each in codings]
    coded = [CodedText(text, name, payload) for name, payload in payloads if payload is not None]
    if not coded:
        raise ArgumentError(f"the text is too long for the text coding {coding}; zlib takes it")
    return min(coded, key=lambda candidate: len(candidate.payload))


def decode_text(coding: str, payload: bytes) -> str:
    """Decode the payload of a text chunk.

    Raises:
        DamagedTextError: it does not decode to a valid text.
        ArgumentError: the coding is unknown.
    """
    try:
        text = text_coding(coding).decode(payload).decode()
    except UnicodeDecodeError as error:
        raise DamagedTextError(f"the text is not UTF-8: invalid byte at {error.start}") from None
    found = plain_text.fault(text, limits.MAX_TEXT_BYTES)
    if found:
        raise DamagedTextError(f"the text {found}")
    return text
