"""The page of the settings window about models: whether they may be asked, and which."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QDir, Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gcx_viewer.gui.settings.fields import ChoiceField, NameField, NumberField, form, quiet_label
from gcx_viewer.gui.settings.page import Page

if TYPE_CHECKING:
    from gcx_viewer.core.configuration import Configuration
    from gcx_viewer.core.preferences import Preferences

__all__ = ["GeneratingPage"]


class GeneratingPage(Page):
    """Whether models may be asked, and which."""

    def __init__(self, preferences: Preferences) -> None:
        super().__init__()
        box = QGroupBox(self.tr("A picture that has not been painted yet"))
        rows = form(box)
        self.policy = ChoiceField(
            self.tr("What to do with a picture that has not been painted yet"),
            [
                ("ask", self.tr("Ask me, and say what it costs")),
                ("always", self.tr("Have it painted")),
                ("never", self.tr("Show its preview only")),
            ],
        )
        self.policy.show_value(preferences.policy)
        self.policy.changed.connect(self.changed)
        rows.addRow(self.tr("&When one is opened:"), self.policy)
        self.bound = quiet_label("")
        self.bound.hide()
        rows.addRow("", self.bound)
        self.trusted = _FolderList(preferences.trusted_folders)
        self.trusted.changed.connect(self.changed)
        label = QLabel(self.tr("&Trusted folders:"))
        label.setBuddy(self.trusted.list)
        rows.addRow(label, self.trusted)
        self.column.addWidget(box)

        box = QGroupBox(self.tr("Models"))
        rows = form(box)
        self.host_model = NameField(self.tr("Model that calls the image tool"), "gpt-4o")
        self.image_model = NameField(
            self.tr("Model that makes pictures"), self.tr("left to the server")
        )
        self.describe_model = NameField(self.tr("Model that finds words"), "gpt-4o")
        rows.addRow(self.tr("Aske&d for pictures:"), self.add_field("host_model", self.host_model))
        rows.addRow(self.tr("&Paints them:"), self.add_field("image_model", self.image_model))
        rows.addRow(
            self.tr("De&scribes photographs:"),
            self.add_field("describe_model", self.describe_model),
        )
        qualities = [
            ("auto", self.tr("Left to the model")),
            ("low", self.tr("Low")),
            ("medium", self.tr("Medium")),
            ("high", self.tr("High")),
        ]
        quality = ChoiceField(self.tr("Quality of pictures"), qualities)
        rows.addRow(self.tr("&Quality:"), self.add_field("image_quality", quality))
        self.partial_images = NumberField(
            self.tr("Unfinished pictures to show while one is painted"), 0, 3
        )
        rows.addRow(
            self.tr("&Unfinished pictures:"),
            self.add_field("partial_images", self.partial_images),
        )
        self.column.addWidget(box)
        self.column.addStretch(1)

    def show_configuration(self, found: Configuration) -> None:
        """Show what holds, and what gcx's own policy allows at most."""
        self.host_model.offer(found.models[0])
        self.describe_model.offer(found.models[0])
        self.image_model.offer(found.models[1])
        super().show_configuration(found)
        self.partial_images.show_value(found.partial_images)
        policy = found.settings.policy
        self.bound.setVisible(policy != "always")
        text = self.tr("gcx's own setting “policy” is “{policy}”, and allows no more than that.")
        self.bound.setText(text.format(policy=policy))

    def is_changed(self, preferences: Preferences) -> bool:
        return (
            self.policy.value() != preferences.policy
            or self.trusted.folders() != preferences.trusted_folders
        )

    def store(self, preferences: Preferences) -> None:
        preferences.policy = self.policy.value()
        preferences.trusted_folders = self.trusted.folders()


class _FolderList(QWidget):
    """Folders, with buttons to add and remove some."""

    changed = pyqtSignal()

    def __init__(self, folders: list[Path]) -> None:
        super().__init__()
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Trusted folders"))
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.setMinimumHeight(76)
        self.list.setMaximumHeight(110)
        self.list.addItems([str(folder) for folder in folders])
        add = QPushButton(self.tr("&Add…"))
        add.setAccessibleName(self.tr("Add a trusted folder"))
        self.remove_button = QPushButton(self.tr("&Remove"))
        self.remove_button.setAccessibleName(self.tr("Remove the selected folders"))
        self.remove_button.setEnabled(False)
        for button in (add, self.remove_button):
            button.setAutoDefault(False)
        buttons = QVBoxLayout()
        buttons.addWidget(add)
        buttons.addWidget(self.remove_button)
        buttons.addStretch(1)
        row = QHBoxLayout()
        row.addWidget(self.list, 1)
        row.addLayout(buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        column.addWidget(
            quiet_label(self.tr("What lies in these folders is painted without asking."))
        )
        add.clicked.connect(self._choose)
        self.remove_button.clicked.connect(self.remove_selected)
        self.list.itemSelectionChanged.connect(
            lambda: self.remove_button.setEnabled(bool(self.list.selectedItems()))
        )

    def folders(self) -> list[Path]:
        items = (self.list.item(index) for index in range(self.list.count()))
        return [Path(item.text()) for item in items if item is not None]

    def add(self, name: str) -> None:
        folder = Path(name).absolute()
        if folder not in self.folders():
            self.list.addItem(str(folder))
            self.changed.emit()

    def remove_selected(self) -> None:
        for item in self.list.selectedItems():
            self.list.takeItem(self.list.row(item))
        self.changed.emit()

    def _choose(self) -> None:
        dialog = QFileDialog(self, self.tr("Trust a Folder"), QDir.homePath())
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.add)
        dialog.open()
