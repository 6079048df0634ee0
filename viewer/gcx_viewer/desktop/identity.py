"""What the program and its files are called, on every system."""

from __future__ import annotations

from typing import Final

__all__ = ["APPLICATION_ID", "MEDIA_TYPE"]

APPLICATION_ID: Final = "org.gcx.viewer"
"""The program's name among all programs; on Linux also that of its desktop entry."""

MEDIA_TYPE: Final = "image/x-gcx"
