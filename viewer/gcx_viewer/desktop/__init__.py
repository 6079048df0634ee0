"""Tells the desktop, for this user alone, about the program and the files that it opens.

`install` and `uninstall` do what the system at hand needs; both may be called again and again.
No Qt is needed for it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from gcx_viewer.desktop.identity import APPLICATION_ID, MEDIA_TYPE

__all__ = ["APPLICATION_ID", "MEDIA_TYPE", "install", "uninstall"]


def install(tell: Callable[[str], object] | None = None) -> list[Path]:
    """Make the desktop know the program, its icons and its file type, and open `.gcx` with it.

    Args:
        tell: is called with a sentence about what could not be done and is not needed,
            such as to refresh an index; without it, that goes to the standard error output.

    Returns:
        The files that were written.

    Raises:
        OutputError: something could not be written.
    """
    written: list[Path] = _system().install(tell or _tell)
    return written


def uninstall(tell: Callable[[str], object] | None = None) -> list[Path]:
    """Take back all that `install` did; otherwise as that.

    Returns:
        The files that were removed.
    """
    removed: list[Path] = _system().uninstall(tell or _tell)
    return removed


def _system() -> ModuleType:
    if sys.platform == "win32":
        from gcx_viewer.desktop import windows as system
    elif sys.platform == "darwin":
        from gcx_viewer.desktop import macos as system
    else:
        from gcx_viewer.desktop import linux as system
    return system


def _tell(sentence: str) -> None:
    print(f"gcx-viewer: {sentence}", file=sys.stderr)
