"""What the core tells, brought to the screen: to the canvas, the badge, the cards and the panels.

A picture is told of when it stands there, not when the core has it: the badge changes with the
pixels, never before them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, QPoint, pyqtSignal

from gcx_viewer.core.events import ConditionReady, Event, Failed, Opened, Showing, VariantsFound
from gcx_viewer.gui.canvas.badge import Badge, badge_text
from gcx_viewer.gui.canvas.blank import blank_text

if TYPE_CHECKING:
    from gcx_viewer.core.document import Document
    from gcx_viewer.core.pictures import Picture
    from gcx_viewer.gui.window.main_window import MainWindow

__all__ = ["Presenting"]

_BADGE_PLACE = QPoint(12, 12)


class Presenting(QObject):
    """Presents one document after the other in a window."""

    changed = pyqtSignal()
    """Something else can be done now."""

    settled = pyqtSignal(bool)
    """A picture stands on the screen, or with False, none ever will."""

    def __init__(self, window: MainWindow) -> None:
        """Nothing is presented.

        Args:
            window: with its pages made, and its panels.
        """
        super().__init__(window)
        self._window = window
        self._canvas = window.canvas
        self.document: Document | None = None
        self.is_settled = True
        self.badge = Badge(self._canvas)
        self.badge.move(_BADGE_PLACE)
        self._canvas.taken.connect(self._take_picture)
        self._canvas.painted.connect(self._take_painted)

    def begin(self, *, same: bool = False) -> None:
        """A file is read; what is on the screen stays until its first picture comes.

        Args:
            same: whether it is the file that was read before.
        """
        self.is_settled = False
        if not same:
            self.document = None

    def clear(self) -> None:
        """Present nothing."""
        self.document = None
        self.is_settled = True
        self._canvas.clear()
        self._tell_badge(None)
        self._window.panels.show_document(None)

    def take(self, event: Event) -> None:
        """Present what the core tells of the file that is shown."""
        window = self._window
        match event:
            case Opened():
                self._take_document(event.document)
            case Showing():
                self._canvas.show_picture(event.picture)
            case Failed() if event.during == "opening":
                # The notice says why, and the other files can be gone on to.
                self.clear()
                self.settled.emit(False)
            case VariantsFound():
                window.panels.show_kept(event.variants, event.another)
            case ConditionReady():
                window.pages.take_condition(event.picture)
            case _:
                pass
        window.prompts.take(event)
        self.changed.emit()

    def _take_document(self, document: Document) -> None:
        window = self._window
        self._canvas.begin(document.size, keep_view=self.document is not None)
        self.document = document
        window.status.show_document(document)
        words = document.descriptor.text if document.descriptor is not None else None
        self._canvas.setAccessibleDescription(words or "")
        window.preferences.remember(document.path)
        window.panels.show_document(document)

    def _take_picture(self, picture: Picture) -> None:
        """A picture takes its place on the canvas: whatever tells of it follows at once."""
        self._tell_badge(picture)
        self._window.panels.show_picture(picture)
        self._window.pages.take_picture()
        self.changed.emit()

    def _take_painted(self, _: Picture) -> None:
        if self.document is None:
            return  # it is still the picture of the file before
        self.is_settled = True
        self.settled.emit(True)

    def _tell_badge(self, picture: Picture | None) -> None:
        size = self.document.file_bytes if self.document else 0
        self.badge.tell(picture, size)
        text = badge_text(picture, size) if picture is not None else None
        path = self._window.path
        name = path.name if path is not None else self.tr("Picture")
        self._canvas.setAccessibleName(f"{name}. {text}" if text else name)
        if reason := blank_text(picture):
            self._canvas.setAccessibleDescription(reason)
