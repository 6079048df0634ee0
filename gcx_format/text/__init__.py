"""The text codings: words to payload and back.

A coding has a number in the file and a name here. `zlib` is the paper's (section 4.1).
What may be a text at all is the same for every coding: `gcx_format.plain_text`.
"""

from __future__ import annotations

from typing import Final, Literal, Protocol, get_args

from gcx_format import limits, plain_text
from gcx_format.descriptor import CodedText
from gcx_format.errors import ArgumentError, DamagedTextError
from gcx_format.text import zlib_coding

__all__ = ["TextCoding", "code_text", "decode_text"]

TextCoding = Literal["auto", "zlib"]
"""What a caller may ask for; `auto` is whichever coding makes the smallest payload."""


class _Coding(Protocol):
    def encode(self, data: bytes, /) -> bytes: ...

    def decode(self, payload: bytes, /) -> bytes: ...


_CODINGS: Final[dict[str, _Coding]] = {"zlib": zlib_coding}


def code_text(text: str, coding: TextCoding = "auto") -> CodedText:
    """Code words into the payload of a text chunk.

    Args:
        text: 1 to 65,536 bytes as UTF-8, without control characters but tab and newline.
        coding: see `TextCoding`.

    Raises:
        ArgumentError: no coding has this name, or this can be no text of a descriptor.
    """
    if coding not in get_args(TextCoding):
        known = ", ".join(get_args(TextCoding))
        raise ArgumentError(f"no text coding is called {coding!r}: {known}")
    plain_text.check("text", text, limits.MAX_TEXT_BYTES)
    data = text.encode()
    names = _CODINGS if coding == "auto" else [coding]
    coded = [CodedText(text, name, _CODINGS[name].encode(data)) for name in names]
    return min(coded, key=lambda candidate: len(candidate.payload))


def decode_text(coding: str, payload: bytes) -> CodedText:
    """Read the words out of the payload of a text chunk.

    Raises:
        DamagedTextError: the payload does not decode, or not to a text of a descriptor.
    """
    try:
        text = _CODINGS[coding].decode(payload).decode()
    except UnicodeDecodeError as error:
        raise DamagedTextError(
            f"the text is not UTF-8: its byte {error.start} cannot stand there"
        ) from None
    found = plain_text.fault(text, limits.MAX_TEXT_BYTES)
    if found:
        raise DamagedTextError(f"the text {found}")
    return CodedText(text, coding, payload)
