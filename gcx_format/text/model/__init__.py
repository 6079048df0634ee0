"""Text coding 2: words by a model of picture descriptions, in a quarter of zlib's bytes.

A table of which tokens follow which in descriptions (`table`) says how likely each token
(`tokens`) is; `prediction` turns that into decisions, and `binary_range_coder` those into bytes.
The table is part of the format: it never changes, and another table would be another coding.
spec/gcx-1.0-text-model.md specifies everything.

The table is read when the first text needs it.
"""

from __future__ import annotations

from gcx_format.text.coding import TextCoding

__all__ = ["Model"]


class Model(TextCoding):
    name = "model"
    title = "text model"
    type = 0x02

    def encode(self, data: bytes) -> bytes | None:
        from gcx_format.text.model import coding

        return coding.encode(data)

    def decode(self, payload: bytes) -> bytes:
        from gcx_format.text.model import coding

        return coding.decode(payload)
