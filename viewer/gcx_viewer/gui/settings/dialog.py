"""The settings window: what is painted, what that may cost, what is kept, how it all looks.

Two kinds of settings meet here. The viewer's own are its `Preferences`; gcx's are in a file that
the command and the plugin read too, and belong to whoever wrote it: only what was changed here is
changed there. The key goes into the keyring of the system.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from gcx_viewer.gui.errors import show_in
from gcx_viewer.gui.fitting import fit_on_screen
from gcx_viewer.gui.settings.generating import GeneratingPage
from gcx_viewer.gui.settings.key import KeyPage
from gcx_viewer.gui.settings.pages import CachePage, MoneyPage, ViewingPage
from gcx_viewer.gui.task import Task

if TYPE_CHECKING:
    from gcx_format.errors import GcxError
    from gcx_viewer.core.configuration import Configuration
    from gcx_viewer.core.preferences import Preferences

__all__ = ["SettingsDialog"]


class SettingsDialog(QDialog):
    """Every setting that a user of the viewer may want to change."""

    applied = pyqtSignal()
    """The preferences that the dialog was given are changed and saved, and gcx's settings and the
    key where there was something to change: what depends on them is to be read again."""

    def __init__(self, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Settings"))
        self._preferences = preferences
        self._work = Task(name="gcx settings")
        self._configuration: Configuration | None = None
        self._is_ready = False
        self._closes_after = False

        self.generating = GeneratingPage(preferences)
        self.money = MoneyPage()
        self.key = KeyPage()
        self.cache = CachePage()
        self.viewing = ViewingPage(preferences)
        self._of_gcx = (self.generating, self.money, self.cache)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.setAccessibleName(self.tr("Settings pages"))
        for page, title in (
            (self.generating, self.tr("Pa&inting")),
            (self.key, self.tr("&Key")),
            (self.money, self.tr("S&pending")),
            (self.cache, self.tr("S&torage")),
            (self.viewing, self.tr("&General")),
        ):
            self.tabs.addTab(page, title)
            page.changed.connect(self._note_change)

        self.message = QLabel()
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self.message.setWordWrap(True)
        self.message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.message.setAccessibleName(self.tr("Message"))
        self.message.hide()

        button = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(button.Ok | button.Cancel | button.Apply)
        self.buttons.accepted.connect(self._accept_later)
        self.buttons.rejected.connect(self.reject)
        self._apply_button().clicked.connect(self.apply)

        whole = QVBoxLayout(self)
        whole.setContentsMargins(12, 8, 12, 12)
        whole.setSpacing(10)
        whole.addWidget(self.tabs, 1)
        whole.addWidget(self.message)
        whole.addWidget(self.buttons)
        fit_on_screen(self, 580, 560)

        self.key.save_wanted.connect(self._save_key)
        self.key.removal_wanted.connect(self._remove_key)
        self.cache.clearing_wanted.connect(self._clear_cache)
        work = self._work
        self.destroyed.connect(lambda: work.close(0))
        self._note_change()
        self._load()

    def show_page(self, name: str) -> None:
        """Go to a page.

        Args:
            name: `"generating"`, `"money"`, `"key"`, `"cache"` or `"viewing"`.
        """
        pages: dict[str, QWidget] = {
            "money": self.money,
            "key": self.key,
            "cache": self.cache,
            "viewing": self.viewing,
        }
        self.tabs.setCurrentWidget(pages.get(name, self.generating))

    @property
    def is_loaded(self) -> bool:
        return self._is_ready

    def apply(self) -> None:
        """Write what was changed; `applied` says when that is done."""
        from gcx_viewer.core import configuration, keys
        from gcx_viewer.core import preferences as remembered

        self._tell(None)
        self.generating.store(self._preferences)
        self.viewing.store(self._preferences)
        changes: dict[str, Any] = {}
        for page in self._of_gcx:
            changes |= page.changes()
        key = self.key.entered()
        kept = replace(self._preferences)

        def write() -> None:
            remembered.save(kept)
            if changes:
                configuration.change(changes)
            if key:
                keys.save_key(key)

        self._set_ready(False)
        self._work.submit(write, lambda _: self._was_applied(), self._could_not_apply)

    def _accept_later(self) -> None:
        """Apply, and close only if that worked."""
        self._closes_after = True
        if self._is_changed():
            self.apply()
        else:
            self.accept()

    def _was_applied(self) -> None:
        self.key.clear()
        self.applied.emit()
        if self._closes_after:
            self.accept()
        else:
            self._load()

    def _could_not_apply(self, error: GcxError) -> None:
        self._closes_after = False
        self._tell(error)
        self._set_ready(True)
        self.applied.emit()  # the preferences were

    # What is shown

    def _load(self) -> None:
        from gcx_viewer.core import configuration

        self._set_ready(False)
        self._work.submit(configuration.load, self._show, self._cannot_load)

    def _set_ready(self, ready: bool) -> None:
        """Let gcx's settings be changed, or not while they are not known or being written."""
        self._is_ready = ready and self._configuration is not None
        for page in (*self._of_gcx, self.key):
            page.set_ready(self._is_ready)
        self._note_change()

    def _show(self, found: Configuration) -> None:
        self._configuration = found
        for page in (*self._of_gcx, self.key):
            page.show_configuration(found)
        self._set_ready(True)
        self._count_cache()

    def _cannot_load(self, error: GcxError) -> None:
        self.key.show_unknown()
        self._tell(error)
        self._note_change()

    def _tell(self, error: GcxError | None) -> None:
        if error is None:
            self.message.hide()
        else:
            show_in(self.message, error)

    def _is_changed(self) -> bool:
        return (
            self.generating.differs_from(self._preferences)
            or self.viewing.differs_from(self._preferences)
            or bool(self.key.entered())
            or any(page.changes() for page in self._of_gcx)
        )

    def _note_change(self) -> None:
        self._apply_button().setEnabled(self._is_changed())

    def _apply_button(self) -> QPushButton:
        found = self.buttons.button(QDialogButtonBox.StandardButton.Apply)
        assert found is not None
        return found

    # What happens at once

    def _save_key(self) -> None:
        from gcx_viewer.core import keys

        key = self.key.entered()
        self._set_ready(False)
        self._work.submit(partial(keys.save_key, key), self._key_changed, self._key_unchanged)

    def _remove_key(self) -> None:
        from gcx_viewer.core import keys

        self._set_ready(False)
        self._work.submit(keys.delete_key, self._key_changed, self._key_unchanged)

    def _key_changed(self, _: None) -> None:
        self._tell(None)
        self.key.clear()
        self.applied.emit()
        self._load()

    def _key_unchanged(self, error: GcxError) -> None:
        self._tell(error)
        self._set_ready(True)

    def _count_cache(self) -> None:
        from gcx_viewer.core import configuration

        if (found := self._configuration) is not None:
            settings = found.settings
            self._work.submit(
                partial(configuration.cache_use, settings),
                self.cache.show_use,
                self._tell,
            )

    def _clear_cache(self) -> None:
        from gcx_viewer.core import configuration

        if (found := self._configuration) is not None:
            settings = found.settings
            self.cache.show_use(None)
            self._work.submit(
                partial(configuration.clear_cache, settings),
                lambda _: self._count_cache(),
                self._could_not_clear,
            )

    def _could_not_clear(self, error: GcxError) -> None:
        self._tell(error)
        self._count_cache()

    def done(self, result: int) -> None:
        """Close, however that came about; what is being written is written to the end."""
        self._work.close(0)
        super().done(result)
