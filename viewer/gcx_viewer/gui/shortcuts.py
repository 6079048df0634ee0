"""The shortcuts window: every action with its keys, and a search over both."""

from __future__ import annotations

from PyQt6.QtCore import QCoreApplication, QSize, Qt
from PyQt6.QtGui import QFont
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gcx_viewer.gui.actions import ACTIONS, MENUS
from gcx_viewer.gui.fitting import fit_on_screen

__all__ = ["ShortcutsWindow"]


class ShortcutsWindow(QDialog):
    """Lists the actions by menu; what is typed narrows the list."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard Shortcuts"))
        fit_on_screen(self, 500, 600)
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(self.tr("Search actions and keys"))
        self.search.setAccessibleName(self.tr("Search actions and keys"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._narrow)
        self.list = QTreeWidget(self)
        self.list.setAccessibleName(self.tr("Actions and their keys"))
        self.list.setColumnCount(2)
        self.list.setHeaderHidden(True)
        self.list.setRootIsDecorated(False)
        self.list.setIndentation(14)
        self.list.setUniformRowHeights(True)
        self.list.setItemsExpandable(False)
        self.list.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._fill()
        header = self.list.header()
        assert header is not None
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.search)
        layout.addWidget(self.list)
        layout.addWidget(buttons)
        self.search.setFocus()

    def shown(self) -> list[tuple[str, str]]:
        """The actions that are listed now, each with its keys."""
        found = []
        for index in range(self.list.topLevelItemCount()):
            group = self.list.topLevelItem(index)
            assert group is not None
            for row in range(group.childCount()):
                item = group.child(row)
                if item is not None and not item.isHidden():
                    found.append((item.text(0), item.text(1)))
        return found

    def _fill(self) -> None:
        bold = QFont(self.font())
        bold.setBold(True)
        height = round(1.6 * self.fontMetrics().height())
        for title, names in MENUS:
            translated = QCoreApplication.translate("actions", title).replace("&", "")
            group = QTreeWidgetItem(self.list, [translated])
            group.setFont(0, bold)
            group.setSizeHint(0, QSize(0, height))
            group.setFlags(Qt.ItemFlag.ItemIsEnabled)
            for name in names:
                action = ACTIONS.get(name)
                if action is None:
                    continue
                if keys := action.key_names():
                    item = QTreeWidgetItem(group, [action.title(), "   ".join(keys)])
                    item.setSizeHint(0, QSize(0, height))
        self.list.expandAll()

    def _narrow(self, typed: str) -> None:
        sought = typed.casefold().split()
        for index in range(self.list.topLevelItemCount()):
            group = self.list.topLevelItem(index)
            if group is None:
                continue
            left = 0
            for row in range(group.childCount()):
                item = group.child(row)
                if item is None:
                    continue
                text = f"{item.text(0)} {item.text(1)}".casefold()
                item.setHidden(not all(word in text for word in sought))
                left += not item.isHidden()
            group.setHidden(not left)
