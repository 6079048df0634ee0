"""The pages of the settings window about money, the cache, and how the viewer looks."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QGroupBox, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout

from gcx_viewer.gui.money import money
from gcx_viewer.gui.questions import ask
from gcx_viewer.gui.settings.fields import (
    ChoiceField,
    Field,
    FolderField,
    MoneyField,
    NumberField,
    form,
    quiet_label,
)
from gcx_viewer.gui.settings.page import Page
from gcx_viewer.gui.sizes import short_size

if TYPE_CHECKING:
    from gcx_viewer.core.configuration import CacheUse, Configuration
    from gcx_viewer.core.preferences import Preferences

__all__ = ["CachePage", "MoneyPage", "ViewingPage"]


class MoneyPage(Page):
    """How much may be spent, and how much was."""

    def __init__(self) -> None:
        super().__init__()
        box = QGroupBox(self.tr("Limits"))
        rows = form(box)
        daily = MoneyField(self.tr("US dollars that may be spent a day"))
        call = MoneyField(self.tr("US dollars that a single call may cost"))
        rows.addRow(self.tr("A &day:"), self.add_field("daily_limit_usd", daily))
        rows.addRow(self.tr("A &single call:"), self.add_field("call_limit_usd", call))
        rows.addRow(
            quiet_label(
                self.tr(
                    "No call is made that may go beyond these. They hold for the viewer, the "
                    "gcx command and the Pillow plugin together; a day is one in UTC."
                )
            )
        )
        self.column.addWidget(box)

        box = QGroupBox(self.tr("Today"))
        column = QVBoxLayout(box)
        self.spent = QLabel(self.tr("Looking…"))
        self.spent.setTextFormat(Qt.TextFormat.PlainText)
        self.spent.setWordWrap(True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setMaximumHeight(8)
        self.bar.setRange(0, 1000)
        self.bar.setAccessibleName(self.tr("Part of the daily limit that is spent"))
        column.addWidget(self.spent)
        column.addWidget(self.bar)
        self.column.addWidget(box)
        self.column.addStretch(1)

    def show_configuration(self, found: Configuration) -> None:
        super().show_configuration(found)
        limit = found.settings.daily_limit_usd
        if found.spent_today is None:
            self.spent.setText(found.spending_error or "")
            self.bar.setValue(0)
            return
        text = self.tr("{spent} of {limit} spent or set aside")
        self.spent.setText(
            text.format(spent=money(found.spent_today, finely=True), limit=money(limit))
        )
        part = found.spent_today / limit if limit else Decimal(bool(found.spent_today))
        self.bar.setValue(min(1000, round(1000 * part)))


class CachePage(Page):
    """Where pictures are kept that were painted, and how many."""

    clearing_wanted = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self._use: CacheUse | None = None
        self._limit = 0
        box = QGroupBox(self.tr("Pictures that were painted"))
        rows = form(box)
        folder = FolderField(
            self.tr("Folder where pictures are kept"), self.tr("as the system has it")
        )
        size = NumberField(
            self.tr("Megabytes that kept pictures may take"), 0, 10_000_000, unit="MB", step=256
        )
        rows.addRow(self.tr("&Folder:"), self.add_field("cache_folder", folder))
        rows.addRow(self.tr("At m&ost:"), self.add_field("cache_max_megabytes", size))
        self.use = QLabel(self.tr("Counting…"))
        self.use.setTextFormat(Qt.TextFormat.PlainText)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setMaximumHeight(8)
        self.bar.setRange(0, 1000)
        self.bar.setAccessibleName(self.tr("Part of the cache that is used"))
        now = QVBoxLayout()
        now.setSpacing(4)
        now.addWidget(self.use)
        now.addWidget(self.bar)
        rows.addRow(self.tr("Now:"), now)
        self.clear_button = QPushButton(self.tr("C&lear…"))
        self.clear_button.setAccessibleName(self.tr("Remove all pictures that are kept"))
        self.clear_button.setAutoDefault(False)
        self.clear_button.setEnabled(False)
        self.clear_button.clicked.connect(self._confirm)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.clear_button)
        rows.addRow(row)
        rows.addRow(
            quiet_label(
                self.tr(
                    "What was painted once is shown again without asking a model. Where there "
                    "is no more room, the picture that was not looked at for the longest time "
                    "is removed."
                )
            )
        )
        self.column.addWidget(box)
        self.column.addStretch(1)

    def show_configuration(self, found: Configuration) -> None:
        super().show_configuration(found)
        self._limit = found.settings.cache_max_bytes

    def show_use(self, use: CacheUse | None) -> None:
        """Show what is kept, or (None) that it is being counted."""
        self._use = use
        self.clear_button.setEnabled(use is not None and use.pictures > 0)
        if use is None:
            self.use.setText(self.tr("Counting…"))
            return
        pictures = self.tr("%n picture(s)", "", use.pictures)
        self.use.setText(f"{pictures}, {short_size(use.size)}")
        part = use.size / self._limit if self._limit else 0.0
        self.bar.setValue(min(1000, round(1000 * part)))

    def _confirm(self) -> None:
        if self._use is None:
            return
        ask(
            self,
            self.tr("Remove %n picture(s)?", "", self._use.pictures),
            self.tr(
                "They were paid for. The .gcx files stay as they are, and having their pictures "
                "painted again costs again."
            ),
            self.tr("&Remove"),
            self.clearing_wanted.emit,
        )


class ViewingPage(Page):
    """How the viewer looks and behaves."""

    def __init__(self, preferences: Preferences) -> None:
        super().__init__()
        box = QGroupBox(self.tr("Appearance"))
        rows = form(box)
        self.theme = ChoiceField(
            self.tr("Theme"),
            [
                ("system", self.tr("As the system")),
                ("light", self.tr("Light")),
                ("dark", self.tr("Dark")),
            ],
        )
        self.language = ChoiceField(
            self.tr("Language"),
            [("system", self.tr("As the system")), ("en", "English"), ("de", "Deutsch")],
        )
        rows.addRow(self.tr("&Theme:"), self.theme)
        rows.addRow(self.tr("&Language:"), self.language)
        rows.addRow(
            "", quiet_label(self.tr("Another language shows when the viewer starts again."))
        )
        self.column.addWidget(box)
        box = QGroupBox(self.tr("Pictures of a folder"))
        rows = form(box)
        self.slide_seconds = NumberField(
            self.tr("Seconds that a slide is shown"), 0.5, 3600, unit=self.tr("s"), digits=1
        )
        self.preload = NumberField(self.tr("Pictures to load ahead on either side"), 0, 10)
        rows.addRow(self.tr("Each &slide for:"), self.slide_seconds)
        rows.addRow(self.tr("Load &ahead:"), self.preload)
        self.column.addWidget(box)
        self.column.addStretch(1)
        for name, field in self._of_preferences().items():
            field.show_value(getattr(preferences, name))
            field.changed.connect(self.changed)

    def is_changed(self, preferences: Preferences) -> bool:
        return any(
            field.value() != getattr(preferences, name)
            for name, field in self._of_preferences().items()
        )

    def store(self, preferences: Preferences) -> None:
        for name, field in self._of_preferences().items():
            setattr(preferences, name, field.value())

    def _of_preferences(self) -> dict[str, Field]:
        return {
            "theme": self.theme,
            "language": self.language,
            "slide_seconds": self.slide_seconds,
            "preload": self.preload,
        }
