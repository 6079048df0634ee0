"""How large a picture may be: what the format can describe, not where Pillow grows suspicious.

Pillow warns of pictures above 89 megapixels and refuses those above 179 as "decompression bombs";
telephones take pictures of 108 and 200. Its check is a global setting of the whole process, so it
is not touched: while gcx itself opens a picture, in that thread alone, another limit holds.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from gcx_format import limits

__all__ = ["max_pixels", "own_limit"]

_PILLOWS_DEFAULT: Final = (1 << 30) // 4 // 3
"""What Pillow sets `MAX_IMAGE_PIXELS` to: a program with another value has chosen it."""

_within: Final[ContextVar[bool]] = ContextVar("within", default=False)
_installing: Final = threading.Lock()
_pillows_check: Any = None


def max_pixels() -> int:
    """How many pixels a picture may have: 2^30, the most that a descriptor can stand for.

    A program that has set Pillow's `Image.MAX_IMAGE_PIXELS` itself keeps its limit, where it is
    lower: Pillow refuses pictures that have more than twice as many.
    """
    from PIL import Image

    if Image.MAX_IMAGE_PIXELS in (None, _PILLOWS_DEFAULT):
        return limits.MAX_PIXELS
    return min(2 * Image.MAX_IMAGE_PIXELS, limits.MAX_PIXELS)


@contextmanager
def own_limit() -> Iterator[None]:
    """While this lasts, and in this thread alone, Pillow's check has the limit of gcx.

    In a program that has set Pillow's limit itself, Pillow's own check goes on as it is.
    """
    _install()
    token = _within.set(True)
    try:
        yield
    finally:
        _within.reset(token)


def _install() -> None:
    """Put the check below in front of Pillow's, once; elsewhere it makes no difference."""
    global _pillows_check
    from PIL import Image

    with _installing:
        if _pillows_check is None:
            _pillows_check = Image._decompression_bomb_check
            Image._decompression_bomb_check = _check


def _check(size: tuple[int, int], *, error_only: bool = False) -> None:
    from PIL import Image

    if not _within.get() or Image.MAX_IMAGE_PIXELS not in (None, _PILLOWS_DEFAULT):
        _pillows_check(size, error_only=error_only)
    elif max(1, size[0]) * max(1, size[1]) > limits.MAX_PIXELS:
        raise Image.DecompressionBombError(f"{size[0]} x {size[1]} pixels are too many")
