"""The pages of the settings window about spending, storage, and how the viewer looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QPushButton

from gcx_viewer.gui.errors import sentence
from gcx_viewer.gui.money import money
from gcx_viewer.gui.questions import ask
from gcx_viewer.gui.settings.fields import (
    choice_field,
    folder_field,
    money_field,
    number_field,
    quiet_label,
    seconds_field,
)
from gcx_viewer.gui.settings.page import Gauge, Page
from gcx_viewer.gui.sizes import short_size

if TYPE_CHECKING:
    from gcx_viewer.core.configuration import CacheUse, Configuration
    from gcx_viewer.core.preferences import Preferences

__all__ = ["CachePage", "MoneyPage", "ViewingPage"]


class MoneyPage(Page):
    """How much may be spent, and how much was."""

    def __init__(self) -> None:
        super().__init__()
        rows = self.add_group(self.tr("Limits"))
        daily = money_field(self.tr("US dollars that may be spent per day"))
        call = money_field(self.tr("US dollars that a single call may cost"))
        self.add_setting(rows, self.tr("Per &day:"), "daily_limit_usd", daily)
        self.add_setting(rows, self.tr("Per &call:"), "call_limit_usd", call)
        rows.addRow(
            quiet_label(
                self.tr(
                    "No call is made that could exceed these limits. They apply to the viewer, "
                    "the gcx command and the Pillow plugin together. Resets at midnight UTC."
                )
            )
        )
        self.spent = Gauge(self.tr("Part of the daily limit that is spent"))
        self.add_group(self.tr("Today")).addRow(self.spent)
        self.column.addStretch(1)

    def show_configuration(self, found: Configuration) -> None:
        super().show_configuration(found)
        spent, limit = found.spent_today, found.settings.daily_limit_usd
        if spent is None:
            assert found.spending_error is not None
            self.spent.show_part(sentence(found.spending_error))
            return
        text = self.tr("{spent} of {limit} spent or reserved")
        text = text.format(spent=money(spent, finely=True), limit=money(limit))
        self.spent.show_part(text, float(spent), float(limit))


class CachePage(Page):
    """Where painted pictures are kept, and how many."""

    clearing_wanted = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self._use: CacheUse | None = None
        self._limit = 0
        rows = self.add_group(self.tr("Painted pictures"))
        folder = folder_field(self.tr("Folder for painted pictures"), self.tr("system default"))
        size = number_field(
            self.tr("Megabytes that painted pictures may take"), 0, 10_000_000, unit="MB", step=256
        )
        self.add_setting(rows, self.tr("&Folder:"), "cache_folder", folder)
        self.add_setting(rows, self.tr("&Limit:"), "cache_max_megabytes", size)
        self.use = Gauge(self.tr("Part of the limit that is used"))
        rows.addRow(self.tr("Used:"), self.use)
        self.clear_button = QPushButton(self.tr("&Clear…"))
        self.clear_button.setAccessibleName(self.tr("Remove all painted pictures"))
        self.clear_button.setAutoDefault(False)
        self.clear_button.setEnabled(False)
        self.clear_button.clicked.connect(self._confirm)
        rows.addRow("", self.clear_button)
        rows.setAlignment(self.clear_button, Qt.AlignmentFlag.AlignRight)
        rows.addRow(
            quiet_label(
                self.tr(
                    "A picture that was painted once is shown again without asking a model. When "
                    "space runs out, the one not viewed for the longest time is removed."
                )
            )
        )
        self.column.addStretch(1)

    def show_configuration(self, found: Configuration) -> None:
        super().show_configuration(found)
        self._limit = found.settings.cache_max_bytes

    def show_use(self, use: CacheUse | None) -> None:
        """Show what is kept, or (None) that it is being counted."""
        self._use = use
        self.clear_button.setEnabled(use is not None and use.pictures > 0)
        if use is None:
            self.use.show_part(self.tr("Counting…"))
        else:
            pictures = self.tr("%n picture(s)", "", use.pictures)
            self.use.show_part(f"{pictures}, {short_size(use.size)}", use.size, self._limit)

    def _confirm(self) -> None:
        if self._use is None:
            return
        ask(
            self,
            self.tr("Remove %n picture(s)?", "", self._use.pictures),
            self.tr(
                "They were paid for. The .gcx files stay as they are; painting their pictures "
                "again will cost again."
            ),
            self.tr("&Remove"),
            self.clearing_wanted.emit,
        )


class ViewingPage(Page):
    """How the viewer looks and behaves."""

    def __init__(self, preferences: Preferences) -> None:
        super().__init__()
        system = ("system", self.tr("Same as system"))
        theme = choice_field(
            self.tr("Theme"), [system, ("light", self.tr("Light")), ("dark", self.tr("Dark"))]
        )
        language = choice_field(self.tr("Language"), [system, ("en", "English"), ("de", "Deutsch")])
        rows = self.add_group(self.tr("Appearance"))
        self.theme = self.add_preference(rows, self.tr("T&heme:"), preferences, "theme", theme)
        self.add_preference(rows, self.tr("&Language:"), preferences, "language", language)
        rows.addRow("", quiet_label(self.tr("A new language takes effect after a restart.")))
        rows = self.add_group(self.tr("Slide show"))
        seconds = seconds_field(self.tr("Seconds per slide"), 0.5, 3600)
        self.add_preference(rows, self.tr("&Each slide:"), preferences, "slide_seconds", seconds)
        self.column.addStretch(1)
