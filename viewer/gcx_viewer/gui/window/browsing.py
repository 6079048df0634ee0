"""Going through a folder: which file comes next, also while the folder is still being listed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PyQt6.QtCore import QObject, pyqtSignal

if TYPE_CHECKING:
    from gcx_viewer.core.folder import Folder, Listed, Listing
    from gcx_viewer.core.preferences import Order, Preferences
    from gcx_viewer.core.workers import FirstPicture

__all__ = ["Browsing"]

_CLOSING_SECONDS: Final = 1.0
"""To wait for the thread that lists: a file system that is gone may keep it for ever."""


class Browsing(QObject):
    """The folder of a window; tells which file is to be shown."""

    wanted = pyqtSignal(Path)
    """This file is to be shown."""

    listed = pyqtSignal(object)
    """There is a new `Listed`."""

    ended = pyqtSignal(int)
    """There is no file in that direction: 1 after the last, -1 before the first."""

    _heard = pyqtSignal(int, object)

    def __init__(
        self, preferences: Preferences, first: FirstPicture, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self._first = first
        self._folder: Folder | None = None
        self._current: Path | None = None
        self._waiting_step = 0
        self._serial = 0
        self._is_closed = False
        self._heard.connect(self._take)

    @property
    def listing(self) -> Listing | None:
        return None if self._folder is None else self._folder.listing

    @property
    def current(self) -> Path | None:
        """The file from which one goes on."""
        return self._current

    @property
    def folders(self) -> list[Path]:
        return [] if self._folder is None else self._folder.watched

    @property
    def has_neighbours(self) -> bool:
        return self._folder is not None and (len(self._folder) > 1 or self._folder.is_listing)

    @property
    def place(self) -> tuple[int | None, int]:
        """The index of the current file, and how many files there are."""
        if self._folder is None or self._current is None:
            return None, 0
        return self._folder.index(self._current), len(self._folder)

    def open(self, paths: Sequence[Path]) -> None:
        """Go through files and folders; the first file is wanted at once, of a folder later."""
        # It is imported after the core has been given the file: that much sooner is it shown.
        is_folder = os.path.isdir(paths[0])  # noqa: PTH112
        if is_folder:
            self._current = None
        else:
            self.wanted.emit(paths[0])
        from gcx_viewer.core.folder import Folder

        if self._folder is not None:
            self._folder.close(0)
        self._serial += 1
        serial = self._serial
        self._folder = Folder(
            paths,
            lambda listed: self._heard.emit(serial, listed),
            order=self._preferences.order,
            first=None if is_folder else self._first,
        )

    def set_current(self, path: Path | None) -> None:
        self._current = path
        self._waiting_step = 0

    def step(self, by: int, *, wrap: bool = False) -> None:
        """Want the file after the current one, or with -1 the one before."""
        if self._folder is None or self._current is None:
            return
        go = self._folder.next if by > 0 else self._folder.previous
        path = go(self._current, wrap=wrap)
        if path is not None:
            self.wanted.emit(path)
        elif self._folder.is_listing:
            self._waiting_step = by
        else:
            self.ended.emit(by)

    def go_to_first(self) -> None:
        self._go_to(None if self._folder is None else self._folder.first())

    def go_to_last(self) -> None:
        self._go_to(None if self._folder is None else self._folder.last())

    def _go_to(self, path: Path | None) -> None:
        if path is not None and path != self._current:
            self.wanted.emit(path)

    def survivor(self) -> Path | None:
        """The file to show when the current one goes: the next, else the one before."""
        if self._folder is None or self._current is None:
            return None
        return self._folder.next(self._current) or self._folder.previous(self._current)

    def neighbours(self, count: int) -> list[Path]:
        """So many files after and before the current one, the nearest first."""
        if self._folder is None or self._current is None:
            return []
        return self._folder.neighbours(self._current, count)

    def refresh(self) -> None:
        """List again: files have come or gone."""
        if self._folder is not None:
            self._folder.refresh(self._current)

    def sort(self, order: Order) -> None:
        """Go through folders in another order from now on."""
        self._preferences.order = order
        if self._folder is not None:
            self._folder.sort(order)

    def close(self) -> None:
        self._is_closed = True
        if self._folder is not None:
            self._folder.close(_CLOSING_SECONDS)

    def _take(self, serial: int, listed: Listed) -> None:
        if self._is_closed or serial != self._serial or self._folder is None:
            return
        if self._current is None and (first := self._folder.first()) is not None:
            self.wanted.emit(first)
        step = self._waiting_step
        self.listed.emit(listed)
        if step:
            self._waiting_step = 0
            self.step(step)
