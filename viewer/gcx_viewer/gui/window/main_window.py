"""The window: a picture in the middle, and quietly around it what can be known and done.

Each subject has an object of its own. They know the `WindowState` and what they use, and tell by
signals what they want; the window makes and connects them:

    opener, browsing ─▶ which file ─▶ viewing (the core) ─▶ events ─▶ presenting, pages, prompts
    the table of actions ─▶ pages, panels, output, trash and the window itself
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, get_args

from PyQt6.QtCore import QByteArray, QEvent, QPoint, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QCloseEvent
from PyQt6.QtWidgets import QApplication, QMainWindow, QMenu, QToolBar, QWidget

from gcx_viewer.allocation import give_back
from gcx_viewer.core import preferences as remembered
from gcx_viewer.core.events import ConditionReady, UnderWay, VariantsFound
from gcx_viewer.core.preferences import Order
from gcx_viewer.core.viewing.viewing import Viewing
from gcx_viewer.core.workers import FirstPicture
from gcx_viewer.gui.actions import CONTEXT_MENU, Needs
from gcx_viewer.gui.bars.card import CardStack
from gcx_viewer.gui.bars.notice import NoticeBar
from gcx_viewer.gui.bars.progress import ProgressLine
from gcx_viewer.gui.bridge import Bridge
from gcx_viewer.gui.fitting import fit_on_screen
from gcx_viewer.gui.keys import has_own_use, is_override
from gcx_viewer.gui.panels.docks import Panels
from gcx_viewer.gui.questions import ask_about_painting
from gcx_viewer.gui.window.actions import Actions
from gcx_viewer.gui.window.availability import available
from gcx_viewer.gui.window.browsing import Browsing
from gcx_viewer.gui.window.file_monitor import FileMonitor
from gcx_viewer.gui.window.file_opener import FileOpener
from gcx_viewer.gui.window.full_screen import FullScreen
from gcx_viewer.gui.window.generation_prompts import GenerationPrompts
from gcx_viewer.gui.window.pages import Pages
from gcx_viewer.gui.window.picture_output import PictureOutput
from gcx_viewer.gui.window.presenting import Presenting
from gcx_viewer.gui.window.slides import SlideShow
from gcx_viewer.gui.window.state import WindowState
from gcx_viewer.gui.window.status_line import StatusLine
from gcx_viewer.gui.window.trashing import Trash

if TYPE_CHECKING:
    from gcx_format.errors import GcxError
    from gcx_viewer.core.events import Event
    from gcx_viewer.core.folder import Listed
    from gcx_viewer.core.preferences import Preferences
    from gcx_viewer.gui.errors import Offer

__all__ = ["MainWindow"]

_SIZE: Final = (1100, 760)
_CLOSING_SECONDS: Final = 5.0


class MainWindow(QMainWindow):
    """One window of the viewer, with a core of its own.

    What the first picture does not need is made once that picture stands on the screen.
    """

    another_wanted = pyqtSignal()
    """Another window is wanted."""

    encoding_wanted = pyqtSignal(list)
    """The window for encoding is wanted, with these photographs in it."""

    preferences_changed = pyqtSignal()

    quit_wanted = pyqtSignal()
    """All windows are to be closed."""

    first_painted = pyqtSignal()
    """Pixels of a document stand on the screen, for the first time in this window."""

    closed = pyqtSignal()

    toolbar: QToolBar | None = None

    def __init__(self, preferences: Preferences) -> None:
        super().__init__()
        self.preferences = preferences
        self.state = WindowState(preferences, self)
        self._is_shown = False
        self._is_repeating = False
        self._is_complete = False
        self._is_closed = False
        self._finishes: bool | None = None

        self._bridge = Bridge()
        self._bridge.happened.connect(self._take_event)
        self._first = FirstPicture()
        self.viewing = Viewing(self._bridge, lambda: preferences, first=self._first)
        self.pages = Pages(self.state, self.viewing.condition, self)
        self.canvas = self.pages.canvas
        self.panels = Panels(self)
        self.status = StatusLine(self)
        self.presenting = Presenting(self.state, self.canvas, self.panels, self.status, self)
        self.notice, self.progress = NoticeBar(), ProgressLine()
        self.prompts = GenerationPrompts(
            self.viewing, preferences, self.notice, self.presenting.badge, self.progress, self
        )
        self.browsing = Browsing(preferences, self._first, self)
        self.opener = FileOpener(self.state, self)
        self.output = PictureOutput(self.state, self.canvas, self)
        self.trash = Trash(self.state, self)
        self.slides = SlideShow(lambda: preferences.slide_seconds, self)
        self.full_screen = FullScreen(self, self._around)
        self._monitor = FileMonitor(self)
        self._build()
        self._connect()
        self._enable()

    # Building

    def _build(self) -> None:
        """What has to be there before the first picture, and no more."""
        self.setWindowTitle(self.tr("gcx Viewer"))
        self._cards = CardStack(self.pages.stack)
        for card in (self.notice, self.progress):
            self._cards.add(card)
        self.actions_table = Actions(self)
        bar = self.menuBar()
        assert bar is not None
        self.actions_table.fill_menu_bar(bar, self.opener.recent_menu)
        self.toolbar = self.actions_table.make_toolbar(self.tr("Toolbar"), self)
        self.addToolBar(self.toolbar)
        middle = QWidget(self)
        self.pages.column.addWidget(self.status)
        middle.setLayout(self.pages.column)
        self.setCentralWidget(middle)
        self.canvas.setFocus()
        fit_on_screen(self, *_SIZE)
        if self.preferences.geometry:
            self.restoreGeometry(QByteArray.fromHex(self.preferences.geometry.encode()))
        self.pages.arrange_strip()
        self._check_actions()
        if self.preferences.show_panel:
            self.panels.toggle("information", on=True)

    def _connect(self) -> None:
        canvas, pages, panels, prompts = self.canvas, self.pages, self.panels, self.prompts
        self.state.changed.connect(self._enable)
        self.presenting.settled.connect(self._take_settled)
        canvas.failed.connect(self.tell_error)
        canvas.view_changed.connect(self._show_zoom)
        canvas.stepped.connect(self.step)
        canvas.full_screen_wanted.connect(self.full_screen.toggle)
        canvas.menu_wanted.connect(self._show_menu)
        canvas.dragged_out.connect(self.output.drag_out)
        canvas.dropped.connect(self.opener.take_dropped)
        pages.changed.connect(self._take_page)
        pages.path_wanted.connect(self.show_path)
        pages.open_wanted.connect(self.open_paths)
        pages.ask_wanted.connect(self.opener.ask_for_files)
        pages.encode_wanted.connect(self.encode)
        pages.dropped.connect(self.opener.take_dropped)
        self.opener.open_wanted.connect(self.open_paths)
        self.opener.encoding_wanted.connect(self.encoding_wanted)
        self.opener.comparison_wanted.connect(pages.compare_with)
        self.output.remarked.connect(self.status.tell)
        self.output.failed.connect(self.tell_error)
        self.trash.trashed.connect(self._leave)
        self.trash.failed.connect(self.tell_error)
        self._monitor.changed.connect(self._take_changed)
        self._monitor.removed.connect(self._tell_removed)
        self._monitor.folder_changed.connect(self.browsing.refresh)
        self.full_screen.changed.connect(self._take_full_screen)
        self.browsing.wanted.connect(self.show_path)
        self.browsing.listed.connect(self._take_listing)
        self.browsing.ended.connect(self._tell_end)
        prompts.changed.connect(self._take_painting)
        prompts.remarked.connect(self.status.tell)
        prompts.ended.connect(pages.focus)
        prompts.badge_wanted.connect(self._show_badge)
        self.notice.wanted.connect(self._take_offer)
        self.presenting.failure.button.wanted.connect(self._take_offer)
        panels.toggled.connect(self._take_panel)
        panels.variants_seen.connect(prompts.look_for_obstacles)
        panels.variant_wanted.connect(lambda known: self.viewing.show_variant(known.variant))
        panels.variant_chosen.connect(self.viewing.choose)
        panels.variant_deleted.connect(self.viewing.delete)
        panels.variant_compared.connect(pages.compare_with_variant)
        panels.another_wanted.connect(prompts.paint_another)
        self.slides.next_wanted.connect(lambda: self.browsing.step(1, wrap=True))
        self.slides.toggled.connect(self._take_slides)

    def _complete(self) -> None:
        """The first picture is there: do what had to wait for it."""
        if self._is_complete or self._is_closed:
            return
        self._is_complete = True
        self._first.is_there()
        give_back()
        self._monitor.begin()
        if self.browsing.listing is not None:
            self.pages.set_listing(self.browsing.listing)

    # Which file

    @property
    def paths_on_screen(self) -> list[Path]:
        """The file that is shown, and the photograph that it is compared with."""
        return [path for path in (self.state.path, self.pages.original()) if path is not None]

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open files and folders: of one file, the folder around it is gone through."""
        if paths:
            self.browsing.open(paths)
            self.state.has_neighbours = self.browsing.has_neighbours

    def show_path(self, path: Path) -> None:
        """Show a file, which is where next and previous go on from."""
        self.state.path = path
        self.presenting.begin()
        self.browsing.set_current(path)
        self.prompts.begin(path)
        self.slides.hold()
        self.viewing.show(path)
        if self.state.page != "picture":
            self.pages.show_canvas()
        self._show_title(path.name)
        self.status.show_name(path.name)
        self.status.show_place(*self.browsing.place)
        self._monitor.watch(path)
        self.pages.mark(path)

    def show_welcome(self) -> None:
        """Nothing is open: offer what could be."""
        self.state.path = None
        self.browsing.set_current(None)
        self.viewing.leave()
        self.prompts.begin(None)
        self.presenting.clear()
        self._monitor.watch(None)
        self._show_title("")
        self.status.show_name("")
        self.status.show_place(None, 0)
        self.pages.show_welcome()

    def reload(self) -> None:
        """Read the file on screen again; the view stays."""
        if (path := self.state.path) is not None:
            self.presenting.begin(same=True)
            self.prompts.begin(path)
            self._show_title(path.name)
            self.viewing.show(path)
            self.pages.refresh_thumbnail(path)

    def step(self, by: int) -> None:
        """Go to a neighbour.

        A key that is held down goes on only when the picture before is on the screen, so that
        nothing is shown any more once it is let go.
        """
        if self.presenting.is_settled or not self._is_repeating:
            self.browsing.step(by)

    def sort(self, order: Order) -> None:
        """Go through folders in this order, now and in future."""
        self.browsing.sort(order)
        self._check_actions()

    def _leave(self, path: Path) -> None:
        """Go on to another file, for this one was thrown away."""
        if path != self.state.path:
            return
        survivor = self.browsing.survivor()
        if survivor is None:
            self.show_welcome()
        else:
            self.show_path(survivor)
        self.browsing.refresh()

    def _take_changed(self, path: Path) -> None:
        if path == self.state.path:
            self.reload()
        else:
            self.pages.refresh_thumbnail(path)

    def _tell_removed(self, path: Path) -> None:
        if path == self.state.path and self.state.document is not None:
            self._show_title(self.tr("{name} (deleted)").replace("{name}", path.name))
            self.notice.tell(self.tr("The file was removed; showing its last contents"))

    def _take_listing(self, listed: Listed) -> None:
        shows_nothing = self.state.document is None and self.presenting.is_settled
        if self.browsing.current is None or (shows_nothing and not listed.listing):
            self.show_welcome()
            self.notice.tell(self.tr("There is no picture in this folder"))
        for problem in listed.problems:
            self.tell_error(problem)
        self.status.show_place(*self.browsing.place)
        if self._is_complete and self.browsing.listing is not None:
            self.pages.set_listing(self.browsing.listing)
        self._monitor.watch_folders(self.browsing.folders)
        if self.presenting.is_settled:
            self._preload()
        self.state.has_neighbours = self.browsing.has_neighbours

    def _tell_end(self, by: int) -> None:
        last, first = self.tr("This is the last picture"), self.tr("This is the first picture")
        self.status.tell(last if by > 0 else first)
        self.slides.stop()

    def _show_title(self, name: str) -> None:
        program = self.tr("gcx Viewer")
        self.setWindowTitle(f"{name} — {program}" if name else program)

    def _preload(self) -> None:
        self.viewing.preload(self.browsing.neighbours(1))

    # What is on the screen

    def _take_event(self, event: Event) -> None:
        if self._is_closed:
            return
        if isinstance(event, UnderWay):
            self.pages.set_under_way(event.paths)
        if event.ticket != self.viewing.ticket:
            return
        self.presenting.take(event)
        if isinstance(event, ConditionReady):
            self.pages.take_condition(event.picture)
        elif isinstance(event, VariantsFound) and (path := self.state.path) is not None:
            self.pages.set_painted(path, event.default)
        self.prompts.take(event)

    def _take_settled(self, painted: bool) -> None:
        if not self._is_shown:
            self._is_shown = painted
            if painted:
                QTimer.singleShot(0, self.first_painted.emit)
            QTimer.singleShot(0, self._complete)
        if not self.prompts.is_painting:
            self.slides.count()
        if painted:
            self._preload()

    def _take_painting(self) -> None:
        """A model has begun or ended, or what stands in its way is known."""
        painting = self.prompts.is_painting
        if painting != self.canvas.is_being_painted:
            self.canvas.set_being_painted(painting)
            if painting:
                self.slides.hold()
            elif self.presenting.is_settled:
                self.slides.count()
        self.state.is_painting = painting
        self.state.can_retry = self.prompts.can_retry
        self._enable()

    # Pages, panels, full screen

    def _take_page(self) -> None:
        if self.state.page == "grid":
            self._complete()  # no picture will be painted that it could wait for
        self._check_actions()
        self._cards.arrange()
        self._show_zoom()

    def _check_actions(self) -> None:
        self.actions_table.check("grid", self.state.page == "grid")
        self.actions_table.check("compare", self.state.page == "comparison")
        self.actions_table.check("strip", self.preferences.show_strip)
        self.actions_table.check("enlarge", self.preferences.enlarge_small)
        for order in get_args(Order):
            self.actions_table.check(f"sort_by_{order}", order == self.preferences.order)

    def _take_panel(self, name: str, opened: bool) -> None:
        self.actions_table.check(name, opened)
        if name == "information" and not self.isFullScreen():
            self.preferences.show_panel = opened

    def _around(self) -> list[QWidget | None]:
        """What is hidden in full screen."""
        strip = Pages.strip.made(self.pages)
        return [self.menuBar(), self.toolbar, self.status, *self.panels.docks, strip]

    def _take_full_screen(self, full: bool) -> None:
        self.actions_table.check("full_screen", full)
        self.pages.arrange_strip()
        if (looked_at := self.pages.looked_at) is not None:
            looked_at.fit()

    def _take_slides(self, on: bool) -> None:
        self.actions_table.check("slide_show", on)
        self.prompts.set_quiet(on)
        self.full_screen.set(on)

    def go_back(self) -> None:
        """Leave what was entered last: slide show, page, full screen, then a card."""
        if self.slides.is_on:
            self.slides.stop()
        elif self.state.page != "picture" and self.state.path is not None:
            self.pages.show_canvas()
        elif self.isFullScreen():
            self.full_screen.set(False)
        else:
            self.notice.hide()
        self.pages.focus()

    # Other windows

    def encode(self) -> None:
        """The window for encoding photographs, with the one on the screen."""
        document = self.state.document
        is_photograph = document is not None and document.descriptor is None
        self.encoding_wanted.emit([document.path] if document and is_photograph else [])

    def show_settings(self, page: str = "") -> None:
        """The settings window, at a page if one is named."""
        from gcx_viewer.gui.settings.dialog import SettingsDialog

        dialog = SettingsDialog(self.preferences, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.applied.connect(self.preferences_changed)
        dialog.applied.connect(self.take_settings)
        if page:
            dialog.show_page(page)
        dialog.open()

    def take_settings(self) -> None:
        """The user has changed something, and what is on the screen may now be had painted."""
        self.prompts.forget_obstacles()
        picture = self.state.picture
        is_preview = picture is not None and picture.kind in ("preview", "card", "blank")
        if is_preview and not self.prompts.is_painting:
            self.reload()

    def show_shortcuts(self) -> None:
        from gcx_viewer.gui.shortcuts import ShortcutsWindow

        dialog = ShortcutsWindow(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def show_about(self) -> None:
        from gcx_viewer.gui.about import show_about

        show_about(self)

    def tell_error(self, error: GcxError) -> None:
        """Tell of something that went wrong and is nobody else's to tell."""
        self.notice.tell_error(error)

    def _take_offer(self, offer: Offer) -> None:
        """Do what helps against an error."""
        match offer.action:
            case "retry":
                self.prompts.retry()
            case "settings":
                self.show_settings(offer.argument)
            case "export":
                self.output.export()

    def _show_badge(self) -> None:
        if self.state.page != "picture":
            self.pages.show_canvas()

    def _show_menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.actions_table.fill(menu, CONTEXT_MENU)
        menu.popup(place)

    # What the desktop does

    def event(self, event: QEvent | None) -> bool:
        """Leave widgets their own keys, and give the keys back to the page after a dialog."""
        if is_override(event):
            self._is_repeating = event.isAutoRepeat()
            if has_own_use(QApplication.focusWidget(), event):
                event.accept()
                return True
        elif event is not None and event.type() == QEvent.Type.WindowUnblocked:
            # Once the dialog is gone: until then it takes whatever is done.
            QTimer.singleShot(0, self._take_keys_back)
        return super().event(event)

    def _take_keys_back(self) -> None:
        if self._is_closed or QApplication.activeModalWidget() is not None:
            return
        self.activateWindow()  # where there is no window manager, nobody else does
        focused = self.focusWidget()
        if focused is None or not focused.isVisible():
            self.pages.focus()

    def changeEvent(self, event: QEvent | None) -> None:  # noqa: N802
        super().changeEvent(event)
        is_palette = event is not None and event.type() == QEvent.Type.PaletteChange
        if is_palette and self.toolbar is not None:
            self.actions_table.draw_icons(self.toolbar)

    def closeEvent(self, event: QCloseEvent | None) -> None:  # noqa: N802
        """Vanish at once, but ask first where a picture that costs something is on its way."""
        if event is not None and self._finishes is None and self.viewing.paid_for:
            event.ignore()
            if QApplication.activeModalWidget() is None:
                ask_about_painting(self, self.viewing.paid_for, lambda on: self.end(finish=on))
            return
        super().closeEvent(event)
        if self._is_closed:
            return
        self._is_closed = True
        self._first.is_there()
        self.slides.stop()
        if not self.isFullScreen():
            self.preferences.geometry = self.saveGeometry().toHex().data().decode()
        remembered.save(self.preferences)
        self.hide()
        self.browsing.close()
        self.viewing.close(_CLOSING_SECONDS, finish=bool(self._finishes))
        for part in (self.pages, self.panels, self.prompts, self.output, self.trash):
            part.close_workers()
        self.closed.emit()

    def end(self, *, finish: bool) -> None:
        """Close without a question, losing nothing that has arrived.

        Args:
            finish: let pictures that are being painted be finished and kept; else models are hung
                up on.
        """
        self._finishes = finish
        self.close()

    # What can be done now

    def _show_zoom(self) -> None:
        if self.canvas.picture is not None:
            self.status.show_zoom(self.canvas.viewport.zoom)

    def _enable(self) -> None:
        there = available(self.state)
        self.actions_table.enable(there)
        self.panels.set_paintable(Needs.PAINTABLE in there, self.prompts.obstacle)
