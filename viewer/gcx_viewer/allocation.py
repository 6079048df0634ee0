"""Memory that pixels took goes back to the system once they are freed."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import Final

__all__ = ["give_back"]

_MMAP_THRESHOLD: Final = -3
"""`M_MMAP_THRESHOLD` of the GNU C library."""

_LARGE: Final = 1 << 20


def give_back() -> None:
    """Have what takes a megabyte or more allocated on its own, from now on.

    The GNU C library raises that limit with every large block that is freed, up to 32 MiB, and
    keeps smaller ones for later, for each thread. After a walk through large photographs that is
    twice as much as all that is in use. Other systems do not need this.
    """
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    with suppress(AttributeError, OSError):  # another C library
        ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, _LARGE)
