"""What the core tells, brought to the screen: to the canvas, the badge and the panels.

A picture is told of when it stands there, not when the core has it: the badge changes with the
pixels, never before them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, QPoint, pyqtSignal

from gcx_viewer.core.events import Event, Failed, Opened, Showing, VariantsFound
from gcx_viewer.gui.canvas.badge import Badge, badge_text
from gcx_viewer.gui.canvas.blank import blank_text
from gcx_viewer.gui.canvas.canvas import Canvas
from gcx_viewer.gui.canvas.failure import FailureView
from gcx_viewer.gui.panels.docks import Panels
from gcx_viewer.gui.window.state import WindowState
from gcx_viewer.gui.window.status_line import StatusLine

if TYPE_CHECKING:
    from gcx_viewer.core.document import Document
    from gcx_viewer.core.pictures import Picture

__all__ = ["Presenting"]

_BADGE_PLACE = QPoint(12, 12)


class Presenting(QObject):
    """Presents one document after the other."""

    settled = pyqtSignal(bool)
    """A picture stands on the screen, or with False, none ever will."""

    def __init__(
        self,
        state: WindowState,
        canvas: Canvas,
        panels: Panels,
        status: StatusLine,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._state = state
        self._canvas = canvas
        self._panels = panels
        self._status = status
        self.is_settled = True
        self.failure = FailureView(canvas)
        self.badge = Badge(canvas)
        self.badge.move(_BADGE_PLACE)
        canvas.taken.connect(self._take_picture)
        canvas.painted.connect(self._take_painted)

    def begin(self, *, same: bool = False) -> None:
        """A file is read; what is on the screen stays until its first picture comes."""
        self.is_settled = False
        self.failure.hide()
        if not same:
            self._state.document = None

    def clear(self) -> None:
        self._state.document = None
        self.is_settled = True
        self.failure.hide()
        self._canvas.clear()
        self._state.picture = None
        self._tell_badge(None)
        self._panels.show_document(None)

    def take(self, event: Event) -> None:
        match event:
            case Opened():
                self._take_document(event.document)
            case Showing():
                self._canvas.show_picture(event.picture)
            case Failed() if event.during == "opening":
                self.clear()
                self.failure.tell(event.error, can_retry=event.can_retry)
                self._canvas.setAccessibleDescription(self.failure.label.text())
                self.settled.emit(False)
            case VariantsFound():
                self._panels.show_kept(event.variants, event.another)
            case _:
                pass

    def _take_document(self, document: Document) -> None:
        self.failure.hide()
        self._canvas.begin(document.size, keep_view=self._state.document is not None)
        self._state.document = document
        self._status.show_document(document)
        words = document.descriptor.text if document.descriptor is not None else None
        self._canvas.setAccessibleDescription(words or "")
        self._state.preferences.remember(document.path)
        self._panels.show_document(document)

    def _take_picture(self, picture: Picture) -> None:
        """A picture takes its place on the canvas: whatever tells of it follows at once."""
        self._state.picture = picture
        self._tell_badge(picture)
        self._panels.show_picture(picture)

    def _take_painted(self, _: Picture) -> None:
        if self._state.document is None:
            return  # it is still the picture of the file before
        self.is_settled = True
        self.settled.emit(True)

    def _tell_badge(self, picture: Picture | None) -> None:
        document, path = self._state.document, self._state.path
        size = document.file_bytes if document else 0
        self.badge.tell(picture, size)
        text = badge_text(picture, size) if picture is not None else None
        name = path.name if path is not None else self.tr("Picture")
        self._canvas.setAccessibleName(f"{name}. {text}" if text else name)
        if reason := blank_text(picture):
            self._canvas.setAccessibleDescription(reason)
