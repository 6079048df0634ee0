"""Questions that the user answers in a small window of their own; nothing waits for them."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QCoreApplication, Qt
from PyQt6.QtWidgets import QMessageBox, QWidget

from gcx_viewer.gui.fitting import breakable

__all__ = ["ask", "ask_about_painting"]


def ask(
    parent: QWidget,
    question: str,
    details: str,
    action: str,
    agreed: Callable[[], object],
    *,
    is_safe: bool = False,
) -> None:
    """Ask whether to do something; returns at once.

    Args:
        parent: over which the question lies.
        question: in one sentence.
        details: what follows from it.
        action: what the button says that does it.
        agreed: called if the user takes that button.
        is_safe: whether that button is the default; else it is the other one.
    """
    box = _box(parent, question, details)
    do_it = box.addButton(action, QMessageBox.ButtonRole.AcceptRole)
    cancel = box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(do_it if is_safe else cancel)
    box.accepted.connect(lambda: agreed())
    box.open()


def ask_about_painting(parent: QWidget, count: int, chosen: Callable[[bool], object]) -> None:
    """Ask what becomes of pictures that are being painted as a window closes; returns at once.

    Args:
        parent: over which the question lies.
        count: how many there are.
        chosen: called with whether they are to be finished, unless the window stays.
    """
    translate = QCoreApplication.translate
    box = _box(
        parent,
        translate("Questions", "Still painting %n picture(s).", "", count),
        translate("Questions", "What is finished in the background is there when you come back."),
    )
    role = QMessageBox.ButtonRole
    finish = box.addButton(translate("Questions", "&Finish in the Background"), role.AcceptRole)
    stop = box.addButton(translate("Questions", "&Stop — May Be Billed"), role.DestructiveRole)
    box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(finish)

    def answered() -> None:
        if box.clickedButton() in (finish, stop):
            chosen(box.clickedButton() is finish)

    box.finished.connect(answered)
    box.open()


def _box(parent: QWidget, question: str, details: str) -> QMessageBox:
    box = QMessageBox(QMessageBox.Icon.Question, _title(parent), breakable(question), parent=parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setInformativeText(breakable(details))
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return box


def _title(widget: QWidget) -> str:
    window = widget.window()
    return "" if window is None else window.windowTitle()
