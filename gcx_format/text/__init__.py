"""The text codings: words to payload and back.

A coding has a number in the file and a name here. `zlib` is the paper's (section 4.1), and
`model`, which knows how pictures are described, takes about a quarter of its bytes. What may
be a text at all is the same for every coding: `gcx_format.plain_text`.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Literal, Protocol, get_args

from gcx_format import limits, plain_text
from gcx_format.descriptor import CodedText
from gcx_format.errors import ArgumentError, DamagedTextError

__all__ = ["TextCoding", "code_text", "decode_text"]

TextCoding = Literal["auto", "zlib", "model"]
"""What a caller may ask for; `auto` is whichever coding makes the smallest payload."""


class _Coding(Protocol):
    def encode(self, data: bytes, /) -> bytes: ...

    def decode(self, payload: bytes, /) -> bytes: ...


def _coding(name: str) -> _Coding:
    """A coding by its name, imported when first asked for: that of the model is a table to load."""
    if name == "model":
        from gcx_format.text import model

        return model
    from gcx_format.text import zlib_coding

    return zlib_coding


def code_text(text: str, coding: TextCoding = "auto") -> CodedText:
    """Code words into the payload of a text chunk.

    Args:
        text: 1 to 65,536 bytes as UTF-8, without control characters but tab and newline.
        coding: see `TextCoding`.

    Raises:
        ArgumentError: no coding has this name, this can be no text of a descriptor, or the
            coding that is asked for does not allow so long a one.
    """
    if coding not in get_args(TextCoding):
        known = ", ".join(get_args(TextCoding))
        raise ArgumentError(f"no text coding is called {coding!r}: {known}")
    plain_text.check("text", text, limits.MAX_TEXT_BYTES)
    data = text.encode()
    if coding != "auto":
        return CodedText(text, coding, _coding(coding).encode(data))
    coded = [CodedText(text, "zlib", _coding("zlib").encode(data))]
    with suppress(ArgumentError):  # of a text that is too long for the model
        coded.append(CodedText(text, "model", _coding("model").encode(data)))
    return min(coded, key=lambda candidate: len(candidate.payload))


def decode_text(coding: str, payload: bytes) -> str:
    """Read the words out of the payload of a text chunk.

    Raises:
        DamagedTextError: the payload does not decode, or not to a text of a descriptor.
    """
    try:
        text = _coding(coding).decode(payload).decode()
    except UnicodeDecodeError as error:
        raise DamagedTextError(
            f"the text is not UTF-8: its byte {error.start} cannot stand there"
        ) from None
    found = plain_text.fault(text, limits.MAX_TEXT_BYTES)
    if found:
        raise DamagedTextError(f"the text {found}")
    return text
