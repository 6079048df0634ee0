"""Where the installed programs are, as commands that a desktop can start from anywhere."""

from __future__ import annotations

import os
import sys
import sysconfig
from pathlib import Path

__all__ = ["gcx", "gcx_viewer"]


def gcx_viewer() -> list[str]:
    """The command of the viewer: an absolute path and what may have to stand behind it."""
    return _command("gcx-viewer", "gcx_viewer")


def gcx() -> list[str]:
    """The same for the command `gcx`."""
    return _command("gcx", "gcx_format")


def _command(name: str, package: str) -> list[str]:
    """A script that this very installation has made, else its Python and the package.

    Not what the search path finds: that may be another installation.
    """
    for scheme in (None, sysconfig.get_preferred_scheme("user")):
        folder = sysconfig.get_path("scripts", scheme) if scheme else sysconfig.get_path("scripts")
        script = Path(folder, name)
        if script.is_file() and os.access(script, os.X_OK) and _belongs_here(script):
            return [str(script)]
    return [sys.executable, "-m", package]


def _belongs_here(script: Path) -> bool:
    """Whether a script runs with this Python: another's may lie in the user's folder."""
    try:
        with script.open("rb") as file:
            head = file.read(1024)
    except OSError:
        return False
    return os.fsencode(sys.executable) in head or os.fsencode(sys.prefix) in head
