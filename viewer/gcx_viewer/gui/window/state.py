"""What one window shows: the parts of the window know this, and not each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from PyQt6.QtCore import QObject, pyqtSignal

if TYPE_CHECKING:
    from pathlib import Path

    from gcx_viewer.core.document import Document
    from gcx_viewer.core.pictures import Picture
    from gcx_viewer.core.preferences import Preferences

__all__ = ["PageName", "WindowState"]

PageName = Literal["picture", "comparison", "grid", "welcome"]

T = TypeVar("T")


class _Watched(Generic[T]):
    """An attribute of the state; setting it to something else emits `changed`."""

    def __init__(self, value: T) -> None:
        self._initial = value

    def __set_name__(self, owner: type[WindowState], name: str) -> None:
        self._name = f"_{name}"

    def __get__(self, state: WindowState, owner: Any = None) -> T:
        value: T = getattr(state, self._name, self._initial)
        return value

    def __set__(self, state: WindowState, value: T) -> None:
        if value is not self.__get__(state):
            setattr(state, self._name, value)
            state.changed.emit()


class WindowState(QObject):
    """The state of a window.

    Attributes:
        preferences: of the user; shared by all windows.
        path: the file that was asked for, whether it could be opened or not.
        document: that file, once it is read.
        picture: the pixels on the screen.
        page: which page is shown.
        is_painting: whether a model is painting the picture.
        can_retry: whether something failed, and trying again may help.
        has_neighbours: whether there are other pictures to go to.
    """

    changed = pyqtSignal()

    path: _Watched[Path | None] = _Watched(None)
    document: _Watched[Document | None] = _Watched(None)
    picture: _Watched[Picture | None] = _Watched(None)
    page: _Watched[PageName] = _Watched("picture")
    is_painting = _Watched(False)
    can_retry = _Watched(False)
    has_neighbours = _Watched(False)

    def __init__(self, preferences: Preferences, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.preferences = preferences
