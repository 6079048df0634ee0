"""Whose a key is: the window's, as a shortcut, or that of the widget which has the focus.

Qt asks before it takes a key for a shortcut (`ShortcutOverride`), the widget with the focus first,
then those around it. The window answers for buttons, lists and the like, which do not themselves:
so the arrows move in a list that has the focus, and go through the folder else.
"""

from __future__ import annotations

from typing import Final, TypeGuard

from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QPlainTextEdit,
    QPushButton,
    QTabBar,
    QWidget,
)

__all__ = ["has_own_use", "is_override"]

_Key = Qt.Key

_SPACE: Final = frozenset({_Key.Key_Space})
_PRESSING: Final = frozenset({_Key.Key_Space, _Key.Key_Return, _Key.Key_Enter})
_SIDEWAYS: Final = frozenset({_Key.Key_Left, _Key.Key_Right})
_UP_AND_DOWN: Final = frozenset({_Key.Key_Up, _Key.Key_Down})
_FAR: Final = frozenset({_Key.Key_Home, _Key.Key_End, _Key.Key_PageUp, _Key.Key_PageDown})
_MOVING: Final = _SIDEWAYS | _UP_AND_DOWN | _FAR

_OWN: Final[tuple[tuple[type[QWidget], frozenset[Qt.Key]], ...]] = (
    (QAbstractButton, _SPACE),
    (QPushButton, _PRESSING),
    (QAbstractItemView, _PRESSING | _MOVING),
    (QComboBox, _PRESSING | _MOVING),
    (QAbstractSpinBox, _UP_AND_DOWN | _FAR),
    (QAbstractSlider, _MOVING),
    (QTabBar, _SIDEWAYS),
    (QPlainTextEdit, _MOVING),
)

_NO_MODIFIERS: Final = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)


def is_override(event: QEvent | None) -> TypeGuard[QKeyEvent]:
    """Whether Qt asks by this event whose a key is."""
    return isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride


def has_own_use(widget: QWidget | None, event: QKeyEvent) -> bool:
    """Whether a widget of this kind does something with a key."""
    if event.modifiers() not in _NO_MODIFIERS:
        return False
    return any(isinstance(widget, kind) and event.key() in own for kind, own in _OWN)
