"""The page of the settings window about models: whether they may be asked, and which."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QDate, QDir, QLocale, Qt
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gcx_format.errors import GcxError
from gcx_format.models import default
from gcx_viewer.gui.errors import sentence
from gcx_viewer.gui.money import money
from gcx_viewer.gui.settings.fields import (
    Field,
    choice_field,
    name_field,
    number_field,
    offer_choices,
    offer_names,
    quiet_label,
)
from gcx_viewer.gui.settings.page import Page

if TYPE_CHECKING:
    from gcx_format.installed import Installed
    from gcx_viewer.core.configuration import Configuration, Ending
    from gcx_viewer.core.preferences import Preferences

__all__ = ["GeneratingPage"]


class GeneratingPage(Page):
    """Whether models may be asked, and which."""

    def __init__(self, preferences: Preferences) -> None:
        super().__init__()
        rows = self.add_group(self.tr("Pictures not painted yet"))
        policy = choice_field(
            self.tr("What to do with a picture that has not been painted yet"),
            [
                ("ask", self.tr("Ask me, with the price")),
                ("always", self.tr("Have it painted")),
                ("never", self.tr("Show its preview only")),
            ],
        )
        self.policy = self.add_preference(
            rows, self.tr("&When one is opened:"), preferences, "policy", policy
        )
        self.bound = quiet_label("")
        self.bound.hide()
        rows.addRow("", self.bound)
        self.trusted = _FolderList()
        self.add_preference(
            rows, self.tr("Trusted &folders:"), preferences, "trusted_folders", self.trusted
        )

        rows = self.add_group(self.tr("Models"))
        self.generator = choice_field(self.tr("Generator, which paints"), [])
        self.add_setting(rows, self.tr("G&enerator:"), "generator", self.generator)
        self.describer = choice_field(self.tr("Describer, which finds words"), [])
        self.add_setting(rows, self.tr("De&scriber:"), "describer", self.describer)
        server = self.tr("chosen by the server")
        self.host_model = name_field(
            self.tr("Chat model, which calls the image tool"), default("host_model")
        )
        self.image_model = name_field(self.tr("Image model, which paints"), server)
        self.describe_model = name_field(
            self.tr("Model that describes photographs"), default("describe_model")
        )
        self.add_setting(rows, self.tr("C&hat model:"), "host_model", self.host_model)
        self.add_setting(rows, self.tr("I&mage model:"), "image_model", self.image_model)
        self.add_setting(
            rows, self.tr("&Description model:"), "describe_model", self.describe_model
        )
        self.endings = quiet_label("")
        self.endings.hide()
        rows.addRow("", self.endings)
        quality = choice_field(
            self.tr("Quality of pictures"),
            [
                ("auto", self.tr("Chosen by the model")),
                ("low", self.tr("Low")),
                ("medium", self.tr("Medium")),
                ("high", self.tr("High")),
            ],
        )
        self.add_setting(rows, self.tr("&Quality:"), "image_quality", quality)
        previews = number_field(self.tr("Previews to show while a picture is painted"), 0, 3)
        self.partial_images = self.add_setting(
            rows, self.tr("Pre&views while painting:"), "partial_images", previews
        )
        self.column.addStretch(1)

    def show_configuration(self, found: Configuration) -> None:
        """Show what holds, and what gcx's own policy allows at most."""
        first = ("auto", self.tr("The first that is ready"))
        offer_choices(self.generator, [first, *map(self._choice, found.generators)])
        none = ("none", self.tr("None"))
        offer_choices(self.describer, [first, none, *map(self._choice, found.describers)])
        offer_names(self.host_model, found.models[0])
        offer_names(self.describe_model, found.models[0])
        offer_names(self.image_model, found.models[1])
        super().show_configuration(found)
        self.partial_images.show_value(found.partial_images)
        self.endings.setText("\n".join(map(self._about, found.endings)))
        self.endings.setVisible(bool(found.endings))
        policy = found.settings.policy
        self.bound.setVisible(policy != "always")
        text = self.tr("The gcx setting “policy” is “{policy}” and allows no more than that.")
        self.bound.setText(text.format(policy=policy))

    def _choice(self, each: Installed) -> tuple[str, str]:
        """The name, and the title with what it costs and whether it is ready."""
        if each.usd is None:
            cost = self.tr("price unknown")
        else:
            up_to = self.tr("up to {cost} each").format(cost=money(each.usd))
            cost = up_to if each.usd else self.tr("free")
        parts = [each.title, cost]
        if each.obstacle is not None:
            error = each.obstacle
            parts.append(sentence(error) if isinstance(error, GcxError) else self.tr("not ready"))
        return each.name, " · ".join(parts)

    def _about(self, ending: Ending) -> str:
        if ending.is_followed:
            text = self.tr("{model} is switched off on {day}; then {successor} takes its place.")
        elif ending.successor:
            text = self.tr(
                "{model} is switched off on {day}; choose {successor}, or leave it empty."
            )
        else:
            text = self.tr("{model} is switched off on {day}; choose another model.")
        day = QLocale().toString(
            QDate(ending.day.year, ending.day.month, ending.day.day), QLocale.FormatType.LongFormat
        )
        return text.format(model=ending.model, day=day, successor=ending.successor)


class _FolderList(Field):
    """Folders, with buttons to add and remove some."""

    def __init__(self) -> None:
        self.list = QListWidget()
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.setMinimumHeight(76)
        self.list.setMaximumHeight(110)
        buttons = QWidget()
        super().__init__(self.list, "", self.folders, self._write_folders, beside=buttons)
        self.list.setAccessibleName(self.tr("Trusted folders"))
        add = QPushButton(self.tr("&Add…"))
        add.setAccessibleName(self.tr("Add a trusted folder"))
        self.remove_button = QPushButton(self.tr("&Remove"))
        self.remove_button.setAccessibleName(self.tr("Remove the selected folders"))
        self.remove_button.setEnabled(False)
        column = QVBoxLayout(buttons)
        column.setContentsMargins(0, 0, 0, 0)
        for button in (add, self.remove_button):
            button.setAutoDefault(False)
            column.addWidget(button)
        column.addStretch(1)
        self.note.setText(self.tr("Files in these folders are painted without asking."))
        self.note.show()
        add.clicked.connect(self._choose)
        self.remove_button.clicked.connect(self.remove_selected)
        self.list.itemSelectionChanged.connect(
            lambda: self.remove_button.setEnabled(bool(self.list.selectedItems()))
        )

    def folders(self) -> list[Path]:
        items = (self.list.item(index) for index in range(self.list.count()))
        return [Path(item.text()) for item in items if item is not None]

    def _write_folders(self, folders: list[Path]) -> None:
        self.list.clear()
        self.list.addItems([str(folder) for folder in folders])

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
