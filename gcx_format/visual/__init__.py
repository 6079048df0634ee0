"""The visual codecs: a picture to its coded visual condition, and that back to a picture.

A package each, with all that is its own; `gcx_format.codecs` lists them.
"""

from __future__ import annotations
