"""The box that says which program this is, and which version."""

from __future__ import annotations

from PyQt6.QtCore import QCoreApplication, Qt
from PyQt6.QtWidgets import QMessageBox, QWidget

import gcx_format

__all__ = ["show_about"]


def show_about(parent: QWidget) -> None:
    """Show the box over a window."""
    translate = QCoreApplication.translate
    box = QMessageBox(parent)
    box.setWindowTitle(translate("about", "About gcx Viewer"))
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setIconPixmap(parent.windowIcon().pixmap(64))
    version = translate("about", "gcx Viewer {version}").format(version=gcx_format.__version__)
    box.setText(version)
    box.setInformativeText(
        translate("about", "Shows photographs kept in a few hundred bytes, painted again by AI.")
    )
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()
