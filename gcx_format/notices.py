"""Warnings that point at the line of the program that called, however deep gcx was called."""

from __future__ import annotations

import sys
import warnings
from typing import Final

__all__ = ["warn_caller"]

_BETWEEN: Final = ("gcx_format", "gcx_pillow", "PIL")
"""The packages whose lines are nobody's fault; Pillow loads a picture for whoever uses it."""


def warn_caller(message: str, category: type[Warning]) -> None:
    """Warn, with the line of the innermost caller that belongs neither to gcx nor to Pillow.

    Raises:
        Warning: the filter of warnings makes it an error.
    """
    frame, level = sys._getframe(), 1
    while frame.f_back and frame.f_globals.get("__name__", "").partition(".")[0] in _BETWEEN:
        frame, level = frame.f_back, level + 1
    warnings.warn(message, category, stacklevel=level)
