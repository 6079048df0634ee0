"""The actions of one window: the table as Qt has it, with menus and toolbar."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from operator import attrgetter
from typing import Final

from PyQt6.QtCore import QCoreApplication, QSize, Qt
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QMenu, QMenuBar, QSizePolicy, QToolBar, QWidget

from gcx_viewer.gui import theme
from gcx_viewer.gui.actions import ACTIONS, MENUS, SEPARATOR, TOOLBAR, Action, Needs

__all__ = ["Actions"]

_ICON: Final = 20


class Actions:
    """The table as Qt's actions of one window."""

    def __init__(self, window: QWidget) -> None:
        """Make all actions and give them to the window, which has their targets."""
        self._made: dict[str, QAction] = {}
        for name, action in ACTIONS.items():
            made = QAction(action.translated(), window)
            made.setObjectName(name)
            made.setCheckable(action.checkable)
            made.setShortcuts(action.key_sequences())
            made.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
            made.setAutoRepeat(action.repeats)
            if name in _ROLES:
                made.setMenuRole(_ROLES[name])
            made.triggered.connect(partial(_carry_out, window, action))
            window.addAction(made)
            self._made[name] = made
        self.enable(Needs.NOTHING)

    def __getitem__(self, name: str) -> QAction:
        return self._made[name]

    def enable(self, there: Needs) -> None:
        for name, made in self._made.items():
            needs = ACTIONS[name].needs
            made.setEnabled(needs & there == needs)

    def check(self, name: str, checked: bool) -> None:
        """Tell that something is on or off, without doing it."""
        made = self._made[name]
        made.blockSignals(True)
        made.setChecked(checked)
        made.blockSignals(False)
        made.changed.emit()

    def fill_menu_bar(self, bar: QMenuBar, recent: QMenu) -> None:
        for title, names in MENUS:
            menu = bar.addMenu(QCoreApplication.translate("actions", title))
            assert menu is not None
            self.fill(menu, names, recent)

    def fill(self, menu: QMenu, names: Iterable[str], recent: QMenu | None = None) -> None:
        for name in names:
            if name == SEPARATOR:
                menu.addSeparator()
            elif name == "recent":
                menu.addMenu(recent)
            else:
                menu.addAction(self._made[name])

    def make_toolbar(self, title: str, window: QWidget) -> QToolBar:
        """Build the toolbar: three groups, with room between them."""
        bar = QToolBar(title, window)
        bar.setObjectName("toolbar")
        bar.setMovable(False)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        bar.setIconSize(QSize(_ICON, _ICON))
        for index, group in enumerate(TOOLBAR):
            if index:
                spacer = QWidget(bar)
                spacer.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
                bar.addWidget(spacer)
            for name in group:
                bar.addAction(self._made[name])
                if button := bar.widgetForAction(self._made[name]):
                    button.setAccessibleName(ACTIONS[name].title())
                    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.draw_icons(bar)
        return bar

    def draw_icons(self, widget: QWidget) -> None:
        """Draw the toolbar's icons in the colours of a widget."""
        colour = widget.palette().color(widget.palette().ColorRole.ButtonText)
        for group in TOOLBAR:
            for name in group:
                if (drawn := ACTIONS[name].icon) is not None:
                    self._made[name].setIcon(theme.icon(drawn, colour))
                    key = next(iter(ACTIONS[name].key_names()), "")
                    self._made[name].setToolTip(f"{ACTIONS[name].title()} ({key})")


def _carry_out(window: QWidget, action: Action, _: bool = False) -> None:
    """Do what was chosen; whether Qt has checked the action says nothing about what is so."""
    attrgetter(action.target)(window)(*action.arguments)


_ROLES: Final = {
    "settings": QAction.MenuRole.PreferencesRole,
    "about": QAction.MenuRole.AboutRole,
    "quit": QAction.MenuRole.QuitRole,
}
