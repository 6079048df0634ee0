"""What the actions do: a method for each of the table in `gcx_viewer.gui.actions`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PyQt6.QtCore import QFile, QObject, QStandardPaths, Qt, QUrl
from PyQt6.QtGui import QDesktopServices, QGuiApplication
from PyQt6.QtWidgets import QApplication, QMessageBox

import gcx_format
from gcx_format.errors import OutputError
from gcx_viewer.gui.background import Background

if TYPE_CHECKING:
    from gcx_viewer.gui.window.main_window import MainWindow

__all__ = ["Commands"]

_DATA: Final = QStandardPaths.StandardLocation.GenericDataLocation


class Commands(QObject):
    """Carries out what the user chose in one window."""

    def __init__(self, window: MainWindow) -> None:
        """The commands of a window."""
        super().__init__(window)
        self._window = window
        self._trashing = Background(self, is_waited_for=True)
        self._trashing.done.connect(window.leave)
        self._trashing.failed.connect(window.tell_error)

    def close_workers(self) -> None:
        """Wait for what is being moved."""
        self._trashing.close_workers()

    # The file

    def open(self) -> None:
        """Ask for files."""
        self._window.opener.ask_for_files()

    def open_folder(self) -> None:
        """Ask for a folder."""
        self._window.opener.ask_for_folder()

    def new_window(self) -> None:
        """Another window, with nothing in it."""
        self._window.another_wanted.emit()

    def encode(self) -> None:
        """The window for encoding photographs, with the one on the screen."""
        document = self._window.document
        is_photograph = document is not None and document.descriptor is None
        self._window.encoding_wanted.emit([document.path] if document and is_photograph else [])

    def export(self) -> None:
        """Ask for a format and a file."""
        self._window.output.export()

    def reload(self) -> None:
        """Read the file again."""
        self._window.reload()

    def show_in_folder(self) -> None:
        """Open the desktop's file manager."""
        if self._window.path is not None:
            folder = self._window.path.absolute().parent
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def trash(self) -> None:
        """Ask, then move the file to the trash."""
        window = self._window
        path = window.path
        if path is None:
            return
        box = QMessageBox(window)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.tr("Move to Trash"))
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(self.tr("Move “{name}” to the trash?").format(name=path.name))
        move = box.addButton(self.tr("Move to Trash"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(move)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def answered() -> None:
            if box.clickedButton() is move:
                self._trashing.start(lambda _: _move_to_trash(path))

        box.finished.connect(answered)
        box.open()

    def close_window(self) -> None:
        """Close this window."""
        self._window.close()

    def quit(self) -> None:
        """Close all windows."""
        QApplication.closeAllWindows()

    # Copies and settings

    def copy(self) -> None:
        """Copy the picture; words that are selected go first."""
        self._window.output.copy()

    def copy_words(self) -> None:
        """Copy the words."""
        document = self._window.document
        clipboard = QGuiApplication.clipboard()
        if clipboard and document and document.descriptor and document.descriptor.text:
            clipboard.setText(document.descriptor.text)

    def copy_json(self) -> None:
        """Copy what `gcx info --json` prints."""
        self._window.panels.information.copy_json()

    def settings(self) -> None:
        """The settings window."""
        self._window.show_settings()

    # The view

    def fit(self) -> None:
        """All of the picture."""
        if (seen := self._window.pages.looked_at) is not None:
            seen.fit()

    def actual_size(self) -> None:
        """Pixel for pixel, or all of it."""
        if (seen := self._window.pages.looked_at) is not None:
            seen.toggle_actual_size()

    def zoom_in(self) -> None:
        """A step nearer."""
        self._zoom(1)

    def zoom_out(self) -> None:
        """A step away."""
        self._zoom(-1)

    def _zoom(self, steps: int) -> None:
        if (seen := self._window.pages.looked_at) is not None:
            seen.zoom_by(steps)

    def rotate_right(self) -> None:
        """A quarter turn clockwise."""
        self._window.canvas.rotate(1)

    def rotate_left(self) -> None:
        """A quarter turn the other way."""
        self._window.canvas.rotate(-1)

    def pan_left(self) -> None:
        """See what lies to the left."""
        self._pan(1, 0)

    def pan_right(self) -> None:
        """See what lies to the right."""
        self._pan(-1, 0)

    def pan_up(self) -> None:
        """See what lies above."""
        self._pan(0, 1)

    def pan_down(self) -> None:
        """See what lies below."""
        self._pan(0, -1)

    def _pan(self, x: int, y: int) -> None:
        if (seen := self._window.pages.looked_at) is not None:
            seen.pan(x, y)

    def full_screen(self) -> None:
        """Fill the screen, or do so no longer."""
        self._window.full_screen.toggle()

    def slide_show(self) -> None:
        """One picture after the other."""
        self._window.slides.toggle()

    def grid(self) -> None:
        """All pictures of the folder, or the one again."""
        self._window.pages.toggle_grid()

    def strip(self) -> None:
        """The thumbnails below the picture."""
        self._window.pages.toggle_strip()

    def information(self) -> None:
        """The information panel."""
        self._window.panels.toggle("information")

    def variants(self) -> None:
        """The variants panel."""
        self._window.panels.toggle("variants")

    def back(self) -> None:
        """Leave whatever was entered last."""
        self._window.go_back()

    # The folder

    def next(self) -> None:
        """The next file."""
        self._window.step(1)

    def previous(self) -> None:
        """The file before."""
        self._window.step(-1)

    def first(self) -> None:
        """The first file of the folder."""
        self._window.browsing.go_to_end(first=True)

    def last(self) -> None:
        """The last file of the folder."""
        self._window.browsing.go_to_end(first=False)

    # The picture that does not exist yet

    def paint(self) -> None:
        """Have the picture painted, whatever was asked before."""
        self._window.prompts.paint()

    def paint_another(self) -> None:
        """Ask, then have one more painted."""
        self._window.prompts.ask_for_another()

    def cancel(self) -> None:
        """Stop painting."""
        self._window.viewing.cancel()

    def retry(self) -> None:
        """Try what failed again."""
        self._window.prompts.retry()

    def compare(self) -> None:
        """Compare with the condition and the original, or the picture alone again."""
        self._window.pages.toggle_compare()

    # Help

    def shortcuts(self) -> None:
        """The shortcuts window."""
        from gcx_viewer.gui.shortcuts import ShortcutsWindow

        dialog = ShortcutsWindow(self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def about(self) -> None:
        """Which version this is."""
        box = QMessageBox(self._window)
        box.setWindowTitle(self.tr("About gcx Viewer"))
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setIconPixmap(self._window.windowIcon().pixmap(64))
        box.setText(self.tr("gcx Viewer {version}").format(version=gcx_format.__version__))
        box.setInformativeText(
            self.tr("Shows photographs kept in some hundred bytes, and has them painted anew.")
        )
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()


def _move_to_trash(path: Path) -> Path:
    """Move a file to the trash, on a thread: it may lie on a disk far away."""
    if sys.platform.startswith("linux"):  # where Qt makes the trash, but no folder above it
        Path(QStandardPaths.writableLocation(_DATA)).mkdir(mode=0o700, parents=True, exist_ok=True)
    moved, _ = QFile.moveToTrash(str(path))
    if not moved:
        raise OutputError("it cannot be moved to the trash", filename=path)
    return path
