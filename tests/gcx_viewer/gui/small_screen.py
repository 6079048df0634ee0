"""Opens every window on whatever screen there is, and prints the sizes as JSON.

    python small_screen.py FOLDER FONT_SCALE

FOLDER has pictures with very long names. Printed are the room that the screen has, as
`[width, height]`, and by the name of each window its size, and the least that it may have.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from PyQt6.QtWidgets import QApplication, QMessageBox, QWidget

from gcx_viewer.core.preferences import Preferences
from gcx_viewer.gui.about import show_about
from gcx_viewer.gui.encoding.window import EncodeWindow
from gcx_viewer.gui.settings.dialog import SettingsDialog
from gcx_viewer.gui.shortcuts import ShortcutsWindow
from gcx_viewer.gui.window.main_window import MainWindow


def main() -> None:
    paths = sorted(Path(sys.argv[1]).iterdir())
    application = QApplication(["gcx-viewer"])
    font = application.font()
    font.setPointSizeF(font.pointSizeF() * float(sys.argv[2]))
    application.setFont(font)
    sizes: dict[str, list[list[int]]] = {}

    def settle(seconds: float = 0.4) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            application.processEvents()

    def measure(name: str, widget: QWidget) -> None:
        settle()
        least = widget.minimumSizeHint().expandedTo(widget.minimumSize())
        sizes[name] = [[s.width(), s.height()] for s in (widget.size(), least)]

    window = MainWindow(Preferences(recent=paths))
    window.show()
    window.show_welcome()
    measure("welcome", window)
    for path in paths:
        window.open_paths([path])
        measure(f"main window, {path.suffix}", window)
    window.panels.toggle("information")
    window.panels.toggle("variants")
    measure("panels", window)
    window.pages.toggle_compare()
    measure("comparison", window)
    window.notice.tell(paths[0].name)
    measure("notice", window)
    window.trash.ask()
    measure("question", window.findChild(QMessageBox))
    window.findChild(QMessageBox).reject()
    settle()
    show_about(window)
    measure("about", window.findChild(QMessageBox))
    for kind in (SettingsDialog(Preferences(trusted_folders=paths)), ShortcutsWindow()):
        kind.show()
        measure(type(kind).__name__, kind)
        kind.reject()
    encoding = EncodeWindow(paths)
    encoding.show()
    settle(1)
    measure("encoding", encoding)
    encoding.close()
    window.close()
    screen = application.primaryScreen()
    assert screen is not None
    room = screen.availableGeometry().size()
    print(json.dumps({"room": [room.width(), room.height()], "sizes": sizes}))


if __name__ == "__main__":
    main()
