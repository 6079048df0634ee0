"""Which files are open, in whatever window: nothing is written over them."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol, runtime_checkable

from PyQt6.QtWidgets import QApplication

__all__ = ["ShowsFiles", "paths_on_screen"]


@runtime_checkable
class ShowsFiles(Protocol):
    """A window that has files open."""

    @property
    def paths_on_screen(self) -> list[Path]: ...


def paths_on_screen() -> list[Path]:
    """The files that are open in any window of the program."""
    windows = [each for each in QApplication.topLevelWidgets() if each.isVisible()]
    return [
        path
        for window in windows
        if isinstance(window, ShowsFiles)
        for path in window.paths_on_screen
    ]
