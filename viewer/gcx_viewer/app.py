"""The program `gcx-viewer`: reads the command line, opens windows, and runs until they close.

From here to the first picture every import counts: what is not needed by then is imported where
it is used.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PyQt6.QtWidgets import QApplication

    from gcx_viewer.core.preferences import Preferences
    from gcx_viewer.core.viewing.viewing import Viewing
    from gcx_viewer.gui.encoding.window import EncodeWindow
    from gcx_viewer.gui.theme import Theme
    from gcx_viewer.gui.window.main_window import MainWindow

__all__ = ["Viewer", "main"]

TRACE_VARIABLE: Final = "GCX_VIEWER_TRACE"
"""The environment variable that has the time to the first picture written to stderr."""

_SCREENS: Final = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
"""The environment variables on Linux of which one says where windows go; without any, Qt aborts."""

_STARTED: Final = time.perf_counter()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the viewer.

    Args:
        arguments: of the command line; None: those that the program was started with.

    Returns:
        What the program ends with.
    """
    asked = _parse(arguments)
    if asked.install_desktop or asked.uninstall_desktop:
        return _change_desktop(install=asked.install_desktop)
    try:
        return _run(asked)
    except ImportError as error:
        return _refuse(error)
    except KeyboardInterrupt:  # before there was a window to close
        return 128 + signal.SIGINT


def _run(asked: argparse.Namespace) -> int:
    """Open windows, and show them until they are closed."""
    if sys.platform.startswith("linux") and not any(map(os.environ.get, _SCREENS)):
        return _complain(f"no display found: set one of {', '.join(_SCREENS)}")

    from PyQt6.QtWidgets import QApplication

    application = QApplication.instance()
    if not isinstance(application, QApplication):
        application = QApplication([sys.argv[0] if sys.argv else "gcx-viewer"])
    _name(application)

    from gcx_viewer.single_instance import OPTIONS, SingleInstance

    instance = SingleInstance(parent=application)
    paths = [Path(name).absolute() for name in asked.paths]
    options = [option for option in OPTIONS if getattr(asked, option.replace("-", "_"))]
    if not asked.new_window and instance.send([str(path) for path in paths], options):
        return 0

    from gcx_viewer import translations
    from gcx_viewer.core import preferences
    from gcx_viewer.interruption import Interruption

    remembered = preferences.load()
    translations.install(application, remembered.language)
    viewer = Viewer(application, remembered)
    sys.excepthook = viewer.tell_exception
    interruption = Interruption(application, viewer.close_windows)
    window = viewer.open_window(paths)
    _apply(options, window)
    if not asked.new_window:
        instance.received.connect(viewer.take_from_another_start)
        instance.listen()
    try:
        status = application.exec()
    finally:
        viewer.shut_down()
        interruption.close()
        instance.close()
        sys.excepthook = sys.__excepthook__
    viewer.save_painted()
    return status if interruption.exit_status is None else interruption.exit_status


class Viewer:
    """The windows of a running viewer, and what they share."""

    def __init__(self, application: QApplication, preferences: Preferences) -> None:
        from gcx_viewer.gui.theme import Theme

        self.preferences = preferences
        self.windows: list[MainWindow] = []
        self._encoding: EncodeWindow | None = None
        self._finishing: list[Viewing] = []
        self._application = application
        self._theme: Theme = Theme(application, preferences.theme)

    def open_window(self, paths: Sequence[Path] = ()) -> MainWindow:
        from gcx_viewer.gui.window.main_window import MainWindow

        window = MainWindow(self.preferences)
        self.windows.append(window)
        window.another_wanted.connect(self.open_window)
        window.encoding_wanted.connect(self.show_encoding)
        window.preferences_changed.connect(self._take_preferences)
        window.quit_wanted.connect(self.quit)
        window.closed.connect(lambda: self._forget(window))
        if os.environ.get(TRACE_VARIABLE):
            window.first_painted.connect(_trace)
        # The core reads the file while the window comes up.
        if paths:
            window.open_paths(paths)
        else:
            window.show_welcome()
        window.show()
        return window

    @property
    def encoding(self) -> EncodeWindow | None:
        return self._encoding

    def show_encoding(self, paths: Sequence[Path]) -> None:
        """The window for encoding, with more photographs in it."""
        if self._encoding is None:
            from gcx_viewer.gui.encoding.window import EncodeWindow

            self._encoding = EncodeWindow()
            self._encoding.encoded.connect(self._open_encoded)
            self._encoding.closed.connect(self._go_back_to_window)
            self._encoding.settings_wanted.connect(self._encoding_settings)
        if paths:
            self._encoding.add(paths)
        self._encoding.show()
        self._encoding.raise_()
        self._encoding.activateWindow()

    def take_from_another_start(self, names: Sequence[str], options: Sequence[str] = ()) -> None:
        """Open what the user has double-clicked elsewhere, in the window used last.

        Args:
            names: of files and folders, absolute.
            options: such of `gcx_viewer.single_instance.OPTIONS` as the other start was given.
        """
        window = self.windows[-1] if self.windows else self.open_window()
        if names:
            window.open_paths([Path(name) for name in names])
        if window.isMinimized():
            window.showNormal()
        _apply(options, window)
        window.raise_()
        window.activateWindow()

    def quit(self) -> None:
        """Close all windows; what becomes of pictures that are being painted is asked once."""
        from PyQt6.QtWidgets import QApplication

        from gcx_viewer.gui.questions import ask_about_painting

        count = sum(window.viewing.paid_for for window in self.windows)
        if count == 0:
            QApplication.closeAllWindows()
        elif QApplication.activeModalWidget() is None:
            asking = next(window for window in self.windows if window.viewing.paid_for)
            ask_about_painting(asking, count, self._end)

    def _end(self, finish: bool) -> None:
        from PyQt6.QtWidgets import QApplication

        self.close_windows(finish=finish)
        QApplication.closeAllWindows()  # the one for encoding may have a question of its own

    def close_windows(self, *, finish: bool = False) -> None:
        """Close all windows but the one for encoding, which `shut_down` ends without a question."""
        for window in list(self.windows):
            window.end(finish=finish)

    def shut_down(self) -> None:
        """End what works without a window, for the end of the program."""
        if self._encoding is not None:
            self._encoding.shut_down()

    def save_painted(self) -> None:
        """Wait for what is painted in the background; what cannot be stored is to be exported."""
        lost = [each for viewing in self._finishing for each in viewing.wait_for_painted()]
        if lost:
            from gcx_viewer.core.errors import UnkeptError
            from gcx_viewer.gui.exporting import ExportDialog

            for document, picture in lost:
                dialog = ExportDialog(picture, document)
                dialog.tell(UnkeptError("the picture could not be stored", filename=document.path))
                dialog.exec()

    def tell_exception(
        self, kind: type[BaseException], error: BaseException, where: TracebackType | None
    ) -> None:
        """Tell of an error that nobody expected, and go on: a picture is no reason to end."""
        from gcx_viewer.core.workers import as_gcx_error

        known = as_gcx_error(error) if isinstance(error, Exception) else None
        if known in (None, error) and sys.stderr is not None:  # else it is in the log
            traceback.print_exception(kind, error, where)
        if known is not None and self.windows:
            self.windows[-1].tell_error(known)

    def _open_encoded(self, paths: Sequence[Path]) -> None:
        window = self.windows[-1] if self.windows else self.open_window()
        window.open_paths(paths)
        window.raise_()
        window.activateWindow()

    def _go_back_to_window(self) -> None:
        if self.windows:
            self.windows[-1].activateWindow()

    def _encoding_settings(self, page: str) -> None:
        """The settings window, over the one for encoding: no other may be open."""
        from PyQt6.QtCore import Qt

        from gcx_viewer.gui.settings.dialog import SettingsDialog

        dialog = SettingsDialog(self.preferences, self._encoding)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.applied.connect(self._take_preferences)
        for window in self.windows:
            dialog.applied.connect(window.take_settings)
        dialog.show_page(page)
        dialog.open()

    def _take_preferences(self) -> None:
        self._theme.choose(self.preferences.theme)

    def _forget(self, window: MainWindow) -> None:
        if window in self.windows:
            self.windows.remove(window)
        if window.viewing.paid_for:
            self._finishing.append(window.viewing)


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    import gcx_format

    parser = argparse.ArgumentParser(
        prog="gcx-viewer",
        description="View .gcx files and other pictures. A .gcx file keeps a photograph in a few "
        "hundred bytes; if you agree, the viewer has a model paint it again.",
    )
    parser.add_argument("paths", nargs="*", metavar="FILE|FOLDER", help="what to open")
    parser.add_argument(
        "--fullscreen", dest="full_screen", action="store_true", help="start in full screen"
    )
    parser.add_argument("--slide-show", action="store_true", help="start a slide show")
    parser.add_argument(
        "--new-window",
        action="store_true",
        help="open a new window instead of using the one that is open",
    )
    desktop = parser.add_mutually_exclusive_group()
    desktop.add_argument(
        "--install-desktop",
        action="store_true",
        help="register .gcx files with the desktop, for this user, and exit",
    )
    desktop.add_argument("--uninstall-desktop", action="store_true", help="undo that, and exit")
    parser.add_argument("--version", action="version", version=f"gcx {gcx_format.__version__}")
    return parser.parse_args(arguments)


def _apply(options: Sequence[str], window: MainWindow) -> None:
    """Do what the command line asks of a window besides files."""
    if "full-screen" in options:
        window.full_screen.set(True)
    if "slide-show" in options and not window.slides.is_on:
        window.slides.toggle()


def _change_desktop(*, install: bool) -> int:
    from gcx_format.errors import GcxError
    from gcx_viewer import desktop

    try:
        changed = desktop.install() if install else desktop.uninstall()
    except GcxError as error:
        return _complain(str(error))
    done = "wrote" if install else "removed"
    for path in changed:
        print(f"{done} {path}")
    return 0


def _refuse(error: ImportError) -> int:
    """Say what is missing on this machine."""
    from gcx_format.errors import MissingExtraError

    if isinstance(error, MissingExtraError):
        return _complain(str(error))
    if isinstance(error, ModuleNotFoundError):
        if (error.name or "").startswith("gcx"):
            raise error  # a part of gcx itself
        return _complain(str(MissingExtraError("gcx-viewer", "viewer")))
    return _complain(
        f"Qt cannot be loaded: {error}; install the package that provides that library"
    )


def _complain(message: str) -> int:
    if sys.stderr is not None:
        print(f"gcx-viewer: {message}", file=sys.stderr)
    return 1


def _name(application: QApplication) -> None:
    """Tell the desktop who this is."""
    import gcx_format
    from gcx_viewer import icons
    from gcx_viewer.desktop import APPLICATION_ID

    application.setApplicationName("gcx-viewer")
    application.setApplicationDisplayName("gcx Viewer")
    application.setApplicationVersion(gcx_format.__version__)
    application.setDesktopFileName(APPLICATION_ID)
    application.setWindowIcon(icons.application_icon())


def _trace() -> None:
    """Write how long it took from the start of the process to the first picture."""
    sys.stderr.write(f"first-paint {_since_start():.3f}\n")
    sys.stderr.flush()


def _since_start() -> float:
    """Seconds since this process started; where that cannot be told, since this was imported."""
    try:
        # The 22nd field, counted behind the name, which may have spaces: ticks since the boot.
        fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
        started = int(fields[19]) / os.sysconf("SC_CLK_TCK")
        return time.clock_gettime(time.CLOCK_BOOTTIME) - started
    except (OSError, ValueError, IndexError, AttributeError):
        return time.perf_counter() - _STARTED
