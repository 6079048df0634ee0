"""The page of the settings window about the key: a way in, a way out, and never itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QGroupBox, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout

from gcx_viewer.gui.questions import ask
from gcx_viewer.gui.settings.fields import quiet_label
from gcx_viewer.gui.settings.page import Page

if TYPE_CHECKING:
    from gcx_viewer.core.configuration import Configuration

__all__ = ["KeyPage"]


class KeyPage(Page):
    """The key: where it is from, a way in and a way out, and never itself."""

    save_wanted = pyqtSignal()
    removal_wanted = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self._can_keep = False
        self._is_ready = False
        self._place = "none"
        box = QGroupBox(self.tr("Key for OpenAI's server"))
        column = QVBoxLayout(box)
        column.setSpacing(10)
        self.state = QLabel(self.tr("Looking…"))
        self.state.setTextFormat(Qt.TextFormat.PlainText)
        self.state.setWordWrap(True)
        self.state.setAccessibleName(self.tr("State of the key"))
        column.addWidget(self.state)
        row = QHBoxLayout()
        self.entry = QLineEdit()
        self.entry.setEchoMode(QLineEdit.EchoMode.Password)
        self.entry.setMaxLength(1000)
        self.entry.setPlaceholderText(self.tr("Paste a key here"))
        self.entry.setAccessibleName(self.tr("New key (hidden)"))
        self.entry.setInputMethodHints(
            Qt.InputMethodHint.ImhHiddenText
            | Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhNoPredictiveText
            | Qt.InputMethodHint.ImhNoAutoUppercase
        )
        label = QLabel(self.tr("&New key:"))
        label.setBuddy(self.entry)
        self.save_button = QPushButton(self.tr("Save to K&eyring"))
        self.save_button.setAutoDefault(False)
        row.addWidget(label)
        row.addWidget(self.entry, 1)
        row.addWidget(self.save_button)
        column.addLayout(row)
        self.remove_button = QPushButton(self.tr("&Remove from Keyring"))
        self.remove_button.setAutoDefault(False)
        removal = QHBoxLayout()
        removal.addStretch(1)
        removal.addWidget(self.remove_button)
        column.addLayout(removal)
        self.keyring = quiet_label("")
        column.addWidget(self.keyring)
        self.column.addWidget(box)
        self.column.addStretch(1)
        self.entry.textChanged.connect(self._entry_changed)
        self.save_button.clicked.connect(self.save_wanted)
        self.remove_button.clicked.connect(self._confirm_removal)

    def entered(self) -> str:
        return self.entry.text().strip()

    def clear(self) -> None:
        self.entry.clear()

    def set_ready(self, ready: bool) -> None:
        self._is_ready = ready
        self.entry.setEnabled(ready and self._can_keep)
        self.remove_button.setEnabled(ready and self._place == "keyring")
        self._entry_changed()

    def show_configuration(self, found: Configuration) -> None:
        """Say where the key is from, and whether there is a place to keep one."""
        self._place = found.key_place
        self._can_keep = found.keyring is not None
        texts = {
            "environment": self.tr(
                "The environment variable {name} holds the key, and takes precedence."
            ).format(name=found.overridden.get("openai_api_key", "")),
            "file": self.tr(
                "The key is in the file {file}. It would be safer in the keyring."
            ).format(file=found.file),
            "keyring": self.tr("The key is in the keyring."),
            "none": self.tr("No key is set. Pictures are painted without one.")
            if found.can_paint
            else self.tr("No key is set. Pictures can be previewed, but not painted."),
            "unreadable": self.tr("The keyring could not be read. Is it locked?"),
        }
        self.state.setText(texts[found.key_place])
        if found.keyring is None:
            self.keyring.setText(
                self.tr(
                    "This system has no keyring to keep a key in. Set the environment variable "
                    "OPENAI_API_KEY instead, or start a keyring such as GNOME Keyring, KWallet or "
                    "KeePassXC. The viewer never writes a key to a plain file."
                )
            )
        else:
            self.keyring.setText(
                self.tr(
                    "The key is kept in the system's keyring ({name}), never in a plain file, and "
                    "is never shown."
                ).format(name=found.keyring)
            )

    def show_unknown(self) -> None:
        """Say that it is not known where the key is from."""
        self.state.setText(self.tr("The settings cannot be read."))

    def _entry_changed(self) -> None:
        self.save_button.setEnabled(self._is_ready and self._can_keep and bool(self.entered()))
        self.changed.emit()

    def _confirm_removal(self) -> None:
        ask(
            self,
            self.tr("Remove the key from the keyring?"),
            self.tr("Painted pictures can still be shown. New ones need a key."),
            self.tr("&Remove"),
            self.removal_wanted.emit,
        )
