"""Questions that the user answers in a small window of their own; nothing waits for them."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QMessageBox, QWidget

from gcx_viewer.gui.fitting import breakable

__all__ = ["ask"]


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
    box = QMessageBox(QMessageBox.Icon.Question, _title(parent), breakable(question), parent=parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setInformativeText(breakable(details))
    do_it = box.addButton(action, QMessageBox.ButtonRole.AcceptRole)
    cancel = box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(do_it if is_safe else cancel)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.accepted.connect(lambda: agreed())
    box.open()


def _title(widget: QWidget) -> str:
    window = widget.window()
    return "" if window is None else window.windowTitle()
