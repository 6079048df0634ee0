"""Text coding 1: zlib at its best level, as in the paper (section 4.1).

The payload is one complete zlib stream (RFC 1950) of the text's UTF-8 bytes, with its own header
and Adler-32, so that any program with zlib can read it.
"""

from __future__ import annotations

import zlib

from gcx_format import limits
from gcx_format.errors import DamagedTextError
from gcx_format.text.coding import TextCoding

__all__ = ["Zlib"]


class Zlib(TextCoding):
    name = "zlib"
    title = "zlib"
    type = 0x01

    def encode(self, data: bytes) -> bytes:
        return zlib.compress(data, 9)

    def decode(self, payload: bytes) -> bytes:
        inflater = zlib.decompressobj()
        try:
            # One byte more than allowed is enough to detect a bomb.
            data = inflater.decompress(payload, limits.MAX_TEXT_BYTES + 1)
        except zlib.error as error:
            raise DamagedTextError(f"the text chunk does not inflate: {error}") from None
        if len(data) > limits.MAX_TEXT_BYTES:
            raise DamagedTextError(
                f"the text chunk inflates to more than the {limits.MAX_TEXT_BYTES} bytes allowed"
            )
        if not inflater.eof:
            raise DamagedTextError("the text chunk ends before its zlib stream does")
        if inflater.unused_data:
            raise DamagedTextError(
                f"the text chunk has {len(inflater.unused_data)} bytes after its zlib stream"
            )
        return data
