"""Text coding 2: words by a model of how pictures are described, in a quarter of zlib's bytes.

A table of what follows what in descriptions (`table`) says how likely each token (`tokens`)
is, `prediction` turns that into decisions, and `binary_range_coder` those into bytes. The table
is part of the format: it never changes, and another one would be another coding. Everything is
said in spec/gcx-1.0-text-model.md.

Importing this package is light; the table is read when the first text needs it.
"""

from __future__ import annotations

from gcx_format.text.coding import TextCoding

__all__ = ["Model"]


class Model(TextCoding):
    """Words by a model, for texts of up to 4000 tokens."""

    name = "model"
    title = "text model"
    type = 0x02

    def encode(self, data: bytes) -> bytes | None:
        """Compress by the model."""
        from gcx_format.text.model import coding

        return coding.encode(data)

    def decode(self, payload: bytes) -> bytes:
        """Decompress to at most 65,536 bytes, and possibly to none."""
        from gcx_format.text.model import coding

        return coding.decode(payload)
