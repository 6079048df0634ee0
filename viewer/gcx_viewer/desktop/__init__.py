"""Tells the desktop, for this user alone, about the program and the files that it opens.

`install` and `uninstall` do what the system at hand needs; both may be called again and again.
No Qt is needed for it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

__all__ = ["APPLICATION_ID", "MEDIA_TYPE", "install", "uninstall"]

APPLICATION_ID: Final = "org.gcx.viewer"
"""The program's name among all programs; on Linux also that of its desktop entry."""

MEDIA_TYPE: Final = "image/x-gcx"


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
    return _system().install(tell or _tell)


def uninstall(tell: Callable[[str], object] | None = None) -> list[Path]:
    """Take back all that `install` did.

    Args:
        tell: as for `install`.

    Returns:
        The files that were removed.

    Raises:
        OutputError: something could not be removed.
    """
    return _system().uninstall(tell or _tell)


class _System:
    """What the module of a system has."""

    def __init__(
        self,
        install: Callable[[Callable[[str], object]], list[Path]],
        uninstall: Callable[[Callable[[str], object]], list[Path]],
    ) -> None:
        self.install, self.uninstall = install, uninstall


def _system() -> _System:
    if sys.platform == "win32":
        from gcx_viewer.desktop import windows as system
    elif sys.platform == "darwin":
        from gcx_viewer.desktop import macos as system
    else:
        from gcx_viewer.desktop import linux as system
    return _System(system.install, system.uninstall)


def _tell(sentence: str) -> None:
    print(f"gcx-viewer: {sentence}", file=sys.stderr)
