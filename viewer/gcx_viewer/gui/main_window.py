"""The window: a picture in the middle, and quietly around it what can be known and done."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PyQt6.QtCore import QByteArray, QEvent, QPoint, QSize, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QCloseEvent, QCursor, QKeyEvent, QPalette
from PyQt6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QMainWindow,
    QMenu,
    QSizePolicy,
    QStackedWidget,
    QToolBar,
    QVBoxLayout,
    QWidget,
)

from gcx_viewer.core import preferences as remembered
from gcx_viewer.core.events import Condition, Event, Failed, Kept, Opened, Showing
from gcx_viewer.core.viewing import Viewing
from gcx_viewer.gui.actions import CONTEXT_MENU, Actions, Needs
from gcx_viewer.gui.badge import Badge, badge_text
from gcx_viewer.gui.bridge import Bridge
from gcx_viewer.gui.browsing import Browsing
from gcx_viewer.gui.canvas import Canvas
from gcx_viewer.gui.cards import CardStack
from gcx_viewer.gui.commands import Commands
from gcx_viewer.gui.notice_bar import NoticeBar, QuestionBar
from gcx_viewer.gui.painting import Painting
from gcx_viewer.gui.panels import Panels
from gcx_viewer.gui.progress import ProgressLine
from gcx_viewer.gui.slides import SlideShow
from gcx_viewer.gui.status_line import StatusLine

if TYPE_CHECKING:
    from gcx_format.errors import GcxError
    from gcx_viewer.core.document import Document
    from gcx_viewer.core.folder import Listed
    from gcx_viewer.core.pictures import Picture
    from gcx_viewer.core.preferences import Preferences
    from gcx_viewer.gui.clipboard import Clipboard, DragOut
    from gcx_viewer.gui.comparing import CompareView
    from gcx_viewer.gui.printing import Printing
    from gcx_viewer.gui.thumbnails import ThumbnailGrid, ThumbnailModel, ThumbnailStrip
    from gcx_viewer.gui.watching import FileWatcher
    from gcx_viewer.gui.welcome import WelcomePage

__all__ = ["MainWindow"]

_SIZE: Final = (1100, 760)
_ICON: Final = 20
_BADGE_PLACE: Final = QPoint(12, 12)
_CLOSING_SECONDS: Final = 5.0

_KEYS_OF_BUTTONS: Final = frozenset({Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter})
_KEYS_OF_LISTS: Final = _KEYS_OF_BUTTONS | {
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
}
_NO_MODIFIERS: Final = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)


class MainWindow(QMainWindow):
    """One window of the viewer, with a core of its own.

    What the first picture does not need is made once that picture stands on the screen.
    """

    another_wanted = pyqtSignal()
    """Another window is wanted."""

    encoding_wanted = pyqtSignal(list)
    """The window for encoding is wanted, with these photographs in it."""

    preferences_changed = pyqtSignal()

    first_painted = pyqtSignal()
    """Pixels of a document stand on the screen, for the first time in this window."""

    closed = pyqtSignal()

    def __init__(self, preferences: Preferences) -> None:
        """A window with nothing in it.

        Args:
            preferences: of the user; shared by all windows, changed and saved by them.
        """
        super().__init__()
        self.preferences = preferences
        self.path: Path | None = None
        self.document: Document | None = None
        self._is_settled = True
        self._is_shown = False
        self._is_repeating = False
        self._is_complete = False
        self._is_closed = False
        self._hidden_for_full_screen: list[QWidget] = []

        self._bridge = Bridge()
        self._bridge.happened.connect(self._take_event)
        self.viewing = Viewing(self._bridge, lambda: self.preferences)
        self.browsing = Browsing(self)
        self.commands = Commands(self)
        self.panels = Panels(self)
        self.slides = SlideShow(lambda: self.preferences.slide_seconds, self)
        self._build()
        self._connect()
        self._enable()

    # Building

    def _build(self) -> None:
        """What has to be there before the first picture, and no more."""
        self.setWindowTitle(self.tr("gcx Viewer"))
        self.canvas = Canvas(self)
        self.badge = Badge(self.canvas)
        self.badge.move(_BADGE_PLACE)
        self.pages = QStackedWidget(self)
        self.pages.addWidget(self.canvas)
        self.status = StatusLine(self)
        self.notice, self.question, self.progress = NoticeBar(), QuestionBar(), ProgressLine()
        self._cards = CardStack(self.pages)
        for card in (self.notice, self.question, self.progress):
            self._cards.add(card)
        self.painting = Painting(
            self.viewing, self.preferences, self.notice, self.question, self.progress, self
        )

        self.recent_menu = QMenu(self.tr("Open &Recent"), self)
        self.actions_table = Actions(self, self.commands)
        bar = self.menuBar()
        assert bar is not None
        self.actions_table.fill_menu_bar(bar, self.recent_menu)
        self.toolbar = self._make_toolbar()
        middle = QWidget(self)
        self._column = QVBoxLayout(middle)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.pages, 1)
        self._column.addWidget(self.status)
        self.setCentralWidget(middle)
        self.canvas.setFocus()
        self.resize(*_SIZE)
        if self.preferences.geometry:
            self.restoreGeometry(QByteArray.fromHex(self.preferences.geometry.encode()))
        self._arrange_strip()
        if self.preferences.show_panel:
            self.panels.toggle("information", on=True)

    def _make_toolbar(self) -> QToolBar:
        bar = QToolBar(self.tr("Toolbar"), self)
        bar.setObjectName("toolbar")
        bar.setMovable(False)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        bar.setIconSize(QSize(_ICON, _ICON))
        spacers = [QWidget(bar), QWidget(bar)]
        for spacer in spacers:
            spacer.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.actions_table.fill_toolbar(bar, spacers)
        self.actions_table.draw_icons(bar)
        self.addToolBar(bar)
        return bar

    def _connect(self) -> None:
        self.canvas.taken.connect(self._take_picture)
        self.canvas.painted.connect(self._take_painted)
        self.canvas.view_changed.connect(self._show_zoom)
        self.canvas.stepped.connect(self.step)
        self.canvas.full_screen_wanted.connect(self.commands.full_screen)
        self.canvas.menu_wanted.connect(self._show_menu)
        self.canvas.dragged_out.connect(self._drag_out)
        self.canvas.dropped.connect(self.take_dropped)
        self.browsing.wanted.connect(self.show_path)
        self.browsing.listed.connect(self._take_listing)
        self.browsing.ended.connect(self._tell_end)
        self.painting.changed.connect(self._take_painting)
        self.painting.remarked.connect(self.status.tell)
        self.painting.ended.connect(self._focus_page)
        self.notice.remedy_wanted.connect(self.show_settings)
        self.panels.toggled.connect(self._take_panel)
        self.panels.variant_wanted.connect(lambda known: self.viewing.show_variant(known.variant))
        self.panels.variant_chosen.connect(self.viewing.choose)
        self.panels.variant_deleted.connect(self.viewing.delete)
        self.panels.another_wanted.connect(self.painting.ask_for_another)
        self.slides.next_wanted.connect(lambda: self.browsing.step(1, wrap=True))
        self.slides.toggled.connect(self._take_slides)
        self.recent_menu.aboutToShow.connect(self._fill_recent)

    @cached_property
    def welcome(self) -> WelcomePage:
        """The page without a picture."""
        from gcx_viewer.gui.welcome import WelcomePage

        page = WelcomePage(self)
        page.open_wanted.connect(self.commands.open)
        page.encode_wanted.connect(self.commands.encode)
        page.chosen.connect(lambda path: self.open_paths([path]))
        page.dropped.connect(self.take_dropped)
        self.pages.addWidget(page)
        return page

    @cached_property
    def thumbnails(self) -> ThumbnailModel:
        """The files of the folder, small; shared by strip and grid."""
        from gcx_viewer.gui.thumbnails import ThumbnailModel

        thumbnails = ThumbnailModel(self)
        if self.browsing.listing is not None:
            thumbnails.set_listing(self.browsing.listing)
        return thumbnails

    @cached_property
    def strip(self) -> ThumbnailStrip:
        """The thumbnails below the picture."""
        from gcx_viewer.gui.thumbnails import ThumbnailStrip

        strip = ThumbnailStrip(self, model=self.thumbnails)
        strip.activated.connect(self.show_path)
        strip.set_current(self.path)
        _lay_on_window(strip)
        self._column.insertWidget(1, strip)
        return strip

    @cached_property
    def grid(self) -> ThumbnailGrid:
        """All pictures of the folder."""
        from gcx_viewer.gui.thumbnails import ThumbnailGrid

        grid = ThumbnailGrid(self, model=self.thumbnails)
        grid.activated.connect(self._leave_grid)
        grid.set_current(self.path)
        _lay_on_window(grid)
        self.pages.addWidget(grid)
        return grid

    @cached_property
    def compare_view(self) -> CompareView:
        """The page that compares."""
        from gcx_viewer.gui.comparing import CompareView

        view = CompareView(self)
        view.closed.connect(lambda: self._show_page(self.canvas))
        self.pages.addWidget(view)
        return view

    @cached_property
    def clipboard(self) -> Clipboard:
        """Copies pictures."""
        from gcx_viewer.gui.clipboard import Clipboard

        clipboard = Clipboard(self)
        clipboard.copied.connect(lambda: self.status.tell(self.tr("Copied")))
        clipboard.failed.connect(self.tell_error)
        return clipboard

    @cached_property
    def drag(self) -> DragOut:
        """Drags pictures out."""
        from gcx_viewer.gui.clipboard import DragOut

        drag = DragOut(self.canvas)
        drag.failed.connect(self.tell_error)
        return drag

    @cached_property
    def printing(self) -> Printing:
        """Prints pictures."""
        from gcx_viewer.gui.printing import Printing

        printing = Printing(self)
        printing.failed.connect(self.tell_error)
        return printing

    @cached_property
    def watcher(self) -> FileWatcher:
        """Tells when files change."""
        from gcx_viewer.gui.watching import FileWatcher

        watcher = FileWatcher(self)
        watcher.changed.connect(lambda _: self.reload())
        watcher.removed.connect(self._tell_removed)
        watcher.folder_changed.connect(self.browsing.refresh)
        return watcher

    def _has(self, name: str) -> bool:
        """Whether something that is made when it is first needed was made."""
        return name in self.__dict__

    def _complete(self) -> None:
        """The first picture is there: do what had to wait for it."""
        if self._is_complete or self._is_closed:
            return
        self._is_complete = True
        self.watcher.watch(self.path)
        self.watcher.watch_folders(self.browsing.folders)
        if self.browsing.listing is not None:
            self._show_listing()

    # Which file

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open files and folders: of one file, the folder around it is gone through."""
        if paths:
            self.browsing.open(paths)
            self._enable()

    def show_path(self, path: Path) -> None:
        """Show a file, which is where next and previous go on from."""
        self.path = path
        self.document = None
        self._is_settled = False
        self.browsing.set_current(path)
        self.painting.begin(path)
        self.slides.hold()
        self.viewing.show(path)
        if self.pages.currentWidget() is not self.canvas:
            self._show_page(self.canvas)
        self.setWindowTitle(f"{path.name} — {self.tr('gcx Viewer')}")
        self.status.show_name(path.name)
        self.status.show_place(*self.browsing.place)
        if self._is_complete:
            self.watcher.watch(path)
        self._mark_current()
        self._enable()

    def show_welcome(self) -> None:
        """Nothing is open: offer what could be."""
        self.path = self.document = None
        self.browsing.set_current(None)
        self.canvas.clear()
        self._tell_badge(None)
        self.panels.show_document(None)
        self.setWindowTitle(self.tr("gcx Viewer"))
        self.status.show_name("")
        self.welcome.show_recent(self.preferences.recent)
        self._show_page(self.welcome)
        self._enable()

    def reload(self) -> None:
        """Read the file on screen again; the view stays."""
        if self.path is not None:
            self._is_settled = False
            self.painting.begin(self.path)
            self.viewing.show(self.path)
            if self._has("thumbnails"):
                self.thumbnails.refresh(self.path)

    def step(self, by: int) -> None:
        """Go to a neighbour.

        A key that is held down goes on only when the picture before is on the screen, so that
        nothing is shown any more once it is let go.
        """
        if self._is_settled or not self._is_repeating:
            self.browsing.step(by)

    def folder_to_start_from(self) -> Path:
        """Where a dialog for files begins."""
        if self.path is not None:
            return self.path.parent
        if self.preferences.recent:
            return self.preferences.recent[0].parent
        return Path.home()

    def leave(self, path: Path) -> None:
        """Go on to another file, for this one was thrown away."""
        if path != self.path:
            return
        survivor = self.browsing.survivor()
        if survivor is None:
            self.show_welcome()
        else:
            self.show_path(survivor)
        self.browsing.refresh()

    def _take_listing(self, listed: Listed) -> None:
        if self.path is None:
            self.show_welcome()
            self.notice.tell(self.tr("There is no picture in this folder"))
        for problem in listed.problems:
            self.tell_error(problem)
        self.status.show_place(*self.browsing.place)
        if self._is_complete:
            self._show_listing()
            self.watcher.watch_folders(self.browsing.folders)
        if self._is_settled:
            self._preload()
        self._enable()

    def _show_listing(self) -> None:
        if self._has("thumbnails") and self.browsing.listing is not None:
            self.thumbnails.set_listing(self.browsing.listing)
            self._mark_current()

    def _mark_current(self) -> None:
        if self._has("strip"):
            self.strip.set_current(self.path)
        if self._has("grid"):
            self.grid.set_current(self.path)

    def _tell_end(self, by: int) -> None:
        last, first = self.tr("This is the last picture"), self.tr("This is the first picture")
        self.status.tell(last if by > 0 else first)
        self.slides.stop()

    def _tell_removed(self, path: Path) -> None:
        if path == self.path:
            self.notice.tell(self.tr("The file is gone; this is the last of it"))

    def _preload(self) -> None:
        if self.preferences.preload:
            self.viewing.preload(self.browsing.neighbours(self.preferences.preload))

    # What the core tells

    def _take_event(self, event: Event) -> None:
        if self._is_closed or event.ticket != self.viewing.ticket:
            return
        match event:
            case Opened():
                self._take_document(event.document)
            case Showing():
                self.canvas.show_picture(event.picture)
            case Failed() if event.during == "opening":
                self._show_nothing()
            case Kept():
                self.panels.show_kept(event.variants, event.another)
            case Condition():
                if self._is_comparing:
                    self.compare_view.set_picture("condition", event.picture)
            case _:
                pass
        self.painting.take(event)
        self._enable()

    def _take_document(self, document: Document) -> None:
        self.canvas.begin(document.size, keep_view=self.document is not None)
        self.document = document
        self.status.show_document(document)
        words = document.descriptor.text if document.descriptor is not None else None
        self.canvas.setAccessibleDescription(words or "")
        self.preferences.remember(document.path)
        self.panels.show_document(document)

    def _take_picture(self, picture: Picture) -> None:
        """A picture takes its place on the canvas: whatever tells of it follows at once."""
        self._tell_badge(picture)
        self.panels.show_picture(picture)
        if self._is_comparing:
            self._compare()
        self._enable()

    def _take_painted(self, _: Picture) -> None:
        self._is_settled = True
        if not self._is_shown:
            self._is_shown = True
            QTimer.singleShot(0, self.first_painted.emit)
            QTimer.singleShot(0, self._complete)
        if not self.painting.is_painting:
            self.slides.count()
        self._preload()

    def _show_nothing(self) -> None:
        """The file cannot be opened; the notice says why, and the others can be gone on to."""
        self._is_settled = True
        self.document = None
        self.canvas.clear()
        self._tell_badge(None)
        self.panels.show_document(None)
        QTimer.singleShot(0, self._complete)
        self.slides.count()

    def _take_painting(self) -> None:
        """A model has begun or ended."""
        painting = self.painting.is_painting
        if painting != self.canvas.is_being_painted:
            self.canvas.set_being_painted(painting)
            if painting:
                self.slides.hold()
            elif self._is_settled:
                self.slides.count()
        self._enable()

    def _tell_badge(self, picture: Picture | None) -> None:
        size = self.document.file_bytes if self.document else 0
        self.badge.tell(picture, size)
        text = badge_text(picture, size) if picture is not None else None
        name = self.path.name if self.path is not None else self.tr("Picture")
        self.canvas.setAccessibleName(f"{name}. {text}" if text else name)

    # Pages and panels

    @property
    def _is_comparing(self) -> bool:
        return self._has("compare_view") and self.pages.currentWidget() is self.compare_view

    def toggle_grid(self) -> None:
        """Show all pictures of the folder, or the one again."""
        if self._has("grid") and self.pages.currentWidget() is self.grid:
            self._show_page(self.canvas)
        else:
            self._show_page(self.grid)

    def toggle_compare(self) -> None:
        """Compare with the condition and the original, or show the picture alone again."""
        if self._is_comparing:
            self._show_page(self.canvas)
        else:
            self._compare()
            self._show_page(self.compare_view)

    def blink(self) -> None:
        """Compare by showing one in the place of the other, in turns."""
        if not self._is_comparing:
            self.toggle_compare()
        self.compare_view.toggle_blink()

    def compare_with(self, original: Path) -> None:
        """Compare with a photograph that may be the original."""
        if not self._is_comparing:
            self.toggle_compare()
        self.compare_view.open_original(original)

    def _compare(self) -> None:
        picture, document = self.canvas.picture, self.document
        if document is None or picture is None:
            return
        painted = picture if picture.kind in ("partial", "reconstruction") else None
        self.compare_view.begin(
            document, reconstruction=painted, condition=self.viewing.condition()
        )

    def _show_page(self, page: QWidget) -> None:
        self.pages.setCurrentWidget(page)
        self._focus_page()
        self.actions_table.check("grid", self._has("grid") and page is self.grid)
        self.actions_table.check("compare", self._is_comparing)
        self._arrange_strip()
        self._cards.arrange()

    def _focus_page(self) -> None:
        if (page := self.pages.currentWidget()) is not None:
            page.setFocus()

    def _leave_grid(self, path: Path) -> None:
        if path == self.path:
            self._show_page(self.canvas)
        else:
            self.show_path(path)

    def toggle_strip(self) -> None:
        """Show the thumbnails below the picture, or hide them."""
        if self.isFullScreen():  # for as long as it is
            self.strip.setVisible(self.strip.isHidden())
        else:
            self.preferences.show_strip = not self.preferences.show_strip
            self._arrange_strip()

    def _arrange_strip(self) -> None:
        """The strip is there where it is wanted and says something."""
        wanted = self.preferences.show_strip
        self.actions_table.check("strip", wanted)
        if self.isFullScreen():
            return
        page = self.pages.currentWidget()
        wanted = wanted and (page is self.canvas or self._is_comparing)
        if wanted or self._has("strip"):
            self.strip.setVisible(wanted)

    def _take_panel(self, name: str, opened: bool) -> None:
        self.actions_table.check(name, opened)
        if name == "information" and not self.isFullScreen():
            self.preferences.show_panel = opened

    def set_full_screen(self, full: bool) -> None:
        """Fill the screen with the picture, or show all around it again."""
        if full == self.isFullScreen():
            return
        self.actions_table.check("full_screen", full)
        if not full:
            self.showNormal()
            for widget in self._hidden_for_full_screen:
                widget.show()
            self._hidden_for_full_screen = []
            self._arrange_strip()
            return
        around = [self.menuBar(), self.toolbar, self.status, *self.panels.docks]
        if self._has("strip"):
            around.append(self.strip)
        shown = [widget for widget in around if widget is not None and not widget.isHidden()]
        self._hidden_for_full_screen = shown
        self.showFullScreen()
        for widget in shown:
            widget.hide()

    def go_back(self) -> None:
        """Leave what was entered last: slide show, page, full screen, then a card."""
        if self.slides.is_on:
            self.slides.stop()
        elif self.pages.currentWidget() is not self.canvas and self.path is not None:
            self._show_page(self.canvas)
        elif self.isFullScreen():
            self.set_full_screen(False)
        else:
            self.notice.hide()
            self.question.hide()
        self._focus_page()

    def _take_slides(self, on: bool) -> None:
        self.actions_table.check("slide_show", on)
        self.set_full_screen(on)

    # Other windows

    def show_settings(self, page: str = "") -> None:
        """The settings window, at a page if one is named."""
        from gcx_viewer.gui.settings import SettingsDialog

        dialog = SettingsDialog(self.preferences, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.applied.connect(self._take_settings)
        if page:
            dialog.show_page(page)
        dialog.open()

    def _take_settings(self) -> None:
        """The user has changed something, and what is on the screen may now be had painted."""
        self.preferences_changed.emit()
        picture = self.canvas.picture
        is_preview = picture is not None and picture.kind in ("preview", "card")
        if is_preview and not self.painting.is_painting:
            self.reload()

    def tell_error(self, error: GcxError) -> None:
        """Tell of something that went wrong and is nobody else's to tell."""
        self.notice.tell(str(error))

    # What the user and the desktop do

    def take_dropped(self, names: Sequence[str]) -> None:
        """Open what was dropped; photographs over a `.gcx` may be meant for something else."""
        paths = [Path(name) for name in names]
        over_descriptor = self.document is not None and self.document.descriptor is not None
        photographs = all(path.suffix and path.suffix.lower() != ".gcx" for path in paths)
        if not (paths and over_descriptor and photographs):
            self.open_paths(paths)
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        choices = [
            (self.tr("&Encode…"), lambda: self.encoding_wanted.emit(paths)),
            (self.tr("&Open"), lambda: self.open_paths(paths)),
        ]
        if len(paths) == 1:
            compare = self.tr("&Compare with This Picture")
            choices.insert(0, (compare, lambda: self.compare_with(paths[0])))
        for text, choice in choices:
            action = menu.addAction(text)
            assert action is not None
            action.triggered.connect(choice)
        menu.popup(QCursor.pos())

    def _drag_out(self) -> None:
        if self.canvas.picture is not None and self.document is not None:
            held = QApplication.keyboardModifiers()
            self.drag.start(self.canvas.picture, self.document, self.canvas.snapshot(), held)

    def _show_menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.actions_table.fill(menu, CONTEXT_MENU)
        menu.popup(place)

    def _fill_recent(self) -> None:
        self.recent_menu.clear()
        for path in self.preferences.recent:
            action = self.recent_menu.addAction(path.name.replace("&", "&&"))
            assert action is not None
            action.triggered.connect(lambda _, chosen=path: self.open_paths([chosen]))
        if not self.preferences.recent:
            nothing = self.recent_menu.addAction(self.tr("Nothing Yet"))
            assert nothing is not None
            nothing.setEnabled(False)

    def event(self, event: QEvent | None) -> bool:
        """Let buttons and lists have their own keys, and see whether a key is held down."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            self._is_repeating = event.isAutoRepeat()
            focused = QApplication.focusWidget()
            own = frozenset[Qt.Key]()
            if isinstance(focused, QAbstractButton):
                own = _KEYS_OF_BUTTONS
            elif isinstance(focused, QAbstractItemView):
                own = _KEYS_OF_LISTS
            if event.modifiers() in _NO_MODIFIERS and event.key() in own:
                event.accept()
                return True
        return super().event(event)

    def changeEvent(self, event: QEvent | None) -> None:  # noqa: N802
        """Follow the theme."""
        super().changeEvent(event)
        is_palette = event is not None and event.type() == QEvent.Type.PaletteChange
        if is_palette and self._has("toolbar"):
            self.actions_table.draw_icons(self.toolbar)

    def closeEvent(self, event: QCloseEvent | None) -> None:  # noqa: N802
        """Vanish at once; then end what is under way, losing nothing that was paid for."""
        super().closeEvent(event)
        if self._is_closed:
            return
        self._is_closed = True
        self.slides.stop()
        if not self.isFullScreen():
            self.preferences.geometry = self.saveGeometry().toHex().data().decode()
        remembered.save(self.preferences)
        self.hide()
        self.browsing.close()
        self.viewing.close(_CLOSING_SECONDS)
        self.canvas.close_workers()
        self.panels.close_workers()
        self.commands.close_workers()
        for name in ("thumbnails", "compare_view", "clipboard", "drag", "printing"):
            if self._has(name):
                self.__dict__[name].close_workers()
        self.closed.emit()

    # What can be done now

    def _show_zoom(self) -> None:
        if self.canvas.picture is not None:
            self.status.show_zoom(self.canvas.viewport.zoom)

    def _enable(self) -> None:
        there = Needs.NOTHING
        picture, document = self.canvas.picture, self.document
        if self.path is not None:
            there |= Needs.FILE
        if picture is not None and document is not None:
            there |= Needs.PICTURE
        if document is not None and document.descriptor is not None:
            there |= Needs.DESCRIPTOR
            if document.descriptor.text:
                there |= Needs.WORDS
            if self.painting.is_painting:
                there |= Needs.PAINTING
            else:
                there |= Needs.PAINTABLE
                if picture is not None and picture.kind != "reconstruction":
                    there |= Needs.UNPAINTED
        if self.browsing.has_neighbours:
            there |= Needs.NEIGHBOURS
        if self.painting.can_retry:
            there |= Needs.FAILURE
        self.actions_table.enable(there)
        self.panels.set_paintable(Needs.PAINTABLE in there)


def _lay_on_window(view: QAbstractItemView) -> None:
    """Give a view the ground of the window, for it is no field to type in."""
    if (viewport := view.viewport()) is not None:
        viewport.setBackgroundRole(QPalette.ColorRole.Window)
