"""The pages of the window, of which one is shown: picture, grid, comparison or welcome.

All but the picture are made when they are first wanted.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtGui import QPalette
from PyQt6.QtWidgets import QAbstractItemView, QStackedWidget, QVBoxLayout, QWidget

from gcx_viewer.gui.canvas.canvas import Canvas
from gcx_viewer.gui.canvas.zoomable import Zoomable
from gcx_viewer.gui.lazy import Lazy
from gcx_viewer.gui.window.state import PageName, WindowState

if TYPE_CHECKING:
    from gcx_viewer.core.folder import Listing
    from gcx_viewer.core.pictures import Picture
    from gcx_viewer.core.viewing.variants import VariantInfo
    from gcx_viewer.gui.comparing.view import CompareView
    from gcx_viewer.gui.thumbnails.views import ThumbnailGrid, ThumbnailModel, ThumbnailStrip
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
    """Another page is shown, or the strip is shown or hidden."""

    path_wanted = pyqtSignal(Path)
    """A neighbour was chosen in strip or grid."""

    open_wanted = pyqtSignal(list)
    ask_wanted = pyqtSignal()
    encode_wanted = pyqtSignal()
    dropped = pyqtSignal(object)
    """As the signals of the welcome page."""

    def __init__(
        self, state: WindowState, condition: Callable[[], Picture | None], parent: QWidget
    ) -> None:
        """The page of the picture, with nothing on it.

        Args:
            state: of the window.
            condition: asks for the visual condition of the file on screen; `take_condition`
                brings it later, if there is none yet.
            parent: the window.
        """
        super().__init__(parent)
        self._state = state
        self._condition = condition
        self._parent = parent
        self._listing: Listing | None = None
        self.canvas = Canvas(parent)
        self.canvas.set_enlarging(state.preferences.enlarge_small)
        self.canvas.taken.connect(self._take_picture)
        self.stack = QStackedWidget(parent)
        self.stack.setMinimumSize(self.canvas.minimumSize())  # other pages make do with less
        self.stack.addWidget(self.canvas)
        self.column = QVBoxLayout()
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.column.addWidget(self.stack, 1)

    # What there is

    @Lazy
    def welcome(self) -> WelcomePage:
        from gcx_viewer.gui.window.welcome import WelcomePage

        page = WelcomePage(self._parent)
        page.open_wanted.connect(self.ask_wanted)
        page.encode_wanted.connect(self.encode_wanted)
        page.chosen.connect(lambda path: self.open_wanted.emit([path]))
        page.dropped.connect(self.dropped)
        self.stack.addWidget(page)
        return page

    @Lazy
    def thumbnails(self) -> ThumbnailModel:
        """The files of the folder, small; shared by strip and grid."""
        from gcx_viewer.gui.thumbnails.views import ThumbnailModel

        dense = self.canvas.devicePixelRatioF() > _DENSE
        thumbnails = ThumbnailModel(self, side=_SIDES[dense], most_bytes=_MOST_BYTES[dense])
        if self._listing is not None:
            thumbnails.set_listing(self._listing)
        return thumbnails

    @Lazy
    def strip(self) -> ThumbnailStrip:
        from gcx_viewer.gui.thumbnails.views import ThumbnailStrip

        strip = ThumbnailStrip(self._parent, model=self.thumbnails)
        strip.activated.connect(self.path_wanted)
        strip.set_current(self._state.path)
        _lay_on_window(strip)
        self.column.insertWidget(1, strip)
        return strip

    @Lazy
    def grid(self) -> ThumbnailGrid:
        """All pictures of the folder."""
        from gcx_viewer.gui.thumbnails.views import ThumbnailGrid

        grid = ThumbnailGrid(self._parent, model=self.thumbnails)
        grid.activated.connect(self._leave_grid)
        grid.set_current(self._state.path)
        _lay_on_window(grid)
        self.stack.addWidget(grid)
        return grid

    @Lazy
    def compare_view(self) -> CompareView:
        from gcx_viewer.gui.comparing.view import CompareView

        view = CompareView(self._parent)
        view.closed.connect(self.show_canvas)
        self.stack.addWidget(view)
        return view

    @property
    def current(self) -> QWidget | None:
        return self.stack.currentWidget()

    @property
    def is_comparing(self) -> bool:
        return self._state.page == "comparison"

    @property
    def looked_at(self) -> Zoomable | None:
        """What the user zooms, on this page."""
        if self._state.page == "picture":
            return self.canvas
        return self.compare_view.canvas if self.is_comparing else None

    # Which page

    def _show(self, name: PageName, page: QWidget) -> None:
        self.stack.setCurrentWidget(page)
        self.focus()
        self._state.page = name
        self._arrange_enlarging()
        self.arrange_strip()
        self.changed.emit()

    def show_canvas(self) -> None:
        self._show("picture", self.canvas)

    def show_welcome(self) -> None:
        """Offer what could be opened."""
        self.welcome.show_recent(self._state.preferences.recent)
        self._show("welcome", self.welcome)

    def focus(self) -> None:
        if (page := self.current) is not None:
            page.setFocus()

    def toggle_grid(self) -> None:
        """Show all pictures of the folder, or the one again."""
        if self._state.page == "grid":
            self.show_canvas()
        else:
            self._show("grid", self.grid)

    def toggle_compare(self) -> None:
        """Compare with the condition and the original, or show the picture alone again."""
        if self.is_comparing:
            self.show_canvas()
        else:
            self._compare()
            self._show("comparison", self.compare_view)

    def original(self) -> Path | None:
        """The photograph that the picture is compared with, if any."""
        view = Pages.compare_view.made(self)
        return None if view is None else view.original

    def compare_with(self, original: Path) -> None:
        """Compare with a photograph that may be the original."""
        if not self.is_comparing:
            self.toggle_compare()
        self.compare_view.open_original(original)

    def compare_with_variant(self, known: VariantInfo) -> None:
        """Compare the picture on screen with another one that was painted of the file."""
        if not self.is_comparing:
            self.toggle_compare()
        self.compare_view.open_variant(known.variant)

    def _leave_grid(self, path: Path) -> None:
        if path == self._state.path:
            self.show_canvas()
        else:
            self.path_wanted.emit(path)

    # What they show

    def take_condition(self, picture: Picture) -> None:
        """The visual condition has been enlarged."""
        if self.is_comparing:
            self.compare_view.set_picture("condition", picture)

    def set_listing(self, listing: Listing) -> None:
        """These are the files of the folder."""
        self._listing = listing
        if (thumbnails := Pages.thumbnails.made(self)) is not None:
            thumbnails.set_listing(listing)
            self.mark(self._state.path)

    def refresh_thumbnail(self, path: Path) -> None:
        if (thumbnails := Pages.thumbnails.made(self)) is not None:
            thumbnails.refresh(path)

    def set_painted(self, path: Path, kept: str | None) -> None:
        """Opening the file shows this kept picture, by its short name, or None a preview."""
        if (thumbnails := Pages.thumbnails.made(self)) is not None:
            thumbnails.set_painted(path, kept)

    def set_under_way(self, paths: frozenset[Path]) -> None:
        """A model is painting these files now."""
        if paths or Pages.thumbnails.made(self) is not None:
            self.thumbnails.set_under_way(paths)

    def mark(self, path: Path | None) -> None:
        for view in (Pages.strip.made(self), Pages.grid.made(self)):
            if view is not None:
                view.set_current(path)

    def _take_picture(self) -> None:
        """The canvas has taken another picture: it is compared, too."""
        if self.is_comparing:
            self._compare()

    def _compare(self) -> None:
        picture, document = self.canvas.picture, self._state.document
        if document is None or picture is None:
            return
        painted = picture if picture.kind in ("partial", "reconstruction") else None
        self.compare_view.begin(document, reconstruction=painted, condition=self._condition())

    def toggle_enlarging(self) -> None:
        """Enlarge pictures that are smaller than the window, or show them in their own size."""
        preferences = self._state.preferences
        preferences.enlarge_small = not preferences.enlarge_small
        self._arrange_enlarging()
        self.changed.emit()

    def _arrange_enlarging(self) -> None:
        if (looked_at := self.looked_at) is not None:
            looked_at.set_enlarging(self._state.preferences.enlarge_small)

    # The strip

    def toggle_strip(self) -> None:
        """Show the thumbnails below the picture, or hide them."""
        if self._parent.isFullScreen():  # for as long as it is
            self.strip.setVisible(self.strip.isHidden())
        else:
            preferences = self._state.preferences
            preferences.show_strip = not preferences.show_strip
            self.arrange_strip()
        self.changed.emit()

    def arrange_strip(self) -> None:
        """The strip is there where it is wanted and says something."""
        if self._parent.isFullScreen():
            return
        wanted = self._state.preferences.show_strip
        wanted = wanted and self._state.page in ("picture", "comparison")
        if wanted or Pages.strip.made(self) is not None:
            self.strip.setVisible(wanted)

    # The end

    def close_workers(self) -> None:
        self.canvas.close_workers()
        for part in (
            Pages.thumbnails.made(self),
            Pages.compare_view.made(self),
            Pages.welcome.made(self),
        ):
            if part is not None:
                part.close_workers()


def _lay_on_window(view: QAbstractItemView) -> None:
    """Give a view the ground of the window, for it is no field to type in."""
    if (viewport := view.viewport()) is not None:
        viewport.setBackgroundRole(QPalette.ColorRole.Window)
