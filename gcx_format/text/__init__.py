"""The text codings: words to payload and back; `gcx_format.codecs` lists them."""

from __future__ import annotations
