"""Taking back files that were written for the desktop."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from gcx_format.errors import OutputError

__all__ = ["remove"]


def remove(paths: Iterable[Path]) -> list[Path]:
    """Remove those of some files that are there.

    Returns:
        The files that were removed.

    Raises:
        OutputError: one cannot be removed.
    """
    removed = []
    for path in paths:
        try:
            path.unlink()
        except FileNotFoundError:
            continue
        except OSError as error:
            raise OutputError(f"it cannot be removed: {error.strerror}", filename=path) from None
        removed.append(path)
    return removed
