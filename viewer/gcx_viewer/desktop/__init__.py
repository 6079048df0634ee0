"""Tells the desktop, for this user alone, about the program and the files that it opens.

`install` and `uninstall` may be called again and again, and need no Qt. Desktops that follow
freedesktop.org are known; Windows and macOS are not.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from gcx_format.errors import OutputError
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
        OutputError: something could not be written, or the system is none that is known.
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
    if not sys.platform.startswith(("linux", "freebsd", "openbsd", "netbsd")):
        raise OutputError(
            "files can be associated with the viewer on Linux and the BSDs only; "
            "here, choose it in the dialog 'Open with'"
        )
    from gcx_viewer.desktop import linux

    return linux


def _tell(sentence: str) -> None:
    print(f"gcx-viewer: {sentence}", file=sys.stderr)
