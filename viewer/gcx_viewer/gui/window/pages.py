"""The pages of the window, of which one is shown: picture, grid, comparison or welcome.

All but the picture are made when they are first wanted.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtGui import QPalette
from PyQt6.QtWidgets import QAbstractItemView, QStackedWidget, QVBoxLayout, QWidget

from gcx_viewer.gui.canvas.canvas import Canvas
from gcx_viewer.gui.canvas.zoomable import Zoomable

if TYPE_CHECKING:
    from gcx_viewer.core.folder import Listing
    from gcx_viewer.core.pictures import Picture
    from gcx_viewer.gui.comparing.view import CompareView
    from gcx_viewer.gui.thumbnails.views import ThumbnailGrid, ThumbnailModel, ThumbnailStrip
    from gcx_viewer.gui.window.main_window import MainWindow
    from gcx_viewer.gui.window.welcome import WelcomePage

__all__ = ["Pages"]

_DENSE: Final = 1.3
"""Device pixels to a pixel of the desktop, from which on thumbnails are made larger."""

_SIDES: Final = {False: 256, True: 512}
_MOST_BYTES: Final = {False: 64_000_000, True: 160_000_000}
"""Of thumbnails, by whether the screen is dense: a few screens full of them."""


class Pages(QObject):
    """Shows the pages of a window, and the strip of thumbnails below the picture."""

    changed = pyqtSignal()
    """Another page is shown, or one is shown in another manner."""

    def __init__(self, window: MainWindow) -> None:
        """The page of the picture, with nothing on it."""
        super().__init__(window)
        self._window = window
        self._listing: Listing | None = None
        self.canvas = Canvas(window)
        self.stack = QStackedWidget(window)
        self.stack.addWidget(self.canvas)
        self.column = QVBoxLayout()
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.column.addWidget(self.stack, 1)

    # What there is

    @cached_property
    def welcome(self) -> WelcomePage:
        """The page without a picture."""
        from gcx_viewer.gui.window.welcome import WelcomePage

        window = self._window
        page = WelcomePage(window)
        page.open_wanted.connect(window.commands.open)
        page.encode_wanted.connect(window.commands.encode)
        page.chosen.connect(lambda path: window.open_paths([path]))
        page.dropped.connect(window.opener.take_dropped)
        self.stack.addWidget(page)
        return page

    @cached_property
    def thumbnails(self) -> ThumbnailModel:
        """The files of the folder, small; shared by strip and grid."""
        from gcx_viewer.gui.thumbnails.views import ThumbnailModel

        dense = self._window.devicePixelRatioF() > _DENSE
        thumbnails = ThumbnailModel(self, side=_SIDES[dense], most_bytes=_MOST_BYTES[dense])
        if self._listing is not None:
            thumbnails.set_listing(self._listing)
        return thumbnails

    @cached_property
    def strip(self) -> ThumbnailStrip:
        """The thumbnails below the picture."""
        from gcx_viewer.gui.thumbnails.views import ThumbnailStrip

        strip = ThumbnailStrip(self._window, model=self.thumbnails)
        strip.activated.connect(self._window.show_path)
        strip.set_current(self._window.path)
        _lay_on_window(strip)
        self.column.insertWidget(1, strip)
        return strip

    @cached_property
    def grid(self) -> ThumbnailGrid:
        """All pictures of the folder."""
        from gcx_viewer.gui.thumbnails.views import ThumbnailGrid

        grid = ThumbnailGrid(self._window, model=self.thumbnails)
        grid.activated.connect(self._leave_grid)
        grid.set_current(self._window.path)
        _lay_on_window(grid)
        self.stack.addWidget(grid)
        return grid

    @cached_property
    def compare_view(self) -> CompareView:
        """The page that compares."""
        from gcx_viewer.gui.comparing.view import CompareView

        view = CompareView(self._window)
        view.closed.connect(self.show_canvas)
        self.stack.addWidget(view)
        return view

    def has(self, name: str) -> bool:
        """Whether something that is made when it is first wanted was made."""
        return name in self.__dict__

    @property
    def current(self) -> QWidget | None:
        """The page that is shown."""
        return self.stack.currentWidget()

    @property
    def is_grid(self) -> bool:
        """Whether that is the grid."""
        return self.has("grid") and self.current is self.grid

    @property
    def is_comparing(self) -> bool:
        """Whether that is the comparison."""
        return self.has("compare_view") and self.current is self.compare_view

    @property
    def looked_at(self) -> Zoomable | None:
        """What the user zooms, on this page."""
        if self.current is self.canvas:
            return self.canvas
        return self.compare_view.canvas if self.is_comparing else None

    # Which page

    def show(self, page: QWidget) -> None:
        """Show a page, and give it the keys."""
        self.stack.setCurrentWidget(page)
        self.focus()
        self.arrange_strip()
        self.changed.emit()

    def show_canvas(self) -> None:
        """Show the picture alone."""
        self.show(self.canvas)

    def focus(self) -> None:
        """Give the keys to the page."""
        if (page := self.current) is not None:
            page.setFocus()

    def toggle_grid(self) -> None:
        """Show all pictures of the folder, or the one again."""
        self.show(self.canvas if self.is_grid else self.grid)

    def toggle_compare(self) -> None:
        """Compare with the condition and the original, or show the picture alone again."""
        if self.is_comparing:
            self.show_canvas()
        else:
            self._compare()
            self.show(self.compare_view)

    def compare_with(self, original: Path) -> None:
        """Compare with a photograph that may be the original."""
        if not self.is_comparing:
            self.toggle_compare()
        self.compare_view.open_original(original)

    def _leave_grid(self, path: Path) -> None:
        if path == self._window.path:
            self.show_canvas()
        else:
            self._window.show_path(path)

    # What they show

    def take_picture(self) -> None:
        """The canvas has taken another picture: it is compared, too."""
        if self.is_comparing:
            self._compare()

    def take_condition(self, picture: Picture) -> None:
        """The visual condition has been enlarged."""
        if self.is_comparing:
            self.compare_view.set_picture("condition", picture)

    def set_listing(self, listing: Listing) -> None:
        """These are the files of the folder."""
        self._listing = listing
        if self.has("thumbnails"):
            self.thumbnails.set_listing(listing)
            self.mark(self._window.path)

    def refresh_thumbnail(self, path: Path) -> None:
        """A file has changed."""
        if self.has("thumbnails"):
            self.thumbnails.refresh(path)

    def mark(self, path: Path | None) -> None:
        """Mark the file on screen among its neighbours."""
        if self.has("strip"):
            self.strip.set_current(path)
        if self.has("grid"):
            self.grid.set_current(path)

    def _compare(self) -> None:
        picture, document = self.canvas.picture, self._window.document
        if document is None or picture is None:
            return
        painted = picture if picture.kind in ("partial", "reconstruction") else None
        condition = self._window.viewing.condition()
        self.compare_view.begin(document, reconstruction=painted, condition=condition)

    # The strip

    def toggle_strip(self) -> None:
        """Show the thumbnails below the picture, or hide them."""
        window = self._window
        if window.isFullScreen():  # for as long as it is
            self.strip.setVisible(self.strip.isHidden())
        else:
            window.preferences.show_strip = not window.preferences.show_strip
            self.arrange_strip()
        self.changed.emit()

    def arrange_strip(self) -> None:
        """The strip is there where it is wanted and says something."""
        window = self._window
        if window.isFullScreen():
            return
        wanted = window.preferences.show_strip
        wanted = wanted and (self.current is self.canvas or self.is_comparing)
        if wanted or self.has("strip"):
            self.strip.setVisible(wanted)

    # The end

    def close_workers(self) -> None:
        """End the threads."""
        self.canvas.close_workers()
        if self.has("thumbnails"):
            self.thumbnails.close_workers()
        if self.has("compare_view"):
            self.compare_view.close_workers()


def _lay_on_window(view: QAbstractItemView) -> None:
    """Give a view the ground of the window, for it is no field to type in."""
    if (viewport := view.viewport()) is not None:
        viewport.setBackgroundRole(QPalette.ColorRole.Window)
